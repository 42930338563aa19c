package drift_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/drift"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// managed is a configuration with an object of each kind that carries a mark, and two people.
const managed = `org {
  owner = "test"
}
user "a" {
  login      = "a@example.com"
  first_name = "A" # the name
  last_name  = "L"
}
user "b" {
  login      = "b@example.com"
  first_name = "B"
  last_name  = "L"
}
group "g" {
  name        = "G"
  description = "The ${"group"}"
  members     = [user.a]
}
group "h" { name = "H" }
web_app "w" {
  label           = "W"
  redirect_uris   = ["https://w.example.com/cb"]
  client_uri      = "https://w.example.com"
  assigned_groups = [group.g]
  okta_api_scopes = ["okta.users.read"]
  profile         = { team = "a" }
  hide_web        = false
  hide_ios        = false
}
service_app "s" {
  label           = "S"
  jwks_uri        = "https://s.example.com/jwks"
  okta_api_scopes = ["okta.users.read"]
  admin_role "READ_ONLY_ADMIN" {}
}
custom_role "r" {
  label       = "R"
  permissions = ["okta.users.read"]
}
resource_set "t" {
  label       = "T"
  description = "D"
  groups      = [group.g]
}
network_zone "z" {
  name     = "Z"
  gateways = ["192.0.2.0/24"]
}
trusted_origin "o" {
  name   = "O"
  origin = "https://o.example.com"
  scopes = ["CORS"]
}
`

// byHand are changes that people make in the Admin Console, by what they change. Each is METHOD
// PATH BODY, where {group.g} is an id and EDIT merges into what is there.
var byHand = map[string]string{
	"group.g.name":                           `EDIT /api/v1/groups/{group.g} {"profile":{"name":"Other ${x}"}}`,
	"group.g.description":                    `EDIT /api/v1/groups/{group.g} {"profile":{"description":"\"New\" [oktaform test group.g]"}}`,
	"group.g.members":                        `PUT /api/v1/groups/{group.g}/users/{user.b}`,
	"web_app.w.label":                        `EDIT /api/v1/apps/{web_app.w} {"label":"two\nlines"}`,
	"web_app.w.redirect_uris":                `EDIT /api/v1/apps/{web_app.w} {"settings":{"oauthClient":{"redirect_uris":["https://w.example.com/cb","https://evil.example.com/cb"]}}}`,
	"web_app.w.client_uri":                   `EDIT /api/v1/apps/{web_app.w} {"settings":{"oauthClient":{"client_uri":null}}}`,
	"web_app.w.logo_uri":                     `EDIT /api/v1/apps/{web_app.w} {"settings":{"oauthClient":{"logo_uri":"https://w.example.com/logo"}}}`,
	"web_app.w.hide_web":                     `EDIT /api/v1/apps/{web_app.w} {"visibility":{"hide":{"web":true}}}`,
	"web_app.w.profile":                      `EDIT /api/v1/apps/{web_app.w} {"profile":{"team":"%{b}","cost":7}}`,
	"web_app.w.assigned_groups":              `PUT /api/v1/apps/{web_app.w}/groups/{group.h} {}`,
	"web_app.w.okta_api_scopes":              `POST /api/v1/apps/{web_app.w}/grants {"issuer":"{org}","scopeId":"okta.groups.read"}`,
	"web_app.w.status":                       `POST /api/v1/apps/{web_app.w}/lifecycle/deactivate`,
	"service_app.s.label":                    `EDIT /api/v1/apps/{service_app.s} {"label":"S ` + "\u00e9" + `"}`,
	"service_app.s.jwks_uri":                 `EDIT /api/v1/apps/{service_app.s} {"settings":{"oauthClient":{"jwks_uri":"https://evil.example.com/jwks"}}}`,
	"service_app.s.admin_role":               `POST /oauth2/v1/clients/{service_app.s}/roles {"type":"REPORT_ADMIN"}`,
	"custom_role.r.permissions":              `POST /api/v1/iam/roles/{custom_role.r}/permissions/okta.groups.read`,
	"resource_set.t.groups":                  `PATCH /api/v1/iam/resource-sets/{resource_set.t}/resources {"additions":["{org}/api/v1/groups/{group.h}"]}`,
	"resource_set.t.all":                     `PATCH /api/v1/iam/resource-sets/{resource_set.t}/resources {"additions":["{org}/api/v1/users"]}`,
	"network_zone.z.gateways":                `EDIT /api/v1/zones/{network_zone.z} {"gateways":[{"type":"CIDR","value":"198.51.100.0/24"}]}`,
	"network_zone.z.status":                  `POST /api/v1/zones/{network_zone.z}/lifecycle/deactivate`,
	"trusted_origin.o.scopes":                `EDIT /api/v1/trustedOrigins/{trusted_origin.o} {"scopes":[{"type":"CORS"},{"type":"REDIRECT"}]}`,
	"trusted_origin.o.origin":                `EDIT /api/v1/trustedOrigins/{trusted_origin.o} {"origin":"https://p.example.com"}`,
	"user.a.first_name":                      `POST /api/v1/users/{user.a} {"profile":{"firstName":"Ada \"A\""}}`,
	"user.a.email":                           `POST /api/v1/users/{user.a} {"profile":{"email":"other@example.com"}}`,
	"service_app.s.client_uri":               `EDIT /api/v1/apps/{service_app.s} {"settings":{"oauthClient":{"client_uri":"https://s.example.com"}}}`,
	"resource_set.t.description":             `PUT /api/v1/iam/resource-sets/{resource_set.t} {"label":"T","description":"Other [oktaform test resource_set.t]"}`,
	"custom_role.r.description":              `PUT /api/v1/iam/roles/{custom_role.r} {"label":"R","description":"Other [oktaform test custom_role.r]"}`,
	"network_zone.z.usage":                   `EDIT /api/v1/zones/{network_zone.z} {"usage":"BLOCKLIST"}`,
	"web_app.w.hide_ios":                     `EDIT /api/v1/apps/{web_app.w} {"visibility":{"hide":{"iOS":true}}}`,
	"service_app.s.dpop_bound_access_tokens": `EDIT /api/v1/apps/{service_app.s} {"settings":{"oauthClient":{"dpop_bound_access_tokens":true}}}`,
}

// managedOrg is an org to which the configuration is applied.
type managedOrg struct {
	tb     testing.TB
	server *sandbox.Server
	url    string
	client *org.Client
	config *config.Config
	ids    map[string]string
}

var signingKey = sync.OnceValue(func() sandbox.Options {
	key, err := sandbox.NewSigningKey()
	if err != nil {
		panic(err)
	}
	return sandbox.Options{SigningKey: key}
})

func newManagedOrg(tb testing.TB) *managedOrg {
	tb.Helper()
	server, err := sandbox.New(signingKey())
	if err != nil {
		tb.Fatal(err)
	}
	listener := httptest.NewServer(server)
	tb.Cleanup(func() {
		listener.Close()
		_ = server.Close()
	})
	m := &managedOrg{tb: tb, server: server, url: listener.URL, ids: map[string]string{}}
	if m.client, err = org.Connect(okta.Credentials{URL: m.url, Mode: okta.SSWS, Token: schema.NewSecret(server.Token()), Source: "the test"}, okta.Options{}); err != nil {
		tb.Fatal(err)
	}
	m.config = m.load(nil)
	m.apply()
	return m
}

// load loads the configuration; sources replace its files.
func (m *managedOrg) load(sources map[string][]byte) *config.Config {
	m.tb.Helper()
	dir := m.tb.TempDir()
	text := []byte(managed)
	for _, edited := range sources {
		text = edited
	}
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), text, 0o600); err != nil {
		m.tb.Fatal(err)
	}
	c, diags := config.Load(dir, config.Options{})
	if diags = append(diags, c.Validate()...); diags.HasErrors() {
		m.tb.Fatalf("%v\n%s", diags, text)
	}
	m.tb.Cleanup(func() { _ = c.Close() })
	return c
}

// plan plans a configuration.
func (m *managedOrg) plan(c *config.Config) *plan.Plan {
	m.tb.Helper()
	o := plan.Options{Owner: c.Owner}
	eval := c.Evaluate(nil)
	declared, diags := eval.All()
	m.check(diags)
	identity, diags := eval.Identity()
	m.check(diags)
	snapshot, err := m.client.Read(context.Background(), plan.Query(declared, identity, o))
	if err != nil {
		m.tb.Fatal(err)
	}
	p, diags := plan.Make(c, snapshot, o)
	m.check(diags)
	return p
}

func (m *managedOrg) check(diags hcl.Diagnostics) {
	m.tb.Helper()
	if diags.HasErrors() {
		m.tb.Fatal(diags)
	}
}

func (m *managedOrg) apply() {
	m.tb.Helper()
	result, diags := apply.Run(context.Background(), m.plan(m.config), m.config, m.client, apply.Options{})
	m.check(diags)
	declared, _ := m.config.Evaluate(nil).All()
	for _, d := range declared {
		if object := result.Known(d.Addr); object != nil {
			m.ids[d.Addr.String()] = object.ID
		}
	}
}

// report assesses the drift of the configuration.
func (m *managedOrg) report(o drift.Options) *drift.Report {
	m.tb.Helper()
	p := m.plan(m.config)
	ids, deletions := drift.Subjects(p)
	history, err := m.client.History(context.Background(), ids, deletions)
	if err != nil {
		m.tb.Fatal(err)
	}
	return drift.Assess(p, history, o)
}

// byHand makes a change as somebody else does, with another program.
func (m *managedOrg) byHand(line string) {
	m.tb.Helper()
	for addr, id := range m.ids {
		line = strings.ReplaceAll(line, "{"+addr+"}", id)
	}
	parts := append(strings.SplitN(strings.ReplaceAll(line, "{org}", m.url), " ", 3), "")
	method, path, body := parts[0], parts[1], parts[2]
	if method == "EDIT" {
		var doc, edit map[string]any
		for text, into := range map[string]*map[string]any{m.send("GET", path, ""): &doc, body: &edit} {
			if err := json.Unmarshal([]byte(text), into); err != nil {
				m.tb.Fatal(err)
			}
		}
		merge(doc, edit)
		data, err := json.Marshal(doc)
		if err != nil {
			m.tb.Fatal(err)
		}
		method, body = "PUT", string(data)
	}
	m.send(method, path, body)
}

func merge(doc, edit map[string]any) {
	for name, value := range edit {
		inner, ok := doc[name].(map[string]any)
		change, both := value.(map[string]any)
		if ok && both {
			merge(inner, change)
		} else {
			doc[name] = value
		}
	}
}

func (m *managedOrg) send(method, path, body string) string {
	m.tb.Helper()
	req, err := http.NewRequest(method, m.url+path, strings.NewReader(body))
	if err != nil {
		m.tb.Fatal(err)
	}
	req.Header.Set("Authorization", "SSWS "+m.server.Token())
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		m.tb.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		m.tb.Fatal(fmt.Sprintf("%s %s %s: %d %s", method, path, body, resp.StatusCode, answer), err)
	}
	return string(answer)
}
