package conformance

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// iso8601 matches a date-time.
const iso8601 = `[1-9]\d{3}-\d\d-\d\dT[0-2]\d:[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)`

// general are the placeholders that any recording may contain.
var general = []Placeholder{
	{Token: "<region>", Match: `[a-z]{2}(?:-[a-z]+)+-\d`, Bind: true},
	{Token: "<partition>", Match: `aws[a-z-]*`, Bind: true},
	{Token: "111111111111", Match: `\d{12}`, Bind: true},
	{Token: "date", Match: iso8601},
	{Token: "timestamp", Whole: true},
	{Token: "datetime", Whole: true},
}

// anyText is what a placeholder without a rule of its own stands for.
const anyText = `[\s\S]+?`

// bindings are the texts that tokens stand for in one run: one each, or several where the recording
// gave one token to several resources. It is never changed in place, so that a copy restores it.
type bindings map[string][]string

func (b bindings) with(token, text string) bindings {
	changed := maps.Clone(b)
	if changed == nil {
		changed = bindings{}
	}
	changed[token] = []string{text}
	return changed
}

// substitution is what a token in a part of a string stands for.
type substitution struct {
	match string
	bind  bool
}

// placeholders matches strings of a recording with strings of a run.
type placeholders struct {
	whole         map[string]bool
	substitutions map[string]substitution
	tokens        *regexp.Regexp
	bound         bindings
}

func newPlaceholders(own []Placeholder, t Transcript) *placeholders {
	p := &placeholders{whole: map[string]bool{}, substitutions: map[string]substitution{}, bound: bindings{}}
	for _, h := range general {
		p.add(h)
	}
	for _, h := range own {
		p.add(h)
		if h.Value == "" {
			continue
		}
		if text, err := t.ResolveText(h.Value); err == nil && !strings.Contains(text, "{{") {
			p.bound[h.Token] = append(p.bound[h.Token], text)
		}
	}
	p.tokens = regexp.MustCompile(alternatives(longestFirst(slices.Collect(maps.Keys(p.substitutions)))))
	return p
}

// add takes h; a placeholder that does not bind gives way to one of the same token that does.
func (p *placeholders) add(h Placeholder) {
	if h.Whole {
		p.whole[h.Token] = true
		return
	}
	if p.substitutions[h.Token].bind && !h.Bind {
		return
	}
	p.substitutions[h.Token] = substitution{match: cmp.Or(h.Match, anyText), bind: h.Bind}
}

func longestFirst(texts []string) []string {
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return texts
}

// match says whether got is want with each token replaced by a text that it may stand for, and
// binds the tokens. decided is false when want holds no token or got does not have its form, so
// that other rules may still find the two equal.
func (p *placeholders) match(want, got string) (equal, decided bool) {
	form, open := p.form(want)
	if form == nil {
		return false, false
	}
	texts := form.FindStringSubmatch(got)
	if texts == nil {
		return false, false
	}
	found := bindings{}
	for i, token := range open {
		text := texts[form.SubexpIndex(groupName(i))]
		if !p.substitutions[token].bind || text == token {
			continue
		}
		if before, ok := found[token]; ok && before[0] != text {
			return false, true
		}
		found[token] = []string{text}
	}
	for token, texts := range found {
		p.bound = p.bound.with(token, texts[0])
	}
	return true, true
}

// form is want as an expression with one group for each token that stands for nothing yet; open
// names these tokens. It is nil when want holds no token.
func (p *placeholders) form(want string) (form *regexp.Regexp, open []string) {
	places := p.tokens.FindAllStringIndex(want, -1)
	if places == nil {
		return nil, nil
	}
	var b strings.Builder
	end := 0
	for _, place := range places {
		token := want[place[0]:place[1]]
		b.WriteString(regexp.QuoteMeta(want[end:place[0]]))
		end = place[1]
		s := p.substitutions[token]
		if texts := p.bound[token]; s.bind && texts != nil {
			fmt.Fprintf(&b, "(?:%s)", alternatives(append([]string{token}, longestFirst(slices.Clone(texts))...)))
			continue
		}
		fmt.Fprintf(&b, "(?P<%s>%s|%s)", groupName(len(open)), regexp.QuoteMeta(token), s.match)
		open = append(open, token)
	}
	b.WriteString(regexp.QuoteMeta(want[end:]))
	return regexp.MustCompile(`\A(?:` + b.String() + `)\z`), open
}

// groupName names the group of the i-th open token: a placeholder may have groups of its own.
func groupName(i int) string { return "open" + strconv.Itoa(i) }

func alternatives(texts []string) string {
	quoted := make([]string, len(texts))
	for i, text := range texts {
		quoted[i] = regexp.QuoteMeta(text)
	}
	return strings.Join(quoted, "|")
}
