package apps

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/roles"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

type appDoc struct {
	kind.MadeDoc
	Status   string          `json:"status,omitempty"` // default ACTIVE
	Document map[string]any  `json:"document"`         // as in the body of POST /api/v1/apps
	Secrets  []*secretDoc    `json:"secrets,omitempty"`
	Grants   []*grantDoc     `json:"grants,omitempty"`
	Groups   []*appGroupDoc  `json:"groups,omitempty"`
	Users    []*appMemberDoc `json:"users,omitempty"`
	Roles    []*roles.Doc    `json:"roles,omitempty"`
	Policy   string          `json:"policy,omitempty"` // id or name; by default the org's default policy
	IDToken  map[string]any  `json:"idToken,omitempty"`
}

// seedApp creates an app by the rules of POST /api/v1/apps. A document that already has a
// client_id, such as one of a dump, keeps everything that the API fixes at creation.
func seedApp(s *kind.Seeding, d *appDoc) error {
	d.Fill("0oa", s.Now)
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
		a.Secrets = append(a.Secrets, seedSecret(s, secret))
	}
	if jsondoc.Text(jsondoc.Object(d.Document, "credentials", "oauthClient"), "client_id") != "" {
		a.Doc = maps.Clone(d.Document)
	}
	if mode := jsondoc.Text(d.Document, "signOnMode"); mode != "" && mode != openIDConnect && mode != "BROWSER_PLUGIN" {
		// Of a copied org, which may leave settings out: lists and role targets have it.
		a.Doc = maps.Clone(d.Document)
		if jsondoc.Text(a.Doc, "label") == "" || jsondoc.Text(a.Doc, "name") == "" {
			return errors.New("label and name are needed")
		}
		fillTop(a.Doc)
	} else if err := fillApp(s.Call, a, d.Document); err != nil {
		return kind.Causes(err)
	}
	if id := a.ClientID(); a.OAuth() != nil && s.Org.AppByClientID(id) != nil {
		return fmt.Errorf("the client_id %s is there twice", id)
	}
	if err := seedAppParts(s, a, d); err != nil {
		return err
	}
	s.Org.Apps.Put(a.ID, a)
	return nil
}

// seedAppParts adds the policy, grants and assignments of an app.
func seedAppParts(s *kind.Seeding, a *state.App, d *appDoc) error {
	a.Policy = s.Org.DefaultPolicy()
	if d.Policy != "" {
		p := s.Org.Policies.Find(func(p *state.Policy) bool { return p.ID == d.Policy || p.Name == d.Policy })
		if p == nil {
			return fmt.Errorf("there is no policy %q", d.Policy)
		}
		a.Policy = p.ID
	}
	for _, g := range d.Grants {
		// An org may know newer scopes than the sandbox, and has granted them.
		if !oauth.IsAPIScope(g.Scope) && (g.ID == "" || !strings.HasPrefix(g.Scope, "okta.")) || a.OAuth() == nil {
			return fmt.Errorf("%q can't be granted to this app", g.Scope)
		}
		g.Fill("oag", d.Created)
		if g.CreatedBy == "" {
			g.CreatedBy, g.CreatorType = s.Org.Self().SuperAdmin, "User"
		}
		a.Grants = append(a.Grants, &state.Grant{ID: g.ID, ScopeID: g.Scope, Status: "ACTIVE", Created: g.Created, LastUpdated: g.LastUpdated, CreatedBy: g.CreatedBy, CreatorType: g.CreatorType})
	}
	for _, g := range d.Groups {
		of := s.GroupNamed(g.Group)
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
		u, err := s.UserNamed(m.User)
		if err != nil {
			return err
		}
		fallback(&m.UserName, u.Login())
		made := kind.MadeDoc{Created: m.Created, LastUpdated: m.LastUpdated}
		made.Fill("", d.Created)
		a.Users = append(a.Users, &state.UserAssignment{UserID: u.ID, UserName: m.UserName, Created: made.Created, LastUpdated: made.LastUpdated, Profile: jsondoc.Filled(m.Profile, nil)})
	}
	return nil
}

func seedAppRoles(s *kind.Seeding, d *appDoc) error {
	a := s.Org.Apps.Get(d.ID)
	if !a.IsService() && len(d.Roles) > 0 {
		return errors.New("roles can only be given to service apps")
	}
	return roles.Seed(s, roles.ClientAssignee(s.Org, a), d.Roles)
}

func dumpApps(o *state.Org, secrets bool) (docs []*appDoc) {
	for _, a := range o.Apps.All() {
		docs = append(docs, dumpApp(o, a, secrets))
	}
	return docs
}

func dumpApp(o *state.Org, a *state.App, secrets bool) *appDoc {
	doc := &appDoc{MadeDoc: kind.MadeDoc{ID: a.ID, Created: a.Created, LastUpdated: a.LastUpdated}, Status: a.Status, Document: a.Doc, Roles: roles.Dump(o, a.Roles),
		Policy: a.Policy, IDToken: a.IDToken}
	if p := o.Policies.Get(a.Policy); p != nil {
		doc.Policy = p.Name
	}
	for _, s := range a.Secrets {
		one := &secretDoc{kind.MadeDoc{ID: s.ID, Created: s.Created, LastUpdated: s.LastUpdated}, s.Status, ""}
		if secrets {
			one.Secret = s.Secret
		}
		doc.Secrets = append(doc.Secrets, one)
	}
	for _, g := range a.Grants {
		doc.Grants = append(doc.Grants, &grantDoc{kind.MadeDoc{ID: g.ID, Created: g.Created, LastUpdated: g.LastUpdated}, g.ScopeID, g.CreatedBy, g.CreatorType})
	}
	for _, g := range a.Groups {
		doc.Groups = append(doc.Groups, &appGroupDoc{kind.GroupName(o, g.GroupID), &g.Priority, g.LastUpdated, g.Profile})
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
