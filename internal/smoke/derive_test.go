package smoke

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// What is derived can't take effect, whatever is granted: it lists, or each
// object that it names is one that can't exist.
func TestDerivedProbesAreHarmless(t *testing.T) {
	apis := slices.DeleteFunc(slices.Clone(catalog.Scopes()), func(s string) bool { return !strings.HasPrefix(s, "okta.") })
	roles := []string{"SUPER_ADMIN", "ORG_ADMIN", "READ_ONLY_ADMIN", "HELP_DESK_ADMIN", "USER_ADMIN", "APP_ADMIN", "SOMETHING_NEW"}
	rapid.Check(t, func(t *rapid.T) {
		app := schema.TestApp{Addr: schema.Addr{Kind: "service_app", Name: "a"}, AuthMethod: "private_key_jwt",
			Granted: rapid.SliceOfNDistinct(rapid.SampledFrom(apis), 0, 5, rapid.ID).Draw(t, "granted"),
			Roles:   []schema.TestRole{{Type: rapid.SampledFrom(roles).Draw(t, "role")}}}
		for _, test := range Derive(&schema.SmokeTest{Name: "a", App: app, Generate: schema.LeastPrivilege}) {
			if test.Generate != "" || test.ExpectError != "" {
				t.Fatalf("%+v", test)
			}
			for _, scope := range test.Refused {
				if slices.Contains(app.Granted, scope) {
					t.Fatalf("the granted %s is to be refused", scope)
				}
			}
			for _, request := range test.Requests {
				o, known := catalog.Find(request.Method, request.Path)
				if !known || request.Method != "GET" && !strings.Contains(request.Path, "/"+noSuchID) || strings.Contains(request.Path, "{") {
					t.Fatalf("%s: %s %s", test.Name, request.Method, request.Path)
				}
				// An operation is refused for its scope or for the roles, and never both
				// expected to work and to be refused.
				if slices.Equal(request.Status, notRefused) && !catalog.Granted(o, app.Granted...) {
					t.Fatalf("%s isn't granted: %s", o, test.Name)
				}
			}
		}
	})
}

func TestDerivedForAReader(t *testing.T) {
	app := schema.TestApp{Addr: schema.Addr{Kind: "service_app", Name: "a"}, AuthMethod: "private_key_jwt",
		Granted: []string{"okta.users.read"}, Roles: []schema.TestRole{{Type: "READ_ONLY_ADMIN"}},
		Keys: []schema.PrivateKey{{KID: "a-1"}, {KID: "a-2"}, {KID: "a-3", Absent: true}, {KID: "a-4", Inactive: true}}}
	var got []string
	for _, test := range Derive(&schema.SmokeTest{Name: "a", App: app}) {
		line := test.Name + " |"
		for _, scope := range test.Refused {
			line += " -" + scope
		}
		for _, r := range test.Requests {
			line += " " + r.Method + " " + r.Path
		}
		got = append(got, line)
	}
	want := []string{
		"a: okta.users.read works | GET /api/v1/users?limit=1",
		"a: no other scope is granted | -okta.apps.read -okta.groups.read -okta.logs.read -okta.users.manage",
		"a: no other operation is allowed | PUT /api/v1/users/" + noSuchID + " GET /api/v1/apps?limit=1 GET /api/v1/groups?limit=1 GET /api/v1/logs?limit=1",
		"a: key a-2 signs |",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestCoverage(t *testing.T) {
	bot, ada, team := schema.Addr{Kind: "service_app", Name: "bot"}, schema.Addr{Kind: "user", Name: "ada"}, schema.Addr{Kind: "group", Name: "team"}
	web := schema.Addr{Kind: "web_app", Name: "web"}
	declared := []schema.TestPrincipal{
		{Addr: bot, Scopes: []string{"okta.users.manage", "okta.users.read"}, Roles: []schema.TestRole{{Type: "HELP_DESK_ADMIN"}, {Type: "REPORT_ADMIN"}}, Keys: []string{"bot-1", "bot-2"}},
		{Addr: ada, Roles: []schema.TestRole{{Type: "READ_ONLY_ADMIN"}}},
		{Addr: team, Roles: []schema.TestRole{{Type: "CUSTOM", Name: "Readers", Permissions: []string{"okta.users.read"}}}, Members: []schema.Addr{ada}},
		{Addr: web, Scopes: []string{"okta.users.read"}},
	}
	reads := []usedCall{{"GET", "/api/v1/users?limit=1", []string{"okta.users.manage", "okta.users.read"}}}
	r := Report{Tests: []Result{
		{Name: "reads", Outcome: Passed, app: bot, used: usage{keys: []string{"bot-1"}, calls: reads}},
		{Name: "fails", Outcome: Failed, app: bot, used: usage{keys: []string{"bot-2"}, calls: []usedCall{{"GET", "/api/v1/logs", []string{"okta.logs.read"}}}}},
		{Name: "ada reads", Outcome: Passed, app: web, user: ada, used: usage{calls: reads}},
	}}
	c := r.Cover(declared)
	if got := c.String(); got != "2 of 3 scopes, 3 of 4 roles, 1 of 2 keys" {
		t.Error(got)
	}
	if used, total := c.Count(""); used != 6 || total != 9 || c.Percent() < 66 || c.Percent() > 67 {
		t.Error(used, total, c.Percent())
	}
	for _, item := range c.Items {
		if unused := item.Name == "okta.users.manage" || item.Name == "REPORT_ADMIN" || item.Name == "bot-2"; item.Used() == unused {
			t.Errorf("%+v", item)
		}
	}
	if empty := (&Report{}).Cover(nil); empty.Percent() != 100 || empty.String() != "nothing is granted" {
		t.Error(empty)
	}
}
