package mgmt

import (
	"maps"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// What follows writes the events that several operations have in common.

// emitApp writes an event of an app, and the client's where it is one.
func emitApp(c *web.Call, a *state.App, kind, clientKind string) {
	syslog.Emit(c, kind, syslog.AppEntity(a))
	if a.OAuth() != nil {
		syslog.Emit(c, clientKind, syslog.ClientEntity(a))
	}
}

func emitAppGroup(c *web.Call, kind string, a *state.App, g *state.GroupAssignment) {
	targets := []state.LogEntity{syslog.AppEntity(a)}
	if of := c.Org.Groups.Get(g.GroupID); of != nil {
		targets = append(targets, syslog.GroupEntity(of))
	}
	syslog.Emit(c, kind, targets...)
}

// credentialStatus is the status of each of the client's keys and secrets, by
// its id.
func credentialStatus(a *state.App) map[string]string {
	all := map[string]string{}
	for _, key := range a.Keys() {
		all[jsondoc.Text(key, "id")] = jsondoc.Text(key, "status")
	}
	for _, secret := range a.Secrets {
		all[secret.ID] = secret.Status
	}
	return all
}

// emitCredentials writes what has changed of the client's credentials.
func emitCredentials(c *web.Call, a *state.App, before map[string]string) {
	after := credentialStatus(a)
	for _, id := range slices.Sorted(maps.Keys(after)) {
		old, known := before[id]
		switch {
		case !known:
			syslog.Emit(c, syslog.EventCredentialCreate, syslog.ClientEntity(a), credentialEntity(id))
		case old == after[id]:
		case after[id] == "ACTIVE":
			syslog.Emit(c, syslog.EventCredentialActivate, syslog.ClientEntity(a), credentialEntity(id))
		default:
			syslog.Emit(c, syslog.EventCredentialDeactivate, syslog.ClientEntity(a), credentialEntity(id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		if _, kept := after[id]; !kept {
			syslog.Emit(c, syslog.EventCredentialDelete, syslog.ClientEntity(a), credentialEntity(id))
		}
	}
}

func credentialEntity(id string) state.LogEntity {
	if strings.HasPrefix(id, "ocs") {
		return secretEntity(id)
	}
	return state.LogEntity{ID: id, Type: "JsonWebKey", Alternate: "unknown", Name: "JSON Web Key"}
}

func secretEntity(id string) state.LogEntity {
	return state.LogEntity{ID: id, Type: "OAuth2ClientSecret", Alternate: "unknown", Name: "Client Secret"}
}

func scopeEntity(g *state.Grant) state.LogEntity {
	return state.LogEntity{ID: g.ID, Type: "OAuth2Scope", Alternate: "unknown", Name: g.ScopeID}
}

// emitRole writes that a principal was given a role or lost it; of a
// custom role also what became of the binding.
func emitRole(c *web.Call, p *assignee, r *state.RoleAssignment, granted bool) {
	kinds := map[string][2]string{
		"CLIENT": {syslog.EventClientRoleGrant, syslog.EventClientRoleRevoke},
		"USER":   {syslog.EventUserRoleGrant, syslog.EventUserRoleRevoke},
		"GROUP":  {syslog.EventGroupRoleGrant, syslog.EventGroupRoleRevoke},
	}[p.kind]
	kind, binding := kinds[0], syslog.EventBindingAdd
	if !granted {
		kind, binding = kinds[1], syslog.EventBindingDelete
	}
	syslog.Emit(c, kind, p.entity, roleEntity(r))
	if set := c.Org.ResourceSets.Get(r.ResourceSet); set != nil {
		syslog.Emit(c, binding, resourceSetEntity(set), roleEntity(r), p.entity)
	}
}

func roleEntity(r *state.RoleAssignment) state.LogEntity {
	if r.Type == "CUSTOM" {
		return state.LogEntity{ID: r.Role, Type: "CUSTOM_ROLE", Alternate: "unknown", Name: r.Label}
	}
	return state.LogEntity{ID: r.ID, Type: "ROLE", Alternate: r.Type, Name: r.Label}
}

func customRoleEntity(r *state.CustomRole) state.LogEntity {
	return state.LogEntity{ID: r.ID, Type: "CUSTOM_ROLE", Alternate: "unknown", Name: r.Label}
}

func permissionEntity(p *state.Permission) state.LogEntity {
	return state.LogEntity{ID: p.Label, Type: "PERMISSION", Alternate: "unknown", Name: p.Label}
}

func resourceSetEntity(s *state.ResourceSet) state.LogEntity {
	return state.LogEntity{ID: s.ID, Type: "RESOURCE_SET", Alternate: "unknown", Name: s.Label}
}

func zoneEntity(z *state.Zone) state.LogEntity {
	return state.LogEntity{ID: z.ID, Type: "NetworkZone", Alternate: "unknown", Name: z.Name()}
}

func resourceEntity(r *state.Resource) state.LogEntity {
	return state.LogEntity{ID: r.ID, Type: "RESOURCE", Alternate: "unknown", Name: r.ORN}
}
