package orgcopy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/orgcopy"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// started is an embedded org from a seed, and a client of it.
type started struct {
	*testing.T
	org    *sandbox.Org
	client *org.Client
}

func start(t *testing.T, seed []byte) *started {
	t.Helper()
	server, err := sandbox.Listen("127.0.0.1:0", sandbox.Options{Seed: seed})
	if err != nil {
		t.Fatalf("%v\n%s", err, seed)
	}
	t.Cleanup(func() { _ = server.Shutdown() })
	client, err := org.Connect(okta.Credentials{URL: server.URL, Mode: okta.SSWS, Token: schema.NewSecret(server.Token())}, okta.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &started{t, server, client}
}

func (s *started) copy(o orgcopy.Options) (*orgcopy.Copy, []byte) {
	s.Helper()
	c, err := orgcopy.Read(s.Context(), s.client, o)
	if err != nil {
		s.Fatal(err)
	}
	seed, err := c.Seed()
	if err != nil {
		s.Fatal(err)
	}
	return c, seed
}

// answer is what the org answers to a GET, without its own address.
func (s *started) answer(path string) string {
	s.Helper()
	request, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.org.URL+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	request.Header.Set("Authorization", "SSWS "+s.org.Token())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.Fatal(err)
	}
	defer response.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(response.Body); err != nil || response.StatusCode != http.StatusOK {
		s.Fatalf("GET %s: %d %s", path, response.StatusCode, body.String())
	}
	return strings.ReplaceAll(body.String(), s.org.URL, "ORG")
}

// TestCopyOfACopyIsTheSame: an org that was seeded with a copy answers as the copied one does,
// and its copy is the same, byte by byte.
func TestCopyOfACopyIsTheSame(t *testing.T) {
	for round := range 12 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			first := start(t, generate(rand.New(rand.NewPCG(uint64(round), 7))))
			copied, seed := first.copy(orgcopy.Options{})
			if len(copied.Gaps) > 0 {
				t.Errorf("the org refused: %s", copied.Gaps)
			}
			second := start(t, seed)
			if _, again := second.copy(orgcopy.Options{}); !bytes.Equal(seed, again) {
				t.Errorf("the copy of the copy differs: %s", difference(seed, again))
			}
			paths := []string{"/api/v1/groups?limit=200", "/api/v1/users?limit=200", "/api/v1/zones", "/api/v1/trustedOrigins",
				"/api/v1/groups/rules", "/api/v1/iam/roles", "/api/v1/iam/resource-sets", "/api/v1/policies?type=ACCESS_POLICY", "/.well-known/okta-organization"}
			for _, g := range copied.Groups {
				paths = append(paths, fmt.Sprintf("/api/v1/groups/%s/users", g["id"]), fmt.Sprintf("/api/v1/groups/%s/roles", g["id"]))
			}
			for _, u := range copied.Users {
				paths = append(paths, fmt.Sprintf("/api/v1/users/%s/roles", u["id"]))
			}
			for _, a := range copied.Apps {
				for _, part := range []string{"", "/grants", "/groups", "/users"} {
					paths = append(paths, fmt.Sprintf("/api/v1/apps/%s%s", a["id"], part))
				}
			}
			for _, path := range paths {
				if strings.Contains(path, "/grants") && !strings.Contains(first.answer(strings.TrimSuffix(path, "/grants")), "OPENID_CONNECT") {
					continue
				}
				if a, b := first.answer(path), second.answer(path); !sameAnswer(a, b) {
					t.Errorf("GET %s:\n%s\nin the copy:\n%s", path, a, b)
				}
			}
		})
	}
}

// sameAnswer compares answers, but for what no org tells: client secrets and passwords, and the
// keys of the org itself. The order of lists is their own.
func sameAnswer(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	hide(x)
	hide(y)
	return reflect.DeepEqual(x, y)
}

func hide(value any) {
	switch v := value.(type) {
	case map[string]any:
		delete(v, "client_secret")
		if credentials, _ := v["credentials"].(map[string]any); credentials != nil {
			delete(credentials, "password")
			delete(credentials, "signing") // the org's own key
		}
		for _, inner := range v {
			hide(inner)
		}
	case []any:
		for _, inner := range v {
			hide(inner)
		}
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
}

func difference(a, b []byte) string {
	x, y := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return fmt.Sprintf("line %d: %q, then %q", i, x[i], y[i])
		}
	}
	return fmt.Sprintf("%d lines, then %d", len(x), len(y))
}

// generate makes a seed of an org as people click it together: names that are hard to quote,
// apps of all types, keys and secrets, roles with targets and conditions, resource sets.
func generate(r *rand.Rand) []byte {
	names := []string{"Plain", `Quote " here`, "Dollar ${x}", "Percent %{y}", "Ünïcödé", "line [oktaform team/iam group.x]", "O'Neil", "Tabs\tinside", "  spaces  "}
	pick := func() string { return names[r.IntN(len(names))] }
	var users, groups, apps, roles, sets []any
	for i := range 2 + r.IntN(5) {
		status := []string{"ACTIVE", "SUSPENDED", "DEPROVISIONED", "STAGED"}[r.IntN(4)]
		user := map[string]any{"status": status, "profile": map[string]any{"login": fmt.Sprintf("u%d@example.com", i), "email": fmt.Sprintf("U%d@example.com", i), "firstName": pick(), "lastName": pick()}}
		if status == "ACTIVE" {
			user["password"] = "P4-bcdfghjkm"
			user["roles"] = []any{map[string]any{"type": []string{"READ_ONLY_ADMIN", "SUPER_ADMIN", "APP_ADMIN"}[r.IntN(3)]}}
		}
		users = append(users, user)
	}
	for i := range 1 + r.IntN(4) {
		group := map[string]any{"profile": map[string]any{"name": fmt.Sprintf("%s %d", pick(), i), "description": pick()}, "members": []any{"u0@example.com", "u1@example.com"}}
		if r.IntN(3) == 0 {
			group["type"] = "APP_GROUP"
		}
		groups = append(groups, group)
	}
	groups = append(groups, map[string]any{"profile": map[string]any{"name": "Okta Administrators"}, "type": "BUILT_IN"},
		map[string]any{"profile": map[string]any{"name": "Target"}, "roles": []any{map[string]any{"type": "GROUP_MEMBERSHIP_ADMIN", "targetGroups": []any{"Target"}}}})
	var rules []any
	for i, expression := range []string{`String.stringContains(user.login, "u1")`, `isMemberOfGroupName("Target") || inSomeOtherLanguage(user)`, "user.department == \"X\""} {
		rules = append(rules, map[string]any{"name": fmt.Sprintf("Rule %d", i), "status": []string{"ACTIVE", "INACTIVE", "INVALID"}[r.IntN(3)], "expression": expression,
			"groups": []any{fmt.Sprintf("Ruled %d", i)}, "exclude": []any{"u0@example.com"}})
		groups = append(groups, map[string]any{"profile": map[string]any{"name": fmt.Sprintf("Ruled %d", i)}, "members": []any{"u1@example.com"}})
	}
	roles = append(roles, map[string]any{"label": "Reader", "description": pick(), "permissions": []any{"okta.users.read",
		map[string]any{"label": "okta.groups.read"}}})
	sets = append(sets, map[string]any{"label": "Set " + pick(), "description": "d", "resources": []any{"/api/v1/users", "/api/v1/groups/Target/users", "/api/v1/groups/Target", "/api/v1/apps"}})
	for i := range 1 + r.IntN(4) {
		switch r.IntN(4) {
		case 0:
			apps = append(apps, map[string]any{"document": map[string]any{"label": fmt.Sprintf("%s %d", pick(), i), "signOnMode": "OPENID_CONNECT",
				"profile": map[string]any{"team": pick()}, "settings": map[string]any{"oauthClient": map[string]any{"application_type": "web", "grant_types": []any{"authorization_code"}, "response_types": []any{"code"}, "redirect_uris": []any{"https://example.com/cb"}}}},
				"grants": []any{"okta.users.read"}, "groups": []any{"Target"}, "users": []any{"u0@example.com"}, "policy": "Any two factors"})
		case 1:
			apps = append(apps, map[string]any{"document": map[string]any{"label": fmt.Sprintf("%s %d", pick(), i), "signOnMode": "OPENID_CONNECT", "credentials": map[string]any{"oauthClient": map[string]any{"token_endpoint_auth_method": "private_key_jwt"}},
				"settings": map[string]any{"oauthClient": map[string]any{"application_type": "service", "grant_types": []any{"client_credentials"}, "response_types": []any{"token"},
					"jwks": map[string]any{"keys": []any{map[string]any{"kty": "RSA", "e": "AQAB", "n": strings.Repeat("uTz9", 86), "kid": fmt.Sprint("k", i)}}}}}},
				"status": "ACTIVE", "grants": []any{"okta.groups.manage"}, "roles": []any{map[string]any{"type": "CUSTOM", "role": "Reader", "resourceSet": sets[0].(map[string]any)["label"]}, "READ_ONLY_ADMIN"}})
		case 2:
			apps = append(apps, map[string]any{"status": "INACTIVE", "document": map[string]any{"label": fmt.Sprintf("%s %d", pick(), i), "signOnMode": "BROWSER_PLUGIN", "name": "template_swa"}})
		default:
			apps = append(apps, map[string]any{"document": map[string]any{"label": fmt.Sprintf("%s %d", pick(), i), "signOnMode": []string{"SAML_2_0", "BOOKMARK"}[r.IntN(2)], "name": "template_x"}})
		}
	}
	seed, err := json.Marshal(map[string]any{"users": users, "groups": groups, "apps": apps, "customRoles": roles, "resourceSets": sets, "groupRules": rules})
	if err != nil {
		panic(err)
	}
	return seed
}

// TestAnonymized: nothing of a person is left, wherever it stands; ids and labels are, and the
// same person has the same name everywhere and in each copy.
func TestAnonymized(t *testing.T) {
	seed := `{"users": [
	  {"id": "00uada00000000000001", "profile": {"login": "ada@corp.example", "email": "Ada.L@corp.example", "secondEmail": "ada@home.example", "mobilePhone": "+1 555 0100", "firstName": "Adaline", "lastName": "Lovelass"}, "roles": ["SUPER_ADMIN"]},
	  {"profile": {"login": "bob@corp.example", "email": "bob@corp.example", "firstName": "Bobbert", "lastName": "Builderer"}}],
	 "groups": [{"id": "00gown00000000000001", "profile": {"name": "Owners", "description": "Ask ADA@corp.example (or bob@corp.example). Mail: it@corp.example [oktaform team/iam group.x]"}, "members": ["ada@corp.example"]}],
	 "apps": [{"document": {"label": "App of ada@corp.example", "signOnMode": "OPENID_CONNECT", "settings": {"notes": {"admin": "call Ada.L@corp.example"}, "oauthClient": {"application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"], "redirect_uris": ["https://example.com/cb"]}}}, "users": ["ada@corp.example"]}]}`
	org := start(t, []byte(seed))
	_, one := org.copy(orgcopy.Options{Anonymize: true})
	_, two := org.copy(orgcopy.Options{Anonymize: true})
	if !bytes.Equal(one, two) {
		t.Error("a second copy has other names")
	}
	text := string(one)
	for _, personal := range []string{"ada@", "ADA@", "Ada.L", "bob@", "home.example", "555", "Adaline", "Lovelass", "Bobbert", "Builderer"} {
		if strings.Contains(text, personal) {
			t.Errorf("%q is left in\n%s", personal, text)
		}
	}
	for _, kept := range []string{"00uada00000000000001", "00gown00000000000001", "Owners", "it@corp.example", "[oktaform team/iam group.x]", "App of ", "SUPER_ADMIN"} {
		if !strings.Contains(text, kept) {
			t.Errorf("%q is gone from\n%s", kept, text)
		}
	}
	again := start(t, one)
	if _, three := again.copy(orgcopy.Options{Anonymize: true}); !bytes.Equal(one, three) {
		t.Logf("a copy of the copy has other names, as it is of other people: %s", difference(one, three))
	}
}

// TestCopiesHoldNoSecrets: client secrets, passwords and private members of keys stay where
// they are, whatever an org answers.
func TestCopiesHoldNoSecrets(t *testing.T) {
	org := start(t, []byte(`{"users": [{"profile": {"login": "ada@example.com", "email": "ada@example.com", "firstName": "Ada", "lastName": "L"}, "password": "P4-bcdfghjkm"}],
	 "apps": [{"document": {"label": "Web", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": {"application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"], "redirect_uris": ["https://example.com/cb"]}}}}]}`))
	var dump bytes.Buffer
	if err := org.org.DumpWithSecrets(&dump); err != nil {
		t.Fatal(err)
	}
	_, seed := org.copy(orgcopy.Options{})
	var doc struct {
		Apps []struct{ Secrets []struct{ Secret string } }
	}
	if err := json.Unmarshal(dump.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, app := range doc.Apps {
		for _, s := range app.Secrets {
			if found++; bytes.Contains(seed, []byte(s.Secret)) {
				t.Error("a client secret is in the copy")
			}
		}
	}
	if found == 0 || bytes.Contains(seed, []byte("passwordHash")) || bytes.Contains(seed, []byte(org.org.Token())) {
		t.Errorf("%d secrets; the copy:\n%s", found, seed)
	}
}

// What an org lacks, its copy lacks: whoever asks it for that is refused as at the org.
func TestCopyLacksWhatTheOrgLacks(t *testing.T) {
	first := start(t, []byte(`{"org": {"lacks": ["zones", "customRoles", "resourceSets", "trustedOrigins", "groupRules", "groupsClaims"]},
		"apps": [{"document": {"label": "W", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": {"application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"], "redirect_uris": ["https://w.example.com/cb"]}}}}]}`))
	copied, seed := first.copy(orgcopy.Options{})
	if len(copied.Gaps) > 0 {
		t.Errorf("gaps: %s", copied.Gaps)
	}
	second := start(t, seed)
	for _, path := range []string{"/api/v1/zones", "/api/v1/iam/roles", "/api/v1/iam/resource-sets", "/api/v1/trustedOrigins", "/api/v1/groups/rules",
		fmt.Sprintf("/api/v1/internal/apps/%s/settings/oauth/idToken", copied.Apps[0]["id"])} {
		for _, s := range []*started{first, second} {
			if err := s.client.Get(t.Context(), path, new(any)); !okta.LacksFeature(err) {
				t.Errorf("GET %s: %v", path, err)
			}
		}
	}
}

// An org on the Classic Engine has no access policies that a copy could miss, and its copy refuses
// to list them as it does.
func TestCopyOfAClassicOrg(t *testing.T) {
	first := start(t, []byte(`{"apps": [{"document": {"label": "W", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": {"application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"], "redirect_uris": ["https://w.example.com/cb"]}}}}]}`))
	if err := first.org.SetSettings(sandbox.Settings{Features: []sandbox.Feature{sandbox.UserConsent}}); err != nil {
		t.Fatal(err)
	}
	copied, seed := first.copy(orgcopy.Options{})
	if len(copied.Gaps) > 0 {
		t.Errorf("gaps: %s", copied.Gaps)
	}
	for _, s := range []*started{first, start(t, seed)} {
		if err := s.client.Get(t.Context(), "/api/v1/policies?type=ACCESS_POLICY", new(any)); !okta.LacksPolicies(err) {
			t.Errorf("access policies: %v", err)
		}
	}
}

// The copy of a part of an org knows how many members a group has whom it does not have.
func TestPartialCopyCountsMembers(t *testing.T) {
	first := start(t, []byte(`{"users": [{"profile": {"login": "a@example.com", "email": "a@example.com", "firstName": "A", "lastName": "A"}}, {"profile": {"login": "b@example.com", "email": "b@example.com", "firstName": "B", "lastName": "B"}}],
		"groups": [{"profile": {"name": "Both"}, "members": ["a@example.com", "b@example.com"], "membersLeftOut": 7}]}`))
	all, _ := first.copy(orgcopy.Options{})
	ids := []string{all.Groups[1]["id"].(string)}
	if okta.Text(all.Groups[1], "profile", "name") != "Both" {
		ids[0] = all.Groups[0]["id"].(string)
	}
	for _, u := range all.Users {
		if okta.Text(u, "profile", "login") == "a@example.com" {
			ids = append(ids, u["id"].(string))
		}
	}
	part, _ := first.copy(orgcopy.Options{IDs: ids})
	for _, g := range part.Groups {
		if g["id"] == ids[0] && g["membersLeftOut"] != 8 {
			t.Errorf("the copy has %v", g)
		}
	}
}
