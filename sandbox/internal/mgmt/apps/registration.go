package apps

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// RegistrationKind describes dynamic client registration (RFC 7591), /oauth2/v1/clients: OIDC apps
// in the form of client metadata.
func RegistrationKind() kind.Kind {
	const scope, base = "okta.clients", "/oauth2/v1/clients"
	return kind.Kind{
		Name:   "registration",
		PartOf: []string{"app"},
		Routes: []web.Route{
			{Pattern: "GET " + base, Scope: scope, Right: access.AppsRead, Handle: listClients},
			{Pattern: "POST " + base, Scope: scope, Verb: "register", Right: access.AppsCreate, Handle: registerClient},
			{Pattern: "GET " + base + "/{clientId}", Scope: scope, Right: access.AppsRead, CORS: web.CORSApps, Handle: getClient},
			{Pattern: "PUT " + base + "/{clientId}", Scope: scope, Right: access.AppsManage, Handle: replaceClient},
			{Pattern: "DELETE " + base + "/{clientId}", Scope: scope, Right: access.AppsManage, Handle: deleteClient},
			{Pattern: "POST " + base + "/{clientId}/lifecycle/newSecret", Scope: scope, Right: access.AppCredentials, Handle: renewSecret},
		},
		Eventless: "it logs the events of apps and of their secrets",
	}
}

// registration is a client in the form of client metadata, in Okta's order. What is not set is null
// or left out, as Okta's examples have it.
type registration struct {
	ClientID        string    `json:"client_id"`
	ClientSecret    string    `json:"client_secret,omitempty"`
	IssuedAt        int64     `json:"client_id_issued_at"`
	SecretExpires   *int      `json:"client_secret_expires_at,omitempty"`
	Name            string    `json:"client_name"`
	ClientURI       any       `json:"client_uri"`
	LogoURI         any       `json:"logo_uri"`
	PolicyURI       any       `json:"policy_uri,omitempty"`
	TosURI          any       `json:"tos_uri,omitempty"`
	RedirectURIs    []any     `json:"redirect_uris"`
	PostLogoutURIs  []any     `json:"post_logout_redirect_uris,omitempty"`
	ResponseTypes   []any     `json:"response_types"`
	GrantTypes      []any     `json:"grant_types"`
	AuthMethod      string    `json:"token_endpoint_auth_method"`
	ApplicationType string    `json:"application_type"`
	LoginURI        any       `json:"initiate_login_uri,omitempty"`
	RequestAlgs     any       `json:"request_object_signing_alg,omitempty"`
	JWKSURI         any       `json:"jwks_uri,omitempty"`
	JWKS            *jwksView `json:"jwks,omitempty"`
	LogoutURI       any       `json:"frontchannel_logout_uri,omitempty"`
	LogoutSession   any       `json:"frontchannel_logout_session_required,omitempty"`
	DPoPBound       any       `json:"dpop_bound_access_tokens,omitempty"`
}

type jwksView struct {
	Keys []map[string]any `json:"keys"`
}

// registrationMembers are the members of client metadata that an app's settings have by the same
// name.
var registrationMembers = []string{"client_uri", "logo_uri", "policy_uri", "tos_uri", "redirect_uris", "post_logout_redirect_uris",
	"response_types", "grant_types", "application_type", "initiate_login_uri", "request_object_signing_alg", "jwks_uri", "jwks",
	"frontchannel_logout_uri", "frontchannel_logout_session_required", "dpop_bound_access_tokens"}

// registrationView returns the client. Only the answers to POST and PUT show the secret.
func registrationView(a *state.App, withSecret bool) registration {
	settings := a.OAuth()
	list := func(name string) []any {
		values, _ := settings[name].([]any)
		return slices.Concat([]any{}, values)
	}
	view := registration{
		ClientID: a.ClientID(), IssuedAt: a.Created.Unix(), Name: a.Label(), ClientURI: settings["client_uri"], LogoURI: settings["logo_uri"],
		PolicyURI: settings["policy_uri"], TosURI: settings["tos_uri"], RedirectURIs: list("redirect_uris"), PostLogoutURIs: list("post_logout_redirect_uris"),
		ResponseTypes: list("response_types"), GrantTypes: list("grant_types"), AuthMethod: a.AuthMethod(),
		ApplicationType: jsondoc.Text(settings, "application_type"), LoginURI: settings["initiate_login_uri"],
		RequestAlgs: settings["request_object_signing_alg"], JWKSURI: settings["jwks_uri"],
		LogoutURI: settings["frontchannel_logout_uri"], LogoutSession: settings["frontchannel_logout_session_required"], DPoPBound: settings["dpop_bound_access_tokens"],
	}
	if keys := a.Keys(); len(keys) > 0 {
		view.JWKS = &jwksView{}
		for _, key := range keys {
			view.JWKS.Keys = append(view.JWKS.Keys, withoutTimes(key))
		}
	}
	if secret := currentSecret(a); secret != nil {
		view.SecretExpires = new(int)
		if withSecret {
			view.ClientSecret = secret.Secret
		}
	}
	return view
}

// registrationDoc returns the document of an app with the client metadata of a request. own is the
// document of the app that it replaces, if any.
func registrationDoc(c *web.Call, own map[string]any) (map[string]any, error) {
	sent, err := c.Object()
	if err != nil {
		return nil, err
	}
	settings := map[string]any{"consent_method": "REQUIRED", "grant_types": []any{"authorization_code"}, "application_type": "web"}
	for _, name := range registrationMembers {
		if value := sent[name]; value != nil {
			settings[name] = value
		}
	}
	credentials := map[string]any{}
	if method := sent["token_endpoint_auth_method"]; method != nil {
		credentials["token_endpoint_auth_method"] = method
	}
	doc := map[string]any{}
	if own != nil {
		doc = maps.Clone(own)
		settings["consent_method"] = jsondoc.Object(own, "settings", "oauthClient")["consent_method"]
	}
	doc["label"], doc["signOnMode"] = sent["client_name"], "OPENID_CONNECT"
	for name, part := range map[string]map[string]any{"settings": settings, "credentials": credentials} {
		whole := maps.Clone(jsondoc.Object(doc, name))
		if whole == nil {
			whole = map[string]any{}
		}
		whole["oauthClient"] = part
		doc[name] = whole
	}
	return doc, nil
}

// metadataError turns a validation error of an app into that of RFC 7591 section 3.2.2.
func metadataError(err error) error {
	var invalid *web.APIError
	if !errors.As(err, &invalid) || invalid.Code != "E0000001" {
		return err
	}
	causes := slices.Clone(invalid.Causes)
	for i, cause := range causes {
		if rest, isLabel := strings.CutPrefix(cause, "label:"); isLabel {
			causes[i] = "client_name:" + rest
		}
	}
	return &oauth.Error{Status: http.StatusBadRequest, Code: "invalid_client_metadata", Description: strings.Join(causes, ", ")}
}

// pathRegistration returns the app whose client id the path names.
func pathRegistration(c *web.Call) (*state.App, error) {
	id := c.Path("clientId")
	a := c.Org.AppByClientID(id)
	if a == nil || a.OAuth() == nil {
		return nil, web.NotFound(id, "PublicClientApp")
	}
	return a, nil
}

func listClients(c *web.Call) error {
	q := strings.ToLower(c.Query().Get("q"))
	found, err := web.PageWhere(c, c.Org.Apps.List(), func(a *state.App) bool {
		return a.OAuth() != nil && strings.HasPrefix(strings.ToLower(a.Label()), q) && access.Allows(c, access.AppsRead, access.App, a.ID)
	}, func(a *state.App) string { return a.ID }, web.PageSize{Fallback: 20, Max: 200})
	if err != nil {
		return err
	}
	list := []registration{}
	for _, a := range found {
		list = append(list, registrationView(a, false))
	}
	return c.JSON(http.StatusOK, list)
}

func registerClient(c *web.Call) error {
	doc, err := registrationDoc(c, nil)
	if err != nil {
		return err
	}
	a, err := newApp(c, doc, "ACTIVE")
	if err != nil {
		return metadataError(err)
	}
	return c.JSON(http.StatusCreated, registrationView(a, true))
}

func getClient(c *web.Call) error {
	a, err := pathRegistration(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, registrationView(a, false))
}

// replaceClient replaces all metadata. The client keeps its secret.
func replaceClient(c *web.Call) error {
	a, err := pathRegistration(c)
	if err != nil {
		return err
	}
	doc, err := registrationDoc(c, a.Doc)
	if err != nil {
		return err
	}
	if err := changeApp(c, a, doc); err != nil {
		return metadataError(err)
	}
	return c.JSON(http.StatusOK, registrationView(a, access.Allows(c, access.AppCredentials, access.App, a.ID)))
}

// deleteClient deletes the app, which may be active.
func deleteClient(c *web.Call) error {
	a, err := pathRegistration(c)
	if err != nil {
		return err
	}
	c.Org.Apps.Remove(a.ID)
	emitApp(c, a, eventAppDelete, eventClientDelete)
	return c.NoContent(http.StatusNoContent)
}

// renewSecret replaces the client's secrets with a new one.
func renewSecret(c *web.Call) error {
	a, err := pathRegistration(c)
	if err != nil {
		return err
	}
	if !usesSecret(a) {
		return metadataError(web.Invalid("token_endpoint_auth_method", "token_endpoint_auth_method: The client has no client secret."))
	}
	before := credentialStatus(a)
	a.Secrets = []*state.ClientSecret{newClientSecret(state.RandomBase64(48), "ACTIVE", c.Second())}
	a.LastUpdated = c.Second()
	c.Org.Apps.Put(a.ID, a)
	emitCredentials(c, a, before)
	return c.JSON(http.StatusOK, registrationView(a, true))
}
