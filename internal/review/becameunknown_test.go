package review_test

import (
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/review"
)

// TestValuesThatBecomeUnknown: what a review knew, and doesn't know any more, may be anything where
// it is applied: the keys of an app with rights, the owner who is followed, the names of persons.
func TestValuesThatBecomeUnknown(t *testing.T) {
	const head = "org {\n  owner = \"team/iam\"\nORG}\nvariable \"e\" {\n  type = string\n}\nservice_app \"q\" {\n  label    = \"Q\"\n  jwks_uri = \"https://q.example.com/keys\"\n}\n"
	bot := func(keys string) string {
		return head + "service_app \"bot\" {\n  label           = \"Bot\"\n  okta_api_scopes = [\"okta.users.manage\"]\n" + keys + "\n  admin_role \"USER_ADMIN\" {}\n}\n"
	}
	web := func(rest string) string {
		return head + "web_app \"web\" {\n  label           = \"Web\"\n  okta_api_scopes = [\"okta.users.manage\"]\n  redirect_uris   = [\"https://web.example.com/cb\"]\n" + rest + "\n}\n"
	}
	ada := head + "user \"ada\" {\n  login      = \"ada@example.com\"\n  first_name = \"Ada\"\n  last_name  = \"L\"\n  admin_role \"SUPER_ADMIN\" {}\n}\n"
	test := func(headers string) string {
		return bot("  jwks_uri = \"https://bot.example.com/keys\"") + "smoke_test \"reads\" {\n  app    = service_app.bot\n  scopes = [\"okta.users.manage\"]\n  request {\n    method = \"GET\"\n    path   = \"/api/v1/users/x\"\n    status = 404\n" + headers + "  }\n}\n"
	}
	org := func(source, line string) string { return strings.Replace(source, "ORG", line, 1) }
	const known = "  jwks_uri = \"https://bot.example.com/keys\""
	for name, row := range map[string]struct{ before, after string }{
		"keys by a variable":             {bot(known), bot("  jwks_uri = var.e")},
		"keys by a host and a variable":  {bot(known), bot("  jwks_uri = \"https://evil.example/${var.e}\"")},
		"keys by a reference":            {bot(known), bot("  jwks_uri = \"https://evil.example/${service_app.q.client_id}\"")},
		"keys by a file that isn't here": {bot(known), bot("  jwks_uri = try(file(\"nope.txt\"), \"https://bot.example.com/keys\")")},
		"keys of a web app":              {web("  token_endpoint_auth_method = \"private_key_jwt\"\n" + known), web("  token_endpoint_auth_method = \"private_key_jwt\"\n  jwks_uri = var.e")},
		"wildcards":                      {web(""), web("  wildcard_redirect = var.e")},
		"previous owner":                 {org(ada, ""), org(ada, "  previous_owner = var.e\n")},
		"previous owner by a file":       {org(ada, ""), org(ada, "  previous_owner = try(file(\"nope.txt\"), \"team/old\")\n")},
		"suffix of names":                {org(ada, ""), org(ada, "  name_suffix = var.e\n")},
		"suffix of names goes":           {org(ada, "  name_suffix = var.e\n"), org(ada, "")},
		"headers of a test":              {test(""), test("    headers = { (var.e) = \"DELETE\" }\n")},
		"a header of a test":             {test(""), test("    headers = { \"X-HTTP-Method-Override\" = var.e }\n")},
		"another header that overrides":  {test(""), test("    headers = { \"X-HTTP-Method\" = \"DELETE\" }\n")},
	} {
		t.Run(name, func(t *testing.T) {
			judge := func(before, after string) string {
				was, dir := versionIn(t, map[string]string{"main.hcl": org(before, "")})
				is, _ := versionIn(t, map[string]string{"main.hcl": org(after, "")})
				in := review.Compare(was, is)
				in.Relocate(dir, "before")
				return told(review.Assess(in, review.Options{}))
			}
			if got := judge(row.before, row.after); !strings.Contains(got, "\nhigh ") && !strings.Contains(got, "\ncritical ") {
				t.Errorf("the review says\n%s", got)
			}
			if got := judge(row.after, row.after); !strings.HasPrefix(got, "risk: none") {
				t.Errorf("without a change the review says\n%s", got)
			}
		})
	}
}
