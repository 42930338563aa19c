package org

import (
	"strings"

	"github.com/oktaform/oktaform/schema"
)

// scrub takes the secrets out of a document as soon as it is read: Okta's
// answers to create and replace hold the client secret in clear text.
func scrub(doc map[string]any) {
	delete(doc, "client_secret") // of a client secret by itself
	if label := str(doc, "label"); strings.Contains(label, "&") && doc["signOnMode"] != nil {
		doc["label"] = schema.Label(label)
	}
	if client := object(doc, "credentials", "oauthClient"); client != nil {
		delete(client, "client_secret")
	}
	if credentials := object(doc, "credentials"); credentials != nil {
		delete(credentials, "password")
		delete(credentials, "recovery_question")
	}
	for _, key := range keysOf(doc) {
		// The private members of RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1. Okta
		// has no business with them, but stores what it is sent.
		for _, member := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
			delete(key, member)
		}
	}
}

// object walks down a document; nil where there is no object.
func object(doc map[string]any, path ...string) map[string]any {
	for _, name := range path {
		next, ok := doc[name].(map[string]any)
		if !ok {
			return nil
		}
		doc = next
	}
	return doc
}

// str walks down a document to a string; "" where there is none.
func str(doc map[string]any, path ...string) string {
	last := len(path) - 1
	parent := object(doc, path[:last]...)
	if parent == nil {
		return ""
	}
	s, _ := parent[path[last]].(string)
	return s
}
