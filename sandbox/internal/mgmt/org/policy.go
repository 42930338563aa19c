package org

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// PolicyKind describes access policies and profile enrollment policies.
func PolicyKind() kind.Kind {
	return kind.Kind{
		Name:  "policy",
		Table: func(o *state.Org) state.Storable { return o.Policies },
		Routes: []web.Route{
			{Pattern: "GET /api/v1/policies", Scope: "okta.policies", Right: access.PoliciesRead, Handle: listPolicies},
			{Pattern: "GET /api/v1/policies/{policyId}", Scope: "okta.policies", Right: access.PoliciesRead, Handle: getPolicy},
			{Pattern: "PUT /api/v1/policies/{policyId}", Scope: "okta.policies", Right: access.PoliciesManage, Handle: replacePolicy},
			{Pattern: "GET /api/v1/policies/{policyId}/rules", Scope: "okta.policies", Right: access.PoliciesRead, Handle: listPolicyRules},
			{Pattern: "PUT /api/v1/apps/{appId}/policies/{policyId}", Scope: "okta.apps", Right: access.AppsManage, Handle: setAppPolicy},
		},
		Section: kind.ListOf[policyDoc]{
			Member: "policies", Name: func(d *policyDoc) string { return d.Name },
			Complete: completePolicies, Seed: seedPolicy, Dump: dumpPolicies,
		},
		Events: []syslog.Type{eventAppPolicy, eventPolicyUpdate},
	}
}

// policyTypes are the types of policies in all orgs, and identityEngineTypes those that orgs
// without Identity Engine lack (OpenAPI: PolicyType). Policies of authorization servers are not
// among them.
var (
	policyTypes         = []string{"IDP_DISCOVERY", "MFA_ENROLL", "OKTA_SIGN_ON", passwordPolicy}
	identityEngineTypes = []string{accessPolicy, "CLIENT_UPDATE", "DEVICE_SIGNAL_COLLECTION", "ENTITY_RISK", "IDENTITY_CLAIM_SOURCING",
		"POST_AUTH_SESSION", "PROFILE_ENROLLMENT", "SESSION_VIOLATION_DETECTION"}
)

// The events of policies.
var (
	eventAppPolicy    = syslog.Type{Name: "application.policy.sign_on.update", Message: "Update app sign on policy"}
	eventPolicyUpdate = syslog.Type{Name: "policy.lifecycle.update", Message: "Update policy"}
)

func listPolicies(c *web.Call) error {
	kind := c.Query().Get("type")
	if kind == "" {
		return web.Invalid("type", "type: The field cannot be left blank")
	}
	if !slices.Contains(policyTypes, kind) && !(c.Has(state.IdentityEngine) && slices.Contains(identityEngineTypes, kind)) {
		return web.IllegalArgument("Invalid policy type specified.")
	}
	list := []any{}
	for _, p := range c.Org.Policies.All() {
		if p.Type == kind && access.Allows(c, access.PoliciesRead, access.Policy, p.ID) {
			list = append(list, policyView(c, p))
		}
	}
	c.Link("self", c.Query())
	return c.JSON(http.StatusOK, list)
}

func getPolicy(c *web.Call) error {
	p := c.Org.Policies.Get(c.Path("policyId"))
	if p == nil {
		return web.NotFound(c.Path("policyId"), "Policy")
	}
	return c.JSON(http.StatusOK, policyView(c, p))
}

// listPolicyRules lists the one rule that an access policy has here: it says how many factors
// the policy asks for.
func listPolicyRules(c *web.Call) error {
	p := c.Org.Policies.Get(c.Path("policyId"))
	if p == nil {
		return web.NotFound(c.Path("policyId"), "Policy")
	}
	list := []any{}
	if p.Type == accessPolicy {
		factors := "1FA"
		if p.MFA {
			factors = "2FA"
		}
		made := state.Timestamp(p.Created)
		list = append(list, map[string]any{
			"id": "rul" + strings.TrimPrefix(p.ID, "rst"), "name": "Catch-all Rule", "type": accessPolicy, "status": "ACTIVE", "priority": 99, "system": true,
			"created": made, "lastUpdated": made, "conditions": nil,
			"actions": map[string]any{"appSignOn": map[string]any{"access": "ALLOW",
				"verificationMethod": map[string]any{"type": "ASSURANCE", "factorMode": factors, "reauthenticateIn": "PT2H", "constraints": []any{}}}},
			"_links": map[string]any{"self": map[string]any{"href": c.URL("/api/v1/policies/" + p.ID + "/rules/rul" + strings.TrimPrefix(p.ID, "rst"))}},
		})
	}
	return c.JSON(http.StatusOK, list)
}

func policyView(c *web.Call, p *state.Policy) map[string]any {
	self := c.URL("/api/v1/policies/" + p.ID)
	link := func(href string, methods ...string) map[string]any {
		return map[string]any{"href": href, "hints": map[string]any{"allow": methods}}
	}
	links := map[string]any{"self": link(self, "GET", "PUT"), "rules": link(self+"/rules", "GET", "POST")}
	if !p.System {
		links["self"] = link(self, "GET", "PUT", "DELETE")
		links["mappings"] = link(self+"/mappings", "GET", "POST")
		links["deactivate"] = link(self+"/lifecycle/deactivate", "POST")
	}
	updated := p.LastUpdated
	if updated.IsZero() {
		updated = p.Created
	}
	doc := map[string]any{
		"id": p.ID, "status": "ACTIVE", "name": p.Name, "description": p.Description, "priority": 1,
		"system": p.System, "conditions": nil, "created": state.Timestamp(p.Created), "lastUpdated": state.Timestamp(updated),
		"type": p.Type, "_links": links,
	}
	if p.Type == passwordPolicy {
		doc["settings"], doc["conditions"] = p.Settings, passwordConditions(c)
	} else {
		doc["_embedded"] = map[string]any{"resourceType": "APP"}
	}
	return doc
}

func setAppPolicy(c *web.Call) error {
	a, err := kind.PathApp(c)
	if err != nil {
		return err
	}
	p := c.Org.Policies.Get(c.Path("policyId"))
	if p == nil || p.Type != accessPolicy || !c.Has(state.IdentityEngine) {
		return web.NotFound(c.Path("policyId"), "Policy")
	}
	if jsondoc.Object(a.Doc, "settings", "oauthClient")["application_type"] == "service" {
		cause := fmt.Sprintf("An invalid resource type (%q) was supplied in the request body. Valid types include %s.", p.ID, a.ID)
		return web.Invalid(cause, cause)
	}
	a.Policy = p.ID
	c.Org.Apps.Put(a.ID, a)
	syslog.Emit(c, eventAppPolicy, syslog.AppEntity(a), state.LogEntity{ID: p.ID, Type: "PolicyEntity", Alternate: "unknown", Name: p.Name})
	return c.NoContent(http.StatusNoContent)
}

type policyDoc struct {
	kind.MadeDoc
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Type        string `json:"type,omitempty"` // default ACCESS_POLICY
	System      bool   `json:"system,omitempty"`
	MFA         bool   `json:"mfa,omitempty"`
	// Settings are those of a PASSWORD policy; what is left out has Okta's default.
	Settings map[string]any `json:"settings,omitempty"`
}

// completePolicies adds the policies that every org has. The default access policy requires only a
// password, so that a new app can be used at once; another one, with a second factor, can be set.
// A seed that has the default access policy lists all of them.
func completePolicies(_ *kind.Seeding, docs *[]*policyDoc) {
	listed := slices.ContainsFunc(*docs, func(d *policyDoc) bool { return d.System && cmp.Or(d.Type, accessPolicy) == accessPolicy })
	for _, p := range []*policyDoc{
		{Name: "Password", Description: "Require a password to access.", Type: accessPolicy, System: true},
		{Name: "Password only", Description: "Require a password to access.", Type: accessPolicy},
		{Name: "Any two factors", Description: "Require two factors to access.", Type: accessPolicy, MFA: true},
		{Name: "Default Policy", Description: "Profile enrollment of new users.", Type: "PROFILE_ENROLLMENT", System: true},
		{Name: "Default Policy", Description: "The default policy applies in all situations if no other policy applies.", Type: passwordPolicy, System: true},
	} {
		if listed && p.Type == accessPolicy {
			continue
		}
		if !slices.ContainsFunc(*docs, func(d *policyDoc) bool { return cmp.Or(d.Type, accessPolicy) == p.Type && d.Name == p.Name }) {
			*docs = append(*docs, p)
		}
	}
}

// accessPolicy is the type of the policies that apps have.
const accessPolicy = "ACCESS_POLICY"

func seedPolicy(s *kind.Seeding, d *policyDoc) error {
	d.Type = cmp.Or(d.Type, accessPolicy)
	prefix := "rst"
	if d.Type == passwordPolicy {
		prefix = "00p"
		d.Settings = passwordSettings(d.Settings)
		if err := checkPasswordSettings(d.Settings).Err(); err != nil {
			return kind.Causes(err)
		}
	}
	d.Fill(prefix, s.Now)
	s.Org.Policies.Put(d.ID, &state.Policy{ID: d.ID, Name: d.Name, Description: d.Description, Type: d.Type, System: d.System, MFA: d.MFA,
		Created: d.Created, LastUpdated: d.LastUpdated, Settings: d.Settings})
	return nil
}

func dumpPolicies(o *state.Org, _ bool) (docs []*policyDoc) {
	for _, p := range o.Policies.All() {
		docs = append(docs, &policyDoc{kind.MadeDoc{ID: p.ID, Created: p.Created, LastUpdated: p.LastUpdated}, p.Name, p.Description, p.Type, p.System, p.MFA, p.Settings})
	}
	return docs
}
