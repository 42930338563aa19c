# An org's API access as people declare it with Okta's provider: every resource type that
# oktaform takes over, with count, for_each and a module.

terraform {
  required_providers {
    okta = {
      source = "okta/okta"
    }
  }
}

provider "okta" {
  org_name = var.org_name
  base_url = var.base_url
}

variable "org_name" {
  type    = string
  default = "example"
}

variable "base_url" {
  type    = string
  default = "okta.com"
}

variable "org_url" {
  type    = string
  default = "https://example.okta.com"
}

variable "first_password" {
  type      = string
  sensitive = true
  default   = null
}

locals {
  readers = ["okta.users.read", "okta.groups.read"]
}

data "okta_group" "everyone" {
  name = "Everyone"
}

resource "okta_user" "grace" {
  first_name = "Grace"
  last_name  = "Hopper"
  login      = "grace@example.com"
  email      = "grace@example.com"
  password   = var.first_password
}

resource "okta_group" "staff" {
  name        = "Staff"
  description = "All staff"
}

resource "okta_group" "auditors" {
  name = "Auditors"
}

resource "okta_group" "team" {
  for_each = toset(["blue", "red"])
  name     = "Team ${each.key}"
}

resource "okta_group" "shard" {
  count = 2
  name  = "Shard ${count.index}"
}

module "team" {
  source   = "./modules/team"
  for_each = toset(["infra"])
  title    = each.key
}

resource "okta_group_memberships" "staff" {
  group_id = okta_group.staff.id
  users    = [okta_user.grace.id, "00uelsewhere00000001"]
}

resource "okta_user_admin_roles" "grace" {
  user_id     = okta_user.grace.id
  admin_roles = ["HELP_DESK_ADMIN", "REPORT_ADMIN"]
}

resource "okta_admin_role_targets" "grace" {
  user_id   = okta_user.grace.id
  role_type = "HELP_DESK_ADMIN"
  groups    = [okta_group.team["red"].id]
}

# Somebody whom Terraform doesn't declare.
resource "okta_user_admin_roles" "lin" {
  user_id     = "00uelsewhere00000001"
  admin_roles = ["READ_ONLY_ADMIN"]
}

resource "okta_group_role" "staff" {
  group_id          = okta_group.staff.id
  role_type         = "GROUP_MEMBERSHIP_ADMIN"
  target_group_list = [for shard in okta_group.shard : shard.id]
}

resource "okta_app_oauth" "portal" {
  label                      = "Portal"
  type                       = "web"
  grant_types                = ["authorization_code", "refresh_token"]
  response_types             = ["code"]
  redirect_uris              = ["https://portal.example.com/callback"]
  token_endpoint_auth_method = "client_secret_basic"

  lifecycle {
    ignore_changes = [redirect_uris, post_logout_redirect_uris]
  }
}

resource "okta_app_oauth_redirect_uri" "local" {
  app_id = okta_app_oauth.portal.id
  uri    = "http://localhost:3000/callback"
}

resource "okta_app_oauth_post_logout_redirect_uri" "portal" {
  app_id = okta_app_oauth.portal.id
  uri    = "https://portal.example.com/"
}

resource "okta_app_group_assignments" "portal" {
  app_id = okta_app_oauth.portal.id

  group {
    id = okta_group.staff.id
  }

  dynamic "group" {
    for_each = okta_group.team
    content {
      id = group.value.id
    }
  }
}

resource "okta_app_oauth_api_scope" "portal" {
  app_id = okta_app_oauth.portal.id
  issuer = var.org_url
  scopes = ["okta.users.read.self"]
}

resource "okta_app_oauth" "spa" {
  label                      = "Console"
  type                       = "browser"
  grant_types                = ["authorization_code"]
  response_types             = ["code"]
  redirect_uris              = ["https://console.example.com/callback"]
  token_endpoint_auth_method = "none"
  pkce_required              = true
}

resource "okta_app_group_assignment" "spa" {
  app_id   = okta_app_oauth.spa.id
  group_id = okta_group.staff.id
}

resource "okta_app_user" "spa" {
  app_id   = okta_app_oauth.spa.id
  user_id  = okta_user.grace.id
  username = "grace@example.com"
}

resource "okta_app_oauth" "reports" {
  label                      = "Reports"
  type                       = "service"
  grant_types                = ["client_credentials"]
  response_types             = ["token"]
  token_endpoint_auth_method = "private_key_jwt"
  jwks_uri                   = "https://reports.example.com/jwks.json"
}

resource "okta_app_oauth_api_scope" "reports" {
  app_id = okta_app_oauth.reports.id
  issuer = var.org_url
  scopes = local.readers
}

resource "okta_app_oauth_role_assignment" "reports" {
  client_id = okta_app_oauth.reports.client_id
  type      = "READ_ONLY_ADMIN"
}

resource "okta_admin_role_custom" "readers" {
  label       = "Readers"
  description = "Reads users"
  permissions = ["okta.users.read"]
}

resource "okta_resource_set" "staff" {
  label       = "Staff and users"
  description = "Staff"
  resources   = ["${var.org_url}/api/v1/groups/${okta_group.staff.id}"]
}

resource "okta_admin_role_custom_assignments" "readers" {
  resource_set_id = okta_resource_set.staff.id
  custom_role_id  = okta_admin_role_custom.readers.id
  members         = ["${var.org_url}/api/v1/groups/${okta_group.auditors.id}"]
}

resource "okta_network_zone" "office" {
  name     = "Office"
  type     = "IP"
  gateways = ["192.0.2.0/24"]
}

resource "okta_trusted_origin" "portal" {
  name   = "Portal"
  origin = "https://portal.example.com"

  scopes {
    type = "CORS"
  }
}

# What oktaform doesn't declare stays with Terraform.
resource "okta_policy_signon" "strict" {
  name            = "Strict"
  groups_included = [okta_group.staff.id]
}

output "portal_secret" {
  value     = okta_app_oauth.portal.client_secret
  sensitive = true
}
