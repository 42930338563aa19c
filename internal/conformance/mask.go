package conformance

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// masks replace what may be a secret or personal in texts of the org.
var masks = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`(?i)https?://[^\s"'<>\\]*`), "{URL}"},
	{regexp.MustCompile(`[^\s"'<>@(]+@[^\s"'<>@)]+`), "{email}"},
	{regexp.MustCompile(`\born:[^\s"'<>]+`), "{ORN}"},
	{regexp.MustCompile(`(?i)\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:okta|oktapreview|okta-emea|okta-gov|example)\.(?:com|net|mil)\b`), "{host}"},
	{regexp.MustCompile(`\b[\w-]+\.[\w-]{8,}\.[\w-]{8,}`), "{token}"},
	{regexp.MustCompile(`\b\d{1,3}(?:\.\d{1,3}){3}\b`), "{address}"},
	{regexp.MustCompile(`[0-9A-Za-z_+/=-]{16,}`), "{id}"},
}

// mask replaces what may be a secret or personal in a text: the values of variables by their
// names, the rest by its kind.
func (r *run) mask(text string) string {
	names := make([]string, 0, len(r.vars))
	for name, value := range r.vars {
		if len(value) >= 6 {
			names = append(names, name)
		}
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(len(r.vars[b])-len(r.vars[a]), strings.Compare(a, b))
	})
	for _, name := range names {
		text = strings.ReplaceAll(text, r.vars[name], "$"+name)
	}
	for _, m := range masks {
		text = m.pattern.ReplaceAllStringFunc(text, func(match string) string {
			if plainWord.MatchString(match) {
				return match
			}
			return m.with
		})
	}
	return text
}

// plainWord matches long words that are no ids: names of parameters, fields and roles.
var plainWord = regexp.MustCompile(`^(?:[a-z]+(?:_[a-z]+)+|[A-Z]+(?:_[A-Z]+)+|[A-Za-z][a-z]+(?:[A-Z][a-z]+)*|okta(?:\.[A-Za-z]+)+)$`)
