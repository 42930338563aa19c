package main

import (
	"fmt"
	"strings"
)

// sweepCase is a configuration that is applied, or destroyed, while its requests are interrupted.
type sweepCase struct {
	name string
	// folder is one of the repository's whose files the configuration consists of; "": after.
	folder        string
	before, after string   // main.hcl; before "" for none
	seed          string   // of the org; "" for an empty one
	args          []string // the command line without the folder; nil: that of the README
	writes        int      // that an undisturbed run makes at least
	// logged makes every org anew by the earlier configuration, so that its System Log tells of it.
	logged bool
}

// updates changes, replaces and deletes something of nearly every kind.
var updates = sweepCase{name: "updates", before: beforeSweep, after: afterSweep, writes: 30}

var sweepCases = []sweepCase{
	updates,
	{name: "quickstart", folder: "../../examples/quickstart", writes: 12},
	{name: "every kind", after: afterSweep, writes: 40},
	{name: "role swap", before: ofSweep(roleApp(`admin_role "READ_ONLY_ADMIN" {}`), customRole("old", "Old")), after: ofSweep(roleApp(`admin_role "CUSTOM" {
    role         = custom_role.reader
    resource_set = resource_set.desk
  }`), customRole("reader", "Reader")), writes: 6},
	{name: "scope swap", before: ofSweep(portal("", `okta_api_scopes = ["okta.users.read"]`)), after: ofSweep(portal("", `okta_api_scopes = ["okta.groups.read"]`)), writes: 2},
	{name: "key swap", before: ofSweep(keyApp("k1")), after: ofSweep(keyApp("k2")), writes: 3},
	{name: "rename", before: ofSweep(keyApp("k1"), oldNames), after: ofSweep(keyApp("k1"), newNames), writes: 3},
	{name: "destroy", before: beforeDestroy, after: beforeDestroy, args: []string{"destroy", "--auto-approve", "--allow-admin-removal=user.ada"}, writes: 10},
	{name: "first rights", after: ofSweep(portal("", `okta_api_scopes = ["okta.users.read"]`), secretApps), writes: 12},
	{name: "first rights later", before: ofSweep(portal("", "")), after: ofSweep(portal("", `okta_api_scopes = ["okta.users.read"]`)), writes: 2, logged: true},
	{name: "new client id", before: ofSweep(portal("portal-1", ""), keyApp("k1")), after: ofSweep(portal("portal-2", `okta_api_scopes = ["okta.users.read"]`), keyApp("k1")), writes: 5},
	{name: "secret and scope", before: ofSweep(portal("", "")), after: ofSweep(portal("", `okta_api_scopes = ["okta.users.read"]

  client_secret "2026-11-24T09:30:00Z" {}
  client_secret "2020-01-01" {}`)), writes: 3, logged: true},
	{name: "fewer scopes", before: ofSweep(portal("", `okta_api_scopes = ["okta.users.manage", "okta.users.read", "okta.apps.read"]`)), after: ofSweep(portal("", `okta_api_scopes = ["okta.groups.read"]`)), writes: 4},
	{name: "targets", seed: foreignOrg, before: targetsBefore, after: targetsAfter, args: []string{"apply", "--auto-approve", "--allow-admin-removal"}, writes: 6},
	{name: "assignments", before: assignedBefore, after: assignedAfter, writes: 6},
	{name: "import", seed: foreignOrg, after: importing, args: []string{"apply", "--auto-approve", "--allow-admin-removal"}, writes: 10},
	{name: "release", before: ofSweep(portal("", ""), keyApp("k1")), after: ofSweep(portal("", ""), keyApp("k1")), args: []string{"release", "--auto-approve", "web_app.portal"}, writes: 3},
	{name: "destroy every kind", seed: foreignOrg, before: destroyedKinds, after: destroyedKinds, args: []string{"destroy", "--auto-approve", "--allow-admin-removal"}, writes: 8},
}

// beforeDestroy lets ada go: a user who stays keeps the role, and without the group it is limited
// to it would cover the whole org, which is refused.
var beforeDestroy = strings.Replace(beforeSweep, `login      = "ada@example.com"`, `login      = "ada@example.com"
  on_destroy = "delete"`, 1)

// ofSweep puts blocks into a configuration.
func ofSweep(blocks ...string) string {
	text := "org {\n  owner = \"team/sweep\"\n}\n"
	for _, block := range blocks {
		text += block + "\n"
	}
	return text
}

func portal(client, rest string) string {
	if client != "" {
		client = "client_id = \"" + client + "\""
	}
	return `web_app "portal" {
  label         = "Portal"
  redirect_uris = ["https://portal.example.com/z", "https://portal.example.com/a"]
  ` + client + "\n  " + rest + "\n}"
}

func roleApp(role string) string {
	return `service_app "bot" {
  label           = "Bot"
  okta_api_scopes = ["okta.users.read"]
  public_key "b1" {
    private_key_file = "keys/b1.pem"
    generate         = true
  }
  ` + role + `
}
group "desk" {
  name = "Desk"
}
smoke_test "the bot gets a token" {
  app    = service_app.bot
  scopes = ["okta.users.read"]
}`
}

// customRole is a role, and a user who holds it for the desk.
func customRole(name, label string) string {
	return fmt.Sprintf(`custom_role %q {
  label       = %q
  permissions = ["okta.users.read"]
}
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "A"
  admin_role "CUSTOM" {
    role         = custom_role.%s
    resource_set = resource_set.desk
  }
}
group "staff" {
  name = "Staff"
}
resource_set "desk" {
  label  = "Desk"
  groups = [group.desk]
}`, name, label, name)
}

func keyApp(kid string) string {
	return `service_app "worker" {
  label           = "Worker"
  okta_api_scopes = ["okta.users.read"]
  public_key "` + kid + `" {
    private_key_file = "keys/` + kid + `.pem"
    generate         = true
  }
  admin_role "READ_ONLY_ADMIN" {}
}
smoke_test "the worker reads users" {
  app    = service_app.worker
  scopes = ["okta.users.read"]
  request {
    path   = "/api/v1/users?limit=1"
    status = 200
  }
}
smoke_test "the worker can't ask for more" {
  app          = service_app.worker
  scopes       = ["okta.users.manage"]
  expect_error = "consent_required"
}`
}

const oldNames = `group "a" {
  name = "A"
}
group "b" {
  name = "B"
}
web_app "site" {
  label         = "Site"
  redirect_uris = ["https://site.example.com/cb"]
}
custom_role "reader" {
  label       = "Reader"
  permissions = ["okta.users.read"]
}`

const newNames = `group "other" {
  name = "A"
}
group "b" {
  name = "B and more"
}
web_app "page" {
  label         = "Page"
  redirect_uris = ["https://site.example.com/cb"]
}
custom_role "viewer" {
  label       = "Viewer"
  permissions = ["okta.users.read"]
}
moved {
  from = web_app.site
  to   = web_app.page
}
moved {
  from = custom_role.reader
  to   = custom_role.viewer
}`

// secretApps gain their first rights, each with client secrets, in the run that creates them.
const secretApps = `web_app "one" {
  label           = "One secret"
  redirect_uris   = ["https://one.example.com/cb"]
  okta_api_scopes = ["okta.users.read", "okta.groups.read"]

  client_secret "2020-01-01" {}
}
web_app "two" {
  label           = "Two secrets"
  redirect_uris   = ["https://two.example.com/cb"]
  okta_api_scopes = ["okta.users.read"]

  client_secret "2020-01-01" {}
  client_secret "2020-01-02" {}
}
service_app "batch" {
  label                      = "Batch"
  token_endpoint_auth_method = "client_secret_basic"
  okta_api_scopes            = ["okta.users.read"]
  admin_role "READ_ONLY_ADMIN" {}
}
native_app "phone" {
  label                      = "Phone"
  redirect_uris              = ["com.example.phone:/cb"]
  token_endpoint_auth_method = "client_secret_post"
  okta_api_scopes            = ["okta.users.read"]
}
web_app "asleep" {
  label           = "Asleep"
  status          = "INACTIVE"
  redirect_uris   = ["https://asleep.example.com/cb"]
  okta_api_scopes = ["okta.users.read"]
}`
