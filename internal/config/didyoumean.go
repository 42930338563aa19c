package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"
)

// DidYouMean suggests the names that are most like a given one, as a sentence with a leading space,
// or returns "".
func DidYouMean(given string, names []string) string {
	closest := Closest(given, names)
	for i := range closest {
		closest[i] = fmt.Sprintf("%q", closest[i])
	}
	if len(closest) == 0 {
		return ""
	}
	return " Did you mean " + Alternatives(closest) + "?"
}

// Alternatives joins words to a list: a, b or c.
func Alternatives(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// Closest returns the name that differs from a given one by the fewest letters, if they are few;
// otherwise up to three names that contain it, or that it contains.
func Closest(given string, names []string) []string {
	given = strings.ToLower(given)
	best, distance := "", min(max(3, len(given)/4), max(2, len(given)))
	for _, name := range names {
		if d := levenshtein.Distance(given, strings.ToLower(name), nil); d < distance {
			best, distance = name, d
		}
	}
	if best != "" {
		return []string{best}
	}
	var contained []string
	for _, name := range names {
		lower := strings.ToLower(name)
		if len(given) >= 4 && strings.Contains(lower, given) || len(name) >= 4 && strings.Contains(given, lower) {
			contained = append(contained, name)
		}
	}
	slices.SortStableFunc(contained, func(a, b string) int { return len(a) - len(b) })
	return contained[:min(3, len(contained))]
}

// unexpected matches the messages of hcl about what a body may not contain.
var unexpected = regexp.MustCompile(`^(?:An argument named|Blocks of type) "([^"]+)" (?:is|are) not expected here\.$`)

// suggest adds to errors about a body's contents what would fit best. more are names that the body
// may contain besides those of its schema.
func suggest(diags hcl.Diagnostics, s *hcl.BodySchema, more ...string) hcl.Diagnostics {
	for _, d := range diags {
		m := unexpected.FindStringSubmatch(d.Detail)
		if m == nil {
			continue
		}
		names := slices.Clone(more)
		for _, a := range s.Attributes {
			names = append(names, a.Name)
		}
		for _, b := range s.Blocks {
			names = append(names, b.Type)
		}
		slices.Sort(names)
		if fitting := DidYouMean(m[1], names); fitting != "" {
			d.Detail += fitting
		} else if len(names) > 0 && len(names) <= 8 {
			d.Detail += " Expected here: " + strings.Join(names, ", ") + "."
		}
	}
	return diags
}
