package orgcopy

import (
	"maps"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/secretname"
)

// publicJWK are the public members of a JSON Web Key, and those that Okta adds.
var publicJWK = []string{"kty", "alg", "use", "key_ops", "kid", "n", "e", "crv", "x", "y", "id", "status", "created", "lastUpdated"}

// without returns a copy of a document without some members.
func without(doc map[string]any, members ...string) map[string]any {
	out := maps.Clone(doc)
	for _, name := range members {
		delete(out, name)
	}
	return out
}

// clean removes what may be secret from a value: strings and lists under names of secrets, any
// value under such a name in a profile, private members of keys, private keys, and secrets in
// addresses.
func clean(value any) any { return cleaned(value, false) }

func cleaned(value any, inProfile bool) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		isKey := v["kty"] != nil
		for name, inner := range v {
			if isKey && !slices.Contains(publicJWK, name) || !isKey && (name == "d" || secretname.Mentions(name)) && mayBeSecret(inner, inProfile) {
				continue
			}
			if text, isText := inner.(string); isText && secretname.PrivateKey(text) {
				continue
			}
			out[name] = cleaned(inner, inProfile || name == "profile")
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = cleaned(v[i], inProfile)
		}
		return out
	case string:
		if secretname.PrivateKey(v) {
			return ""
		}
		return secretname.Addresses(v)
	}
	return value
}

// mayBeSecret reports whether a value under the name of a secret may be one. Okta's own documents
// have objects and switches under such names, profiles anything.
func mayBeSecret(value any, inProfile bool) bool {
	switch value.(type) {
	case string, []any:
		return true
	case bool:
		return false
	}
	return inProfile
}

// lastOf returns the part of a URL after the last slash.
func lastOf(href string) string {
	return href[strings.LastIndex(href, "/")+1:]
}
