package state

import (
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// App is an OIDC client application. Doc is its document as the API shows it, including unknown
// members, without what each answer adds: id, orn, status, timestamps, _links, and the client's
// keys and secret.
type App struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Status      string // ACTIVE or INACTIVE
	Doc         map[string]any
	Secrets     []*ClientSecret
	Grants      []*Grant
	Groups      []*GroupAssignment // in order of priority
	Users       []*UserAssignment  // direct assignments
	Roles       []*RoleAssignment
	Policy      string         // id of the access policy; empty for service apps
	IDToken     map[string]any // settings of the ID token's groups claim
	// Certificates are the key credentials that were generated for the app, besides the org's.
	Certificates []*Certificate `json:",omitempty"`
}

// Certificate is the public half of a key credential.
type Certificate struct {
	ID      string // kid
	DER     []byte
	Created time.Time
}

// ClientSecret is a secret of a client; a client has at most two.
type ClientSecret struct {
	ID          string
	Secret      string
	Status      string // ACTIVE or INACTIVE
	Created     time.Time
	LastUpdated time.Time
}

// Grant is an admin's consent that lets the app request a scope of the org authorization server. It
// stores no issuer, because the org has only one.
type Grant struct {
	ID          string
	ScopeID     string // name of the scope
	Status      string // ACTIVE
	Created     time.Time
	LastUpdated time.Time
	CreatedBy   string // id of a user or client
	CreatorType string // User or Client
}

// GroupAssignment lets the members of a group use an app.
type GroupAssignment struct {
	GroupID     string
	Priority    int
	LastUpdated time.Time
	Profile     map[string]any
}

// UserAssignment lets one user use an app.
type UserAssignment struct {
	UserID      string
	UserName    string
	Created     time.Time
	LastUpdated time.Time
	Profile     map[string]any
}

// Name returns the name of the app's catalog entry.
func (a *App) Name() string { return jsondoc.Text(a.Doc, "name") }

// Label returns the label of the app.
func (a *App) Label() string { return jsondoc.Text(a.Doc, "label") }

// FromCatalog reports whether the app is an OIDC app made from an entry of the catalog. Okta shows
// nothing of its client: it is the entry that says how it signs in.
func (a *App) FromCatalog() bool { return a.OAuth() != nil && a.Name() != OIDCClientName }

// OAuth returns settings.oauthClient; nil if the app is no OAuth client.
func (a *App) OAuth() map[string]any { return jsondoc.Object(a.Doc, "settings", "oauthClient") }

// OAuthCredentials returns credentials.oauthClient.
func (a *App) OAuthCredentials() map[string]any {
	return jsondoc.Object(a.Doc, "credentials", "oauthClient")
}

// ClientID returns the OAuth client_id: the app id, unless its creator chose another.
func (a *App) ClientID() string { return jsondoc.Text(a.OAuthCredentials(), "client_id") }

// AuthMethod returns the client's token_endpoint_auth_method.
func (a *App) AuthMethod() string {
	return jsondoc.Text(a.OAuthCredentials(), "token_endpoint_auth_method")
}

// IsService reports whether the app is a service app, a client without users.
func (a *App) IsService() bool { return jsondoc.Text(a.OAuth(), "application_type") == "service" }

// Keys returns the client's JSON Web Keys as the app stores them.
func (a *App) Keys() []map[string]any {
	var keys []map[string]any
	list, _ := jsondoc.Object(a.OAuth(), "jwks")["keys"].([]any)
	for _, k := range list {
		if key, isObject := k.(map[string]any); isObject {
			keys = append(keys, key)
		}
	}
	return keys
}

// SetKeys replaces the client's keys. Without keys it removes jwks.
func (a *App) SetKeys(keys []map[string]any) {
	if len(keys) == 0 {
		delete(a.OAuth(), "jwks")
		return
	}
	list := []any{}
	for _, key := range keys {
		list = append(list, key)
	}
	a.OAuth()["jwks"] = map[string]any{"keys": list}
}

// AppByClientID returns the app with this OAuth client_id, or nil.
func (o *Org) AppByClientID(clientID string) *App {
	if a := o.Apps.Get(clientID); a != nil && a.ClientID() == clientID {
		return a
	}
	return o.Apps.Find(func(a *App) bool { return a.OAuth() != nil && a.ClientID() == clientID })
}

// AppORN returns the Okta resource name (ORN) of the app.
func (o *Org) AppORN(a *App) string {
	return o.ORN("idp") + ":apps:" + a.Name() + ":" + a.ID
}

// GroupAssignment returns the assignment of the group, or nil.
func (a *App) GroupAssignment(groupID string) *GroupAssignment {
	for _, g := range a.Groups {
		if g.GroupID == groupID {
			return g
		}
	}
	return nil
}

// UserAssignment returns the user's own assignment, or nil.
func (a *App) UserAssignment(userID string) *UserAssignment {
	for _, d := range a.Users {
		if d.UserID == userID {
			return d
		}
	}
	return nil
}

// AppsOf returns the apps that a group is assigned to.
func (o *Org) AppsOf(g *Group) []*App {
	var apps []*App
	for _, a := range o.Apps.All() {
		if a.GroupAssignment(g.ID) != nil {
			apps = append(apps, a)
		}
	}
	return apps
}
