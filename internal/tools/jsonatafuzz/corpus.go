package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// corpus are expressions that people wrote, to be changed a little: those of the suite of the JavaScript
// implementation, in the form of jsonata/testdata.
type corpus struct {
	cases []question
	// words are those of all expressions, by class.
	words map[byte][]string
	// groups are what stands in brackets in them, with the brackets, by role.
	groups map[string][]string
}

// readCorpus reads the suite in a folder.
func readCorpus(dir string) (*corpus, error) {
	text, err := os.ReadFile(filepath.Join(dir, "datasets.json"))
	if err != nil {
		return nil, err
	}
	datasets := value.Trusted(string(text))
	lines, err := os.ReadFile(filepath.Join(dir, "suite-2.0.6.jsonl"))
	if err != nil {
		return nil, err
	}
	c := &corpus{words: map[byte][]string{}, groups: map[string][]string{}}
	for line := range strings.Lines(string(lines)) {
		v, err := value.Parse(line)
		if err != nil {
			return nil, fmt.Errorf("read the suite: %w", err)
		}
		c.add(v, datasets)
	}
	return c, nil
}

func (c *corpus) add(v, datasets value.Value) {
	expression, _ := v.Get("expr")
	q := question{Expression: expression.AsString(), Variables: "{}"}
	if data, ok := v.Get("data"); ok {
		q.Input = data.Text()
	} else if name, ok := v.Get("dataset"); ok {
		data, _ := datasets.Get(name.AsString())
		q.Input = data.Text()
	}
	if bindings, ok := v.Get("bindings"); ok {
		q.Variables = bindings.Text()
	}
	if !parses(q.Expression) || len(q.Expression) > 1000 || len(q.Input) > 100_000 || q.Expression == "" {
		return
	}
	c.cases = append(c.cases, q)
	words := split(q.Expression)
	for i, w := range words {
		c.words[class(w)] = append(c.words[class(w)], w)
		if end := closing(words, i); end > 0 {
			c.groups[roleOf(words, i)] = append(c.groups[roleOf(words, i)], strings.Join(words[i:end], ""))
		}
	}
}

func parses(expression string) bool {
	_, err := jsonata.Compile(expression)
	return err == nil
}

// class is what a word can be exchanged for: a name, a variable, a number or an operator of one character
// that is no part of others; 0: nothing.
func class(word string) byte {
	switch b := word[0]; {
	case b == '$' && len(word) > 1:
		return '$'
	case b >= '0' && b <= '9':
		return '0'
	case slices.Contains(keywords, word):
		return 0
	case b == '_' || b|0x20 >= 'a' && b|0x20 <= 'z':
		return 'a'
	case strings.IndexByte("+-*%&", b) >= 0:
		return '+'
	}
	return 0
}

var keywords = []string{"function", "and", "or", "in", "true", "false", "null"}

// roleOf tells brackets apart: it is the one that opens, with the kind of what stands before it.
func roleOf(words []string, at int) string {
	before := ""
	for i := at - 1; i >= 0 && before == ""; i-- {
		before = strings.TrimSpace(words[i])
	}
	switch {
	case before == "":
		return words[at]
	case before == "function" || before == ")" || before == "^":
		return before + words[at]
	}
	return string(class(before)) + words[at]
}

// closing returns where the brackets end that words open at a place, 0 when they open none there.
func closing(words []string, at int) int {
	depth := 0
	for i := at; i < len(words); i++ {
		switch words[i] {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		}
		if depth == 0 {
			if i == at {
				return 0
			}
			return i + 1
		}
	}
	return 0
}

// question makes a question of one of the expressions.
func (c *corpus) question(g *generator) (question, *tree) {
	q := pick(g, c.cases...)
	words := split(q.Expression)
	for range g.IntN(4) {
		words = c.exchange(g, words)
	}
	t := tokens(strings.Join(words, ""))
	if g.chance(5) {
		t = g.broken(t)
	}
	if g.chance(5) {
		q.Input = pick(g, c.cases...).Input
	}
	q.Expression = t.String()
	return q, t
}

// exchange puts a word or what stands in brackets in the place of its like.
func (c *corpus) exchange(g *generator, words []string) []string {
	at := g.IntN(len(words))
	for range 10 {
		if class(words[at]) != 0 || closing(words, at) > 0 {
			break
		}
		at = g.IntN(len(words))
	}
	if end := closing(words, at); end > 0 {
		if others := c.groups[roleOf(words, at)]; len(others) > 0 {
			return slices.Concat(words[:at], split(pick(g, others...)), words[end:])
		}
	} else if others := c.words[class(words[at])]; class(words[at]) != 0 {
		words[at] = pick(g, others...)
	}
	return words
}
