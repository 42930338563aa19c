// Package phrase puts names and counts into sentences.
package phrase

import (
	"strconv"
	"strings"
)

// List joins texts for a sentence: "a, b and c".
func List(texts []string) string {
	if len(texts) < 2 {
		return strings.Join(texts, "")
	}
	return strings.Join(texts[:len(texts)-1], ", ") + " and " + texts[len(texts)-1]
}

// Count returns a count with its noun: "1 other operation", "2 other operations".
func Count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// LowerFirst returns a sentence as a part of another one.
func LowerFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
