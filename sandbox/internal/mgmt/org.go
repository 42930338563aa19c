package mgmt

import (
	"cmp"
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

// infoDoc is the org itself in a seed.
type infoDoc struct {
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

func dumpInfo(i *state.Info) *infoDoc {
	return &infoDoc{i.ID, i.Created, i.Cell, i.UserType, i.UserSchema, i.UserAttributes, i.GroupAttributes, i.Features, i.Lacks}
}

func seedInfo(s *seeding, d *infoDoc) {
	for _, member := range []struct {
		value    *string
		fallback string
	}{{&d.ID, state.NewID("00o")}, {&d.Cell, "op1"}, {&d.UserType, state.NewID("oty")}, {&d.UserSchema, state.NewID("osc")}} {
		*member.value = cmp.Or(*member.value, member.fallback)
	}
	if d.Created.IsZero() {
		d.Created = s.now
	}
	s.Org.Info.Put("org", &state.Info{ID: d.ID, Created: d.Created, Cell: d.Cell, UserType: d.UserType, UserSchema: d.UserSchema,
		UserAttributes: d.UserAttributes, GroupAttributes: d.GroupAttributes, Features: d.Features, Lacks: d.Lacks})
}
