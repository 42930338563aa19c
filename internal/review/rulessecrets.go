package review

import (
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// secretRules are about the client secrets of apps.
func secretRules() []Rule {
	return []Rule{
		{ID: "G36", Title: "Secret older than the app's first right", Severity: severity.Low,
			Rationale: "Anybody who could edit the app may have read its client secret, which now gives more rights.",
			Source:    "RFC 9700, section 2.5 (by inference)", Fix: "Rotate the secret: add a client_secret block with the time now, switch the program to the new secret, and take the old one out.", change: oldSecrets},
		{ID: "G60", Title: "A variable gives the client secret", Severity: severity.Low, Worst: severity.High,
			Rationale: "Whoever can read or set the variable where the configuration is applied can authenticate as the app; a secret that Okta makes is known to the org alone.",
			Source:    "RFC 6819, section 5.1.4.1 (by inference)", Fix: "Make sure that the variable comes from a store of secrets that few can read, or leave secret out and let Okta make one.", change: givenSecrets},
	}
}

func oldSecrets(x *examined) (hits []hit) {
	for i := range x.Objects {
		o := &x.Objects[i]
		was := x.before.ByAddr[o.Addr.String()]
		if was == nil || o.Gone || !o.IsApp() || !bothKnown(was, o) || schema.HasRights(was.Value) || !schema.HasRights(o.Value) ||
			!kinds.SecretBased(was.Value) || !kinds.SecretBased(o.Value) || len(x.in.Replaced[o.Addr.String()]) > 0 {
			continue
		}
		if kept := keptSecret(was, o); kept != "" {
			hits = append(hits, hit{o: o, attribute: access.BlockClientSecret, message: fmt.Sprintf("%s gains its first scopes or roles, and keeps %s", o.Addr, kept)})
		}
	}
	return hits
}

// givenSecrets names the client secrets that blocks newly give.
func givenSecrets(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *access.Object) {
		if !is.IsApp() {
			return
		}
		var before []access.Secret
		if was != nil {
			before, _ = access.SecretsOf(was)
		}
		after, _ := access.SecretsOf(is)
		for _, s := range after {
			if s.Given && !slices.ContainsFunc(before, func(b access.Secret) bool { return b.Given && b.Since == s.Since }) {
				hits = append(hits, hit{o: is, attribute: access.BlockClientSecret, severity: min(max(x.controlRisk(is), severity.Low), severity.High),
					message: fmt.Sprintf("client secret %s is given by a variable from now on", s.Since)})
			}
		}
	})
	return hits
}

func bothKnown(objects ...*access.Object) bool {
	return !slices.ContainsFunc(objects, func(o *access.Object) bool { return o.Value.IsNull() || !o.Value.IsKnown() })
}

// keptSecret names a client secret that an app had before and keeps; "" if there is none. Files
// identify secrets by the dates of their blocks; without blocks the app keeps its secrets.
func keptSecret(was, is *access.Object) string {
	before, _ := access.SecretsOf(was)
	after, _ := access.SecretsOf(is)
	if is.ID == "" && len(after) == 0 {
		return "the client secret that it has"
	}
	for _, s := range after {
		switch had := slices.ContainsFunc(before, func(b access.Secret) bool { return b.Since == s.Since }); {
		case is.ID != "" && s.ID != "":
			return "client secret " + s.ID
		case is.ID == "" && s.Since != "" && had:
			return "client secret " + s.Since
		}
	}
	return ""
}
