package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// What follows writes the events that several operations have in common.

// appHappened writes an event of an app, and the client's where it is one.
func (c *call) appHappened(a *app, kind, clientKind string) {
	c.happened(kind, appParty(a))
	if a.oauth() != nil {
		c.happened(clientKind, clientParty(a))
	}
}

func (c *call) appGroupHappened(kind string, a *app, g *groupAssignment) {
	targets := []logParty{appParty(a)}
	if of := c.org.groups.get(g.GroupID); of != nil {
		targets = append(targets, groupParty(of))
	}
	c.happened(kind, targets...)
}

// credentialStatus is the status of each of the client's keys and secrets, by
// its id.
func (a *app) credentialStatus() map[string]string {
	all := map[string]string{}
	for _, key := range a.keys() {
		all[text(key, "id")] = text(key, "status")
	}
	for _, secret := range a.Secrets {
		all[secret.ID] = secret.Status
	}
	return all
}

// credentialsHappened writes what has changed of the client's credentials.
func (c *call) credentialsHappened(a *app, before map[string]string) {
	after := a.credentialStatus()
	for _, id := range slices.Sorted(maps.Keys(after)) {
		old, known := before[id]
		switch {
		case !known:
			c.happened(eventCredentialCreate, clientParty(a), credentialParty(id))
		case old == after[id]:
		case after[id] == "ACTIVE":
			c.happened(eventCredentialActivate, clientParty(a), credentialParty(id))
		default:
			c.happened(eventCredentialDeactivate, clientParty(a), credentialParty(id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		if _, kept := after[id]; !kept {
			c.happened(eventCredentialDelete, clientParty(a), credentialParty(id))
		}
	}
}

func credentialParty(id string) logParty {
	if strings.HasPrefix(id, "ocs") {
		return secretParty(id)
	}
	return logParty{id, "JsonWebKey", "unknown", "JSON Web Key"}
}

func secretParty(id string) logParty {
	return logParty{id, "OAuth2ClientSecret", "unknown", "Client Secret"}
}

func scopeParty(g *grant) logParty { return logParty{g.ID, "OAuth2Scope", "unknown", g.ScopeID} }

// roleHappened writes that a principal was given a role or lost it; of a
// custom role also what became of the binding.
func (c *call) roleHappened(p *assignee, r *roleAssignment, granted bool) {
	kinds := map[string][2]string{
		"CLIENT": {eventClientRoleGrant, eventClientRoleRevoke},
		"USER":   {eventUserRoleGrant, eventUserRoleRevoke},
		"GROUP":  {eventGroupRoleGrant, eventGroupRoleRevoke},
	}[p.kind]
	kind, binding := kinds[0], eventBindingAdd
	if !granted {
		kind, binding = kinds[1], eventBindingDelete
	}
	c.happened(kind, p.party, roleParty(r))
	if set := c.org.resourceSets.get(r.ResourceSet); set != nil {
		c.happened(binding, resourceSetParty(set), roleParty(r), p.party)
	}
}

func roleParty(r *roleAssignment) logParty {
	if r.Type == "CUSTOM" {
		return logParty{r.Role, "CUSTOM_ROLE", "unknown", r.Label}
	}
	return logParty{r.ID, "ROLE", r.Type, r.Label}
}

func customRoleParty(r *customRole) logParty {
	return logParty{r.ID, "CUSTOM_ROLE", "unknown", r.Label}
}

func permissionParty(p *permission) logParty {
	return logParty{p.Label, "PERMISSION", "unknown", p.Label}
}

func resourceSetParty(s *resourceSet) logParty {
	return logParty{s.ID, "RESOURCE_SET", "unknown", s.Label}
}

func zoneParty(z *zone) logParty { return logParty{z.ID, "NetworkZone", "unknown", z.name()} }

func resourceParty(r *resource) logParty { return logParty{r.ID, "RESOURCE", "unknown", r.ORN} }

// signInHappened writes a sign-in by password, good or bad. Nobody is the
// actor of one with an unknown login.
func (c *call) signInHappened(u *user, step string) {
	how := succeeded()
	switch {
	case u == nil:
		c.event(eventSessionStart, outcome{"FAILURE", "INVALID_CREDENTIALS"})
		return
	case step != "SUCCESS":
		how = outcome{"FAILURE", step}
	}
	c.acting = userParty(u)
	c.event(eventSessionStart, how, c.acting)
}

// authorizeHappened writes what an authorization request has given.
func (c *call) authorizeHappened(q *authorizeRequest, u *user) {
	c.happened(eventSSO, appParty(q.client.app), userParty(u))
	for _, one := range []struct{ wanted, kind string }{{"code", eventCode}, {"token", eventImplicitToken}, {"id_token", eventImplicitID}} {
		if q.wants(one.wanted) {
			c.happened(one.kind, clientParty(q.client.app), userParty(u))
		}
	}
}

// tokensHappened writes which tokens a client was given.
func (t *tokenCall) tokensHappened(a *tokenAnswer) {
	client := clientParty(t.client.app)
	t.happened(eventAccessToken, client, logParty{"unknown", "access_token", "unknown", "Access Token"})
	if a.IDToken != "" {
		t.happened(eventIDToken, client, logParty{"unknown", "id_token", "unknown", "ID Token"})
	}
	if a.RefreshToken != "" {
		t.happened(eventRefreshToken, client, logParty{"unknown", "refresh_token", "unknown", "Refresh Token"})
	}
}

// reasonOf is the reason of a failure: the error's code on the wire.
func reasonOf(err error) string {
	switch wrong := err.(type) {
	case *oauthError:
		return wrong.code
	case *apiError:
		return wrong.code
	}
	return "server_error"
}
