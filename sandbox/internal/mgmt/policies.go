package mgmt

import (
	"net/http"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

func PolicyRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /api/v1/policies", Scope: "okta.policies", Right: access.PoliciesRead, Handle: listPolicies},
		{Pattern: "GET /api/v1/policies/{policyId}", Scope: "okta.policies", Right: access.PoliciesRead, Handle: getPolicy},
		{Pattern: "PUT /api/v1/apps/{appId}/policies/{policyId}", Scope: "okta.apps", Right: access.AppsManage, Handle: setAppPolicy},
	}
}

// bootstrapPolicies are the policies that a new org has. The default access
// policy asks for a password alone, so that an app can be used as soon as it
// is made; one with a second factor is there to be set.
func bootstrapPolicies(now time.Time) []*state.Policy {
	policies := []*state.Policy{
		{Name: "Password", Description: "Require a password to access.", Type: "ACCESS_POLICY", System: true},
		{Name: "Password only", Description: "Require a password to access.", Type: "ACCESS_POLICY"},
		{Name: "Any two factors", Description: "Require two factors to access.", Type: "ACCESS_POLICY", MFA: true},
		{Name: "Default Policy", Description: "Profile enrollment of new users.", Type: "PROFILE_ENROLLMENT", System: true},
	}
	for _, p := range policies {
		p.ID, p.Created = state.NewID("rst"), now
	}
	return policies
}

func listPolicies(c *web.Call) error {
	kind := c.Query().Get("type")
	if kind == "" {
		return web.Invalid("type", "type: The field cannot be left blank")
	}
	list := []any{}
	for _, p := range c.Org.Policies.All() {
		if p.Type == kind && access.Allows(c, access.PoliciesRead, "policy", p.ID) {
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
	return map[string]any{
		"id": p.ID, "status": "ACTIVE", "name": p.Name, "description": p.Description, "priority": 1,
		"system": p.System, "conditions": nil, "created": state.Timestamp(p.Created), "lastUpdated": state.Timestamp(p.Created),
		"type": p.Type, "_links": links, "_embedded": map[string]any{"resourceType": "APP"},
	}
}

func setAppPolicy(c *web.Call) error {
	a, err := pathApp(c)
	if err != nil {
		return err
	}
	p := c.Org.Policies.Get(c.Path("policyId"))
	if p == nil || p.Type != "ACCESS_POLICY" {
		return web.NotFound(c.Path("policyId"), "Policy")
	}
	a.Policy = p.ID
	c.Org.Apps.Put(a.ID, a)
	syslog.Emit(c, syslog.EventAppPolicy, syslog.AppEntity(a), state.LogEntity{ID: p.ID, Type: "PolicyEntity", Alternate: "unknown", Name: p.Name})
	return c.NoContent(http.StatusNoContent)
}
