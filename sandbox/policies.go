package sandbox

import (
	"net/http"
	"time"
)

func policyRoutes() []route {
	return []route{
		{pattern: "GET /api/v1/policies", scope: "okta.policies", right: rightPoliciesRead, handle: listPolicies},
		{pattern: "GET /api/v1/policies/{policyId}", scope: "okta.policies", right: rightPoliciesRead, handle: getPolicy},
		{pattern: "PUT /api/v1/apps/{appId}/policies/{policyId}", scope: "okta.apps", right: rightAppsManage, handle: setAppPolicy},
	}
}

// foundingPolicies are the policies that a new org has. The default access
// policy asks for a password alone, so that an app can be used as soon as it
// is made; one with a second factor is there to be set.
func foundingPolicies(now time.Time) []*policy {
	policies := []*policy{
		{Name: "Password", Description: "Require a password to access.", Type: "ACCESS_POLICY", System: true},
		{Name: "Password only", Description: "Require a password to access.", Type: "ACCESS_POLICY"},
		{Name: "Any two factors", Description: "Require two factors to access.", Type: "ACCESS_POLICY", MFA: true},
		{Name: "Default Policy", Description: "Profile enrollment of new users.", Type: "PROFILE_ENROLLMENT", System: true},
	}
	for _, p := range policies {
		p.ID, p.Created = newID("rst"), now
	}
	return policies
}

// policyOf returns the id of the org's default policy of a type.
func (o *org) policyOf(kind string) string {
	p := o.policies.find(func(p *policy) bool { return p.Type == kind && p.System })
	if p == nil {
		return ""
	}
	return p.ID
}

func (o *org) defaultPolicy() string { return o.policyOf("ACCESS_POLICY") }

func listPolicies(c *call) error {
	kind := c.query().Get("type")
	if kind == "" {
		return errInvalid("type", "type: The field cannot be left blank")
	}
	list := []any{}
	for _, p := range c.org.policies.all() {
		if p.Type == kind && c.allows(rightPoliciesRead, "policy", p.ID) {
			list = append(list, c.policyView(p))
		}
	}
	c.link("self", c.query())
	return c.json(http.StatusOK, list)
}

func getPolicy(c *call) error {
	p := c.org.policies.get(c.path("policyId"))
	if p == nil {
		return errNotFound(c.path("policyId"), "Policy")
	}
	return c.json(http.StatusOK, c.policyView(p))
}

func (c *call) policyView(p *policy) map[string]any {
	self := c.url("/api/v1/policies/" + p.ID)
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
		"system": p.System, "conditions": nil, "created": timestamp(p.Created), "lastUpdated": timestamp(p.Created),
		"type": p.Type, "_links": links, "_embedded": map[string]any{"resourceType": "APP"},
	}
}

func setAppPolicy(c *call) error {
	a, err := c.app()
	if err != nil {
		return err
	}
	p := c.org.policies.get(c.path("policyId"))
	if p == nil || p.Type != "ACCESS_POLICY" {
		return errNotFound(c.path("policyId"), "Policy")
	}
	a.Policy = p.ID
	c.org.apps.put(a.ID, a)
	c.happened(eventAppPolicy, appParty(a), logParty{p.ID, "PolicyEntity", "unknown", p.Name})
	return c.noContent(http.StatusNoContent)
}
