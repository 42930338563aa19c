package org_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

func reporter(t *testing.T) schema.Desired {
	_, key := newKey(t, "reporter-1")
	return desired("service_app", "reporter", map[string]cty.Value{
		"label":           s("Nightly user report"),
		"okta_api_scopes": list("okta.users.read", "okta.groups.read"),
		"public_key":      cty.ListVal([]cty.Value{key}),
		"admin_role":      roles(role{kind: "READ_ONLY_ADMIN"}),
	})
}

// A service app gets its keys with its creation, then loses the roles that the
// org gave it, then gets its own roles, and its scopes last.
func TestCreateServiceApp(t *testing.T) {
	l := connect(t, sandbox.Options{PublicClientAppAdmins: true})
	d := reporter(t)
	o := create(t, l, d)
	matches(t, o, d)
	if !o.Complete {
		t.Error("not complete")
	}
	client := "/oauth2/v1/clients/" + o.Value.GetAttr("client_id").AsString() + "/roles"
	var order []string
	for _, call := range writes(l.tape.take()) {
		if call == "DELETE "+client || strings.HasPrefix(call, "DELETE "+client+"/") {
			call = "remove role"
		}
		order = append(order, strings.NewReplacer(o.ID, "ID", o.Value.GetAttr("client_id").AsString(), "CLIENT").Replace(call))
	}
	want := []string{
		"POST /api/v1/apps", "remove role", "POST /oauth2/v1/clients/ID/roles",
		"POST /api/v1/apps/ID/grants", "POST /api/v1/apps/ID/grants",
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestCreateEveryKind(t *testing.T) {
	l := connect(t, sandbox.Options{})
	ada := desired("user", "ada", map[string]cty.Value{
		"login": s("ada@example.com"), "first_name": s("Ada"), "last_name": s("Admin"),
		"password":   s("Correct-horse-9").Mark(schema.Sensitive),
		"admin_role": roles(role{kind: "READ_ONLY_ADMIN"}),
	})
	user := create(t, l, ada)
	matches(t, user, ada)
	if strings.Contains(user.Value.GoString(), "Correct-horse") {
		t.Error("the password is in what was read")
	}
	testers := desired("group", "testers", map[string]cty.Value{
		"name": s("API testers"), "description": s("They test."), "members": refTo(user),
	})
	group := create(t, l, testers)
	matches(t, group, testers)
	explorer := desired("web_app", "explorer", map[string]cty.Value{
		"label": s("Okta API explorer"), "redirect_uris": list("http://127.0.0.1:8484/callback"),
		"pkce_required": cty.True, "okta_api_scopes": list("okta.users.read"),
		"assigned_groups": refTo(group), "assigned_users": refTo(user),
	})
	app := create(t, l, explorer)
	matches(t, app, explorer)
	if name := app.Value.GetAttr("assigned_groups").Index(cty.Zero).GetAttr("name"); name.AsString() != "API testers" {
		t.Errorf("the reference to the group is named %q", name.AsString())
	}
	secret, err := l.ClientSecret(t.Context(), app.ID)
	if err != nil || len(secret.Reveal()) < 14 {
		t.Errorf("client secret: %d characters, %v", len(secret.Reveal()), err)
	}
	if strings.Contains(app.Value.GoString(), secret.Reveal()) {
		t.Error("the client secret is in what was read")
	}
	helper := desired("service_app", "helper", map[string]cty.Value{
		"label": s("Helper"), "public_key": reporter(t).Value.GetAttr("public_key"),
		"admin_role": roles(role{kind: "HELP_DESK_ADMIN", groups: []schema.Object{group}}, role{kind: "APP_ADMIN", apps: []schema.Object{app}}),
	})
	matches(t, create(t, l, helper), helper)
}

// What is changed, and nothing else, is sent; rights that go, go first, and
// rights that come, come last.
func TestUpdate(t *testing.T) {
	l := connect(t, sandbox.Options{})
	d := reporter(t)
	prior := create(t, l, d)
	l.tape.take()

	same, err := l.Update(t.Context(), prior, d)
	if err != nil {
		t.Fatal(err)
	}
	matches(t, same, d)
	if sent := writes(l.tape.take()); len(sent) > 0 {
		t.Errorf("an update without a change sent %v", sent)
	}

	_, second := newKey(t, "reporter-2")
	changed := with(d, map[string]cty.Value{
		"label":           s("Weekly user report"),
		"okta_api_scopes": list("okta.users.read", "okta.apps.read"),
		"public_key":      cty.ListVal([]cty.Value{second}),
		"admin_role":      roles(role{kind: "REPORT_ADMIN"}),
		"client_uri":      s("https://example.com/report"),
	})
	after, err := l.Update(t.Context(), prior, changed)
	if err != nil {
		t.Fatal(err)
	}
	matches(t, after, changed)
	var methods []string
	for _, call := range writes(l.tape.take()) {
		method, path, _ := strings.Cut(call, " ")
		methods = append(methods, method+" "+strings.Split(strings.TrimPrefix(path, "/"), "/")[len(strings.Split(path, "/"))-2])
	}
	if len(methods) != 5 || !strings.HasPrefix(methods[0], "DELETE") || !strings.HasPrefix(methods[1], "DELETE") ||
		!strings.HasPrefix(methods[2], "PUT") || methods[3] != "POST roles" || methods[4] != "POST grants" {
		t.Errorf("calls: %v", methods)
	}

	none := with(changed, map[string]cty.Value{
		"okta_api_scopes": list(), "admin_role": roles(), "client_uri": cty.NullVal(cty.String), "status": s("INACTIVE"),
	})
	off, err := l.Update(t.Context(), after, none)
	if err != nil {
		t.Fatal(err)
	}
	matches(t, off, none)
	on, err := l.Update(t.Context(), off, changed)
	if err != nil {
		t.Fatal(err)
	}
	matches(t, on, changed)
}

// Fields that we know nothing of survive an update.
func TestUpdateKeepsForeignFields(t *testing.T) {
	l := connect(t, sandbox.Options{})
	d := reporter(t)
	prior := create(t, l, d)
	raw := l.call(t, "GET", "/api/v1/apps/"+prior.ID, "")
	marked := strings.Replace(raw, `"oktaform_owner"`, `"cost_center":{"ids":["x",7]},"oktaform_owner"`, 1)
	if marked == raw {
		t.Fatal("the app's profile holds no mark")
	}
	l.call(t, "PUT", "/api/v1/apps/"+prior.ID, marked)
	if _, err := l.Update(t.Context(), prior, with(d, map[string]cty.Value{"label": s("Another")})); err != nil {
		t.Fatal(err)
	}
	if after := l.call(t, "GET", "/api/v1/apps/"+prior.ID, ""); !strings.Contains(after, `"cost_center":{"ids":["x",7]}`) {
		t.Errorf("the update lost a profile attribute: %s", after)
	}
}

// A role's limits change without ever widening it to everything.
func TestUpdateRoleTargets(t *testing.T) {
	l := connect(t, sandbox.Options{})
	var groups []schema.Object
	for _, name := range []string{"one", "two", "three"} {
		groups = append(groups, create(t, l, desired("group", name, map[string]cty.Value{"name": s(name)})))
	}
	one, two, three := groups[0], groups[1], groups[2]
	d := reporter(t)
	limited := func(g ...schema.Object) schema.Desired {
		return with(d, map[string]cty.Value{"admin_role": roles(role{kind: "HELP_DESK_ADMIN", groups: g})})
	}
	o := create(t, l, limited(one, two))
	for _, step := range []struct {
		name      string
		groups    []schema.Object
		unassigns bool
	}{
		{"swap one", []schema.Object{two, three}, false},
		{"swap all", []schema.Object{one}, false},
		{"to everything", nil, true},
		{"from everything", []schema.Object{three}, false},
	} {
		l.tape.take()
		var err error
		next := limited(step.groups...)
		if o, err = l.Update(t.Context(), o, next); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		matches(t, o, next)
		reassigned := slices.ContainsFunc(writes(l.tape.take()), func(call string) bool {
			return strings.HasPrefix(call, "POST /oauth2/v1/clients/")
		})
		if reassigned != step.unassigns {
			t.Errorf("%s: assigned anew: %v", step.name, reassigned)
		}
	}
}

// An entry of the catalog swallows the single apps that are made from it, and
// comes apart into them again.
func TestUpdateCatalogTargets(t *testing.T) {
	l := connect(t, sandbox.Options{})
	d := desired("group", "g", map[string]cty.Value{"name": s("g")})
	app, other := create(t, l, reporter(t)), create(t, l, with(reporter(t), map[string]cty.Value{"label": s("other")}))
	limited := func(apps []schema.Object, catalog ...string) schema.Desired {
		return with(d, map[string]cty.Value{"admin_role": roles(role{kind: "APP_ADMIN", apps: apps, catalog: catalog})})
	}
	o := create(t, l, limited([]schema.Object{app}))
	for i, next := range []schema.Desired{
		limited(nil, "oidc_client"),
		limited([]schema.Object{app, other}),
		limited([]schema.Object{other}),
		limited(nil, "oidc_client"),
		limited(nil),
		limited(nil, "oidc_client"),
	} {
		var err error
		if o, err = l.Update(t.Context(), o, next); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		matches(t, o, next)
	}
}

// A role that the principal has already, as after an answer that was lost, is
// brought to the wanted targets.
func TestAssignedMeanwhile(t *testing.T) {
	l := connect(t, sandbox.Options{})
	one := create(t, l, desired("group", "one", map[string]cty.Value{"name": s("one")}))
	d := desired("group", "g", map[string]cty.Value{"name": s("g")})
	o := create(t, l, d)
	next := with(d, map[string]cty.Value{"admin_role": roles(role{kind: "HELP_DESK_ADMIN", groups: []schema.Object{one}}, role{kind: "REPORT_ADMIN"})})
	l.tape.before = func(call string) {
		if strings.HasPrefix(call, "POST /api/v1/groups/"+o.ID+"/roles") {
			l.tape.before = nil
			l.call(t, "POST", "/api/v1/groups/"+o.ID+"/roles", `{"type":"HELP_DESK_ADMIN"}`)
		}
	}
	o, err := l.Update(t.Context(), o, next)
	if err != nil {
		t.Fatal(err)
	}
	matches(t, o, next)
}

// An update of an object that somebody changed meanwhile does nothing.
func TestUpdateRefusesWhatChanged(t *testing.T) {
	l := connect(t, sandbox.Options{})
	d := reporter(t)
	prior := create(t, l, d)
	l.call(t, "POST", "/oauth2/v1/clients/"+prior.Value.GetAttr("client_id").AsString()+"/roles", `{"type":"SUPER_ADMIN"}`)
	l.tape.take()
	_, err := l.Update(t.Context(), prior, with(d, map[string]cty.Value{"label": s("New")}))
	var stale *org.StaleError
	if !errors.As(err, &stale) || !slices.Equal(stale.Attributes, []string{"admin_role"}) {
		t.Fatalf("got %v, want a StaleError about admin_role", err)
	}
	if sent := writes(l.tape.take()); len(sent) > 0 {
		t.Errorf("sent %v", sent)
	}
}

func TestDelete(t *testing.T) {
	l := connect(t, sandbox.Options{})
	o := create(t, l, reporter(t))
	g := create(t, l, desired("group", "g", map[string]cty.Value{"name": s("g")}))
	for _, object := range []schema.Object{o, g} {
		other := object
		other.Owner.Owner = "somebody/else"
		if err := l.Delete(t.Context(), other, ""); err == nil {
			t.Errorf("deleted a %s with the mark of another owner", object.Kind)
		}
		for range 2 { // the second finds nothing, which is fine
			if err := l.Delete(t.Context(), object, ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	snapshot, err := l.Read(t.Context(), schema.Query{Owner: owner})
	if err != nil || len(snapshot.Objects) > 0 {
		t.Errorf("left: %v, %v", snapshot.Objects, err)
	}
}

func TestUserLifecycle(t *testing.T) {
	l := connect(t, sandbox.Options{})
	ada := desired("user", "ada", map[string]cty.Value{
		"login": s("ada@example.com"), "first_name": s("Ada"), "last_name": s("Admin"), "password": s("Correct-horse-9"),
	})
	status := func(o schema.Object) string { return o.Value.GetAttr("status").AsString() }
	read := func() schema.Object {
		t.Helper()
		snapshot, err := l.Read(t.Context(), schema.Query{Objects: []schema.ObjectQuery{{Addr: ada.Addr, Name: "ada@example.com"}}})
		if err != nil {
			t.Fatal(err)
		}
		if len(snapshot.Objects) != 1 {
			t.Fatalf("found %d users", len(snapshot.Objects))
		}
		return snapshot.Objects[0]
	}
	o := create(t, l, ada)
	if err := l.Delete(t.Context(), o, "keep"); err != nil || status(read()) != "ACTIVE" {
		t.Errorf("keep: %v, %s", err, status(read()))
	}
	if err := l.Delete(t.Context(), o, "deactivate"); err != nil || status(read()) != "DEPROVISIONED" {
		t.Errorf("deactivate: %v, %s", err, status(read()))
	}
	again := with(ada, map[string]cty.Value{"password": s("Another-horse-9"), "first_name": s("Augusta")})
	o, err := l.Update(t.Context(), read(), again)
	if err != nil {
		t.Fatal(err)
	}
	matches(t, o, again)
	l.call(t, "POST", "/api/v1/authn", `{"username":"ada@example.com","password":"Another-horse-9"}`)
	l.call(t, "POST", "/api/v1/users/"+o.ID+"/lifecycle/suspend", "")
	if o, err = l.Update(t.Context(), read(), again); err != nil || status(o) != "ACTIVE" {
		t.Errorf("after suspension: %v, %s", err, status(o))
	}
	l.tape.take()
	for version, writes := range map[string]bool{"2020-01-02": false, "2999-01-02T03:04:05Z": true} {
		next := with(again, map[string]cty.Value{"password_version": s(version)})
		if _, err := l.Update(t.Context(), read(), next); err != nil {
			t.Fatal(err)
		}
		if sent := slices.Contains(l.tape.take(), "POST /api/v1/users/"+o.ID); sent != writes {
			t.Errorf("password_version %s: password sent: %v", version, sent)
		}
	}
	if err := l.Delete(t.Context(), o, "delete"); err != nil {
		t.Fatal(err)
	}
	snapshot, err := l.Read(t.Context(), schema.Query{Objects: []schema.ObjectQuery{{Addr: ada.Addr, Name: "ada@example.com"}}})
	if err != nil || len(snapshot.Objects) != 0 {
		t.Errorf("after deletion: %v, %v", snapshot.Objects, err)
	}
}
