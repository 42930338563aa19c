package apps

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// oneSecond is the resolution of timestamps in Okta's objects.
const oneSecond = time.Second

// UserGrantKind describes the consents that users gave to apps.
func UserGrantKind() kind.Kind {
	const ofUser, ofClient = "/api/v1/users/{userId}/grants", "/api/v1/users/{userId}/clients/{clientId}/grants"
	route := func(pattern string, r web.Right, handle func(*web.Call) error) web.Route {
		return web.Route{Pattern: pattern, Scope: "okta.users", Right: r, Handle: handle}
	}
	return kind.Kind{
		Name:  "userGrant",
		Table: func(o *state.Org) state.Storable { return o.UserGrants() },
		Routes: []web.Route{
			route("GET "+ofUser, access.UsersRead, listUserGrants),
			route("DELETE "+ofUser, access.UsersSessions, revokeUserGrants),
			route("GET "+ofUser+"/{grantId}", access.UsersRead, getUserGrant),
			route("DELETE "+ofUser+"/{grantId}", access.UsersSessions, revokeUserGrants),
			route("GET "+ofClient, access.UsersRead, listUserGrants),
			route("DELETE "+ofClient, access.UsersSessions, revokeUserGrants),
		},
		Section: kind.ListOf[userGrantDoc]{
			Member: "userGrants", Name: func(d *userGrantDoc) string { return d.User + " for " + d.App },
			Seed: seedUserGrant, Dump: dumpUserGrants,
		},
		Events: []syslog.Type{eventUserConsentRevoke},
	}
}

// The events of consents.
var (
	eventUserConsentRevoke = syslog.Type{Name: "app.oauth2.as.consent.revoke", Message: "Revoke consent"}
)

// pathUserGrants returns the consents that the path is about.
func pathUserGrants(c *web.Call) (found []*state.UserGrant, err error) {
	u, err := kind.PathUser(c)
	if err != nil {
		return nil, err
	}
	clientID := c.Path("clientId")
	if clientID != "" && c.Org.AppByClientID(clientID) == nil {
		return nil, web.NotFound(clientID, "PublicClientApp")
	}
	id, scope := c.Path("grantId"), c.Query().Get("scopeId")
	for _, g := range c.Org.UserGrants().All() {
		if g.UserID == u.ID && (clientID == "" || g.ClientID == clientID) && (id == "" || g.ID == id) &&
			(scope == "" || g.ScopeID == scope) && c.Org.AppByClientID(g.ClientID) != nil {
			found = append(found, g)
		}
	}
	if id != "" && len(found) == 0 {
		return nil, web.NotFound(id, "OAuth2ScopeConsentGrant")
	}
	return found, nil
}

func listUserGrants(c *web.Call) error {
	grants, err := pathUserGrants(c)
	if err != nil {
		return err
	}
	page, err := web.Page(c, grants, func(g *state.UserGrant) string { return g.ID }, web.PageSize{Fallback: 20, Max: 200})
	if err != nil {
		return err
	}
	list := []any{}
	for _, g := range page {
		list = append(list, userGrantView(c, g))
	}
	return c.JSON(http.StatusOK, list)
}

func getUserGrant(c *web.Call) error {
	grants, err := pathUserGrants(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, userGrantView(c, grants[0]))
}

// revokeUserGrants revokes one consent or all of them, with the tokens issued for them.
func revokeUserGrants(c *web.Call) error {
	grants, err := pathUserGrants(c)
	if err != nil {
		return err
	}
	for _, g := range grants {
		oauth.RevokeConsent(c, g)
		syslog.Emit(c, eventUserConsentRevoke, syslog.UserEntity(c.Org.Users.Get(g.UserID)), syslog.ClientEntity(c.Org.AppByClientID(g.ClientID)))
	}
	return c.NoContent(http.StatusNoContent)
}

func userGrantView(c *web.Call, g *state.UserGrant) map[string]any {
	a, u := c.Org.AppByClientID(g.ClientID), c.Org.Users.Get(g.UserID)
	links := clientLinks(c, a, u)
	links["self"] = map[string]any{"href": c.URL("/api/v1/users/" + u.ID + "/grants/" + g.ID),
		"hints": map[string]any{"allow": []string{"GET", "DELETE"}}}
	doc := map[string]any{
		"id": g.ID, "status": "ACTIVE", "created": state.Timestamp(g.Created), "lastUpdated": state.Timestamp(g.Created),
		"issuer": c.Base, "clientId": g.ClientID, "userId": u.ID, "scopeId": g.ScopeID, "source": "END_USER", "_links": links,
	}
	if c.Query().Get("expand") == "scope" {
		doc["_embedded"] = map[string]any{"scope": map[string]any{"id": g.ScopeID}}
	}
	return doc
}

// userGrantDoc is a consent in a seed or a dump.
type userGrantDoc struct {
	ID      string    `json:"id,omitempty"`
	Created time.Time `json:"created,omitzero"`
	User    string    `json:"user"` // id or login
	App     string    `json:"app"`  // id or label
	Scope   string    `json:"scope"`
}

func seedUserGrant(s *kind.Seeding, d *userGrantDoc) error {
	u, err := s.UserNamed(d.User)
	if err != nil {
		return err
	}
	a := s.AppNamed(d.App)
	switch {
	case a == nil:
		return fmt.Errorf("there is no app %q in the seed, or several have this label", d.App)
	case a.ClientID() == "":
		return fmt.Errorf("the app %q is no OAuth client", d.App)
	case d.Scope == "":
		return errors.New("scope is missing")
	}
	if d.ID == "" {
		d.ID = state.NewID("oag")
	}
	if d.Created.IsZero() {
		d.Created = s.Now
	}
	if s.Org.UserGrants().Get(d.ID) != nil {
		return fmt.Errorf("the id %s is there twice", d.ID)
	}
	s.Org.UserGrants().Put(d.ID, &state.UserGrant{ID: d.ID, UserID: u.ID, ClientID: a.ClientID(), ScopeID: d.Scope, Created: d.Created})
	return nil
}

// dumpUserGrants omits consents to deleted apps.
func dumpUserGrants(o *state.Org, _ bool) (docs []*userGrantDoc) {
	for _, g := range o.UserGrants().All() {
		if a := o.AppByClientID(g.ClientID); a != nil && o.Users.Get(g.UserID) != nil {
			docs = append(docs, &userGrantDoc{ID: g.ID, Created: g.Created, User: g.UserID, App: a.ID, Scope: g.ScopeID})
		}
	}
	return docs
}
