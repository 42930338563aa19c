package sandbox

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// badSeeds don't become an org, and say where they are wrong.
var badSeeds = []struct{ seed, want string }{
	{`{"users": [null]}`, "users[0] is null"},
	{`{"groups": [{"profile": {"name": "a"}}, null]}`, "groups[1] is null"},
	{`{"apps": [null]}`, "apps[0] is null"},
	{`{"policies": [null]}`, "policies[0] is null"},
	{`{"zones": [null]}`, "zones[0] is null"},
	{`{"customRoles": [null]}`, "customRoles[0] is null"},
	{`{"resourceSets": [null]}`, "resourceSets[0] is null"},
	{`{"users": [{"profile": {}, "roles": [null]}]}`, "users[0].roles[0] is null"},
	{`{"groups": [{"profile": {"name": "a"}, "roles": ["READ_ONLY_ADMIN", null]}]}`, "groups[0].roles[1] is null"},
	{`{"apps": [{"document": {}, "secrets": [null]}]}`, "apps[0].secrets[0] is null"},
	{`{"apps": [{"document": {}, "grants": [null]}]}`, "apps[0].grants[0] is null"},
	{`{"apps": [{"document": {}, "groups": [null]}]}`, "apps[0].groups[0] is null"},
	{`{"apps": [{"document": {}, "users": [null]}]}`, "apps[0].users[0] is null"},
	{`{"apps": [{"document": {}, "roles": [null]}]}`, "apps[0].roles[0] is null"},
	{`{"customRoles": [{"label": "a", "permissions": [null]}]}`, "customRoles[0].permissions[0] is null"},
	{`{"resourceSets": [{"label": "a", "resources": [null]}]}`, "resourceSets[0].resources[0] is null"},
	{`{"users": [{}]}`, "users[0]"},
	{`{"users": [{"profile": null}]}`, "users[0]"},
	{`{"apps": [{}]}`, "apps[0]"},
	{`{"apps": [{"document": null}]}`, "apps[0]"},
	{`{"groups": [{}]}`, "groups[0]"},
	{`{"zones": [{}]}`, "zones[0]"},
	{`{"users": [{"profile": {"login": "a@b.example"}}, {"profile": 7}]}`, "users[1]: "},
	{`{"users": [{"profile": {}}, 7]}`, "users[1]: "},
	{`{"groups": [{"profile": {"name": "a"}, "members": [{}]}]}`, "groups[0]: "},
	{`{"apps": [{"document": {}, "grants": [[]]}]}`, "apps[0]: "},
	{`{"groups": [{"profile": {"name": "a"}, "roles": [{"type": "X", "unknown": 1}]}]}`, "groups[0]: "},
	{`{"users": {}}`, "orgDoc.users"},
	{`[]`, "seed: "},
	{`{"users": [{"profile": {"login": "a@b.example"}, "created": "yesterday"}]}`, "users[0]: "},
	{`{"groups": [` + strings.Repeat("[", 100000) + strings.Repeat("]", 100000) + `]}`, "exceeded max depth"},
	{strings.Repeat("[", 1000000), "exceeded max depth"},
}

func TestBadSeeds(t *testing.T) {
	for _, test := range badSeeds {
		_, err := New(Options{SigningKey: testSigningKey, Seed: []byte(test.seed)})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "please report") {
			t.Errorf("%.80s: %.200v", test.seed, err)
		}
	}
	if _, err := New(Options{SigningKey: testSigningKey, Seed: make([]byte, mgmt.MaxSeed+1)}); err == nil || !strings.Contains(err.Error(), "at most") {
		t.Errorf("too large: %v", err)
	}
}

// TestBadDataFiles: a data file with null where an object belongs is an error
// with the line.
func TestBadDataFiles(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{`[null]`, "line 2: "},
		{`null`, ""},
		{`[{"kind":"user","id":"00u1","value":null}]`, "line 2: user 00u1 is null"},
		{`[{"kind":"user","id":"00u1","value":{"Roles":[null]}}]`, "line 2: user 00u1: Roles[0] is null"},
		{`[{"kind":"app","id":"0oa1","value":{"Secrets":[null]}}]`, "line 2: app 0oa1: Secrets[0] is null"},
		{`[{"kind":"app","id":"0oa1","value":{"Grants":[{}, null]}}]`, "Grants[1] is null"},
		{`[{"kind":"group","id":"00g1","value":7}]`, "line 2: group 00g1: "},
		{`[{"kind":"nothing","id":"x","value":{}}]`, "line 2: unknown kind"},
		{`[` + strings.Repeat("[", 100000), "line 2: "},
		{`[{"kind":"log","id":"x","value":null}]`, "line 2: "},
	} {
		file := filepath.Join(t.TempDir(), "org.db")
		if err := os.WriteFile(file, []byte(state.JournalHeader+"\n"+test.line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := New(Options{DataFile: file})
		if err == nil {
			_ = s.Close()
		}
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.80s: %.200v", test.line, err)
		}
	}
}

// FuzzSeed: no seed makes a panic, and what becomes an org can be dumped, and
// makes the same org again.
func FuzzSeed(f *testing.F) {
	for _, test := range badSeeds {
		if len(test.seed) < 1000 {
			f.Add([]byte(test.seed))
		}
	}
	f.Add([]byte(`{"users":[{"profile":{"login":"a@b.example","email":"a@b.example","firstName":"A","lastName":"B"},"roles":["SUPER_ADMIN",{"type":"CUSTOM","role":"r","resourceSet":"s"}]}],"groups":[{"profile":{"name":"g"},"members":["a@b.example"]}],
"apps":[{"document":{"label":"W","signOnMode":"OPENID_CONNECT","settings":{"oauthClient":{"application_type":"web","grant_types":["authorization_code"],"response_types":["code"],"redirect_uris":["https://a.example/"],"jwks":{"keys":[{"kty":"EC"}]}}}},"grants":["okta.users.read"],"groups":["g"],"secrets":[{"secret":"x"}],"idToken":{}}],
"customRoles":[{"label":"r","permissions":["okta.users.read"]}],"resourceSets":[{"label":"s","resources":["/api/v1/users"]}],"zones":[{"document":{"name":"z","type":"IP"}}],"policies":[{"name":"p"}],"superAdmin":"a@b.example","org":{"id":"00o1"}}`))
	f.Fuzz(func(t *testing.T, seed []byte) {
		s, err := New(Options{Seed: seed, SigningKey: testSigningKey})
		if err != nil {
			if strings.Contains(err.Error(), "please report") {
				t.Fatal(err)
			}
			return
		}
		first := dumped(t, s, true)
		again, err := New(Options{Seed: []byte(first), SigningKey: testSigningKey})
		if err != nil {
			t.Fatalf("the dump is no seed: %v", err)
		}
		if second := dumped(t, again, true); second != first {
			t.Errorf("another org:\n%s\n%s", first, second)
		}
	})
}
