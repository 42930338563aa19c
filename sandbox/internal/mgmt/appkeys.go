package mgmt

import (
	"encoding/base64"
	"maps"
	"math/big"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// maxKeys is how many keys a client may have.
const maxKeys = 50

// privateJWKMembers are never kept: a client registers public keys.
const privateJWKMembers = "d p q dp dq qi oth k"

// fillKeys checks the keys of a document and gives each an id, keeping that of
// a key the app has already (found by id, then by kid and material).
func fillKeys(sent []map[string]any, a *state.App, now time.Time) ([]map[string]any, error) {
	var known []map[string]any
	if a.Doc != nil {
		known = a.Keys()
	}
	var keys []map[string]any
	for _, raw := range sent {
		key, err := fillKey(raw, now)
		if err != nil {
			return nil, err
		}
		if old := sameKey(known, raw, key); old != nil {
			for _, member := range []string{"id", "created", "lastUpdated"} {
				key[member] = old[member]
			}
		}
		keys = append(keys, key)
	}
	return keys, checkKeySet(keys)
}

// fillKey checks one public key, RSA or EC, and gives it Okta's members. An EC
// key may lack its curve: Okta keeps crv null then.
func fillKey(raw map[string]any, now time.Time) (map[string]any, error) {
	key := maps.Clone(raw)
	for _, member := range append([]string{"_links", "id"}, strings.Fields(privateJWKMembers)...) {
		delete(key, member)
	}
	switch jsondoc.Text(key, "kty") {
	case "RSA":
		n, err := base64.RawURLEncoding.DecodeString(jsondoc.Text(key, "n"))
		if err != nil || len(n) == 0 || jsondoc.Text(key, "e") == "" {
			return nil, web.Invalid("JsonWebKey", "An RSA key needs the base64url members 'n' and 'e'.")
		}
		if new(big.Int).SetBytes(n).BitLen() < 2048 {
			return nil, web.Invalid("JsonWebKey", "RSA key length in the 'jwks' is less than '2,048' bits for the given key.")
		}
	case "EC":
		if jsondoc.Text(key, "x") == "" || jsondoc.Text(key, "y") == "" {
			return nil, web.Invalid("JsonWebKey", "An EC key needs the members 'x' and 'y'.")
		}
		if _, sent := key["crv"]; !sent {
			key["crv"] = nil
		}
	default:
		return nil, web.Invalid("JsonWebKey", "'kty' must be RSA or EC.")
	}
	if use := jsondoc.Text(key, "use"); use != "" && use != "sig" && use != "enc" {
		return nil, web.Invalid("JsonWebKey", "'use' must be sig or enc.")
	}
	switch jsondoc.Text(key, "status") {
	case "":
		key["status"] = "ACTIVE"
	case "ACTIVE", "INACTIVE":
	default:
		return nil, web.Invalid("JsonWebKey", "'status' must be ACTIVE or INACTIVE.")
	}
	for _, member := range []string{"use", "kid"} {
		if _, sent := key[member]; !sent {
			key[member] = nil
		}
	}
	key["id"], key["created"], key["lastUpdated"] = state.NewID("pks"), state.Timestamp(now), state.Timestamp(now)
	return key, nil
}

// sameKey finds the key that a document sends back.
func sameKey(known []map[string]any, raw, key map[string]any) map[string]any {
	for _, old := range known {
		if id := jsondoc.Text(raw, "id"); id != "" && id == jsondoc.Text(old, "id") {
			return old
		}
	}
	for _, old := range known {
		same := true
		for _, member := range []string{"kid", "kty", "n", "e", "x", "y"} {
			same = same && jsondoc.Text(old, member) == jsondoc.Text(key, member)
		}
		if same {
			return old
		}
	}
	return nil
}

// checkKeySet applies the rules between the keys of one client.
func checkKeySet(keys []map[string]any) error {
	kids := map[string]bool{}
	encryption := 0
	for _, key := range keys {
		kid := jsondoc.Text(key, "kid")
		if kid == "" && len(keys) > 1 {
			return web.Invalid("JsonWebKey", "Each key should have a unique kid when adding multiple keys. Use the Apps API to update the JWKS to add a kid for the existing key, or delete the existing key and re-add the key with a kid using the JWKS APIs.")
		}
		if kids[kid] {
			return web.Invalid("JsonWebKey", "All keys in the 'jwks' must have a unique `kid`.")
		}
		kids[kid] = true
		if jsondoc.Text(key, "use") == "enc" && jsondoc.Text(key, "status") == "ACTIVE" {
			encryption++
		}
	}
	if encryption > 1 {
		return web.Invalid("JsonWebKey", "The client can have only one active encryption key in the 'jwks'.")
	}
	if len(keys) > maxKeys {
		return web.Invalid("JsonWebKey", "You can't create a new key. You have reached the maximum number of keys allowed (50). To add another key, you must first delete an existing one.")
	}
	return nil
}
