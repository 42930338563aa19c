package mgmt

import "github.com/oktaform/oktaform/sandbox/internal/state"

func Dump(o *state.Org, secrets bool) *orgDoc {
	info := o.Self()
	doc := &orgDoc{Org: &orgInfoDoc{info.ID, info.Created, info.Cell, info.UserType, info.UserSchema, info.UserAttributes}}
	if admin := o.Users.Get(info.SuperAdmin); admin != nil {
		doc.SuperAdmin = admin.Login()
	}
	for _, p := range o.Policies.All() {
		doc.Policies = append(doc.Policies, &policyDoc{madeDoc{p.ID, p.Created, p.Created}, p.Name, p.Description, p.Type, p.System, p.MFA})
	}
	for _, u := range o.Users.All() {
		doc.Users = append(doc.Users, dumpUser(o, u, secrets))
	}
	for _, g := range o.Groups.All() {
		one := &groupDoc{madeDoc: madeDoc{g.ID, g.Created, g.LastUpdated}, LastMembershipUpdated: g.LastMembershipUpdated, Profile: g.Profile, Roles: dumpRoles(o, g.Roles)}
		if g.Type == appGroupType {
			one.Type = g.Type
		}
		for _, id := range g.Members {
			if u := o.Users.Get(id); u != nil {
				one.Members = append(one.Members, u.Login())
			}
		}
		doc.Groups = append(doc.Groups, one)
	}
	for _, a := range o.Apps.All() {
		doc.Apps = append(doc.Apps, dumpApp(o, a, secrets))
	}
	for _, r := range o.CustomRoles.All() {
		one := &customDoc{madeDoc{r.ID, r.Created, r.LastUpdated}, r.Label, r.Description, nil}
		for _, p := range r.Permissions {
			one.Permissions = append(one.Permissions, &permissionDoc{p.Label, p.Conditions, p.Created, p.LastUpdated})
		}
		doc.CustomRoles = append(doc.CustomRoles, one)
	}
	for _, z := range o.Zones.All() {
		doc.Zones = append(doc.Zones, &zoneDoc{madeDoc{z.ID, z.Created, z.LastUpdated}, z.Doc})
	}
	for _, s := range o.ResourceSets.All() {
		one := &resourcesDoc{madeDoc{s.ID, s.Created, s.LastUpdated}, s.Label, s.Description, nil}
		for _, r := range s.Resources {
			one.Resources = append(one.Resources, &resourceDoc{madeDoc{r.ID, r.Created, r.LastUpdated}, r.ORN, r.Conditions})
		}
		doc.ResourceSets = append(doc.ResourceSets, one)
	}
	return doc
}

func dumpUser(o *state.Org, u *state.User, secrets bool) *userDoc {
	doc := &userDoc{madeDoc: madeDoc{u.ID, u.Created, u.LastUpdated}, Status: u.Status, Activated: u.Activated,
		StatusChanged: u.StatusChanged, LastLogin: u.LastLogin, PasswordChanged: u.PasswordChanged, Profile: u.Profile,
		Recovery: u.Recovery, Roles: dumpRoles(o, u.Roles)}
	if secrets {
		doc.PasswordHash = u.Password
	}
	return doc
}

// dumpRoles names roles and sets by label, groups by name, apps by id: labels
// of apps need not be unique. What is gone keeps its id.
func dumpRoles(o *state.Org, roles []*state.RoleAssignment) []*roleDoc {
	var docs []*roleDoc
	for _, r := range roles {
		doc := &roleDoc{madeDoc: madeDoc{r.ID, r.Created, r.LastUpdated}, Type: r.Type}
		if r.Type == "CUSTOM" {
			doc.Role, doc.ResourceSet = r.Role, r.ResourceSet
			if role := o.CustomRoles.Get(r.Role); role != nil {
				doc.Role = role.Label
			}
			if set := o.ResourceSets.Get(r.ResourceSet); set != nil {
				doc.ResourceSet = set.Label
			}
		}
		for _, id := range r.TargetGroups {
			doc.TargetGroups = append(doc.TargetGroups, groupName(o, id))
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
func groupName(o *state.Org, id string) string {
	if g := o.Groups.Get(id); g != nil {
		return g.Name()
	}
	return id
}

func dumpApp(o *state.Org, a *state.App, secrets bool) *appDoc {
	doc := &appDoc{madeDoc: madeDoc{a.ID, a.Created, a.LastUpdated}, Status: a.Status, Document: a.Doc, Roles: dumpRoles(o, a.Roles),
		Policy: a.Policy, IDToken: a.IDToken}
	if p := o.Policies.Get(a.Policy); p != nil {
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
		doc.Groups = append(doc.Groups, &appGroupDoc{groupName(o, g.GroupID), &g.Priority, g.LastUpdated, g.Profile})
	}
	for _, d := range a.Users {
		login := d.UserID
		if u := o.Users.Get(d.UserID); u != nil {
			login = u.Login()
		}
		doc.Users = append(doc.Users, &appMemberDoc{login, d.UserName, d.Created, d.LastUpdated, d.Profile})
	}
	return doc
}
