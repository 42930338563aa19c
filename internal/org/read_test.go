package org_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

func group(name string) schema.Desired {
	return desired("group", strings.ReplaceAll(name, " ", "_"), map[string]cty.Value{"name": s(name)})
}

func ownedBy(d schema.Desired, who string) schema.Desired {
	d.Owner = schema.Owner{}
	if who != "" {
		d.Owner = schema.Owner{Owner: who, Addr: d.Addr.String()}
	}
	return d
}

// Only what is owned or carries a declared name is in the snapshot, and only what
// may be changed is read completely.
func TestReadChooses(t *testing.T) {
	l := connect(t, sandbox.Options{})
	create(t, l, ownedBy(group("mine, not declared"), owner))
	create(t, l, ownedBy(group("mine, declared"), owner))
	create(t, l, ownedBy(group("theirs, declared"), "other"))
	create(t, l, ownedBy(group("theirs"), "other"))
	create(t, l, ownedBy(group("nobody's, declared"), ""))
	create(t, l, ownedBy(group("nobody's"), ""))
	query := schema.Query{Owner: owner}
	for _, name := range []string{"mine, declared", "theirs, declared", "nobody's, declared", "absent"} {
		query.Objects = append(query.Objects, schema.ObjectQuery{Addr: schema.Addr{Kind: "group", Name: "g"}, Name: name})
	}
	// The name of one kind says nothing about another.
	query.Objects = append(query.Objects, schema.ObjectQuery{Addr: schema.Addr{Kind: "web_app", Name: "w"}, Name: "nobody's"}, schema.ObjectQuery{Addr: schema.Addr{Kind: "group", Name: "unknown"}})
	for _, unowned := range []bool{false, true} {
		query.Unowned = unowned
		snapshot, err := l.Read(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]bool{}
		for _, o := range snapshot.Objects {
			got[o.Value.GetAttr("name").AsString()] = o.Complete
			if roles := o.Value.GetAttr("admin_role"); roles.IsNull() == o.Complete {
				t.Errorf("complete: %v, but the roles are null: %v", o.Complete, roles.IsNull())
			}
		}
		want := map[string]bool{"mine, not declared": true, "mine, declared": true, "theirs, declared": false, "nobody's, declared": unowned}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("complete objects, unowned %v (-want +got):\n%s", unowned, diff)
		}
	}
}

// A snapshot says who was read and by whom, survives JSON, is the same each time,
// and holds no secret.
func TestReadSnapshot(t *testing.T) {
	l := connect(t, sandbox.Options{})
	create(t, l, reporter(t))
	app := create(t, l, desired("web_app", "w", map[string]cty.Value{"label": s("w"), "redirect_uris": list("https://example.com/cb")}))
	secret, err := l.ClientSecret(t.Context(), app.ID)
	if err != nil {
		t.Fatal(err)
	}
	var texts [2][]byte
	for i := range texts {
		snapshot, err := l.Read(t.Context(), schema.Query{Owner: owner})
		if err != nil {
			t.Fatal(err)
		}
		if snapshot.URL != l.org.URL || !strings.HasPrefix(snapshot.OrgID, "00o") || !strings.HasPrefix(snapshot.Principal, "00u") || len(snapshot.Objects) != 2 {
			t.Errorf("url %q, org %q, principal %q, %d objects", snapshot.URL, snapshot.OrgID, snapshot.Principal, len(snapshot.Objects))
		}
		if texts[i], err = json.Marshal(snapshot); err != nil {
			t.Fatal(err)
		}
		if _, err := kinds.DecodeSnapshot(texts[i]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(texts[0], texts[1]) {
		t.Errorf("two reads differ:\n%s\n%s", texts[0], texts[1])
	}
	if bytes.Contains(texts[0], []byte(secret.Reveal())) || bytes.Contains(texts[0], []byte(l.org.Token())) {
		t.Error("a secret is in the snapshot")
	}
}

// Members and assignments are read where they are declared, and not otherwise.
func TestReadParts(t *testing.T) {
	l := connect(t, sandbox.Options{})
	testers := create(t, l, with(group("testers"), map[string]cty.Value{"members": refTo()}))
	app := create(t, l, desired("web_app", "w", map[string]cty.Value{
		"label": s("w"), "redirect_uris": list("https://example.com/cb"), "assigned_groups": refTo(testers),
	}))
	l.tape.take()
	want := schema.ObjectQuery{Addr: schema.Addr{Kind: "web_app", Name: "w"}}
	for _, parts := range [][]string{nil, {"assigned_groups"}, {"assigned_users", "assigned_groups"}} {
		want.SideData = parts
		snapshot, err := l.Read(t.Context(), schema.Query{Owner: owner, Objects: []schema.ObjectQuery{want}})
		if err != nil {
			t.Fatal(err)
		}
		calls := l.tape.take()
		for _, attr := range []string{"assigned_groups", "assigned_users"} {
			declared := slices.Contains(parts, attr)
			call := "GET /api/v1/apps/" + app.ID + strings.Replace(attr, "assigned_", "/", 1)
			if slices.Contains(calls, call) != declared {
				t.Errorf("parts %v: calls %v", parts, calls)
			}
			for _, o := range snapshot.Objects {
				if o.ID == app.ID && o.Value.GetAttr(attr).IsNull() == declared {
					t.Errorf("parts %v: %s is %#v", parts, attr, o.Value.GetAttr(attr))
				}
			}
		}
	}
}

// Only what the object itself has counts: not what comes to a user through a
// group, and not what a user consented to.
func TestReadLeavesOutWhatIsInherited(t *testing.T) {
	l := connect(t, sandbox.Options{})
	ada := desired("user", "ada", map[string]cty.Value{"login": s("ada+x@example.com"), "first_name": s("A"), "last_name": s("B"), "password": s("Correct-horse-9")})
	user := create(t, l, ada)
	admins := create(t, l, with(group("admins"), map[string]cty.Value{"members": refTo(user), "admin_role": roles(role{kind: "READ_ONLY_ADMIN"})}))
	app := create(t, l, desired("web_app", "w", map[string]cty.Value{
		"label": s("w"), "redirect_uris": list("https://example.com/cb"), "assigned_groups": refTo(admins), "assigned_users": refTo(),
	}))
	if users := l.call(t, "GET", "/api/v1/apps/"+app.ID+"/users", ""); !strings.Contains(users, `"scope":"GROUP"`) {
		t.Fatalf("the sandbox assigns no user through a group: %s", users)
	}
	snapshot, err := l.Read(t.Context(), schema.Query{Owner: owner, Objects: []schema.ObjectQuery{
		{Addr: ada.Addr, Name: "ada+x@example.com"}, {Addr: schema.Addr{Kind: "web_app", Name: "w"}, SideData: []string{"assigned_users"}},
		{Addr: schema.Addr{Kind: "user", Name: "me"}, Name: "me"}, {Addr: schema.Addr{Kind: "user", Name: "none"}, Name: "none@example.com"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(snapshot.Objects) != 3 {
		t.Errorf("%d objects, want app, group and ada", len(snapshot.Objects))
	}
	for _, o := range snapshot.Objects {
		if o.Kind == "user" && o.Value.GetAttr("admin_role").LengthInt() > 0 {
			t.Errorf("roles of ada: %#v", o.Value.GetAttr("admin_role"))
		}
		if o.Kind == "web_app" && o.Value.GetAttr("assigned_users").LengthInt() > 0 {
			t.Errorf("users of the app: %#v", o.Value.GetAttr("assigned_users"))
		}
	}
}

// Lists go on to their last page.
func TestReadPages(t *testing.T) {
	l := connect(t, sandbox.Options{})
	for i := range 203 {
		l.call(t, "POST", "/api/v1/groups", fmt.Sprintf(`{"profile":{"name":"g%03d"}}`, i))
	}
	want := schema.ObjectQuery{Addr: schema.Addr{Kind: "group", Name: "last"}, Name: "g202"}
	snapshot, err := l.Read(t.Context(), schema.Query{Objects: []schema.ObjectQuery{want, {Addr: want.Addr, Name: "g000"}}})
	if err != nil || len(snapshot.Objects) != 2 {
		t.Errorf("found %d groups of 2: %v", len(snapshot.Objects), err)
	}
}

// A login with a slash can't be a part of a path.
func TestReadLoginWithSlash(t *testing.T) {
	l := connect(t, sandbox.Options{})
	d := desired("user", "u", map[string]cty.Value{"login": s("a/b@example.com"), "email": s("ab@example.com"), "first_name": s("A"), "last_name": s("B")})
	o := create(t, l, d)
	snapshot, err := l.Read(t.Context(), schema.Query{Objects: []schema.ObjectQuery{{Addr: d.Addr, Name: "a/b@example.com"}}})
	if err != nil || len(snapshot.Objects) != 1 || snapshot.Objects[0].ID != o.ID {
		t.Errorf("%v, %v", snapshot, err)
	}
	if slices.Contains(l.tape.take(), "GET /api/v1/users/a/b@example.com") {
		t.Error("the login was sent as a part of a path")
	}
}
