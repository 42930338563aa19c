package mgmt

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// appKeyKind are the operations on the JSON Web Keys of a client,
// /api/v1/apps/{appId}/credentials/jwks.
func appKeyKind() Kind {
	const base = "/api/v1/apps/{appId}/credentials/jwks"
	return Kind{
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

// pathClient returns the app of the path when it is an OAuth client.
func pathClient(c *web.Call) (*state.App, error) {
	a, err := pathApp(c)
	if err != nil {
		return nil, err
	}
	if a.OAuth() == nil {
		return nil, web.NotFound(a.ID, "OAuth2AppInstance")
	}
	return a, nil
}

// pathKey returns the app and the key that the path names by its id.
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
	delete(a.OAuth(), "jwks_uri") // inline keys and a URI exclude each other
	saveKeys(c, a, keys, credentialStatus(a))
	return c.JSON(http.StatusCreated, keyView(c, a, key))
}

// saveKeys makes these the client's keys; before is what credentialStatus gave
// at the start.
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
