package kinds

import (
	"context"
	"net/url"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// The admin roles of users and groups that are not declared. Okta has no document for an admin, so
// it is built here:
//
//	id         of the user, group or app
//	principal  in the form of kinds.Principal
//	roles      the path of its role assignments
//	type       of its own assignments
//	status     of a user
//	client_id  of an app

// AdminKind is the name of the kind of admin roles.
const AdminKind = "admin"

func admin() *Kind {
	return &Kind{
		Kind:       kinds.Named(AdminKind),
		Collection: usersPath, // most admins are users
		Find:       findAdmins,
		Whole:      nobody,
		Get:        getAdmin,
		// Create and Update do nothing to the principal itself: it exists, and only its roles are
		// managed.
		Create: func(_ context.Context, _ *Org, doc map[string]any, _ schema.Value) (map[string]any, error) {
			return doc, nil
		},
		Update:    func(context.Context, *Org, *Remote, map[string]any, schema.Value) error { return nil },
		Delete:    func(ctx context.Context, o *Org, now *Remote, _ string) error { return o.RemoveRoles(ctx, now) },
		RolesPath: usersPath + "/ID/roles",
		Principal: func(r *Remote) Principal {
			return Principal{okta.Text(r.Doc, "roles"), okta.Text(r.Doc, "type")}
		},
		Operations: Operations{SideData: map[string]string{RoleBlock: "POST /api/v1/users/{userId}/roles"}},
		Events: []EventEffect{
			{Targets: []string{"PublicClientApp", "AppInstance", "User", "UserGroup"}, Rights: true, Only: []string{RoleBlock},
				Types: `iam.resourceset.bindings.add iam.resourceset.bindings.delete`},
		},
	}
}

// nobody is the Whole of a kind whose objects are found with those of another kind.
func nobody(context.Context, *Org) (*Whole, error) { return &Whole{}, nil }
func newAdmin(principal, id, path, assignmentType string) map[string]any {
	return map[string]any{"id": id, "principal": principal, "roles": path + "/roles", "type": assignmentType}
}

func userAdmin(doc map[string]any) map[string]any {
	id := okta.Text(doc, "id")
	admin := newAdmin(kinds.Principal("user", okta.Text(doc, "profile", "login")), id, usersPath+"/"+url.PathEscape(id), "USER")
	admin["status"] = okta.Text(doc, "status")
	return admin
}

func groupAdmin(doc map[string]any) map[string]any {
	id := okta.Text(doc, "id")
	return newAdmin(kinds.Principal("group", okta.Text(doc, "profile", "name")), id, groupsPath+"/"+url.PathEscape(id), "GROUP")
}

func appAdmin(id, label, client string) map[string]any {
	admin := newAdmin(kinds.Principal("app", label), id, "/oauth2/v1/clients/"+url.PathEscape(client), "CLIENT")
	admin["client_id"] = client
	return admin
}

func getAdmin(ctx context.Context, o *Org, id string) (map[string]any, error) {
	switch {
	case strings.HasPrefix(id, UserIDPrefix):
		doc, err := getUser(ctx, o, id)
		return userAdmin(doc), err
	case strings.HasPrefix(id, groupIDPrefix):
		doc, err := getGroup(ctx, o, id)
		return groupAdmin(doc), err
	}
	doc, err := getApp(ctx, o, id)
	return appAdmin(okta.Text(doc, "id"), okta.Text(doc, "label"), okta.Text(doc, "credentials", "oauthClient", "client_id")), err
}

// findAdmins returns the principals that declared admin blocks may mean.
func findAdmins(ctx context.Context, o *Org, declared []schema.ObjectQuery) ([]*Remote, error) {
	found := make([][]*Remote, len(declared))
	var jobs []okta.Job
	for i, want := range declared {
		if want.Name != "" {
			jobs = append(jobs, okta.Job{Run: func(ctx context.Context) (err error) {
				found[i], err = findAdmin(ctx, o, want)
				return err
			}})
		}
	}
	if err := okta.RunJobs(ctx, jobs); err != nil {
		return nil, err
	}
	var all []*Remote
	for _, admins := range found {
		all = append(all, admins...)
	}
	return all, nil
}

// findAdmin returns the principals that a declared admin block may mean: none if there is none,
// several if groups share the name. They get the name under which they are declared.
func findAdmin(ctx context.Context, o *Org, want schema.ObjectQuery) ([]*Remote, error) {
	kind, name, _ := strings.Cut(want.Name, " ")
	var docs []map[string]any
	switch {
	case want.ID != "":
		doc, err := getAdmin(ctx, o, want.ID)
		if err != nil && !okta.NotFound(err) {
			return nil, err
		}
		if err == nil {
			docs = append(docs, doc)
		}
	case kind == "user":
		user, err := findUser(ctx, o, name)
		if err != nil {
			return nil, err
		}
		if user != nil {
			docs = append(docs, userAdmin(user.Doc))
		}
	default:
		found, err := groupsNamed(ctx, o, name)
		if err != nil {
			return nil, err
		}
		for _, doc := range found {
			docs = append(docs, groupAdmin(doc))
		}
	}
	var out []*Remote
	for _, doc := range docs {
		doc["principal"] = want.Name
		out = append(out, &Remote{Kind: Named(AdminKind), Doc: doc})
	}
	return out, nil
}

// Admins returns the principals that may have admin roles, as objects of the kind admin. Okta lists
// only users with roles (GET /api/v1/iam/assignees/users). The roles of
// every service app must be read, and those of every group except groups without admin privileges
// according to their statistics (GET /api/v1/groups?expand=stats).
func (o *Org) Admins(ctx context.Context, apps []*Remote) ([]*Remote, error) {
	kind := Named(AdminKind)
	entries, err := o.AdminUsers(ctx)
	if err != nil {
		return nil, err
	}
	var found []*Remote
	for _, id := range entries {
		doc, err := getUser(ctx, o, id)
		if okta.NotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, &Remote{Kind: kind, Doc: userAdmin(doc)})
	}
	groups, err := o.List(ctx, groupsPath, "expand=stats&limit=200")
	if err != nil {
		return nil, err
	}
	for _, doc := range groups {
		stats := okta.Object(doc, "_embedded", "stats")
		if admin, told := stats["hasAdminPrivilege"].(bool); okta.Text(doc, "type") == "BUILT_IN" || told && !admin {
			continue
		}
		found = append(found, &Remote{Kind: kind, Doc: groupAdmin(doc)})
	}
	for _, app := range apps {
		if app.Kind.Principal != nil {
			found = append(found, &Remote{Kind: kind, Doc: appAdmin(app.ID(), app.Name(), app.ClientID())})
		}
	}
	return found, nil
}

// AdminUsers returns the ids of the users with admin roles (GET /api/v1/iam/assignees/users).
func (o *Org) AdminUsers(ctx context.Context) (ids []string, err error) {
	docs, err := o.WrappedList(ctx, iamPath+"/assignees/users", "value")
	for _, doc := range docs {
		ids = append(ids, okta.Text(doc, "id"))
	}
	return ids, err
}

// RolesOf returns the admin roles of a user or an app.
func (o *Org) RolesOf(ctx context.Context, principal string) ([]map[string]any, error) {
	at := "/oauth2/v1/clients/" + url.PathEscape(principal) + "/roles"
	if strings.HasPrefix(principal, UserIDPrefix) {
		at = usersPath + "/" + url.PathEscape(principal) + "/roles"
	}
	return o.List(ctx, at, "")
}
