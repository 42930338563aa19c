package sandbox

import (
	"encoding/json"
	"io"
)

// Dump writes the org as JSON that Options.Seed takes: an org made from it
// has the same objects with the same ids. It holds no secret: no password, no
// client secret, no token, no signing key; and neither sessions nor the log.
func (s *Server) Dump(w io.Writer) error { return s.dump(w, false) }

// DumpWithSecrets is Dump with client secrets and the hashes of passwords.
func (s *Server) DumpWithSecrets(w io.Writer) error { return s.dump(w, true) }

func (s *Server) dump(w io.Writer, secrets bool) error {
	s.mu.Lock()
	doc := s.org.doc(secrets)
	text, err := json.MarshalIndent(doc, "", "  ")
	s.mu.Unlock()
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}

func (o *org) doc(secrets bool) *orgDoc {
	info := o.self()
	doc := &orgDoc{Org: &orgInfoDoc{info.ID, info.Created, info.Cell, info.UserType, info.UserSchema, info.UserAttributes}}
	if admin := o.users.get(info.SuperAdmin); admin != nil {
		doc.SuperAdmin = admin.login()
	}
	for _, p := range o.policies.all() {
		doc.Policies = append(doc.Policies, &policyDoc{madeDoc{p.ID, p.Created, p.Created}, p.Name, p.Description, p.Type, p.System, p.MFA})
	}
	for _, u := range o.users.all() {
		doc.Users = append(doc.Users, o.userDoc(u, secrets))
	}
	for _, g := range o.groups.all() {
		one := &groupDoc{madeDoc: madeDoc{g.ID, g.Created, g.LastUpdated}, LastMembershipUpdated: g.LastMembershipUpdated, Profile: g.Profile, Roles: o.roleDocs(g.Roles)}
		if g.Type == appGroupType {
			one.Type = g.Type
		}
		for _, id := range g.Members {
			if u := o.users.get(id); u != nil {
				one.Members = append(one.Members, u.login())
			}
		}
		doc.Groups = append(doc.Groups, one)
	}
	for _, a := range o.apps.all() {
		doc.Apps = append(doc.Apps, o.appDoc(a, secrets))
	}
	for _, r := range o.customRoles.all() {
		one := &customDoc{madeDoc{r.ID, r.Created, r.LastUpdated}, r.Label, r.Description, nil}
		for _, p := range r.Permissions {
			one.Permissions = append(one.Permissions, &permissionDoc{p.Label, p.Conditions, p.Created, p.LastUpdated})
		}
		doc.CustomRoles = append(doc.CustomRoles, one)
	}
	for _, z := range o.zones.all() {
		doc.Zones = append(doc.Zones, &zoneDoc{madeDoc{z.ID, z.Created, z.LastUpdated}, z.Doc})
	}
	for _, s := range o.resourceSets.all() {
		one := &resourcesDoc{madeDoc{s.ID, s.Created, s.LastUpdated}, s.Label, s.Description, nil}
		for _, r := range s.Resources {
			one.Resources = append(one.Resources, &resourceDoc{madeDoc{r.ID, r.Created, r.LastUpdated}, r.ORN, r.Conditions})
		}
		doc.ResourceSets = append(doc.ResourceSets, one)
	}
	return doc
}

func (o *org) userDoc(u *user, secrets bool) *userDoc {
	doc := &userDoc{madeDoc: madeDoc{u.ID, u.Created, u.LastUpdated}, Status: u.Status, Activated: u.Activated,
		StatusChanged: u.StatusChanged, LastLogin: u.LastLogin, PasswordChanged: u.PasswordChanged, Profile: u.Profile,
		Recovery: u.Recovery, Roles: o.roleDocs(u.Roles)}
	if secrets {
		doc.PasswordHash = u.Password
	}
	return doc
}

// roleDocs names roles and sets by label, groups by name, apps by id: labels
// of apps need not be unique. What is gone keeps its id.
func (o *org) roleDocs(roles []*roleAssignment) []*roleDoc {
	var docs []*roleDoc
	for _, r := range roles {
		doc := &roleDoc{madeDoc: madeDoc{r.ID, r.Created, r.LastUpdated}, Type: r.Type}
		if r.Type == "CUSTOM" {
			doc.Role, doc.ResourceSet = r.Role, r.ResourceSet
			if role := o.customRoles.get(r.Role); role != nil {
				doc.Role = role.Label
			}
			if set := o.resourceSets.get(r.ResourceSet); set != nil {
				doc.ResourceSet = set.Label
			}
		}
		for _, id := range r.TargetGroups {
			doc.TargetGroups = append(doc.TargetGroups, o.groupName(id))
		}
		for _, target := range r.TargetApps {
			name := target.ID
			if name == "" {
				name = target.Name
			}
			doc.TargetApps = append(doc.TargetApps, name)
		}
		docs = append(docs, doc)
	}
	return docs
}

// groupName is the group's name, or its id when it is gone.
func (o *org) groupName(id string) string {
	if g := o.groups.get(id); g != nil {
		return g.name()
	}
	return id
}

func (o *org) appDoc(a *app, secrets bool) *appDoc {
	doc := &appDoc{madeDoc: madeDoc{a.ID, a.Created, a.LastUpdated}, Status: a.Status, Document: a.Doc, Roles: o.roleDocs(a.Roles),
		Policy: a.Policy, IDToken: a.IDToken}
	if p := o.policies.get(a.Policy); p != nil {
		doc.Policy = p.Name
	}
	for _, s := range a.Secrets {
		one := &secretDoc{madeDoc{s.ID, s.Created, s.LastUpdated}, s.Status, ""}
		if secrets {
			one.Secret = s.Secret
		}
		doc.Secrets = append(doc.Secrets, one)
	}
	for _, g := range a.Grants {
		doc.Grants = append(doc.Grants, &grantDoc{madeDoc{g.ID, g.Created, g.LastUpdated}, g.ScopeID, g.CreatedBy, g.CreatorType})
	}
	for _, g := range a.Groups {
		doc.Groups = append(doc.Groups, &appGroupDoc{o.groupName(g.GroupID), &g.Priority, g.LastUpdated, g.Profile})
	}
	for _, d := range a.Users {
		login := d.UserID
		if u := o.users.get(d.UserID); u != nil {
			login = u.login()
		}
		doc.Users = append(doc.Users, &appMemberDoc{login, d.UserName, d.Created, d.LastUpdated, d.Profile})
	}
	return doc
}
