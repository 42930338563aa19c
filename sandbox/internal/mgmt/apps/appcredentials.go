package apps

import (
	"maps"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// The events of client credentials.
var (
	eventSecretRead           = syslog.Type{Name: "app.oauth2.client.read_client_secret", Message: "Read client secret"}
	eventCredentialCreate     = syslog.Type{Name: "app.oauth2.credentials.lifecycle.create", Message: "Create OAuth client credential"}
	eventCredentialActivate   = syslog.Type{Name: "app.oauth2.credentials.lifecycle.activate", Message: "Activate OAuth client credential"}
	eventCredentialDeactivate = syslog.Type{Name: "app.oauth2.credentials.lifecycle.deactivate", Message: "Deactivate OAuth client credential"}
	eventCredentialDelete     = syslog.Type{Name: "app.oauth2.credentials.lifecycle.delete", Message: "Delete OAuth client credential"}
)

// credentialEvents returns the events of keys and secrets.
func credentialEvents() []syslog.Type {
	return []syslog.Type{eventSecretRead, eventCredentialCreate, eventCredentialActivate, eventCredentialDeactivate, eventCredentialDelete}
}

// sameCredentials reports whether an app authenticates as before: with the same method, keys and
// secrets. A caller who may not write credentials may not change them by any operation.
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

// copied returns a copy of the app whose document and secrets can be replaced.
func copied(a *state.App) *state.App {
	other := *a
	other.Secrets = nil
	for _, s := range a.Secrets {
		secret := *s
		other.Secrets = append(other.Secrets, &secret)
	}
	return &other
}

// sameKeys compares the key material of two settings in any order, ignoring the members that the
// org adds to a key.
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

// credentialStatus maps the id of each key and secret of the client to its status.
func credentialStatus(a *state.App) map[string]string {
	all := map[string]string{}
	for _, key := range a.Keys() {
		all[jsondoc.Text(key, "id")] = jsondoc.Text(key, "status")
	}
	for _, secret := range a.Secrets {
		all[secret.ID] = secret.Status
	}
	return all
}

// emitCredentials logs the changes of the client's credentials.
func emitCredentials(c *web.Call, a *state.App, before map[string]string) {
	after := credentialStatus(a)
	for _, id := range slices.Sorted(maps.Keys(after)) {
		old, known := before[id]
		switch {
		case !known:
			syslog.Emit(c, eventCredentialCreate, syslog.ClientEntity(a), credentialEntity(id))
		case old == after[id]:
		case after[id] == "ACTIVE":
			syslog.Emit(c, eventCredentialActivate, syslog.ClientEntity(a), credentialEntity(id))
		default:
			syslog.Emit(c, eventCredentialDeactivate, syslog.ClientEntity(a), credentialEntity(id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		if _, kept := after[id]; !kept {
			syslog.Emit(c, eventCredentialDelete, syslog.ClientEntity(a), credentialEntity(id))
		}
	}
}

func credentialEntity(id string) state.LogEntity {
	if strings.HasPrefix(id, "ocs") {
		return secretEntity(id)
	}
	return state.LogEntity{ID: id, Type: "JsonWebKey", Alternate: "unknown", Name: "JSON Web Key"}
}

func secretEntity(id string) state.LogEntity {
	return state.LogEntity{ID: id, Type: "OAuth2ClientSecret", Alternate: "unknown", Name: "Client Secret"}
}
