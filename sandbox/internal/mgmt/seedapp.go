package mgmt

import (
	"errors"
	"fmt"
	"maps"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// app makes an app by the rules of POST /api/v1/apps. A document that has a
// client_id already, as one of a dump, keeps all that the API fixes when an
// app is made.
func (s *seeding) app(d *appDoc) error {
	d.fill("0oa", s.now)
	if s.Org.Apps.Get(d.ID) != nil {
		return fmt.Errorf("the id %s is there twice", d.ID)
	}
	a := &state.App{ID: d.ID, Created: d.Created, LastUpdated: d.LastUpdated, Status: d.Status, IDToken: d.IDToken}
	switch d.Status {
	case "":
		a.Status = "ACTIVE"
	case "ACTIVE", "INACTIVE":
	default:
		return fmt.Errorf("status %q must be ACTIVE or INACTIVE", d.Status)
	}
	for _, secret := range d.Secrets {
		a.Secrets = append(a.Secrets, s.secret(secret))
	}
	if jsondoc.Text(jsondoc.Object(d.Document, "credentials", "oauthClient"), "client_id") != "" {
		a.Doc = maps.Clone(d.Document)
	}
	if err := fillApp(s.Call, a, d.Document); err != nil {
		return causes(err)
	}
	if id := a.ClientID(); a.OAuth() != nil && s.Org.AppByClientID(id) != nil {
		return fmt.Errorf("the client_id %s is there twice", id)
	}
	if err := s.appParts(a, d); err != nil {
		return err
	}
	s.Org.Apps.Put(a.ID, a)
	return nil
}

func (s *seeding) secret(d *secretDoc) *state.ClientSecret {
	d.fill("ocs", s.now)
	fallback(&d.Status, "ACTIVE")
	fallback(&d.Secret, state.RandomBase64(48))
	return &state.ClientSecret{ID: d.ID, Secret: d.Secret, Status: d.Status, Created: d.Created, LastUpdated: d.LastUpdated}
}

// appParts adds policy, grants and assignments.
func (s *seeding) appParts(a *state.App, d *appDoc) error {
	a.Policy = s.Org.DefaultPolicy()
	if d.Policy != "" {
		p := s.Org.Policies.Find(func(p *state.Policy) bool { return p.ID == d.Policy || p.Name == d.Policy })
		if p == nil {
			return fmt.Errorf("there is no policy %q", d.Policy)
		}
		a.Policy = p.ID
	}
	for _, g := range d.Grants {
		if !oauth.IsAPIScope(g.Scope) || a.OAuth() == nil {
			return fmt.Errorf("%q can't be granted to this app", g.Scope)
		}
		g.fill("oag", d.Created)
		if g.CreatedBy == "" {
			g.CreatedBy, g.CreatorType = s.adminID(), "User"
		}
		a.Grants = append(a.Grants, &state.Grant{ID: g.ID, ScopeID: g.Scope, Status: "ACTIVE", Created: g.Created, LastUpdated: g.LastUpdated, CreatedBy: g.CreatedBy, CreatorType: g.CreatorType})
	}
	for _, g := range d.Groups {
		of := s.groupNamed(g.Group)
		if of == nil {
			return fmt.Errorf("there is no group %q in the seed", g.Group)
		}
		one := &state.GroupAssignment{GroupID: of.ID, Priority: nextPriority(a), LastUpdated: g.LastUpdated, Profile: jsondoc.Filled(g.Profile, nil)}
		if g.Priority != nil {
			one.Priority = *g.Priority
		}
		if one.LastUpdated.IsZero() {
			one.LastUpdated = d.Created
		}
		a.Groups = append(a.Groups, one)
	}
	for _, m := range d.Users {
		u, err := s.userNamed(m.User)
		if err != nil {
			return err
		}
		fallback(&m.UserName, u.Login())
		made := madeDoc{Created: m.Created, LastUpdated: m.LastUpdated}
		made.fill("", d.Created)
		a.Users = append(a.Users, &state.UserAssignment{UserID: u.ID, UserName: m.UserName, Created: made.Created, LastUpdated: made.LastUpdated, Profile: jsondoc.Filled(m.Profile, nil)})
	}
	return nil
}

// allRoles gives the roles, after all that they may name is there.
func (s *seeding) allRoles() error {
	for i, d := range s.doc.Users {
		u, _ := s.userNamed(d.ID)
		if err := s.roles(userAssignee(s.Org, u), d.Roles); err != nil {
			return fmt.Errorf("seed: users[%d] %s: %w", i, u.Login(), err)
		}
	}
	for i, d := range s.doc.Groups {
		g := s.groupNamed(d.ID)
		if g.Type == "BUILT_IN" && len(d.Roles) > 0 {
			return fmt.Errorf("seed: groups[%d] %s: roles can't be given to a built-in group", i, g.Name())
		}
		if err := s.roles(groupAssignee(s.Org, g), d.Roles); err != nil {
			return fmt.Errorf("seed: groups[%d] %s: %w", i, g.Name(), err)
		}
	}
	for i, d := range s.doc.Apps {
		a := s.Org.Apps.Get(d.ID)
		if !a.IsService() && len(d.Roles) > 0 {
			return fmt.Errorf("seed: apps[%d] %s: roles can only be given to service apps", i, a.Label())
		}
		if err := s.roles(clientAssignee(s.Org, a), d.Roles); err != nil {
			return fmt.Errorf("seed: apps[%d] %s: %w", i, a.Label(), err)
		}
	}
	return nil
}

func (s *seeding) roles(p *assignee, docs []*roleDoc) error {
	for _, d := range docs {
		r, err := s.role(p, d)
		if err != nil {
			return fmt.Errorf("role %s: %w", d.Type, err)
		}
		*p.roles = append(*p.roles, r)
	}
	p.save()
	return nil
}

func (s *seeding) role(p *assignee, d *roleDoc) (*state.RoleAssignment, error) {
	r := &state.RoleAssignment{Type: d.Type}
	switch {
	case d.Type == "CUSTOM":
		role, set := s.Org.CustomRoleNamed(d.Role), s.Org.ResourceSetNamed(d.ResourceSet)
		if role == nil || set == nil {
			return nil, fmt.Errorf("there is no custom role %q or no resource set %q in the seed", d.Role, d.ResourceSet)
		}
		r.ID, r.Label, r.Role, r.ResourceSet = state.NewID("irb"), role.Label, role.ID, set.ID
	case access.StandardRole(d.Type).ID == "":
		return nil, errors.New("there is no such role")
	default:
		r = newStandardAssignment(d.Type, p.idPrefix(), s.now)
	}
	if d.ID == "" {
		d.ID = r.ID
	}
	d.fill("", s.now)
	r.ID, r.Created, r.LastUpdated = d.ID, d.Created, d.LastUpdated
	for _, name := range d.TargetGroups {
		id := name // of a group that is gone
		if g := s.groupNamed(name); g != nil {
			id = g.ID
		}
		r.TargetGroups = append(r.TargetGroups, id)
	}
	for _, name := range d.TargetApps {
		target := state.AppTarget{Name: state.OidcClientName, ID: name}
		if a := s.appNamed(name); a != nil {
			target = state.AppTarget{Name: a.Name(), ID: a.ID}
		} else if state.CatalogEntry(name).Name != "" {
			target = state.AppTarget{Name: name}
		}
		r.TargetApps = append(r.TargetApps, target)
	}
	return r, nil
}
