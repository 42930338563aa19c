package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/orgcopy"
	"github.com/oktaform/oktaform/internal/recordedorg"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// clicked is an org that people have set up by hand, and a folder to import it to.
type clicked struct {
	tb     testing.TB
	story  *story
	folder string
}

func newClicked(tb testing.TB, options sandbox.Options) *clicked {
	tb.Helper()
	options.SigningKey = signingKey
	server, err := sandbox.New(options)
	if err != nil {
		tb.Fatal(err)
	}
	listener := httptest.NewServer(server)
	c := &clicked{tb: tb, story: &story{tb: tb, org: server, server: listener}}
	if c.folder, err = os.MkdirTemp("", "import"); err != nil {
		tb.Fatal(err)
	}
	return c
}

func (c *clicked) end() {
	c.story.server.Close()
	_ = c.story.org.Close()
	_ = os.RemoveAll(c.folder)
}

// oktaform runs the program in this process.
func (c *clicked) oktaform(args ...string) (int, string) {
	var out bytes.Buffer
	status := run(context.Background(), args, &cli.Environment{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Clock: newFakeClock(), Home: c.folder,
		Self: func() org.Process { return org.Process{Host: "import", PID: 1} }, Dead: func(org.Process) bool { return false },
		Environ: []string{"OKTA_CLIENT_ORGURL=" + c.story.server.URL, "OKTA_CLIENT_TOKEN=" + c.story.org.Token(), "HOME=" + c.folder, "OKTAFORM_DEBUG=1"}})
	return status, out.String()
}

// failed is what a command said that went wrong.
func failed(out string) string {
	if i := strings.Index(out, "Error: "); i >= 0 {
		return out[i:]
	}
	return out
}

// filesOf is what stands in a folder's configuration.
func filesOf(tb testing.TB, dir string) string {
	tb.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.hcl"))
	if err != nil {
		tb.Fatal(err)
	}
	var b strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		fmt.Fprintf(&b, "# %s\n%s", filepath.Base(name), text)
	}
	return b.String()
}

// imports checks that an import gives a configuration whose first plan has imports only, and whose
// second is empty once they are applied; that the same org gives the same bytes; and that there is
// nothing to add afterwards.
func (c *clicked) imports(flags ...string) (fail string) {
	dir, again := filepath.Join(c.folder, "org"), filepath.Join(c.folder, "again", "org")
	step := func(want int, args ...string) (out string, ok bool) {
		status, out := c.oktaform(args...)
		if status != want {
			fail = fmt.Sprintf("oktaform %s: exit status %d, want %d\n%s\n%s", strings.Join(args, " "), status, want, failed(out), filesOf(c.tb, dir))
		}
		return out, status == want
	}
	if _, ok := step(0, append([]string{"import", "--out", dir}, flags...)...); !ok {
		return fail
	}
	if _, ok := step(0, append([]string{"import", "--out", again}, flags...)...); !ok {
		return fail
	}
	if filesOf(c.tb, dir) != filesOf(c.tb, again) {
		return "the same org gave\n" + filesOf(c.tb, dir) + "\nand then\n" + filesOf(c.tb, again)
	}
	if _, ok := step(0, "fmt", "--check", dir); !ok {
		return fail
	}
	out, ok := step(0, "plan", dir)
	if !ok {
		return fail
	}
	if !strings.Contains(out, "No changes.") && !strings.Contains(out, "to import, 0 to add, 0 to change, 0 to destroy.") {
		return out + filesOf(c.tb, dir)
	}
	if _, ok := step(0, "apply", "--auto-approve", dir); !ok {
		return fail
	}
	if _, ok := step(0, "plan", "--detailed-exitcode", dir); !ok {
		return fail
	}
	before := filesOf(c.tb, dir)
	if _, ok := step(0, append([]string{"import", "--add", "--out", dir}, flags...)...); !ok {
		return fail
	}
	if after := filesOf(c.tb, dir); before != after {
		return "a second import adds to\n" + before + "\nand gives\n" + after
	}
	return ""
}

// labels are what people call things.
func labels() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"Report", "report", "x", "1password", "für alle", "日本語", "👩‍💻", `say "hi"`, `back\slash`, "${var.x}", "%{ if true }", "two\nlines",
			"null", "for", "group", "data", "-", "#", "/*", "é", "e\u0301", "\u202e", "[oktaform", "]", "a=b", "'", "tab\there"}), 1, 3).Draw(t, "parts")
		return strings.Join(parts, rapid.SampledFrom([]string{" ", "", "_", " - "}).Draw(t, "glue"))
	})
}

// clicking makes objects as people do in the Admin Console.
type clicking struct {
	*rapid.T
	c                                                 *clicked
	groups, users, apps, services, roles, sets, zones []string
}

// post makes an object, unless the org refuses it, and keeps its id.
func (k *clicking) post(into *[]string, path string, body any) string {
	text, err := json.Marshal(body)
	if err != nil {
		k.Fatal(err)
	}
	status, answer, err := k.c.story.call("POST", path, string(text))
	if err != nil {
		k.Fatal(err)
	}
	var doc struct{ ID string }
	if status >= 300 || json.Unmarshal(answer, &doc) != nil || doc.ID == "" {
		k.Logf("POST %s %s: %d %s", path, text, status, answer)
		return ""
	}
	if into != nil {
		*into = append(*into, doc.ID)
	}
	return doc.ID
}

func (k *clicking) call(method, path, body string) {
	if status, answer, err := k.c.story.call(method, path, body); err != nil || status >= 300 {
		k.Logf("%s %s %s: %d %s %v", method, path, body, status, answer, err)
	}
}

func (k *clicking) label() string        { return labels().Draw(k.T, "label") }
func (k *clicking) yes(what string) bool { return rapid.Bool().Draw(k.T, what) }
func (k *clicking) some(list []string, what string) []string {
	var out []string
	for _, id := range list {
		if k.yes(what) {
			out = append(out, id)
		}
	}
	return out
}

var testJWK = func() map[string]any {
	pem, err := jwk.NewPEM()
	if err != nil {
		panic(err)
	}
	private, err := jwk.ParsePrivate(pem)
	if err != nil {
		panic(err)
	}
	public, err := private.Public()
	if err != nil {
		panic(err)
	}
	var key map[string]any
	if err := json.Unmarshal([]byte(public.Canonical), &key); err != nil {
		panic(err)
	}
	return key
}()

func (k *clicking) directory() {
	for i := range rapid.IntRange(0, 4).Draw(k.T, "users") {
		id := k.post(&k.users, "/api/v1/users", map[string]any{"profile": map[string]any{"login": fmt.Sprintf("%s.%d@example.com", rapid.SampledFrom([]string{"ada", "bob", "1st", "o'neil", "x+y"}).Draw(k.T, "login"), i),
			"email": fmt.Sprintf("u%d@example.com", i), "firstName": k.label(), "lastName": "L"}})
		if id == "" {
			continue
		}
		for range rapid.IntRange(0, 2).Draw(k.T, "roles of the user") {
			k.post(nil, "/api/v1/users/"+id+"/roles", map[string]any{"type": rapid.SampledFrom([]string{"SUPER_ADMIN", "HELP_DESK_ADMIN", "READ_ONLY_ADMIN", "APP_ADMIN"}).Draw(k.T, "role")})
		}
		if rapid.IntRange(0, 4).Draw(k.T, "leaves") == 0 {
			k.call("POST", "/api/v1/users/"+id+"/lifecycle/deactivate", "")
		}
	}
	for range rapid.IntRange(0, 4).Draw(k.T, "groups") {
		profile := map[string]any{"name": k.label()}
		if k.yes("described") {
			profile["description"] = k.label()
		}
		id := k.post(&k.groups, "/api/v1/groups", map[string]any{"profile": profile})
		if id == "" {
			continue
		}
		for _, user := range k.some(k.users, "member") {
			k.call("PUT", "/api/v1/groups/"+id+"/users/"+user, "")
		}
	}
	for range rapid.IntRange(0, 2).Draw(k.T, "zones") {
		k.post(&k.zones, "/api/v1/zones", map[string]any{"type": "IP", "name": k.label(), "status": "ACTIVE", "usage": "POLICY", "gateways": []any{map[string]any{"type": "CIDR", "value": "192.0.2.0/24"}}})
	}
	for i := range rapid.IntRange(0, 2).Draw(k.T, "origins") {
		k.post(nil, "/api/v1/trustedOrigins", map[string]any{"name": k.label(), "origin": fmt.Sprintf("https://o%d.example.com", i), "scopes": []any{map[string]any{"type": "CORS"}}})
	}
}

func (k *clicking) oneApp() {
	typ := rapid.SampledFrom([]string{"web", "service", "browser", "native"}).Draw(k.T, "type")
	oauth := map[string]any{"application_type": typ}
	client := map[string]any{}
	switch typ {
	case "service":
		oauth["grant_types"], oauth["response_types"] = []string{"client_credentials"}, []string{"token"}
		client["token_endpoint_auth_method"] = "private_key_jwt"
		key := map[string]any{}
		for name, v := range testJWK {
			key[name] = v
		}
		if k.yes("kid") {
			key["kid"] = k.label()
		}
		if k.yes("alg") {
			key["alg"] = "RS256"
		}
		oauth["jwks"] = map[string]any{"keys": []any{key}}
	default:
		grants := []string{"authorization_code"}
		if k.yes("refresh") {
			grants = append(grants, "refresh_token")
		}
		if k.yes("implicit") {
			grants = append(grants, "implicit")
			oauth["response_types"] = []string{"code", "token", "id_token"}
		} else {
			oauth["response_types"] = []string{"code"}
		}
		oauth["grant_types"], oauth["redirect_uris"] = grants, []string{"https://a.example.com/cb", "https://b.example.com/${x}"}[:rapid.IntRange(1, 2).Draw(k.T, "uris")]
		if typ != "web" {
			client["token_endpoint_auth_method"] = "none"
		}
	}
	if len(k.zones) > 0 && k.yes("network") {
		oauth["network"] = map[string]any{"connection": "ZONE", "include": k.zones[:1]}
	}
	doc := map[string]any{"name": "oidc_client", "label": k.label(), "signOnMode": "OPENID_CONNECT", "credentials": map[string]any{"oauthClient": client}, "settings": map[string]any{"oauthClient": oauth}}
	if k.yes("profile") {
		doc["profile"] = map[string]any{"for": k.label(), "a b": []any{1, "x", map[string]any{"null": true}}, "gone": nil}
	}
	if k.yes("hidden") {
		doc["visibility"] = map[string]any{"hide": map[string]any{"iOS": k.yes("ios"), "web": k.yes("web")}, "autoLaunch": k.yes("launch")}
	}
	if k.yes("template") {
		doc["credentials"].(map[string]any)["userNameTemplate"] = map[string]any{"template": "${source.email}", "type": "BUILT_IN"}
	}
	id := k.post(&k.apps, "/api/v1/apps", doc)
	if id == "" {
		return
	}
	for _, scope := range k.some([]string{"okta.users.read", "okta.groups.manage"}, "scope") {
		k.post(nil, "/api/v1/apps/"+id+"/grants", map[string]any{"issuer": k.c.story.server.URL, "scopeId": scope})
	}
	if typ == "service" {
		k.services = append(k.services, id)
		if k.yes("role") {
			k.post(nil, "/oauth2/v1/clients/"+id+"/roles", map[string]any{"type": "HELP_DESK_ADMIN"})
		}
	} else {
		for _, group := range k.some(k.groups, "assigned") {
			k.call("PUT", "/api/v1/apps/"+id+"/groups/"+group, "{}")
		}
		for _, user := range k.some(k.users, "assigned") {
			k.call("POST", "/api/v1/apps/"+id+"/users", `{"id":"`+user+`","scope":"USER"}`)
		}
		if typ == "web" && k.yes("second secret") {
			k.call("POST", "/api/v1/apps/"+id+"/credentials/secrets", "{}")
		}
	}
	if rapid.IntRange(0, 4).Draw(k.T, "inactive") == 0 {
		k.call("POST", "/api/v1/apps/"+id+"/lifecycle/deactivate", "")
	}
}

func (k *clicking) rights() {
	for range rapid.IntRange(0, 2).Draw(k.T, "custom roles") {
		id := k.post(&k.roles, "/api/v1/iam/roles", map[string]any{"label": k.label(), "description": k.label(), "permissions": []string{"okta.users.read", "okta.groups.read"}})
		if id != "" && k.yes("condition") {
			k.call("PUT", "/api/v1/iam/roles/"+id+"/permissions/okta.users.read", `{"conditions":{"include":{"okta:ResourceAttribute/User/Profile":["city","${x}"]}}}`)
		}
	}
	url := k.c.story.server.URL
	var own struct{ ID string }
	if err := k.c.story.get("/.well-known/okta-organization", &own); err != nil {
		k.Fatal(err)
	}
	for range rapid.IntRange(0, 2).Draw(k.T, "sets") {
		resources := []string{url + "/api/v1/users", "orn:okta:idp:" + own.ID + ":authorization_servers"}
		for _, group := range k.some(k.groups, "in the set") {
			resources = append(resources, url+"/api/v1/groups/"+group, url+"/api/v1/groups/"+group+"/users")
		}
		for _, user := range k.some(k.users, "in the set") {
			resources = append(resources, url+"/api/v1/users/"+user)
		}
		for _, app := range k.some(k.apps, "in the set") {
			resources = append(resources, url+"/api/v1/apps/"+app)
		}
		k.post(&k.sets, "/api/v1/iam/resource-sets", map[string]any{"label": k.label(), "description": k.label(), "resources": resources})
	}
	if len(k.roles) == 0 || len(k.sets) == 0 {
		return
	}
	custom := map[string]any{"type": "CUSTOM", "role": k.roles[0], "resource-set": k.sets[0]}
	for _, group := range k.some(k.groups, "holds the custom role") {
		k.post(nil, "/api/v1/groups/"+group+"/roles", custom)
	}
	for _, app := range k.some(k.services, "holds the custom role") {
		k.post(nil, "/oauth2/v1/clients/"+app+"/roles", custom)
	}
	for _, group := range k.some(k.groups, "helps itself") {
		if id := k.post(nil, "/api/v1/groups/"+group+"/roles", map[string]any{"type": "HELP_DESK_ADMIN"}); id != "" {
			k.call("PUT", "/api/v1/groups/"+group+"/roles/"+id+"/targets/groups/"+group, "")
		}
	}
}

// Whatever people have clicked together, the first plan of an import has imports only, and the
// second is empty.
func TestImportsOfWhateverPeopleClick(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		c := newClicked(t, sandbox.Options{Seed: []byte(`{"groups": [{"profile": {"name": "Imported"}, "type": "APP_GROUP"}],
			"apps": [{"document": {"label": "Payroll", "signOnMode": "SAML_2_0", "name": "payroll"}}, {"document": {"label": "Wiki", "signOnMode": "BOOKMARK", "name": "bookmark"}}]}`)})
		defer c.end()
		k := &clicking{T: r, c: c}
		k.directory()
		for range rapid.IntRange(0, 4).Draw(r, "apps") {
			k.oneApp()
		}
		k.rights()
		var flags []string
		if k.yes("own users") {
			flags = append(flags, "--own-users")
		}
		if fail := c.imports(flags...); fail != "" {
			r.Fatal(fail)
		}
	})
}

// An org that answers as a real one was recorded is imported whole: its first plan imports, its
// second is empty.
func TestRecordedOrgsImport(t *testing.T) {
	t.Parallel()
	files, err := recordedorg.Files()
	if err != nil {
		t.Fatal(err)
	}
	var imported atomic.Int64
	t.Cleanup(func() {
		if imported.Load() < 30 {
			t.Errorf("only %d objects were imported", imported.Load())
		}
	})
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".yaml"), func(t *testing.T) {
			t.Parallel()
			recorded, err := recordedorg.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			copied, err := orgcopy.Read(t.Context(), recorded, orgcopy.Options{})
			if err != nil {
				t.Fatal(err)
			}
			seed, err := copied.Seed()
			if err != nil {
				t.Fatal(err)
			}
			c := newClicked(t, sandbox.Options{Seed: seed})
			defer c.end()
			if fail := c.imports(); fail != "" {
				t.Fatal(fail)
			}
			imported.Add(int64(strings.Count(filesOf(t, filepath.Join(c.folder, "org")), "\nimport {")))
		})
	}
}

// lostInImports are attributes that an import doesn't give back, each with the reason.
var lostInImports = map[string]string{
	"assigned_user":  "Okta fills the profile from the user's own, and nothing tells what somebody set",
	"assigned_group": "a block that tells the app nothing comes back as an element of assigned_groups",
	"groups_claim":   "Okta has no public path for it, and it is read of apps that declare it alone",
	"client_secret":  "one active secret is what Okta gives every app that has any; several come back with the moments at which they were made",
}

// What was applied comes back from an import: every attribute of every kind, in a configuration
// whose plan is empty.
func TestImportGivesAttributesBack(t *testing.T) {
	t.Parallel()
	done := map[string]bool{}
	for _, row := range attributeRows() {
		if done[row.body+row.first] {
			continue
		}
		done[row.body+row.first] = true
		t.Run(row.attrs()[0], func(t *testing.T) {
			t.Parallel()
			c := newClicked(t, sandbox.Options{})
			defer c.end()
			for line := range strings.Lines(row.first) {
				parts := strings.SplitN(strings.TrimSpace(line), " ", 3)
				if _, answer, err := c.story.call(parts[0], parts[1], parts[2]); err != nil {
					t.Fatalf("%s: %v %s", line, err, answer)
				}
			}
			before := filepath.Join(c.folder, "before")
			if err := os.Mkdir(before, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(before, "main.hcl"), []byte("org {\n  owner = \"test\"\n}\n"+row.body), 0o600); err != nil {
				t.Fatal(err)
			}
			c.comesBack(before, "test", row.first == "")
		})
	}
}

// comesBack applies a configuration, imports what it owns, and compares. empty says that the plan
// of the import has no imports either.
func (c *clicked) comesBack(before, owner string, empty bool) {
	c.tb.Helper()
	dir := filepath.Join(c.folder, "after")
	for _, args := range [][]string{{"apply", "--auto-approve", before}, {"import", "--own-users", "--owner", owner, "--out", dir}, {"plan", dir}} {
		status, out := c.oktaform(args...)
		if status != 0 || args[0] == "plan" && !strings.Contains(out, "No changes.") && (empty || !strings.Contains(out, "to import, 0 to add, 0 to change, 0 to destroy.")) {
			c.tb.Fatalf("oktaform %s: exit status %d\n%s\n%s", strings.Join(args, " "), status, failed(out), filesOf(c.tb, dir))
		}
	}
	given := map[string]schema.Value{}
	for _, d := range evaluatedIn(c.tb, dir) {
		given[d.Addr.String()] = d.Value
	}
	for _, d := range evaluatedIn(c.tb, before) {
		got, ok := given[d.Addr.String()]
		if !ok {
			if d.Kind.Owned() { // others leave no mark: nothing in the org says that they were declared
				c.tb.Errorf("%s is lost: an import gives\n%s", d.Addr, filesOf(c.tb, dir))
			}
			continue
		}
		for name, v := range d.Value.All() {
			a := d.Kind.Attr(name)
			if v.IsNull() || !v.IsKnown() || a != nil && (a.WriteOnly || a.VersionOf != "") || lostInImports[name] != "" {
				continue
			}
			if !same(got.GetAttr(name), v) {
				c.tb.Errorf("%s of %s is lost: %#v became %#v in\n%s", name, d.Addr, v, got.GetAttr(name), filesOf(c.tb, dir))
			}
		}
	}
}

// same compares two declared values, whose marks and references may differ in their form.
func same(a, b cty.Value) bool {
	a, _ = a.UnmarkDeep()
	b, _ = b.UnmarkDeep()
	return a.RawEquals(b)
}

func evaluatedIn(tb testing.TB, dir string) []schema.Desired {
	tb.Helper()
	c, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	tb.Cleanup(func() { _ = c.Close() })
	declared, diags := c.Evaluate(nil).All()
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	return declared
}
