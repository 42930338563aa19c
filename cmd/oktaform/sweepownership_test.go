package main

import "strings"

// foreignOrg is an org with objects that nobody owns: some are imported, others are named.
const foreignOrg = `{
  "users": [
    {"profile": {"login": "eve@example.com", "email": "eve@example.com", "firstName": "Eve", "lastName": "E"}, "roles": ["READ_ONLY_ADMIN"]},
    {"profile": {"login": "fay@example.com", "email": "fay@example.com", "firstName": "Fay", "lastName": "F"}}
  ],
  "groups": [
    {"profile": {"name": "Desk"}, "members": ["eve@example.com"], "roles": ["HELP_DESK_ADMIN"]},
    {"profile": {"name": "Found"}, "members": ["eve@example.com", "fay@example.com"]},
    {"profile": {"name": "Plain"}}
  ],
  "apps": [
    {"document": {"label": "Found app", "signOnMode": "OPENID_CONNECT", "settings": {"oauthClient": {"application_type": "web", "grant_types": ["authorization_code"], "response_types": ["code"], "redirect_uris": ["https://old.example.com/cb"]}}}, "grants": ["okta.users.read", "okta.groups.read"], "groups": ["Found"]}
  ],
  "customRoles": [{"label": "Found role", "description": "Reads", "permissions": ["okta.users.read"]}],
  "resourceSets": [{"label": "Found set", "description": "Set", "resources": ["/api/v1/groups/Found"]}]
}`

// importing imports one object of each kind that can be, with other rights than it has.
var importing = ofSweep(`user "fay" {
  login      = "fay@example.com"
  first_name = "Fay"
  last_name  = "Found"
}
group "found" {
  name        = "Found"
  description = "Imported"
  members     = [user.fay]
  admin_role "READ_ONLY_ADMIN" {}
}
web_app "found" {
  label           = "Found app"
  redirect_uris   = ["https://new.example.com/cb"]
  okta_api_scopes = ["okta.apps.read"]
  assigned_groups = [group.made]
}
group "made" {
  name = "Made"
}
custom_role "found" {
  label       = "Found role"
  permissions = ["okta.groups.read"]
}
resource_set "found" {
  label  = "Found set"
  groups = [group.made]
}
import {
  to = group.found
  id = "Found"
}
import {
  to    = web_app.found
  label = "Found app"
}
import {
  to = custom_role.found
  id = "Found role"
}
import {
  to = resource_set.found
  id = "Found set"
}`)

// ownedKinds are objects of each kind with a mark, and an admin block.
const ownedKinds = `group "g" {
  name = "G"
}
custom_role "r" {
  label       = "R"
  permissions = ["okta.users.read"]
}
resource_set "s" {
  label  = "S"
  groups = [group.g]
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
service_app "a" {
  label           = "A"
  okta_api_scopes = ["okta.users.read"]
  public_key "a1" {
    private_key_file = "keys/a1.pem"
    generate         = true
  }
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.g]
  }
}
web_app "w" {
  label           = "W"
  redirect_uris   = ["https://w.example.com/cb"]
  assigned_groups = [group.g]
}
data "user" "eve" {
  login = "eve@example.com"
}
admin "eve" {
  user = data.user.eve
  admin_role "CUSTOM" {
    role         = custom_role.r
    resource_set = resource_set.s
  }
}
`

// destroyedKinds are ownedKinds and a user whom destroy deactivates.
var destroyedKinds = strings.Replace(ofSweep(ownedKinds), "data \"user\" \"eve\"", `user "gus" {
  login      = "gus@example.com"
  first_name = "Gus"
  last_name  = "G"
  on_destroy = "deactivate"
  admin_role "APP_ADMIN" {
    target_apps = [web_app.w, service_app.a]
  }
}
data "user" "eve"`, 1)
