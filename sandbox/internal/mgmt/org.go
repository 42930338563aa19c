package mgmt

import (
	"net/http"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// orgKind describes the org itself.
func orgKind() Kind {
	return Kind{
		Name:  "org",
		Table: func(o *state.Org) state.Storable { return o.Info },
		Routes: []web.Route{
			{Pattern: "GET /.well-known/okta-organization", Handle: getOrganization},
			readRoles("/api/v1/iam/assignees/users", listAssignees),
		},
		Unseeded:  "seeds and dumps have it as the member org",
		Eventless: "no operation changes it",
		Features:  orgFeatures(),
	}
}

func orgFeatures() []FeatureField {
	return []FeatureField{
		{state.PersonalApps, "settings.op4wEnabled", func(*web.Call, string) any { return true }},
	}
}

func getOrganization(c *web.Call) error {
	info := c.Org.Self()
	return c.JSON(http.StatusOK, withFeatures(c, orgFeatures(), info.ID, map[string]any{
		"id": info.ID, "cell": info.Cell, "pipeline": "idx",
		"_links": map[string]any{"organization": map[string]any{"href": c.Base}},
		"settings": map[string]any{"analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false,
			"pssoEnabled": true, "desktopMFAEnabled": true, "itpEnabled": true},
	}))
}

// listAssignees lists the users who have roles, either their own or through groups. This list pages
// in its body.
func listAssignees(c *web.Call) error {
	var found []*state.User
	for _, u := range c.Org.Users.All() {
		holds := len(u.Roles) > 0
		for _, g := range c.Org.GroupsOf(u) {
			holds = holds || len(g.Roles) > 0
		}
		if holds && u.Status != "DEPROVISIONED" {
			found = append(found, u)
		}
	}
	found, next, err := web.PageInBody(c, found, func(u *state.User) string { return u.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		self := c.URL("/api/v1/users/" + u.ID)
		list = append(list, map[string]any{"id": u.ID, "orn": c.Org.ORN("directory") + ":users:" + u.ID,
			"_links": map[string]any{"roles": map[string]any{"href": self + "/roles"}, "self": map[string]any{"href": self}}})
	}
	doc := map[string]any{"value": list}
	if next != "" {
		doc["_links"] = map[string]any{"next": map[string]any{"href": next}}
	}
	return c.JSON(http.StatusOK, doc)
}

type orgInfoDoc struct {
	ID              string         `json:"id,omitempty"`
	Created         time.Time      `json:"created,omitzero"`
	Cell            string         `json:"cell,omitempty"`
	UserType        string         `json:"userType,omitempty"`
	UserSchema      string         `json:"userSchema,omitempty"`
	UserAttributes  map[string]any `json:"userAttributes,omitempty"`
	GroupAttributes map[string]any `json:"groupAttributes,omitempty"`
	// Features are those of the org that was copied; what the org is started with goes before.
	Features []state.Feature `json:"features,omitempty"`
	// Lacks names lists that the org does not have, such as zones: calls of these parts of the API
	// are refused, as at an org that lacks the feature.
	Lacks []string `json:"lacks,omitempty"`
}

func (s *seeding) seedInfo() {
	d := *s.doc.info()
	for _, member := range []struct {
		value    *string
		fallback string
	}{{&d.ID, state.NewID("00o")}, {&d.Cell, "op1"}, {&d.UserType, state.NewID("oty")}, {&d.UserSchema, state.NewID("osc")}} {
		fallback(member.value, member.fallback)
	}
	if d.Created.IsZero() {
		d.Created = s.now
	}
	s.Org.Info.Put("org", &state.Info{ID: d.ID, Created: d.Created, Cell: d.Cell, UserType: d.UserType, UserSchema: d.UserSchema,
		UserAttributes: d.UserAttributes, GroupAttributes: d.GroupAttributes, Features: d.Features, Lacks: d.Lacks})
}
