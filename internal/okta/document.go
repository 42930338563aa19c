package okta

import (
	"encoding/json"
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// scrub removes the secrets from a document as soon as it is read: Okta's answers to create and
// replace contain the client secret in clear text.
func scrub(doc map[string]any) {
	delete(doc, "client_secret") // of a client secret's own document
	if label := Text(doc, "label"); strings.Contains(label, "&") && doc["signOnMode"] != nil {
		doc["label"] = schema.Label(label)
	}
	if client := Object(doc, "credentials", "oauthClient"); client != nil {
		delete(client, "client_secret")
	}
	if credentials := Object(doc, "credentials"); credentials != nil {
		delete(credentials, "password")
		delete(credentials, "recovery_question")
	}
	for _, key := range PublicKeys(doc) {
		// The private members of RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1. They do not belong in
		// Okta, which stores what it is sent.
		for _, member := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
			delete(key, member)
		}
	}
}

// Object follows the path into a document; nil if there is no object.
func Object(doc map[string]any, path ...string) map[string]any {
	for _, name := range path {
		next, ok := doc[name].(map[string]any)
		if !ok {
			return nil
		}
		doc = next
	}
	return doc
}

// Text follows the path into a document and returns the string there; "" if there is none.
func Text(doc map[string]any, path ...string) string {
	last := len(path) - 1
	parent := Object(doc, path[:last]...)
	if parent == nil {
		return ""
	}
	s, _ := parent[path[last]].(string)
	return s
}

// PublicKeys returns the public keys in an app's document.
func PublicKeys(doc map[string]any) []map[string]any {
	jwks := Object(doc, "settings", "oauthClient", "jwks")
	if jwks == nil {
		return nil
	}
	list, _ := jwks["keys"].([]any)
	var keys []map[string]any
	for _, entry := range list {
		if key, ok := entry.(map[string]any); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// Clone copies a document, so that changing one leaves the other unchanged.
func Clone(doc map[string]any) (map[string]any, error) {
	content, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	var out map[string]any
	return out, decodeJSON(content, &out)
}

// FilterText quotes a string for a filter or search expression.
func FilterText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
