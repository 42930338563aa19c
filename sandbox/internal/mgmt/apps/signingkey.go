package apps

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"math/big"
	"net/http"
	"slices"
	"strconv"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// SigningKeyKind describes the key credentials of an app: the key that signs the tokens of all OIDC
// apps of an org, and those that were generated or cloned, which sign nothing here.
func SigningKeyKind() kind.Kind {
	const base = "/api/v1/apps/{appId}/credentials/keys"
	return kind.Kind{
		Name:   "signingKey",
		PartOf: []string{"app"},
		Routes: []web.Route{
			{Pattern: "GET " + base, Scope: "okta.apps", Right: access.AppsRead, Handle: listSigningKeys},
			{Pattern: "POST " + base + "/generate", Scope: "okta.apps", Right: access.AppCredentials, Handle: generateSigningKey},
			{Pattern: "GET " + base + "/{keyId}", Scope: "okta.apps", Right: access.AppsRead, Handle: getSigningKey},
			{Pattern: "POST " + base + "/{keyId}/clone", Scope: "okta.apps", Right: access.AppCredentials, Handle: cloneSigningKey},
		},
		Eventless: "the sandbox logs none of its changes",
	}
}

// certificatesOf returns the key credentials of an app, the org's own first.
func certificatesOf(c *web.Call, a *state.App) ([]*state.Certificate, error) {
	own, err := oauth.OrgCertificate(c.Org)
	if err != nil {
		return nil, err
	}
	return append([]*state.Certificate{own}, a.Certificates...), nil
}

// pathCertificate returns the app and the key credential in the path.
func pathCertificate(c *web.Call) (*state.App, *state.Certificate, error) {
	a, err := kind.PathApp(c)
	if err != nil {
		return nil, nil, err
	}
	all, err := certificatesOf(c, a)
	if err != nil {
		return nil, nil, err
	}
	id := c.Path("keyId")
	i := slices.IndexFunc(all, func(k *state.Certificate) bool { return k.ID == id })
	if i < 0 {
		return nil, nil, web.NotFound(id, "JsonWebKey")
	}
	return a, all[i], nil
}

func listSigningKeys(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	all, err := certificatesOf(c, a)
	if err != nil {
		return err
	}
	list := []any{}
	for _, k := range all {
		doc, err := certificateView(k)
		if err != nil {
			return err
		}
		list = append(list, doc)
	}
	return c.JSON(http.StatusOK, list)
}

func getSigningKey(c *web.Call) error {
	_, k, err := pathCertificate(c)
	if err != nil {
		return err
	}
	return answerCertificate(c, http.StatusOK, k)
}

func generateSigningKey(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	years, err := strconv.Atoi(c.Query().Get("validityYears"))
	if err != nil || years < 2 || years > 10 {
		return web.Invalid("generateKey", "Validity years out of range. It should be 2 - 10 years.")
	}
	k, err := oauth.NewCertificate(c.Org, c.Second(), years)
	if err != nil {
		return err
	}
	return addCertificate(c, a, k)
}

func cloneSigningKey(c *web.Call) error {
	_, k, err := pathCertificate(c)
	if err != nil {
		return err
	}
	id := c.Query().Get("targetAid")
	target := c.Org.Apps.Get(id)
	if target == nil {
		return web.NotFound(id, "AppInstance")
	}
	if !access.Allows(c, access.AppsManage, access.App, target.ID) {
		return web.Forbidden()
	}
	there, err := certificatesOf(c, target)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(there, func(other *state.Certificate) bool { return other.ID == k.ID }) {
		return web.Invalid("cloneKey", "Key already exists in the list of key credentials for the target app.")
	}
	return addCertificate(c, target, k)
}

func addCertificate(c *web.Call, a *state.App, k *state.Certificate) error {
	a.Certificates = append(a.Certificates, k)
	c.Org.Apps.Put(a.ID, a)
	return answerCertificate(c, http.StatusCreated, k)
}

func answerCertificate(c *web.Call, status int, k *state.Certificate) error {
	doc, err := certificateView(k)
	if err != nil {
		return err
	}
	return c.JSON(status, doc)
}

func certificateView(k *state.Certificate) (map[string]any, error) {
	certificate, err := x509.ParseCertificate(k.DER)
	if err != nil {
		return nil, err
	}
	doc := map[string]any{
		"kid": k.ID, "kty": "RSA", "use": "sig", "created": state.Timestamp(k.Created), "lastUpdated": state.Timestamp(k.Created),
		"expiresAt": state.Timestamp(certificate.NotAfter), "x5c": []any{base64.StdEncoding.EncodeToString(k.DER)},
	}
	sum := sha256.Sum256(k.DER)
	doc["x5t#S256"] = base64.RawURLEncoding.EncodeToString(sum[:])
	if public, isRSA := certificate.PublicKey.(*rsa.PublicKey); isRSA {
		doc["n"] = base64.RawURLEncoding.EncodeToString(public.N.Bytes())
		doc["e"] = base64.RawURLEncoding.EncodeToString(big.NewInt(int64(public.E)).Bytes())
	}
	return doc, nil
}
