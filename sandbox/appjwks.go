package sandbox

import (
	"net/http"
	"slices"
)

// appKeyRoutes are the operations on the JSON Web Keys of a client,
// /api/v1/apps/{appId}/credentials/jwks.
func appKeyRoutes() []route {
	const base = "/api/v1/apps/{appId}/credentials/jwks"
	return []route{
		{pattern: "GET " + base, scope: "okta.apps", right: rightAppsRead, handle: listKeys},
		{pattern: "POST " + base, scope: "okta.apps", right: rightAppKeys, handle: addKey},
		{pattern: "GET " + base + "/{keyId}", scope: "okta.apps", right: rightAppsRead, handle: getKey},
		{pattern: "DELETE " + base + "/{keyId}", scope: "okta.apps", right: rightAppKeys, handle: deleteKey},
		{pattern: "POST " + base + "/{keyId}/lifecycle/activate", scope: "okta.apps", right: rightAppKeys, handle: activateKey},
		{pattern: "POST " + base + "/{keyId}/lifecycle/deactivate", scope: "okta.apps", right: rightAppKeys, handle: deactivateKey},
	}
}

// client returns the app of the path when it is an OAuth client.
func (c *call) client() (*app, error) {
	a, err := c.app()
	if err != nil {
		return nil, err
	}
	if a.oauth() == nil {
		return nil, errNotFound(a.ID, "OAuth2AppInstance")
	}
	return a, nil
}

// clientKey returns the app and the key that the path names by its id.
func (c *call) clientKey() (*app, map[string]any, error) {
	a, err := c.client()
	if err != nil {
		return nil, nil, err
	}
	id := c.path("keyId")
	for _, key := range a.keys() {
		if text(key, "id") == id {
			return a, key, nil
		}
	}
	return nil, nil, errNotFound(id, "JsonWebKey")
}

func (c *call) keyView(a *app, key map[string]any) map[string]any {
	doc := withoutNulls(key)
	self := c.url("/api/v1/apps/" + a.ID + "/credentials/jwks/" + text(key, "id"))
	links := map[string]any{}
	if text(key, "status") == "ACTIVE" {
		links["deactivate"] = map[string]any{"href": self + "/lifecycle/deactivate", "hints": map[string]any{"allow": []string{"POST"}}}
	} else {
		links["activate"] = map[string]any{"href": self + "/lifecycle/activate", "hints": map[string]any{"allow": []string{"POST"}}}
		links["delete"] = map[string]any{"href": self, "hints": map[string]any{"allow": []string{"DELETE"}}}
	}
	doc["_links"] = links
	return doc
}

func listKeys(c *call) error {
	a, err := c.client()
	if err != nil {
		return err
	}
	keys := []any{}
	for _, key := range a.keys() {
		keys = append(keys, c.keyView(a, key))
	}
	return c.json(http.StatusOK, map[string]any{"keys": keys})
}

func addKey(c *call) error {
	a, err := c.client()
	if err != nil {
		return err
	}
	sent, err := c.object()
	if err != nil {
		return err
	}
	key, err := fillKey(sent, c.second())
	if err != nil {
		return err
	}
	keys := append(a.keys(), key)
	if err := checkKeySet(keys); err != nil {
		return err
	}
	delete(a.oauth(), "jwks_uri") // inline keys and a URI exclude each other
	c.saveKeys(a, keys, a.credentialStatus())
	return c.json(http.StatusCreated, c.keyView(a, key))
}

// saveKeys makes these the client's keys; before is what credentialStatus gave
// at the start.
func (c *call) saveKeys(a *app, keys []map[string]any, before map[string]string) {
	a.setKeys(keys)
	a.LastUpdated = c.second()
	c.org.apps.put(a.ID, a)
	c.credentialsHappened(a, before)
}

func getKey(c *call) error {
	a, key, err := c.clientKey()
	if err != nil {
		return err
	}
	return c.json(http.StatusOK, c.keyView(a, key))
}

func deleteKey(c *call) error {
	a, key, err := c.clientKey()
	if err != nil {
		return err
	}
	if text(key, "status") == "ACTIVE" {
		return errInvalid("JsonWebKey", "You can't delete an active JSON Web Key. Deactivate the key before deleting it.")
	}
	c.saveKeys(a, slices.DeleteFunc(a.keys(), func(k map[string]any) bool { return k["id"] == key["id"] }), a.credentialStatus())
	return c.noContent(http.StatusNoContent)
}

func activateKey(c *call) error {
	a, key, err := c.clientKey()
	if err != nil {
		return err
	}
	old, before := key["status"], a.credentialStatus()
	key["status"] = "ACTIVE"
	if err := checkKeySet(a.keys()); err != nil {
		key["status"] = old
		return err
	}
	return c.keyChanged(a, key, before)
}

func deactivateKey(c *call) error {
	a, key, err := c.clientKey()
	if err != nil {
		return err
	}
	if text(key, "use") == "enc" {
		return errInvalid("JsonWebKey", "You can't deactivate the active encryption key.")
	}
	others := 0
	for _, other := range a.keys() {
		if other["id"] != key["id"] && text(other, "status") == "ACTIVE" && text(other, "use") != "enc" {
			others++
		}
	}
	if others == 0 && a.authMethod() == "private_key_jwt" {
		return errInvalid("JsonWebKey", "Can't deactivate the only active JSON Web Key when the value for `token_endpoint_auth_method` is `private_key_jwt`.")
	}
	before := a.credentialStatus()
	key["status"] = "INACTIVE"
	return c.keyChanged(a, key, before)
}

func (c *call) keyChanged(a *app, key map[string]any, before map[string]string) error {
	key["lastUpdated"] = timestamp(c.second())
	c.saveKeys(a, a.keys(), before)
	return c.json(http.StatusOK, c.keyView(a, key))
}
