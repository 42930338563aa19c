package review_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
)

// TestSuggest compares what principals have with what their smoke tests use.
func TestSuggest(t *testing.T) {
	bot := func(scopes, roles, tests string) string {
		return "service_app \"bot\" {\n  label = \"Bot\"\n  jwks_uri = \"https://bot.example.com/jwks\"\n  okta_api_scopes = [" + scopes + "]\n" + roles + "}\n" + tests
	}
	test := func(scopes, requests string) string {
		return "smoke_test \"t\" {\n  app = service_app.bot\n  scopes = [" + scopes + "]\n" + requests + "}\n"
	}
	get := func(path string) string { return "  request {\n    path = \"" + path + "\"\n  }\n" }
	const org, read = "  admin_role \"ORG_ADMIN\" {}\n", "  admin_role \"READ_ONLY_ADMIN\" {}\n"
	for name, row := range map[string]struct{ config, want string }{
		"all is used": {bot(`"okta.users.read"`, read, test(`"okta.users.read"`, get("/api/v1/users"))),
			"okta.users.read used; READ_ONLY_ADMIN used; smaller false: okta.users.read READ_ONLY_ADMIN okta.users.userprofile.read"},
		"a scope that nobody asks for": {bot(`"okta.users.read", "okta.groups.read"`, read, test(`"okta.users.read"`, get("/api/v1/users"))),
			"okta.groups.read not used; okta.users.read used; READ_ONLY_ADMIN used; smaller true: okta.users.read"},
		"asked for and used by no request": {bot(`"okta.users.read", "okta.groups.read"`, read, test(`"okta.users.read", "okta.groups.read"`, get("/api/v1/users"))),
			"okta.groups.read asked for; okta.users.read used;"},
		"manage that only reads": {bot(`"okta.users.manage"`, org, test(`"okta.users.manage"`, get("/api/v1/users"))),
			"okta.users.manage only reads; ORG_ADMIN used; smaller true: okta.users.read"},
		"manage that writes": {bot(`"okta.groups.manage"`, org, test(`"okta.groups.manage"`, "  request {\n    method = \"POST\"\n    path = \"/api/v1/groups\"\n    status = [200]\n  }\n")),
			"okta.groups.manage used; ORG_ADMIN used; smaller false: okta.groups.manage ORG_ADMIN okta.groups.create"},
		"a refusal is no use": {bot(`"okta.users.manage"`, org, test(`"okta.users.manage"`, "  request {\n    path = \"/api/v1/users\"\n    status = [403]\n  }\n")),
			"okta.users.manage asked for; ORG_ADMIN not known; smaller false"},
		"no test": {bot(`"okta.users.read"`, read, ""), "okta.users.read not known; READ_ONLY_ADMIN not known; smaller false"},
		"a test of least privilege": {bot(`"okta.users.read"`, read, "smoke_test \"t\" {\n  app = service_app.bot\n  generate = \"least-privilege\"\n}\n"),
			"okta.users.read not known; READ_ONLY_ADMIN not known; smaller false"},
		"a role beside another": {bot(`"okta.logs.read"`, read+"  admin_role \"HELP_DESK_ADMIN\" {}\n", test(`"okta.logs.read"`, get("/api/v1/logs"))),
			"okta.logs.read used; HELP_DESK_ADMIN not used; READ_ONLY_ADMIN used; smaller true: okta.logs.read REPORT_ADMIN"},
		"super admin beside what suffices": {bot(`"okta.users.read"`, "  admin_role \"SUPER_ADMIN\" {}\n"+read, test(`"okta.users.read"`, get("/api/v1/users"))),
			"SUPER_ADMIN not used"},
		"a path that isn't known": {"variable \"p\" {\n  type = string\n}\n" + bot(`"okta.users.read"`, read, test(`"okta.users.read"`, "  request {\n    path = var.p\n  }\n")),
			"okta.users.read asked for; READ_ONLY_ADMIN not known; smaller false"},
		"what only super admins may": {bot(`"okta.roles.manage"`, "  admin_role \"SUPER_ADMIN\" {}\n", test(`"okta.roles.manage"`, get("/api/v1/iam/roles"))),
			"okta.roles.manage only reads; SUPER_ADMIN used; smaller true: okta.roles.read READ_ONLY_ADMIN"},
	} {
		t.Run(name, func(t *testing.T) {
			version := load(t, row.config)
			r := review.Assess(versions.Single(version), review.Options{Now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)})
			var got []string
			for _, s := range r.Suggest(version.Judgement.Tests) {
				for _, u := range append(s.Scopes, s.Roles...) {
					got = append(got, u.Right+" "+u.Use)
				}
				got = append(got, fmt.Sprintf("smaller %v: %s %s %s", s.Smaller(), strings.Join(s.Fewer, ", "), s.Role, strings.Join(s.Permissions, ", ")))
			}
			if all := strings.Join(got, "; "); !strings.Contains(all, row.want) {
				t.Errorf("want %q in\n%s", row.want, all)
			}
		})
	}
}
