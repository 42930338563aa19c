package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

func dumped(t interface{ Fatal(...any) }, s *Server, secrets bool) string {
	var text bytes.Buffer
	if err := s.dump(&text, secrets); err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// handSeed is a seed as a person would write it.
const handSeed = `{
  "users": [
    {"profile": {"login": "ada@example.com", "email": "ada@example.com", "firstName": "Ada", "lastName": "Admin"},
     "password": "%s", "roles": [{"type": "CUSTOM", "role": "Reader", "resourceSet": "Testers"}]}
  ],
  "groups": [{"profile": {"name": "testers"}, "members": ["ada@example.com"], "roles": [{"type": "HELP_DESK_ADMIN", "targetGroups": ["testers"]}]}],
  "apps": [
    {"id": "0oaweb00000000000001", "document": {"label": "Web", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient":
      {"application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"], "redirect_uris": ["` + testCallback + `"]}}},
     "groups": ["testers"], "grants": ["okta.users.read"]},
    {"document": {"label": "Service", "signOnMode": "OPENID_CONNECT",
      "credentials": {"oauthClient": {"token_endpoint_auth_method": "private_key_jwt", "client_id": "my-service"}},
      "settings": {"oauthClient": {"application_type": "service", "grant_types": ["client_credentials"], "response_types": ["token"],
        "jwks": {"keys": [%s]}}}},
     "grants": ["okta.users.read"], "roles": ["READ_ONLY_ADMIN", {"type": "APP_ADMIN", "targetApps": ["Web"]}]}
  ],
  "customRoles": [{"label": "Reader", "description": "Reads users", "permissions": ["okta.users.read"]}],
  "resourceSets": [{"label": "Testers", "description": "The testers", "resources": ["/api/v1/groups/testers/users"]}]
}`

func TestSeedByHand(t *testing.T) {
	key := newTestKey(t, "key-1")
	public, _ := json.Marshal(key.public(t))
	password := "Aa1!" + state.RandomBase64(12)
	o := openTestOrg(t, Options{Seed: fmt.Appendf(nil, handSeed, password, public)})

	service := &serviceApp{o: o, id: "my-service", key: key}
	if got := o.get("/api/v1/users", service.token("okta.users.read")); got.status != 200 || len(got.list(t)) != 2 {
		t.Errorf("the service reads users: %d %s", got.status, got.body)
	}
	secrets := o.admin("GET", "/api/v1/apps/0oaweb00000000000001/credentials/secrets", nil).list(t)
	web := &webApp{id: "0oaweb00000000000001", secret: secrets[0]["client_secret"].(string), verifier: state.RandomBase64(40)}
	if got := o.signIn(web, "ada@example.com", password, "openid okta.users.read"); got.status != 200 {
		t.Errorf("sign-in: %d %s", got.status, got.body)
	} else if users := o.get("/api/v1/users", got.text("access_token")).list(t); len(users) != 1 {
		t.Errorf("with a role on the testers she sees %d users", len(users))
	}
	if roles := o.admin("GET", "/oauth2/v1/clients/my-service/roles", nil).list(t); len(roles) != 2 {
		t.Errorf("%v", roles)
	}
	if text := dumped(t, o.server, false); strings.Contains(text, password) || strings.Contains(text, web.secret) || strings.Contains(text, o.server.Token()) {
		t.Error("the dump holds a secret")
	}
}

// richOrg makes one of everything through the API.
func richOrg(o *testOrg) {
	o.newWebApp(func(app doc) { app["profile"] = doc{"oktaform_owner": "team"}; app["unknown"] = doc{"kept": true} }, "okta.users.read")
	service := o.newServiceApp("okta.users.read", "okta.apps.read")
	o.admin("POST", "/api/v1/apps", doc{"name": "template_swa", "label": "SWA", "signOnMode": "BROWSER_PLUGIN",
		"credentials": doc{"password": doc{"value": "shared"}}})
	user, _ := o.newUser("ada@example.com")
	o.admin("POST", "/api/v1/users?activate=false", person("bob@example.com"))
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "testers", "description": "d"}}).text("id")
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+user, nil)
	o.admin("POST", "/api/v1/groups/"+group+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	custom := o.admin("POST", "/api/v1/iam/roles", doc{"label": "r", "description": "d", "permissions": []string{"okta.users.read"}}).text("id")
	o.admin("POST", "/api/v1/iam/roles/"+custom+"/permissions/okta.apps.read", doc{"conditions": doc{"include": doc{"okta:ResourceAttribute/User/Profile": []string{"city"}}}})
	set := o.admin("POST", "/api/v1/iam/resource-sets", doc{"label": "s", "description": "d",
		"resources": []string{o.url + "/api/v1/users", o.url + "/api/v1/groups/" + group + "/users"}}).text("id")
	o.admin("POST", "/oauth2/v1/clients/"+service.id+"/roles", doc{"type": "CUSTOM", "role": custom, "resource-set": set})
	role := o.admin("POST", "/oauth2/v1/clients/"+service.id+"/roles", doc{"type": "USER_ADMIN"}).text("id")
	o.admin("PUT", "/oauth2/v1/clients/"+service.id+"/roles/"+role+"/targets/groups/"+group, nil)
	app := o.admin("GET", "/api/v1/apps?q=API", nil).list(o.t)[0]["id"].(string)
	o.admin("PUT", "/api/v1/apps/"+app+"/groups/"+group, doc{"priority": 4})
	o.admin("POST", "/api/v1/apps/"+app+"/users", doc{"id": user, "profile": doc{"nickname": "a"}})
	o.admin("POST", "/api/v1/apps/"+app+"/credentials/secrets", doc{})
	for _, p := range o.admin("GET", "/api/v1/policies?type=ACCESS_POLICY", nil).list(o.t) {
		if p["name"] == "Any two factors" {
			o.admin("PUT", "/api/v1/apps/"+app+"/policies/"+p["id"].(string), nil)
		}
	}
}

// TestDumpSeedsAnEqualOrg: dump, seed, dump gives the same text, and the API
// answers the same.
func TestDumpSeedsAnEqualOrg(t *testing.T) {
	o := newTestOrg(t)
	richOrg(o)
	for _, secrets := range []bool{false, true} {
		text := dumped(t, o.server, secrets)
		again := openTestOrg(t, Options{Seed: []byte(text), AdminToken: o.server.Token()})
		if got := dumped(t, again.server, secrets); got != text {
			t.Errorf("secrets %v: the dump was\n%s\nand is\n%s", secrets, text, got)
		}
		paths := []string{"/api/v1/apps?limit=200", "/api/v1/groups?expand=stats", "/api/v1/users", "/api/v1/iam/roles", "/api/v1/iam/resource-sets", "/.well-known/okta-organization"}
		for _, app := range o.admin("GET", "/api/v1/apps?limit=200", nil).list(t) {
			base := "/api/v1/apps/" + app["id"].(string)
			paths = append(paths, base+"/grants", base+"/users", base+"/groups")
			if app["signOnMode"] == "OPENID_CONNECT" {
				paths = append(paths, "/oauth2/v1/clients/"+app["id"].(string)+"/roles")
			}
			if secrets && app["signOnMode"] == "OPENID_CONNECT" {
				paths = append(paths, base+"/credentials/secrets")
			}
		}
		for _, path := range paths {
			before, after := o.comparable(path), again.comparable(path)
			if before != after && (secrets || path != "/api/v1/users" && !strings.HasSuffix(path, "/users")) { // only a secret dump has passwords
				t.Errorf("%s was\n%s\nand is\n%s", path, before, after)
			}
		}
	}
}

// comparable is an answer without what a dump doesn't hold: the org's URL and
// its signing key.
func (o *testOrg) comparable(path string) string {
	o.t.Helper()
	return strings.NewReplacer(o.url, "", o.server.org.CurrentKey().ID, "").Replace(string(o.admin("GET", path, nil).body))
}

// TestDumpsAreStable does it for orgs of any members and roles.
func TestDumpsAreStable(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := doc{}
		var users, groups []any
		var logins []string
		for n := range rapid.IntRange(0, 4).Draw(rt, "users") {
			login := fmt.Sprintf("u%d@example.com", n)
			logins = append(logins, login)
			users = append(users, doc{"profile": doc{"login": login, "email": login, "firstName": rapid.StringMatching(`[A-Z<&"é]{1,8}`).Draw(rt, "name"), "lastName": "x"},
				"status": rapid.SampledFrom([]string{"ACTIVE", "STAGED", "SUSPENDED", "DEPROVISIONED"}).Draw(rt, "status"),
				"roles":  rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"APP_ADMIN", "ORG_ADMIN", "REPORT_ADMIN"}), 0, 2, rapid.ID).Draw(rt, "roles")})
		}
		for n := range rapid.IntRange(0, 3).Draw(rt, "groups") {
			one := doc{"profile": doc{"name": fmt.Sprint("g", n)}}
			if len(logins) > 0 {
				one["members"] = rapid.SliceOfDistinct(rapid.SampledFrom(logins), rapid.ID).Draw(rt, "members")
			}
			groups = append(groups, one)
		}
		seed["users"], seed["groups"] = users, groups
		text, _ := json.Marshal(seed)
		bootstrapped := func(seed []byte) *Server { // an org without the signing key, which takes long to make
			s := &Server{org: mgmt.NewOrg()}
			if err := mgmt.SeedOrg(s.org, seed, "", time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)); err != nil {
				rt.Fatal(err)
			}
			return s
		}
		dump := dumped(rt, bootstrapped(text), true)
		if again := dumped(rt, bootstrapped([]byte(dump)), true); again != dump {
			rt.Fatalf("%s\nbecomes\n%s", dump, again)
		}
	})
}

func TestWrongSeeds(t *testing.T) {
	user := `{"profile": {"login": "a@b.example", "email": "a@b.example", "firstName": "A", "lastName": "B"}}`
	for seed, want := range map[string]string{
		`{`:                       "seed: ",
		`{} {}`:                   "more after the end",
		`{"userz": []}`:           "userz",
		`{"users": [{"nome":1}]}`: "nome",
		`{"users": [{"profile": {"login": "x"}}]}`:                                                                "users[0] x",
		`{"users": [` + user + `,` + user + `]}`:                                                                  "users[1] a@b.example",
		`{"groups": [{"profile": {}}]}`:                                                                           "groups[0] : profile.name is missing",
		`{"groups": [{"profile": {"name": "g"}, "members": ["nobody"]}]}`:                                         `no user "nobody"`,
		`{"groups": [{"profile": {"name": "g"}, "roles": ["KING"]}]}`:                                             "role KING: there is no such role",
		`{"apps": [{"document": {"label": "a"}}]}`:                                                                "signOnMode",
		`{"apps": [{"document": {"label": "a", "signOnMode": "BROWSER_PLUGIN"}, "grants": ["okta.users.read"]}]}`: "can't be granted",
		`{"apps": [{"document": {"label": "a", "signOnMode": "BROWSER_PLUGIN"}, "groups": ["nobody"]}]}`:          `no group "nobody"`,
		`{"apps": [{"document": {"label": "a", "signOnMode": "BROWSER_PLUGIN"}, "status": "ODD"}]}`:               `status "ODD"`,
		`{"customRoles": [{"label": "r"}]}`:                                                                       "customRoles[0] r",
		`{"resourceSets": [{"label": "s", "resources": ["/api/v1/planets"]}]}`:                                    "not a resource of this org",
	} {
		path := filepath.Join(t.TempDir(), "org.jsonl")
		_, err := New(Options{SigningKey: testSigningKey, Seed: []byte(seed), DataFile: path})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", seed, err, want)
			continue
		}
		s, err := New(Options{DataFile: path})
		if err != nil {
			t.Errorf("%s: the file is no good afterwards: %v", seed, err)
			continue
		}
		if n := s.org.Users.Len(); n != 1 {
			t.Errorf("%s: %d users are in the file", seed, n)
		}
		_ = s.Close()
	}
}

// TestSeedCountsForNewOrgsOnly: a data file that has an org keeps it.
func TestSeedCountsForNewOrgsOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "org.jsonl")
	for range 2 {
		o := openTestOrg(t, Options{DataFile: path, Seed: []byte(`{"groups": [{"profile": {"name": "testers"}}]}`)})
		if n := len(o.admin("GET", "/api/v1/groups", nil).list(t)); n != 2 {
			t.Errorf("%d groups", n)
		}
		_ = o.server.Close()
	}
}
