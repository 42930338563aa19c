package sandbox

import (
	"errors"
	"fmt"
	"maps"
)

// app makes an app by the rules of POST /api/v1/apps. A document that has a
// client_id already, as one of a dump, keeps all that the API fixes when an
// app is made.
func (s *seeding) app(d *appDoc) error {
	d.fill("0oa", s.now)
	if s.org.apps.get(d.ID) != nil {
		return fmt.Errorf("the id %s is there twice", d.ID)
	}
	a := &app{ID: d.ID, Created: d.Created, LastUpdated: d.LastUpdated, Status: d.Status, IDToken: d.IDToken}
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
	if text(object(d.Document, "credentials", "oauthClient"), "client_id") != "" {
		a.Doc = maps.Clone(d.Document)
	}
	if err := s.fillApp(a, d.Document); err != nil {
		return causes(err)
	}
	if id := a.clientID(); a.oauth() != nil && s.org.appByClientID(id) != nil {
		return fmt.Errorf("the client_id %s is there twice", id)
	}
	if err := s.appParts(a, d); err != nil {
		return err
	}
	s.org.apps.put(a.ID, a)
	return nil
}

func (s *seeding) secret(d *secretDoc) *clientSecret {
	d.fill("ocs", s.now)
	fallback(&d.Status, "ACTIVE")
	fallback(&d.Secret, randomBytes64(48))
	return &clientSecret{ID: d.ID, Secret: d.Secret, Status: d.Status, Created: d.Created, LastUpdated: d.LastUpdated}
}

// appParts adds policy, grants and assignments.
func (s *seeding) appParts(a *app, d *appDoc) error {
	a.Policy = s.org.defaultPolicy()
	if d.Policy != "" {
		p := s.org.policies.find(func(p *policy) bool { return p.ID == d.Policy || p.Name == d.Policy })
		if p == nil {
			return fmt.Errorf("there is no policy %q", d.Policy)
		}
		a.Policy = p.ID
	}
	for _, g := range d.Grants {
		if !isAPIScope(g.Scope) || a.oauth() == nil {
			return fmt.Errorf("%q can't be granted to this app", g.Scope)
		}
		g.fill("oag", d.Created)
		if g.CreatedBy == "" {
			g.CreatedBy, g.CreatorType = s.adminID(), "User"
		}
		a.Grants = append(a.Grants, &grant{g.ID, g.Scope, "ACTIVE", g.Created, g.LastUpdated, g.CreatedBy, g.CreatorType})
	}
	for _, g := range d.Groups {
		of := s.groupNamed(g.Group)
		if of == nil {
			return fmt.Errorf("there is no group %q in the seed", g.Group)
		}
		one := &groupAssignment{GroupID: of.ID, Priority: a.nextPriority(), LastUpdated: g.LastUpdated, Profile: filled(g.Profile, nil)}
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
		fallback(&m.UserName, u.login())
		made := madeDoc{Created: m.Created, LastUpdated: m.LastUpdated}
		made.fill("", d.Created)
		a.Users = append(a.Users, &userAssignment{u.ID, m.UserName, made.Created, made.LastUpdated, filled(m.Profile, nil)})
	}
	return nil
}

// allRoles gives the roles, after all that they may name is there.
func (s *seeding) allRoles() error {
	for i, d := range s.doc.Users {
		u, _ := s.userNamed(d.ID)
		if err := s.roles(s.org.userAssignee(u), d.Roles); err != nil {
			return fmt.Errorf("seed: users[%d] %s: %w", i, u.login(), err)
		}
	}
	for i, d := range s.doc.Groups {
		g := s.groupNamed(d.ID)
		if g.Type == "BUILT_IN" && len(d.Roles) > 0 {
			return fmt.Errorf("seed: groups[%d] %s: roles can't be given to a built-in group", i, g.name())
		}
		if err := s.roles(s.org.groupAssignee(g), d.Roles); err != nil {
			return fmt.Errorf("seed: groups[%d] %s: %w", i, g.name(), err)
		}
	}
	for i, d := range s.doc.Apps {
		a := s.org.apps.get(d.ID)
		if !a.isService() && len(d.Roles) > 0 {
			return fmt.Errorf("seed: apps[%d] %s: roles can only be given to service apps", i, a.label())
		}
		if err := s.roles(s.org.clientAssignee(a), d.Roles); err != nil {
			return fmt.Errorf("seed: apps[%d] %s: %w", i, a.label(), err)
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

func (s *seeding) role(p *assignee, d *roleDoc) (*roleAssignment, error) {
	r := &roleAssignment{Type: d.Type}
	switch {
	case d.Type == "CUSTOM":
		role, set := s.org.customRoleNamed(d.Role), s.org.resourceSetNamed(d.ResourceSet)
		if role == nil || set == nil {
			return nil, fmt.Errorf("there is no custom role %q or no resource set %q in the seed", d.Role, d.ResourceSet)
		}
		r.ID, r.Label, r.Role, r.ResourceSet = newID("irb"), role.Label, role.ID, set.ID
	case standardRole(d.Type).id == "":
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
		target := appTarget{Name: oidcClientName, ID: name}
		if a := s.appNamed(name); a != nil {
			target = appTarget{Name: a.name(), ID: a.ID}
		} else if catalogEntry(name).name != "" {
			target = appTarget{Name: name}
		}
		r.TargetApps = append(r.TargetApps, target)
	}
	return r, nil
}
