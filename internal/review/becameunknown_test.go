package review_test

import (
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
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
				in := versions.Compare(was, is)
				in.Relocate(dir, "before")
				return told(review.Assess(in, review.Options{}))
			}
			if got := judge(row.before, row.after); !strings.Contains(got, "\nhigh ") && !strings.Contains(got, "\ncritical ") {
				t.Errorf("the review says\n%s", got)
			}
			if got := judge(row.after, row.after); !strings.Contains(got, "\nrisk: none") {
				t.Errorf("without a change the review says\n%s", got)
			}
		})
	}
}

// TestSensitiveValuesThatChange: a review does not show a sensitive value, but reports that it is
// another one.
func TestSensitiveValuesThatChange(t *testing.T) {
	const rights = "  okta_api_scopes = [\"okta.users.manage\"]\n"
	const key = `{ kty = "EC", crv = "P-256", x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }`
	const other = `{ kty = "EC", crv = "P-256", x = "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", y = "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps" }`
	for name, row := range map[string]struct{ block, before, after string }{
		"keys by a URL":     {"service_app \"a\" {\n  label = \"A\"\n  jwks_uri = var.v\n" + rights + "  admin_role \"SUPER_ADMIN\" {}\n}\n", `"https://a.example.com/keys"`, `"https://evil.example/keys"`},
		"key":               {"service_app \"a\" {\n  label = \"A\"\n" + rights + "  public_key \"k\" {\n    jwk = var.v\n  }\n  admin_role \"SUPER_ADMIN\" {}\n}\n", key, other},
		"redirect URI":      {"web_app \"a\" {\n  label = \"A\"\n  redirect_uris = [\"https://a.example.com/cb\", var.v]\n" + rights + "}\n", `"https://b.example.com/cb"`, `"https://evil.example/cb"`},
		"policy":            {"web_app \"a\" {\n  label = \"A\"\n  redirect_uris = [\"https://a.example.com/cb\"]\n  access_policy = var.v\n" + rights + "}\n", `"Two factors"`, `"Password only"`},
		"email address":     {"user \"a\" {\n  login = \"a@example.com\"\n  email = var.v\n  first_name = \"A\"\n  last_name = \"A\"\n  admin_role \"SUPER_ADMIN\" {}\n}\n", `"a@example.com"`, `"m@evil.example"`},
		"addresses":         {"network_zone \"z\" {\n  name = \"Z\"\n  gateways = var.v\n}\n", `["192.0.2.0/24"]`, `["0.0.0.0/0"]`},
		"origin":            {"trusted_origin \"o\" {\n  name = \"O\"\n  origin = var.v\n  scopes = [\"CORS\"]\n}\n", `"https://a.example.com"`, `"https://evil.example"`},
		"resources":         {"resource_set \"s\" {\n  label = \"S\"\n  resources = var.v\n}\n", `["orn:okta:directory:00o1:groups:00g1"]`, `["orn:okta:directory:00o1:groups"]`},
		"through a local":   {"locals {\n  url = \"https://${var.v}/keys\"\n}\nservice_app \"a\" {\n  label = \"A\"\n  jwks_uri = local.url\n" + rights + "}\n", `"a.example.com"`, `"evil.example"`},
		"members of a list": {"locals {\n  urls = { a = sensitive(var.v), b = \"https://b.example.com/keys\" }\n}\nservice_app \"a\" {\n  label = \"A\"\n  jwks_uri = local.urls.a\n" + rights + "}\n", `"https://a.example.com/keys"`, `"https://evil.example/keys"`},
	} {
		t.Run(name, func(t *testing.T) {
			version := func(value string) (versions.Version, string) {
				return versionIn(t, map[string]string{"main.hcl": "org {\n  owner = \"team/iam\"\n}\nvariable \"v\" {\n  sensitive = true\n  default   = " + value + "\n}\n" + row.block})
			}
			judge := func(before, after string) string {
				was, dir := version(before)
				is, _ := version(after)
				in := versions.Compare(was, is)
				in.Relocate(dir, "before")
				return told(review.Assess(in, review.Options{}))
			}
			if got := judge(row.before, row.after); !strings.Contains(got, "\nhigh G52") || strings.Contains(got, "evil") {
				t.Errorf("the review says\n%s", got)
			}
			if got := judge(row.after, row.after); !strings.Contains(got, "\nrisk: none") {
				t.Errorf("without a change the review says\n%s", got)
			}
		})
	}
}

// TestBlocksOfUnknownEffect: a test, rule or import that a variable may leave out, or change, is
// compared by what it is made from.
func TestBlocksOfUnknownEffect(t *testing.T) {
	const head = "org {\n  owner = \"team/iam\"\n}\nvariable \"env\" {\n  type = string\nDEFAULT}\nservice_app \"bot\" {\n  label           = \"Bot\"\n  jwks_uri        = \"https://bot.example.com/keys\"\n  okta_api_scopes = [\"okta.users.read\"]\n  admin_role \"READ_ONLY_ADMIN\" {}\n}\n"
	const sometimes = "  count = var.env == \"prod\" ? 1 : 0\n"
	refusal := func(repeat, code string) string {
		return "smoke_test \"no\" {\n" + repeat + "  app          = service_app.bot\n  scopes       = [\"okta.users.manage\"]\n  expect_error = \"" + code + "\"\n}\n"
	}
	taken := func(repeat, to, id string) string {
		return "import {\n" + repeat + "  to = " + to + "\n  id = " + id + "\n}\n"
	}
	module := func(text string) map[string]string {
		return map[string]string{"main.hcl": head + "module \"m\" {\n  source = \"./m\"\n" + sometimes + "  app    = service_app.bot\n}\n", "m/main.hcl": "variable \"app\" {\n}\n" + text}
	}
	one := func(text string) map[string]string { return map[string]string{"main.hcl": head + text} }
	inModule := strings.ReplaceAll(refusal("", "consent_required"), "service_app.bot", "var.app")
	for name, row := range map[string]struct{ before, after map[string]string }{
		"test removed":             {one(refusal(sometimes, "consent_required")), one("")},
		"test weakened":            {one(refusal(sometimes, "consent_required")), one(refusal(sometimes, "invalid_client"))},
		"test by for_each removed": {one(refusal("  for_each = toset(var.env == \"prod\" ? [\"a\"] : [])\n", "consent_required")), one("")},
		"test in a module removed": {module(inModule), module("")},
		"import comes":             {one(""), one(taken("  for_each = var.env == \"prod\" ? { a = \"0oa1\" } : {}\n", "service_app.bot", "each.value"))},
		"import of another":        {one(taken("  for_each = var.env == \"prod\" ? { a = \"0oa1\" } : {}\n", "service_app.bot", "each.value")), one(taken("  for_each = var.env == \"prod\" ? { a = \"0oa2\" } : {}\n", "service_app.bot", "each.value"))},
		"import by a condition":    {one(taken("", "service_app.bot", `var.env == "prod" ? "0oa2" : "0oa1"`)), one(taken("", "service_app.bot", `var.env == "prod" ? "0oa3" : "0oa1"`))},
	} {
		for kind, declared := range map[string]string{"unknown": "", "default": "  default = \"dev\"\n"} {
			t.Run(name+", "+kind, func(t *testing.T) {
				judge := func(before, after map[string]string) string {
					version := func(files map[string]string) (versions.Version, string) {
						all := map[string]string{}
						for file, text := range files {
							all[file] = strings.Replace(text, "DEFAULT", declared, 1)
						}
						return versionIn(t, all)
					}
					was, dir := version(before)
					is, _ := version(after)
					in := versions.Compare(was, is)
					in.Relocate(dir, "before")
					return told(review.Assess(in, review.Options{}))
				}
				if got := judge(row.before, row.after); !strings.Contains(got, "\nhigh ") {
					t.Errorf("the review says\n%s", got)
				}
				if got := judge(row.after, row.after); !strings.Contains(got, "\nrisk: none") {
					t.Errorf("without a change the review says\n%s", got)
				}
			})
		}
	}
}

// TestImportsThatBringRights: an object that is taken over brings what the configuration leaves to
// the org, and a role or resource set what others hold of it.
func TestImportsThatBringRights(t *testing.T) {
	const head = "org {\n  owner = \"team/iam\"\n}\nuser \"me\" {\n  login      = \"me@example.com\"\n  first_name = \"Me\"\n  last_name  = \"L\"\n}\n"
	for name, row := range map[string]struct{ after, want string }{
		"group":        {"group \"lunch\" {\n  name          = \"Lunch\"\n  members       = [user.me]\n  authoritative = { admin_role = false, members = false }\n}\nimport {\n  to = group.lunch\n  id = \"00g1\"\n}\n", "high G41"},
		"app":          {"service_app \"tool\" {\n  label         = \"Tool\"\n  jwks_uri      = \"https://tool.example.com/keys\"\n  authoritative = { okta_api_scopes = false, admin_role = false }\n}\nimport {\n  to = service_app.tool\n  id = \"0oa1\"\n}\n", "high G41"},
		"custom role":  {"custom_role \"r\" {\n  label       = \"R\"\n  permissions = [\"okta.users.manage\"]\n}\nimport {\n  to = custom_role.r\n  id = \"cr01\"\n}\n", "high G41"},
		"resource set": {"resource_set \"s\" {\n  label  = \"S\"\n  all = [\"users\"]\n}\nimport {\n  to = resource_set.s\n  id = \"iam1\"\n}\n", "high G41"},
		"closed group": {"group \"lunch\" {\n  name    = \"Lunch\"\n  members = [user.me]\n}\nimport {\n  to = group.lunch\n  id = \"00g1\"\n}\n", "medium G41"},
	} {
		t.Run(name, func(t *testing.T) {
			was, dir := versionIn(t, map[string]string{"main.hcl": head})
			is, _ := versionIn(t, map[string]string{"main.hcl": head + row.after})
			in := versions.Compare(was, is)
			in.Relocate(dir, "before")
			if got := told(review.Assess(in, review.Options{})); !strings.Contains(got, row.want) {
				t.Errorf("the review says\n%s", got)
			}
		})
	}
}
