package mgmt

import (
	"maps"
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// getIDTokenSettings answers a private call of Okta's own console, about the
// ID token's groups claim: other provisioning tools make it.
func getIDTokenSettings(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	doc := map[string]any{"issuer": c.Base, "orgUrl": nil, "customUrl": nil, "audience": a.ClientID(), "issuerMode": "ORG_URL"}
	maps.Copy(doc, a.IDToken)
	return c.JSON(http.StatusOK, doc)
}

func setIDTokenSettings(c *web.Call) error {
	a, err := pathClient(c)
	if err != nil {
		return err
	}
	sent, err := c.Object()
	if err != nil {
		return err
	}
	for _, derived := range []string{"issuer", "orgUrl", "customUrl", "audience"} {
		delete(sent, derived)
	}
	a.IDToken = sent
	c.Org.Apps.Put(a.ID, a)
	doc := map[string]any{"issuer": nil, "orgUrl": nil, "customUrl": nil, "audience": nil}
	maps.Copy(doc, sent)
	return c.JSON(http.StatusOK, doc)
}
