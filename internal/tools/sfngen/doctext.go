package main

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lineWidth is the column at which generated comments are wrapped.
const lineWidth = 110

var (
	tagPattern      = regexp.MustCompile(`<[^>]*>`)
	spacePattern    = regexp.MustCompile(`\s+`)
	sentencePattern = regexp.MustCompile(`[.!?:](\s|$)`)
)

// firstSentence returns the first sentence of the model's HTML text as plain text, or "".
func firstSentence(text string) string {
	text = strings.ReplaceAll(text, "</p>", "</p> ")
	text = html.UnescapeString(tagPattern.ReplaceAllString(text, ""))
	text = strings.TrimSpace(spacePattern.ReplaceAllString(text, " "))
	for _, at := range sentencePattern.FindAllStringIndex(text, -1) {
		head := text[:at[0]]
		if strings.HasSuffix(head, "e.g") || strings.HasSuffix(head, "i.e") {
			continue
		}
		return head + "."
	}
	if text == "" {
		return ""
	}
	return strings.TrimSuffix(text, ".") + "."
}

// comment returns text as a // comment wrapped at lineWidth.
func comment(text string) string {
	var b strings.Builder
	column := 0
	for word := range strings.FieldsSeq(text) {
		width := utf8.RuneCountInString(word) + 1
		switch {
		case column == 0:
			b.WriteString("//")
			column = 2
		case column+width > lineWidth:
			b.WriteString("\n//")
			column = 2
		}
		b.WriteString(" " + word)
		column += width
	}
	if column > 0 {
		b.WriteByte('\n')
	}
	return b.String()
}

// exported returns the model's name as an exported Go name: executionArn becomes ExecutionArn.
func exported(name string) string {
	r, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToUpper(r)) + name[size:]
}

// camel joins the words of an enum value as Go joins them: TIMED_OUT becomes TimedOut. Values that
// are already mixed case stay as they are.
func camel(value string) string {
	if value != strings.ToUpper(value) {
		return exported(value)
	}
	var b strings.Builder
	for word := range strings.SplitSeq(value, "_") {
		b.WriteString(exported(strings.ToLower(word)))
	}
	return b.String()
}
