package state

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// SameName reports whether two names are equal in this org. It ignores case and Unicode forms:
// configurations normalize every text to NFC. It is unknown whether Okta distinguishes forms.
func SameName(a, b string) bool { return strings.EqualFold(norm.NFC.String(a), norm.NFC.String(b)) }

// foldedName returns the same text for all names that SameName considers equal.
func foldedName(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, norm.NFC.String(name))
}
