package orgcopy

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// publicJWK are the members of a JSON Web Key that may be known, and those that Okta adds.
var publicJWK = []string{"kty", "alg", "use", "key_ops", "kid", "n", "e", "crv", "x", "y", "id", "status", "created", "lastUpdated"}

// secretName matches names of members that may hold a secret.
var secretName = regexp.MustCompile(`(?i)secret|passw|token$|privatekey|private_key|^d$`)

// without is a copy of a document without some members.
func without(doc map[string]any, members ...string) map[string]any {
	out := maps.Clone(doc)
	for _, name := range members {
		delete(out, name)
	}
	return out
}

// clean returns a value without what may be secret: texts under such names, and all but the
// public members of keys.
func clean(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := map[string]any{}
		isKey := v["kty"] != nil
		for name, inner := range v {
			if isKey && !slices.Contains(publicJWK, name) {
				continue
			}
			if _, isText := inner.(string); isText && !isKey && secretName.MatchString(name) {
				continue
			}
			out[name] = clean(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = clean(v[i])
		}
		return out
	}
	return value
}

// lastOf is what stands after the last slash of a URL.
func lastOf(href string) string {
	return href[strings.LastIndex(href, "/")+1:]
}
