package oauth

import (
	"encoding/json"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// client is an app in its role as an OAuth client.
type client struct {
	app *state.App
	id  string // client_id

	authMethod   string // token_endpoint_auth_method
	pkceRequired bool

	clientSettings
	implicitAssignment bool

	fetched []ClientKey // the keys of its jwks_uri, if this request needs them
}

// clientSettings are the members of settings.oauthClient that affect the authorization server.
type clientSettings struct {
	ApplicationType        string   `json:"application_type"`
	GrantTypes             []string `json:"grant_types"`
	ResponseTypes          []string `json:"response_types"`
	RedirectURIs           []string `json:"redirect_uris"`
	PostLogoutRedirectURIs []string `json:"post_logout_redirect_uris"`
	WildcardRedirect       string   `json:"wildcard_redirect"`
	DPoPBound              bool     `json:"dpop_bound_access_tokens"`
	JWKSURI                string   `json:"jwks_uri"`
	RequestAlgorithms      any      `json:"request_object_signing_alg"` // one or a list; others mean any
	ConsentMethod          string   `json:"consent_method"`
	Network                struct {
		Connection string   `json:"connection"`
		Include    []string `json:"include"`
	} `json:"network"`
	JWKS struct {
		Keys []json.RawMessage `json:"keys"`
	} `json:"jwks"`
	RefreshToken struct {
		RotationType string `json:"rotation_type"`
		Leeway       *int   `json:"leeway"`
	} `json:"refresh_token"`
}

// clientOf decodes the client from an app's document.
func clientOf(a *state.App) (*client, error) {
	raw, err := json.Marshal(a.Doc)
	if err != nil {
		return nil, err
	}
	var doc struct {
		Credentials struct {
			OAuthClient struct {
				ClientID     string `json:"client_id"`
				AuthMethod   string `json:"token_endpoint_auth_method"`
				PKCERequired bool   `json:"pkce_required"`
			} `json:"oauthClient"`
		} `json:"credentials"`
		Settings struct {
			ImplicitAssignment bool           `json:"implicitAssignment"`
			OAuthClient        clientSettings `json:"oauthClient"`
		} `json:"settings"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, err
	}
	credentials := doc.Credentials.OAuthClient
	client := &client{
		app: a, id: credentials.ClientID, authMethod: credentials.AuthMethod, pkceRequired: credentials.PKCERequired,
		clientSettings: doc.Settings.OAuthClient, implicitAssignment: doc.Settings.ImplicitAssignment,
	}
	if client.id == "" {
		client.id = a.ID
	}
	if client.authMethod == "" {
		client.authMethod = "client_secret_basic"
	}
	return client, nil
}

// clientNamed returns the client with this client_id, or nil.
func clientNamed(o *state.Org, clientID string) *client {
	found := o.AppByClientID(clientID)
	if found == nil {
		return nil
	}
	client, err := clientOf(found)
	if err != nil {
		return nil
	}
	return client
}

func (client *client) allowsGrant(grantType string) bool {
	return slices.Contains(client.GrantTypes, grantType)
}

// grants reports whether an admin has granted the scope to the app.
func (client *client) grants(scope string) bool {
	return slices.ContainsFunc(client.app.Grants, func(g *state.Grant) bool {
		return g.ScopeID == scope && g.Status != "REVOKED"
	})
}

// admitsAddress reports whether the caller's IP address may use the client. No address is in any of
// the org's network zones, so a client limited to some zones admits none, and a client that only
// excludes zones admits all.
func (client *client) admitsAddress() bool {
	return client.Network.Connection != "ZONE" || len(client.Network.Include) == 0
}

// assigned reports whether the user may sign in to the app: through their own assignment, a
// group's, or implicit assignment.
func assigned(o *state.Org, client *client, u *state.User) bool {
	return client.implicitAssignment || o.AssignmentOf(client.app, u) != nil
}

// keys returns the client's public keys: those of its jwks_uri, or those registered in the app's
// settings.
func (client *client) keys() []ClientKey {
	if client.JWKSURI != "" {
		return client.fetched
	}
	return parseClientKeys(client.JWKS.Keys)
}
