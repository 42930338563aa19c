package smoke

import (
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// assertToken checks the token block; each of its attributes is a step.
func (t *test) assertToken(got *token) error {
	declared := t.Token
	if declared == nil {
		return nil
	}
	var failed error
	check := func(name, problem, shown string) {
		step := Step{Name: "token " + name, Problem: problem, Got: shown}
		if problem == "" {
			t.pass(step)
			return
		}
		step.Diagnosis = "token differs"
		step.Cause = "The token is not the one that the token block describes."
		step.Fix = "Run plan, which shows how the app differs from its block; or correct the token block."
		failed = t.fail(step)
	}
	if want := declared.Type; want != "" {
		check("type", unless(strings.EqualFold(got.Type, want), "the token is of type %s, not %s", got.Type, want), got.Type)
	}
	if want := declared.Lifetime; want != nil {
		check("lifetime", unless(got.Expires == *want, "the token is good for %d seconds, not %d", got.Expires, *want), fmt.Sprintf("%d seconds", got.Expires))
	}
	if want := declared.Scopes; want != nil {
		have := got.scopes(t.Scopes)
		check("scp", unless(sameSet(have, want), "the token has the scopes %s, not %s", spaced(have), spaced(want)), spaced(have))
	}
	for _, of := range []struct {
		what, raw string
		declared  map[string]any
	}{{"", got.Access, declared.Claims}, {"ID token ", got.ID, declared.IDClaims}} {
		if len(of.declared) == 0 {
			continue
		}
		claims, err := tokenClaims(of.raw)
		if err != nil {
			check(of.what+"claims", err.Error(), "")
			continue
		}
		for _, name := range slices.Sorted(maps.Keys(of.declared)) {
			check(of.what+"claim "+name, checkClaim(claims, name, of.declared[name]), "as expected")
		}
	}
	return failed
}

func checkClaim(claims map[string]any, name string, want any) string {
	got, ok := claims[name]
	switch {
	case !ok:
		return "the token has no claim " + name
	case sameJSON(got, want):
		return ""
	}
	// A list of scopes is a set: its order is irrelevant.
	if list, ok := got.([]any); ok {
		if wanted, ok := want.([]any); ok && len(list) == len(wanted) && !slices.ContainsFunc(wanted, func(e any) bool { return !containsJSON(list, e) }) {
			return ""
		}
	}
	return fmt.Sprintf("the claim %s is %s, not %s", name, described(got), shownJSON(want))
}

// tokenClaims decodes the claims of a token without verifying its signature: an access token has
// just come from the token endpoint, and that of an ID token was verified at the sign-in.
func tokenClaims(raw string) (map[string]any, error) {
	if raw == "" {
		return nil, errors.New("the org sent no such token: it needs a sign-in, and the scope openid")
	}
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return nil, fmt.Errorf("the token is not a JWT, so its claims can't be read")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err == nil {
		var document any
		if document, err = decodeJSON(payload); err == nil {
			if claims, ok := document.(map[string]any); ok {
				return claims, nil
			}
		}
	}
	return nil, fmt.Errorf("the claims of the token can't be read")
}

func sameSet(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(slices.Compact(a), slices.Compact(b))
}
