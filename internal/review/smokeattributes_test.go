package review_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// attributesOfTests lists every attribute that a smoke test and its blocks may have, by
// the path of blocks that leads to it.
func attributesOfTests() (paths []string) {
	var visit func(prefix string, b *schema.Block)
	visit = func(prefix string, b *schema.Block) {
		for _, a := range b.Attrs {
			paths = append(paths, prefix+a.Name)
		}
		for i := range b.Blocks {
			visit(prefix+b.Blocks[i].Type+".", &b.Blocks[i])
		}
	}
	visit("", kinds.SmokeTestBlock())
	return paths
}

// TestSmokeTestAttributes changes each attribute of a smoke test alone: that is a finding,
// unless it can't weaken the test.
func TestSmokeTestAttributes(t *testing.T) {
	const apps = `
service_app "a" {
  label           = "A"
  okta_api_scopes = ["okta.users.read"]

  public_key "one" {
    private_key_file = "keys/one.pem"
    generate         = true
  }

  public_key "two" {
    private_key_file = "keys/two.pem"
    generate         = true
  }
}

service_app "b" {
  label    = "B"
  jwks_uri = "https://b.example.com/keys"
}

web_app "w" {
  label           = "W"
  redirect_uris   = ["https://w.example.com/cb", "https://w.example.com/other"]
  okta_api_scopes = ["okta.users.read"]
}

variable "secret" {
  type      = string
  sensitive = true
}

variable "other" {
  type      = string
  sensitive = true
}
`
	const service = "  app = service_app.a\n  scopes = [\"okta.users.read\"]\n"
	const signIn = "  app = web_app.w\n  scopes = [\"okta.users.read\"]\n  sign_in {\n    user = \"x@example.com\"\n    password = var.secret\n%s  }\n%s"
	in := func(block, base, line string) string {
		return service + "  " + block + " {\n" + base + line + "  }\n"
	}
	request := func(lines string) string { return in("request", "    path = \"/api/v1/users\"\n", lines) }
	token := func(lines string) string { return in("token", "", lines) }
	json := func(lines string) string { return request("    json {\n" + lines + "    }\n") }
	refusal := "  app = service_app.a\n  scopes = [\"okta.users.manage\"]\n  expect_error = \"consent_required\"\n"
	// The body of the test before and after; equal means harmless, for the reason given.
	type change struct{ before, after string }
	changes := map[string]change{
		"app":                {service, strings.Replace(service, "service_app.a", "service_app.b", 1)},
		"scopes":             {service, strings.Replace(service, "users", "groups", 1)},
		"refused_scopes":     {service + "  refused_scopes = [\"okta.apps.read\"]\n", service + "  refused_scopes = [\"okta.logs.read\"]\n"},
		"expect_error":       {refusal, strings.Replace(refusal, "consent_required", "invalid_scope", 1)},
		"expect_message":     {refusal + "  expect_message = \"consent\"\n", refusal},
		"generate":           {"  app = service_app.a\n  generate = \"least-privilege\"\n", service},
		"grant_type":         {fmt.Sprintf(signIn, "", ""), "  app = web_app.w\n  scopes = [\"okta.users.read\"]\n  grant_type = \"refresh_token\"\n  refresh_token = var.secret\n"},
		"dpop":               {service, service + "  dpop = true\n"},
		"pkce":               {fmt.Sprintf(signIn, "", "  pkce = \"none\"\n  expect_error = \"invalid_request\"\n"), fmt.Sprintf(signIn, "", "  expect_error = \"invalid_request\"\n")},
		"redirect_uri":       {fmt.Sprintf(signIn, "", ""), fmt.Sprintf(signIn, "", "  redirect_uri = \"https://w.example.com/other\"\n")},
		"key_id":             {service + "  key_id = \"one\"\n", service + "  key_id = \"two\"\n"},
		"private_key_file":   {service, service + "  private_key_file = \"missing.pem\"\n"},
		"private_key":        {service + "  private_key = var.secret\n", service + "  private_key = var.other\n"},
		"client_secret":      {fmt.Sprintf(signIn, "", "  client_secret = var.secret\n"), fmt.Sprintf(signIn, "", "  client_secret = var.other\n")},
		"auth_method":        {fmt.Sprintf(signIn, "", ""), fmt.Sprintf(signIn, "", "  auth_method = \"none\"\n")},
		"assertion_lifetime": {service, service + "  assertion_lifetime = \"1s\"\n"},
		"refresh":            {fmt.Sprintf(signIn, "", "  refresh = true\n"), fmt.Sprintf(signIn, "", "")},
		"refresh_token":      {"  app = web_app.w\n  scopes = [\"okta.users.read\"]\n  refresh_token = var.secret\n", "  app = web_app.w\n  scopes = [\"okta.users.read\"]\n  refresh_token = var.other\n"},

		"sign_in.user":     {fmt.Sprintf(signIn, "", ""), strings.Replace(fmt.Sprintf(signIn, "", ""), "x@", "y@", 1)},
		"sign_in.password": {fmt.Sprintf(signIn, "", ""), strings.Replace(fmt.Sprintf(signIn, "", ""), "var.secret", "var.other", 1)},
		"sign_in.browser":  {fmt.Sprintf(signIn, "", ""), strings.Replace(fmt.Sprintf(signIn, "", ""), "password = var.secret", "browser = true", 1)},

		"token.type":            {token("    type = \"Bearer\"\n"), token("    type = \"DPoP\"\n")},
		"token.scp":             {token("    scp = [\"okta.users.read\"]\n"), token("    scp = [\"okta.apps.read\"]\n")},
		"token.lifetime":        {token("    lifetime = 3600\n"), token("    lifetime = 7200\n")},
		"token.id_token_claims": {token("    id_token_claims = { aud = service_app.a.client_id }\n"), token("    id_token_claims = { aud = service_app.b.client_id }\n")},
		"token.claims":          {token("    claims = { cid = service_app.a.client_id }\n"), token("    claims = { cid = service_app.b.client_id }\n")},

		"request.method":       {request(""), request("    method = \"POST\"\n")},
		"request.path":         {request(""), strings.Replace(request(""), "users\"\n", "users?limit=1\"\n", 1)},
		"request.headers":      {request("    headers = { X-A = \"1\" }\n"), request("    headers = { X-A = \"2\" }\n")},
		"request.body":         {request("    method = \"POST\"\n    body = { a = 1 }\n"), request("    method = \"POST\"\n    body = { a = 2 }\n")},
		"request.status":       {request("    status = 200\n"), request("    status = [200, 403]\n")},
		"request.expect_error": {request("    status = 403\n    expect_error = \"E0000006\"\n"), request("    status = 403\n")},
		"request.retry_for":    {request(""), request("    retry_for = \"10s\"\n")},

		"request.json.path":       {json("      path = \"[0]\"\n      exists = true\n"), json("      path = \"[1]\"\n      exists = true\n")},
		"request.json.equals":     {json("      equals = 1\n"), json("      equals = 2\n")},
		"request.json.not_equals": {json("      not_equals = 1\n"), json("      not_equals = 2\n")},
		"request.json.contains":   {json("      contains = service_app.a.id\n"), json("      contains = service_app.b.id\n")},
		"request.json.matches":    {json("      matches = \"a\"\n"), json("      matches = \"b\"\n")},
		"request.json.exists":     {json("      exists = true\n"), json("      exists = false\n")},
		"request.json.type":       {json("      type = \"list\"\n"), json("      type = \"object\"\n")},
		"request.json.length":     {json("      length = 1\n"), json("      length = 2\n")},
		"request.json.min_length": {json("      min_length = 1\n"), json("      min_length = 0\n")},
		"request.json.max_length": {json("      max_length = 1\n"), json("      max_length = 2\n")},
	}
	harmless := map[string]string{
		"name": "it only says what the test shows; a test is found again by the rest",
	}
	load := func(t *testing.T, body string) versions.Version {
		t.Helper()
		return versions.Of(configure(t, apps+"\nsmoke_test \"the test\" {\n"+body+"}\n", config.Options{Incomplete: true}))
	}
	for _, path := range attributesOfTests() {
		if harmless[path] != "" {
			continue
		}
		c, listed := changes[path]
		if !listed {
			t.Errorf("%s is an attribute of smoke tests: say here what a change of it is, or why it can't weaken a test", path)
			continue
		}
		delete(changes, path)
		t.Run(path, func(t *testing.T) {
			r := review.Assess(versions.Compare(load(t, c.before), load(t, c.after)), review.Options{})
			if !slices.ContainsFunc(r.Findings, func(f review.Finding) bool { return f.Rule == "P05" || f.Rule == "P04" }) {
				t.Errorf("no finding; notes: %s", r.Notes)
			}
			if r = review.Assess(versions.Compare(load(t, c.before), load(t, c.before)), review.Options{}); len(r.Findings)+len(r.Notes) > 0 {
				t.Errorf("without any change: %v %v", r.Findings, r.Notes)
			}
		})
	}
	for _, path := range slices.Sorted(maps.Keys(changes)) {
		t.Errorf("smoke tests have no attribute %s", path)
	}
}
