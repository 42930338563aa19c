// Package org is what an org has as a whole: its own settings, policies, network zones, trusted
// origins and API tokens.
package org

import (
	"cmp"
	"net/http"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// OrgKind describes the org itself.
func OrgKind() kind.Kind {
	return kind.Kind{
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

func orgFeatures() []kind.FeatureField {
	return []kind.FeatureField{
		{Feature: state.PersonalApps, Path: "settings.op4wEnabled", Value: func(*web.Call, string) any { return true }},
	}
}

func getOrganization(c *web.Call) error {
	info, pipeline := c.Org.Self(), "v1" // Classic Engine
	if c.Has(state.IdentityEngine) {
		pipeline = "idx"
	}
	return c.JSON(http.StatusOK, kind.WithFeatures(c, orgFeatures(), info.ID, map[string]any{
		"id": info.ID, "cell": info.Cell, "pipeline": pipeline,
		"_links": map[string]any{"organization": map[string]any{"href": c.Base}},
		"settings": map[string]any{"analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false,
			"pssoEnabled": true, "desktopMFAEnabled": true, "itpEnabled": true},
	}))
}

// InfoDoc is the org itself in a seed.
type InfoDoc struct {
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

// DumpInfo returns the org itself for a dump.
func DumpInfo(i *state.Info) *InfoDoc {
	return &InfoDoc{i.ID, i.Created, i.Cell, i.UserType, i.UserSchema, i.UserAttributes, i.GroupAttributes, i.Features, i.Lacks}
}

// SeedInfo stores the org itself, with what the seed leaves out.
func SeedInfo(s *kind.Seeding, d *InfoDoc) {
	for _, member := range []struct {
		value    *string
		fallback string
	}{{&d.ID, state.NewID("00o")}, {&d.Cell, "op1"}, {&d.UserType, state.NewID("oty")}, {&d.UserSchema, state.NewID("osc")}} {
		*member.value = cmp.Or(*member.value, member.fallback)
	}
	if d.Created.IsZero() {
		d.Created = s.Now
	}
	s.Org.Info.Put("org", &state.Info{ID: d.ID, Created: d.Created, Cell: d.Cell, UserType: d.UserType, UserSchema: d.UserSchema,
		UserAttributes: d.UserAttributes, GroupAttributes: d.GroupAttributes, Features: d.Features, Lacks: d.Lacks})
}
