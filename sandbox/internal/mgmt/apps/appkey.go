package apps

import (
	"encoding/base64"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// AppKeyKind describes the JSON Web Keys of a client, /api/v1/apps/{appId}/credentials/jwks.
func AppKeyKind() kind.Kind {
	const base = "/api/v1/apps/{appId}/credentials/jwks"
	return kind.Kind{
		Name:   "appKey",
		PartOf: []string{"app"},
		Routes: []web.Route{
			{Pattern: "GET " + base, Scope: "okta.apps", Right: access.AppsRead, Handle: listKeys},
			{Pattern: "POST " + base, Scope: "okta.apps", Right: access.AppCredentials, Handle: addKey},
			{Pattern: "GET " + base + "/{keyId}", Scope: "okta.apps", Right: access.AppsRead, Handle: getKey},
			{Pattern: "DELETE " + base + "/{keyId}", Scope: "okta.apps", Right: access.AppCredentials, Handle: deleteKey},
			{Pattern: "POST " + base + "/{keyId}/lifecycle/activate", Scope: "okta.apps", Right: access.AppCredentials, Handle: activateKey},
			{Pattern: "POST " + base + "/{keyId}/lifecycle/deactivate", Scope: "okta.apps", Right: access.AppCredentials, Handle: deactivateKey},
		},
		Events: credentialEvents(),
	}
}

// pathClient returns the app in the path if it is an OAuth client.
func pathClient(c *web.Call) (*state.App, error) {
	a, err := kind.PathApp(c)
	if err != nil {
		return nil, err
	}
	if a.OAuth() == nil {
		return nil, web.NotFound(a.ID, "OAuth2AppInstance")
	}
	return a, nil
}

// pathKey returns the app in the path and its key with the id in the path.
func pathKey(c *web.Call) (*state.App, map[string]any, error) {
	a, err := pathClient(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.Path("keyId")
	for _, key := range a.Keys() {
		if jsondoc.Text(key, "id") == id {
			return a, key, nil
		}
	}
	return nil, nil, web.NotFound(id, "JsonWebKey")
}

func keyView(c *web.Call, a *state.App, key map[string]any) map[string]any {
	doc := jsondoc.WithoutNulls(key)
	self := c.URL("/api/v1/apps/" + a.ID + "/credentials/jwks/" + jsondoc.Text(key, "id"))
	links := map[string]any{}
	if jsondoc.Text(key, "status") == "ACTIVE" {
		links["deactivate"] = map[string]any{"href": self + "/lifecycle/deactivate", "hints": map[string]any{"allow": []string{"POST"}}}
	} else {
		links["activate"] = map[string]any{"href": self + "/lifecycle/activate", "hints": map[string]any{"allow": []string{"POST"}}}
		links["delete"] = map[string]any{"href": self, "hints": map[string]any{"allow": []string{"DELETE"}}}
	}
	doc["_links"] = links
	return doc
}

func listKeys(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	keys := []any{}
	for _, key := range a.Keys() {
		keys = append(keys, keyView(c, a, key))
	}
	return c.JSON(http.StatusOK, map[string]any{"keys": keys})
}

func addKey(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	sent, err := c.Object()
	if err != nil {
		return err
	}
	key, err := fillKey(sent, c.Second())
	if err != nil {
		return err
	}
	keys := append(a.Keys(), key)
	if err := checkKeySet(keys); err != nil {
		return err
	}
	delete(a.OAuth(), "jwks_uri") // inline keys and jwks_uri exclude each other
	saveKeys(c, a, keys, credentialStatus(a))
	return c.JSON(http.StatusCreated, keyView(c, a, key))
}

// saveKeys sets the client's keys. before is the result of credentialStatus before the change.
func saveKeys(c *web.Call, a *state.App, keys []map[string]any, before map[string]string) {
	a.SetKeys(keys)
	a.LastUpdated = c.Second()
	c.Org.Apps.Put(a.ID, a)
	emitCredentials(c, a, before)
}

func getKey(c *web.Call) error {
	a, key, err := pathKey(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, keyView(c, a, key))
}

func deleteKey(c *web.Call) error {
	a, key, err := pathKey(c)
	if err != nil {
		return err
	}
	if jsondoc.Text(key, "status") == "ACTIVE" {
		return web.Invalid("JsonWebKey", "You can't delete an active JSON Web Key. Deactivate the key before deleting it.")
	}
	saveKeys(c, a, slices.DeleteFunc(a.Keys(), func(k map[string]any) bool { return k["id"] == key["id"] }), credentialStatus(a))
	return c.NoContent(http.StatusNoContent)
}

func activateKey(c *web.Call) error {
	a, key, err := pathKey(c)
	if err != nil {
		return err
	}
	old, before := key["status"], credentialStatus(a)
	key["status"] = "ACTIVE"
	if err := checkKeySet(a.Keys()); err != nil {
		key["status"] = old
		return err
	}
	return keyChanged(c, a, key, before)
}

func deactivateKey(c *web.Call) error {
	a, key, err := pathKey(c)
	if err != nil {
		return err
	}
	if jsondoc.Text(key, "use") == "enc" {
		return web.Invalid("JsonWebKey", "You can't deactivate the active encryption key.")
	}
	others := 0
	for _, other := range a.Keys() {
		if other["id"] != key["id"] && jsondoc.Text(other, "status") == "ACTIVE" && jsondoc.Text(other, "use") != "enc" {
			others++
		}
	}
	if others == 0 && a.AuthMethod() == "private_key_jwt" {
		return web.Invalid("JsonWebKey", "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.")
	}
	before := credentialStatus(a)
	key["status"] = "INACTIVE"
	return keyChanged(c, a, key, before)
}

func keyChanged(c *web.Call, a *state.App, key map[string]any, before map[string]string) error {
	key["lastUpdated"] = state.Timestamp(c.Second())
	saveKeys(c, a, a.Keys(), before)
	return c.JSON(http.StatusOK, keyView(c, a, key))
}

// maxKeys is the number of keys that a client may have.
const maxKeys = 50

// privateJWKMembers are refused: a client registers public keys only.
const privateJWKMembers = "d p q dp dq qi oth k"

// fillKeys checks the keys of a document and gives each an id. A key that the app already has (by
// id, or by kid and material) keeps its id.
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

// fillKey checks one public key, RSA or EC, and adds Okta's members. An EC key may lack its curve:
// Okta then stores crv as null.
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

// sameKey finds the stored key that a document sends again.
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

// checkKeySet checks the rules that concern all keys of a client together.
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
