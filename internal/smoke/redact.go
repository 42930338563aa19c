package smoke

import (
	"net/url"
	"slices"
	"strings"
)

// redactor knows the secrets that a test has used. Steps are written without them in the first
// place; redactor removes those that an org, a proxy or an error repeats.
type redactor struct{ secrets []string }

// A shorter text would be replaced in unrelated words.
const shortestSecret = 6

func (r *redactor) add(secrets ...string) {
	for _, s := range secrets {
		if len(s) < shortestSecret {
			continue
		}
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			if !slices.Contains(r.secrets, form) {
				r.secrets = append(r.secrets, form)
			}
		}
	}
}

func (r *redactor) clean(text string) string {
	for _, s := range r.secrets {
		text = strings.ReplaceAll(text, s, "(sensitive)")
	}
	return text
}

func (r *redactor) cleanResult(result *Result) {
	// The longest first, so that none hides a part of another.
	slices.SortFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
	result.Reason = r.clean(result.Reason)
	for i := range result.Steps {
		s := &result.Steps[i]
		for _, field := range []*string{&s.Name, &s.Sent, &s.Got, &s.Problem, &s.Body, &s.Cause, &s.Fix, &s.RequestID} {
			*field = r.clean(*field)
		}
	}
}
