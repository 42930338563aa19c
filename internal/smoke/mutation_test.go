package smoke_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// mutation is an assertion, and an org that breaks just what it checks.
type mutation struct {
	attr   string // of the smoke_test block, or of one of its blocks: "json.equals"
	assert func(s *setup, t *schema.SmokeTest)
	lie    func(s *setup)
	step   string // that fails
}

// mutations have a row for each attribute that asserts something.
func mutations() []mutation {
	users := "GET /api/v1/users?limit=1"
	check := func(path, op string, want any, replace ...string) mutation {
		return mutation{"json." + op, func(s *setup, t *schema.SmokeTest) {
			place, err := schema.ParseJSONPath(path)
			if err != nil {
				s.t.Fatal(err)
			}
			t.Requests[0].JSON = []schema.TestJSON{{Path: place, Checks: []schema.TestCheck{{Op: op, Want: want}}}}
		}, func(s *setup) {
			s.change("/api/v1/users", strings.NewReplacer(replace...).Replace)
		}, users + " json " + path + " " + op}
	}
	claims := func(f func(claims map[string]any)) func(*setup) {
		return func(s *setup) { s.change("/oauth2/v1/token", func(body string) string { return withClaims(body, f) }) }
	}
	token := func(declared schema.TestToken) func(*setup, *schema.SmokeTest) {
		return func(_ *setup, t *schema.SmokeTest) { t.Token, t.Requests = &declared, nil }
	}
	replaced := func(path string, replace ...string) func(*setup) {
		return func(s *setup) { s.change(path, strings.NewReplacer(replace...).Replace) }
	}
	hour := 3600
	return []mutation{
		check("[0].status", "equals", "ACTIVE", `"status":"ACTIVE"`, `"status":"STAGED"`),
		check("[*].status", "equals", "ACTIVE", `"status":"ACTIVE"`, `"status":"STAGED"`),
		check("[0].status", "not_equals", "SUSPENDED", `"status":"ACTIVE"`, `"status":"SUSPENDED"`),
		check("[0].profile.login", "contains", "@", "@", "-at-"),
		check("[0].profile.login", "matches", `^\S+@\S+$`, "@", " "),
		check("[0].profile.login", "exists", true, `"login"`, `"name"`),
		check("[0].credentials.password", "exists", false, `"status"`, `"credentials":{"password":{}},"status"`),
		check("[0].profile", "type", "object", `"profile":{`, `"profile":"","x":{`),
		check("$", "length", json.Number("1"), `[{`, `[{},{`),
		check("$", "min_length", json.Number("1"), `[{`, `[],"":[{`),
		check("$", "max_length", json.Number("1"), `[{`, `[{},{`),
		{"request.status", func(*setup, *schema.SmokeTest) {}, func(s *setup) { s.answer("/api/v1/users", 204, "") }, users},
		{"request.expect_error", func(s *setup, t *schema.SmokeTest) {
			s.revokeRoles("/oauth2/v1/clients/" + s.reporterID)
			t.Requests[0].Status, t.Requests[0].ExpectError = []int{403}, "E0000006"
		}, func(s *setup) { s.answer("/api/v1/users", 403, `{"errorCode":"E0000038"}`) }, users},
		{"request.status", func(_ *setup, t *schema.SmokeTest) {
			t.Requests[0] = schema.TestRequest{Method: "GET", Path: "/api/v1/groups", Status: []int{403}}
		}, func(s *setup) { s.answer("/api/v1/groups", 200, "[]") }, "GET /api/v1/groups"},
		{"token.type", token(schema.TestToken{Type: "Bearer"}), replaced("/oauth2/v1/token", `"Bearer"`, `"MAC"`), "token"},
		{"token.lifetime", token(schema.TestToken{Lifetime: &hour}), replaced("/oauth2/v1/token", `"expires_in":3600`, `"expires_in":86400`), "token lifetime"},
		{"token.scp", token(schema.TestToken{Scopes: []string{"okta.users.read"}}), replaced("/oauth2/v1/token", `"scope":"okta.users.read"`, `"scope":"okta.users.read okta.apps.read"`), "token scp"},
		{"token.claims", token(schema.TestToken{Claims: map[string]any{"ver": json.Number("1")}}), claims(func(c map[string]any) { c["ver"] = 2 }), "token claim ver"},
		{"token.claims", token(schema.TestToken{Claims: map[string]any{"scp": []any{"okta.users.read"}}}), claims(func(c map[string]any) { delete(c, "scp") }), "token claim scp"},
		{"scopes", func(*setup, *schema.SmokeTest) {}, replaced("/oauth2/v1/token", `"scope":"okta.users.read"`, `"scope":"okta.logs.read"`), "token"},
		{"refused_scopes", func(_ *setup, t *schema.SmokeTest) { t.Refused = []string{"okta.users.manage"} },
			func(s *setup) { s.grant(s.reporterID, "okta.users.manage") }, "token (okta.users.manage)"},
		{"expect_error", func(_ *setup, t *schema.SmokeTest) {
			t.Scopes, t.Requests, t.ExpectError = []string{"okta.users.manage"}, nil, "consent_required"
		}, func(s *setup) { s.grant(s.reporterID, "okta.users.manage") }, "token"},
		{"expect_message", func(_ *setup, t *schema.SmokeTest) {
			t.Requests, t.App.Keys[0].KID, t.ExpectError, t.ExpectMessage = nil, "reporter-2", "invalid_client", "kid is invalid"
		}, func(s *setup) { s.deactivateReporter() }, "token"},
		{"key_id", func(s *setup, t *schema.SmokeTest) {
			s.setKeys("INACTIVE", s.key)
			t.Requests, t.ExpectError = nil, "invalid_client"
		}, func(s *setup) { s.setKeys("ACTIVE", s.key) }, "token"},
		{"dpop", func(s *setup, t *schema.SmokeTest) {
			s.requireDPoP(t)
			t.App.DPoP, t.Requests, t.ExpectError = false, nil, "invalid_dpop_proof"
		}, func(s *setup) { s.edit(s.reporterID, "settings", object{"dpop_bound_access_tokens": false}) }, "token"},
		{"pkce", func(s *setup, t *schema.SmokeTest) {
			*t = s.explore()
			t.PKCE, t.Requests, t.ExpectError = schema.PKCENone, nil, "invalid_request"
		}, func(s *setup) { s.edit(s.explorerID, "credentials", object{"pkce_required": false}) }, "token"},
		{"pkce", func(s *setup, t *schema.SmokeTest) {
			*t = s.explore()
			t.PKCE, t.Requests, t.ExpectError = schema.PKCENoVerifier, nil, "invalid_request"
		}, func(s *setup) { s.answer("/oauth2/v1/token", 200, `{"token_type":"Bearer","access_token":"x"}`) }, "token"},
		{"redirect_uri", func(s *setup, t *schema.SmokeTest) {
			*t = s.explore()
			t.App.RedirectURI, t.Requests, t.ExpectError = "https://elsewhere.example.com/", nil, "invalid_request"
		}, func(s *setup) {
			s.edit(s.explorerID, "settings", object{"redirect_uris": []string{"https://elsewhere.example.com/"}})
		}, "token"},
		{"token.id_token_claims", func(s *setup, t *schema.SmokeTest) {
			*t = s.explore()
			s.claim("groups")
			t.Scopes, t.Requests = append(t.Scopes, "groups"), nil
			t.Token = &schema.TestToken{IDClaims: map[string]any{"groups": []any{"Everyone"}}}
		}, func(s *setup) { s.claim("teams") }, "token ID token claim groups"},
		{"refresh", func(s *setup, t *schema.SmokeTest) {
			*t = s.explore()
			s.edit(s.explorerID, "settings", object{"grant_types": []string{"authorization_code", "refresh_token"}})
			t.Refresh = true
		}, replaced("/oauth2/v1/token", `"refresh_token"`, `"other_token"`), "refresh"},
	}
}

// withClaims changes the claims of an access token. Nobody checks its signature
// here.
func withClaims(body string, f func(claims map[string]any)) string {
	var answer map[string]any
	if json.Unmarshal([]byte(body), &answer) != nil {
		return body
	}
	parts := strings.Split(answer["access_token"].(string), ".")
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	var claims map[string]any
	_ = json.Unmarshal(payload, &claims)
	f(claims)
	changed, _ := json.Marshal(claims)
	parts[1] = base64.RawURLEncoding.EncodeToString(changed)
	answer["access_token"] = strings.Join(parts, ".")
	out, _ := json.Marshal(answer)
	return string(out)
}

// Each assertion passes with an honest org, and fails with one that breaks just
// what it checks.
func TestEachAssertionCanFail(t *testing.T) {
	for _, m := range mutations() {
		t.Run(m.attr, func(t *testing.T) {
			s := newSetup(t)
			test := s.readUsers()
			m.assert(s, &test)
			if honest := s.run(test).Tests[0]; honest.Outcome != smoke.Passed {
				t.Fatalf("with an honest org: %+v", honest)
			}
			m.lie(s)
			result := s.run(test).Tests[0]
			if last := firstFailed(result); result.Outcome != smoke.Failed || last.Name != m.step || last.Problem == "" || last.Diagnosis == "" || last.Fix == "" {
				t.Errorf("%s: got %+v\nwant a failure at %q", result.Outcome, last, m.step)
			}
		})
	}
}

func firstFailed(r smoke.Result) smoke.Step {
	for _, step := range r.Steps {
		if !step.OK {
			return step
		}
	}
	return smoke.Step{}
}

// An attribute that asserts something has a row; the others say how to ask.
func TestEveryAssertionIsMutated(t *testing.T) {
	asks := strings.Fields("name app generate grant_type private_key_file private_key client_secret auth_method assertion_lifetime refresh_token" +
		" sign_in.user sign_in.password sign_in.browser request.method request.path request.headers request.body request.retry_for json.path")
	known := map[string]bool{}
	for _, name := range asks {
		known[name] = true
	}
	for _, m := range mutations() {
		known[m.attr] = true
	}
	var visit func(b *schema.Block, prefix string)
	visit = func(b *schema.Block, prefix string) {
		for _, a := range b.Attrs {
			if !known[prefix+a.Name] {
				t.Errorf("%s%s has no mutation: show that it can fail, or list it with those that only ask", prefix, a.Name)
			}
		}
		for i := range b.Blocks {
			visit(&b.Blocks[i], b.Blocks[i].Type+".")
		}
	}
	visit(kinds.SmokeTestBlock(), "")
}
