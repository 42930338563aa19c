package lsp

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// session is a server with open documents, whose handlers a test calls itself.
type session struct {
	*Server
	tb  testing.TB
	dir string
}

// newSession writes files into a folder and opens none.
func newSession(tb testing.TB, files map[string]string) *session {
	tb.Helper()
	s := &session{New(testOptions()), tb, tb.TempDir()}
	writeFiles(tb, s.dir, files)
	s.addFolders([]workspaceFolder{{URI: uriOf(s.dir)}})
	s.state = stateRunning
	s.out = &strings.Builder{}
	return s
}

// openAt opens a document whose text contains the cursor as | and returns the position.
func (s *session) openAt(name, text string) PositionParams {
	s.tb.Helper()
	before, after, ok := strings.Cut(text, "|")
	if !ok {
		s.tb.Fatalf("no cursor in %q", text)
	}
	d := newDocument(uriOf(filepath.Join(s.dir, filepath.FromSlash(name))), 1, []byte(before+after))
	s.open[d.URI] = d
	return PositionParams{TextDocument: TextDocument{URI: d.URI}, Position: d.Position(len(before))}
}

func (s *session) completionsAt(name, text string) completionList {
	s.tb.Helper()
	list, err := s.completion(context.Background(), s.openAt(name, text))
	if err != nil {
		s.tb.Fatal(err)
	}
	return list
}

// other is a file beside the one that is edited.
const other = `
org {
  owner = "team/iam"
}

variable "region" {
  type        = string
  description = "Where the team is."
}

locals {
  readers = ["okta.users.read"]
}

group "staff" {
  name = "Staff"
}

user "ada" {
  login = "ada@example.com"
}

web_app "portal" {
  label = "Portal"
}

service_app "reporter" {
  label = "Reporter"
}

data "group" "everyone" {
  name = "Everyone"
}

module "team" {
  source = "./modules/team"
}
`

const moduleFile = `
variable "label" {
  type = string
}

variable "size" {}

output "app_id" {
  value = 1
}
`

func TestCompletion(t *testing.T) {
	for _, row := range []struct {
		name, file, text string
		want             string // labels that are proposed, with spaces between them
		not              string // labels that are not
	}{
		{"blocks of a file", "a.hcl", "|", "service_app web_app group user org variable locals output module smoke_test data moved removed import rule waiver", "public_key label"},
		{"the beginning of a block's type", "a.hcl", "serv|", "service_app", "group"},
		{"after another block", "a.hcl", "group \"x\" {\n  name = \"X\"\n}\n\nserv|\n\ngroup \"y\" {\n  name = \"Y\"\n}\n", "service_app", ""},
		{"attributes and blocks of an app", "a.hcl", "service_app \"a\" {\n  |\n}\n", "label okta_api_scopes public_key admin_role for_each lifecycle dynamic", "kid owner id login"},
		{"attributes that are there are not proposed again", "a.hcl", "service_app \"a\" {\n  label = \"A\"\n  |\n  okta_api_scopes = []\n}\n", "jwks_uri", "label okta_api_scopes"},
		{"a half-typed attribute", "a.hcl", "service_app \"a\" {\n  label = \"A\"\n  okta_a|\n}\n", "okta_api_scopes", "label"},
		{"a half-typed block at the end of a file", "a.hcl", "service_app \"a\" {\n  okta_a|", "okta_api_scopes", ""},
		{"a block without an end before another one", "a.hcl", "service_app \"a\" {\n  okta_a|\n\ngroup \"g\" {\n  name = \"G\"\n}\n", "okta_api_scopes", "members"},
		{"after a block without an end", "a.hcl", "service_app \"a\" {\n  label = \"A\n\ngroup \"g\" {\n  mem|\n}\n", "members", "okta_api_scopes"},
		{"a nested block", "a.hcl", "service_app \"a\" {\n  public_key \"k\" {\n    |\n  }\n}\n", "file jwk private_key_file generate status use alg", "kid kty thumbprint label"},
		{"the label of an admin role", "a.hcl", "service_app \"a\" {\n  admin_role \"|\" {}\n}\n", "READ_ONLY_ADMIN HELP_DESK_ADMIN CUSTOM", ""},
		{"the label without quotation marks", "a.hcl", "service_app \"a\" {\n  admin_role R|\n}\n", "READ_ONLY_ADMIN", "HELP_DESK_ADMIN"},
		{"inside an admin role", "a.hcl", "service_app \"a\" {\n  admin_role \"HELP_DESK_ADMIN\" {\n    target|\n  }\n}\n", "target_groups target_apps", ""},
		{"groups for a target", "a.hcl", "service_app \"a\" {\n  admin_role \"HELP_DESK_ADMIN\" {\n    target_groups = [|]\n  }\n}\n", "group.staff data.group.everyone", "web_app.portal user.ada"},
		{"scopes in a list", "a.hcl", "service_app \"a\" {\n  okta_api_scopes = [\"okta.users.|\"]\n}\n", "okta.users.read okta.users.manage", "okta.groups.read"},
		{"scopes that the list has are not proposed", "a.hcl", "service_app \"a\" {\n  okta_api_scopes = [\"okta.users.read\", \"okta.users.|\"]\n}\n", "okta.users.manage", "okta.users.read"},
		{"a scope in a string without an end", "a.hcl", "service_app \"a\" {\n  okta_api_scopes = [\"okta.us|\n  label = \"A\"\n}\n", "okta.users.read", ""},
		{"scopes without quotation marks", "a.hcl", "service_app \"a\" {\n  okta_api_scopes = [|]\n}\n", "okta.users.read local.readers var.region", ""},
		{"after a list without an end", "a.hcl", "service_app \"a\" {\n  okta_api_scopes = [\"okta.users.read\",\n  jw|\n  label = \"A\"\n}\n", "", "label"},
		{"an attribute after a list without an end", "a.hcl", "service_app \"a\" {\n  okta_api_scopes = [\"okta.users.read\"\n  label = \"A\"\n  jw|\n}\n", "jwks_uri", "label"},
		{"grant types", "a.hcl", "web_app \"a\" {\n  grant_types = [\"|\"]\n}\n", "authorization_code refresh_token", ""},
		{"values of an enumeration", "a.hcl", "web_app \"a\" {\n  status = \"|\"\n}\n", "ACTIVE INACTIVE", ""},
		{"values of an enumeration without quotation marks", "a.hcl", "web_app \"a\" {\n  status = |\n}\n", "ACTIVE INACTIVE var.region", ""},
		{"a truth value", "a.hcl", "web_app \"a\" {\n  pkce_required = |\n}\n", "true false", ""},
		{"permissions", "a.hcl", "custom_role \"a\" {\n  permissions = [\"okta.users.|\"]\n}\n", "okta.users.read okta.users.manage", ""},
		{"members of a group", "a.hcl", "group \"a\" {\n  members = [|]\n}\n", "user.ada", "group.staff web_app.portal"},
		{"names after a kind", "a.hcl", "group \"a\" {\n  members = [user.|]\n}\n", "ada", "staff"},
		{"attributes after an address", "a.hcl", "output \"x\" {\n  value = service_app.reporter.|\n}\n", "id client_id label", "staff"},
		{"attributes after an instance", "a.hcl", "output \"x\" {\n  value = service_app.reporter[\"a\"].cl|\n}\n", "client_id", "label"},
		{"variables", "a.hcl", "output \"x\" {\n  value = var.|\n}\n", "region", "readers"},
		{"a variable of the same file", "a.hcl", "variable \"here\" {}\noutput \"x\" {\n  value = var.|\n}\n", "region here", ""},
		{"local values", "a.hcl", "output \"x\" {\n  value = local.re|\n}\n", "readers", "region"},
		{"outputs of a module", "a.hcl", "output \"x\" {\n  value = module.team.|\n}\n", "app_id", "label"},
		{"modules", "a.hcl", "output \"x\" {\n  value = module.|\n}\n", "team", ""},
		{"arguments of a module", "a.hcl", "module \"m\" {\n  source = \"./modules/team\"\n  |\n}\n", "label size for_each count", "source app_id"},
		{"types of data blocks", "a.hcl", "data \"|\" \"x\" {}\n", "group user", "service_app"},
		{"attributes of a data block", "a.hcl", "data \"group\" \"x\" {\n  |\n}\n", "name id", "members"},
		{"data sources", "a.hcl", "output \"x\" {\n  value = data.|\n}\n", "group user", ""},
		{"names of data blocks", "a.hcl", "output \"x\" {\n  value = data.group.|\n}\n", "everyone", "staff"},
		{"the beginning of an expression", "a.hcl", "output \"x\" {\n  value = |\n}\n", "service_app user group var.region local.readers module.team data jsonencode", "each"},
		{"in an interpolation", "a.hcl", "output \"x\" {\n  value = \"a ${var.|} b\"\n}\n", "region", ""},
		{"functions", "a.hcl", "output \"x\" {\n  value = jsonen|\n}\n", "jsonencode", "timestamp"},
		{"in an argument of a function", "a.hcl", "output \"x\" {\n  value = upper(var.|)\n}\n", "region", ""},
		{"each in a block with for_each", "a.hcl", "group \"x\" {\n  for_each = {}\n  name     = ea|\n}\n", "each", ""},
		{"the element", "a.hcl", "group \"x\" {\n  for_each = {}\n  name     = each.|\n}\n", "key value", ""},
		{"addresses to move to", "a.hcl", "moved {\n  from = group.old\n  to   = |\n}\n", "group.staff service_app.reporter module.team", "var.region output"},
		{"depends_on", "a.hcl", "group \"x\" {\n  depends_on = [|]\n}\n", "group.staff service_app.reporter", "var.region"},
		{"attributes to ignore", "a.hcl", "group \"x\" {\n  lifecycle {\n    ignore_changes = [|]\n  }\n}\n", "name members", "for_each"},
		{"in lifecycle", "a.hcl", "group \"x\" {\n  lifecycle {\n    |\n  }\n}\n", "prevent_destroy ignore_changes precondition", "name"},
		{"one lifecycle block is enough", "a.hcl", "group \"x\" {\n  lifecycle {\n  }\n  |\n}\n", "name", "lifecycle"},
		{"types of variables", "a.hcl", "variable \"x\" {\n  type = |\n}\n", "string number bool list map object", "region"},
		{"dynamic blocks", "a.hcl", "service_app \"x\" {\n  dynamic \"|\" {\n  }\n}\n", "public_key admin_role", "lifecycle dynamic"},
		{"the content of a dynamic block", "a.hcl", "service_app \"x\" {\n  dynamic \"public_key\" {\n    content {\n      |\n    }\n  }\n}\n", "file generate", "label"},
		{"the app of a smoke test", "a.hcl", "smoke_test \"x\" {\n  app = |\n}\n", "service_app.reporter web_app.portal", "group.staff"},
		{"scopes of a smoke test", "a.hcl", "smoke_test \"x\" {\n  scopes = [\"okta.gr|\"]\n}\n", "okta.groups.read", "okta.users.read"},
		{"paths of requests", "a.hcl", "smoke_test \"x\" {\n  request {\n    path = \"/api/v1/users/{id}/li|\"\n  }\n}\n", "", "/api/v1/groups"},
		{"paths by method", "a.hcl", "smoke_test \"x\" {\n  request {\n    method = \"DELETE\"\n    path = \"/api/v1/groups|\"\n  }\n}\n", "/api/v1/groups/{groupId}", ""},
		{"methods", "a.hcl", "smoke_test \"x\" {\n  request {\n    method = \"|\"\n  }\n}\n", "GET POST DELETE", ""},
		{"rules of waivers", "a.hcl", "waiver {\n  rule = \"|\"\n}\n", "G16", ""},
		{"blocks of a test file", "x.oktest.hcl", "|", "run variables setup seed", "service_app"},
		{"commands of a run", "x.oktest.hcl", "run \"x\" {\n  command = |\n}\n", "plan apply smoke review destroy", "var.region"},
		{"in a run", "x.oktest.hcl", "run \"x\" {\n  |\n}\n", "command assert before variables expect_failures", "seed"},
		{"what must fail", "x.oktest.hcl", "run \"x\" {\n  expect_failures = [|]\n}\n", "service_app.reporter", ""},
		{"variables in their file", "prod.tfvars", "|", "region", "service_app"},
		{"in a comment", "a.hcl", "# serv|", "", "service_app"},
		{"in the comment of a block", "a.hcl", "group \"x\" {\n  name = \"X\" // na|\n}\n", "", "name"},
		{"in a heredoc", "a.hcl", "group \"x\" {\n  description = <<EOT\n  na|\nEOT\n}\n", "", "name"},
		{"in a label that is free", "a.hcl", "group \"|\" {}\n", "", "name group"},
		{"an unknown block", "a.hcl", "nothing \"x\" {\n  |\n}\n", "", "label name"},
		{"letters outside ASCII before the cursor", "a.hcl", "# \U0001F600 ä\ngroup \"ä\" { name = \"\U0001F600\" }\noutput \"x\" { value = \"\U0001F600 ${var.|}\" }\n", "region", ""},
		{"CRLF", "a.hcl", "service_app \"a\" {\r\n  label = \"A\"\r\n  okta_a|\r\n}\r\n", "okta_api_scopes", "label"},
		{"JSON: the type of a block", "a.hcl.json", "{\"serv|\": {}}", "service_app", "group"},
		{"JSON: an attribute", "a.hcl.json", "{\"service_app\": {\"a\": {\"label\": \"A\", \"okta_a|\"}}}", "okta_api_scopes", "label"},
		{"JSON: a scope", "a.hcl.json", "{\"service_app\": {\"a\": {\"okta_api_scopes\": [\"okta.users.|\"]}}}", "okta.users.read", ""},
		{"JSON: a half-typed scope", "a.hcl.json", "{\"service_app\": {\"a\": {\n\"okta_api_scopes\": [\"okta.us|\n}}", "okta.users.read", ""},
		{"JSON: a label", "a.hcl.json", "{\"service_app\": {\"a\": {\"admin_role\": {\"READ|\": {}}}}}", "READ_ONLY_ADMIN", "SUPER_ADMIN"},
		{"JSON: a reference", "a.hcl.json", "{\"output\": {\"x\": {\"value\": \"${service_app.|}\"}}}", "reporter", "staff"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newSession(t, map[string]string{"other.hcl": other, "modules/team/main.hcl": moduleFile})
			list := s.completionsAt(row.file, row.text)
			var labels []string
			for _, item := range list.Items {
				labels = append(labels, item.Label)
			}
			for _, label := range strings.Fields(row.want) {
				if !slices.Contains(labels, label) {
					t.Errorf("%s is not proposed", label)
				}
			}
			for _, label := range strings.Fields(row.not) {
				if slices.Contains(labels, label) {
					t.Errorf("%s is proposed", label)
				}
			}
			if t.Failed() {
				t.Logf("proposed: %s", strings.Join(labels[:min(len(labels), 60)], " "))
			}
		})
	}
}

// TestCompletionEdits shows the texts after a completion was chosen.
func TestCompletionEdits(t *testing.T) {
	for _, row := range []struct{ name, text, label, want string }{
		{"a word is replaced", "service_app \"a\" {\n  okta_a|\n}\n", "okta_api_scopes", "service_app \"a\" {\n  okta_api_scopes = \n}\n"},
		{"also after the cursor", "service_app \"a\" {\n  okta|_a\n}\n", "okta_api_scopes", "service_app \"a\" {\n  okta_api_scopes = \n}\n"},
		{"the rest is there", "service_app \"a\" {\n  okta|_a = []\n}\n", "okta_api_scopes", "service_app \"a\" {\n  okta_api_scopes = []\n}\n"},
		{"in a string", "service_app \"a\" {\n  okta_api_scopes = [\"okta.us|\"]\n}\n", "okta.users.read", "service_app \"a\" {\n  okta_api_scopes = [\"okta.users.read\"]\n}\n"},
		{"the rest of a string is replaced", "service_app \"a\" {\n  okta_api_scopes = [\"okta|.x.y\"]\n}\n", "okta.users.read", "service_app \"a\" {\n  okta_api_scopes = [\"okta.users.read\"]\n}\n"},
		{"a string without an end", "service_app \"a\" {\n  status = \"ACT|\n}\n", "ACTIVE", "service_app \"a\" {\n  status = \"ACTIVE\n}\n"},
		{"outside a string", "service_app \"a\" {\n  status = |\n}\n", "ACTIVE", "service_app \"a\" {\n  status = \"ACTIVE\"\n}\n"},
		{"a reference", "group \"g\" {\n  members = [user.a|]\n}\n", "ada", "group \"g\" {\n  members = [user.ada]\n}\n"},
		{"an address", "group \"g\" {\n  members = [|]\n}\n", "user.ada", "group \"g\" {\n  members = [user.ada]\n}\n"},
		{"a block with its required attributes", "custom_r|", "custom_role", "custom_role \"\" {\n  label       = \"\"\n  permissions = []\n}"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newSession(t, map[string]string{"other.hcl": other})
			list := s.completionsAt("a.hcl", row.text)
			i := slices.IndexFunc(list.Items, func(item completionItem) bool { return item.Label == row.label })
			if i < 0 {
				t.Fatalf("%s is not proposed", row.label)
			}
			d := s.buffer(filepath.Join(s.dir, "a.hcl"))
			edit := list.Items[i].Edit
			changed := d.changed(2, []contentChange{{Range: &edit.Range, Text: edit.NewText}})
			if string(changed.Text) != row.want {
				t.Errorf("got\n%s\nwant\n%s", changed.Text, row.want)
			}
		})
	}
}
