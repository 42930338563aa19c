package mgmt

import (
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// sameCredentials reports whether an app proves who it is as before: by its way, its keys
// and its secrets. All else is refused to who may not write credentials, by whatever
// operation.
func sameCredentials(before, after *state.App) bool {
	secrets := func(a *state.App) (all []string) {
		for _, s := range a.Secrets {
			all = append(all, s.ID+" "+s.Secret+" "+s.Status)
		}
		return all
	}
	was, is := before.OAuth(), after.OAuth()
	return before.AuthMethod() == after.AuthMethod() && jsondoc.Text(was, "jwks_uri") == jsondoc.Text(is, "jwks_uri") &&
		sameKeys(was, is) && slices.Equal(secrets(before), secrets(after))
}

// copied is a copy of the app whose document and secrets can be replaced.
func copied(a *state.App) *state.App {
	other := *a
	other.Secrets = nil
	for _, s := range a.Secrets {
		secret := *s
		other.Secrets = append(other.Secrets, &secret)
	}
	return &other
}

// sameKeys compares the key material of two settings, in any order, without
// what the org adds to a key.
func sameKeys(before, after map[string]any) bool {
	material := func(settings map[string]any) []string {
		list, _ := jsondoc.Object(settings, "jwks")["keys"].([]any)
		var all []string
		for _, item := range list {
			key, _ := item.(map[string]any)
			one := ""
			for _, member := range []string{"kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"} {
				one += member + "=" + jsondoc.Text(key, member) + " "
			}
			if jsondoc.Text(key, "status") == "INACTIVE" {
				one += "INACTIVE"
			}
			all = append(all, one)
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(material(before), material(after))
}
