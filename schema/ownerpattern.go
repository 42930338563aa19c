package schema

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// OwnerPattern selects owners by name: in "ci-*", the star stands for any text.
type OwnerPattern string

var ownerPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9._/@:*-]{1,128}$`) })

// Check returns an error if the pattern is invalid.
func (p OwnerPattern) Check() error {
	if !ownerPattern().MatchString(string(p)) {
		return fmt.Errorf("%q is not a valid pattern of owners: use letters, digits and ./_-@: characters, and * for any text, for example %q", string(p), "ci-*")
	}
	return nil
}

// Open reports whether the pattern does not limit how an owner's name begins.
func (p OwnerPattern) Open() bool { return strings.HasPrefix(string(p), "*") }

// Matches reports whether the pattern selects the owner. The empty pattern selects none.
func (p OwnerPattern) Matches(owner string) bool {
	parts := strings.Split(string(p), "*")
	if len(parts) == 1 {
		return owner != "" && owner == string(p)
	}
	rest, fits := strings.CutPrefix(owner, parts[0])
	if !fits {
		return false
	}
	last := len(parts) - 1
	if rest, fits = strings.CutSuffix(rest, parts[last]); !fits {
		return false
	}
	for _, part := range parts[1:last] {
		if _, rest, fits = strings.Cut(rest, part); !fits {
			return false
		}
	}
	return owner != ""
}
