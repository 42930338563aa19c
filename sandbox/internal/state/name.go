package state

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// SameName reports whether two names are one to this org: it ignores case and, as configurations
// compose every text (Unicode NFC), the form of accents. Whether Okta tells forms apart is not
// known.
func SameName(a, b string) bool { return strings.EqualFold(norm.NFC.String(a), norm.NFC.String(b)) }

// foldedName returns the same text for all names that are one to SameName.
func foldedName(name string) string {
	return strings.Map(func(r rune) rune {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}, norm.NFC.String(name))
}
