package state

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// SameName reports whether two names are one to this org: it ignores case and, as configurations
// compose every text (Unicode NFC), the form of accents. Whether Okta tells forms apart is not
// known.
func SameName(a, b string) bool { return strings.EqualFold(norm.NFC.String(a), norm.NFC.String(b)) }
