resource "okta_app_oauth" "portal" {
  label                     = "Portal"
  type                      = "web"
  grant_types               = ["authorization_code", "refresh_token"]
  response_types            = ["code"]
  redirect_uris             = ["https://portal.example.com/callback"]
  post_logout_redirect_uris = ["https://portal.example.com/"]
  login_uri                 = "https://portal.example.com/login"
  admin_note                = "Ask the portal team."
  client_basic_secret       = random_password.secret.result
  profile                   = jsonencode({ team = "portal" })
  user_name_template        = "$${source.email}"
  lifecycle {
    prevent_destroy       = true
    ignore_changes        = [hide_ios, groups_claim]
    create_before_destroy = true
  }

  groups_claim {
    type  = "EXPRESSION"
    name  = "groups"
    value = "Groups.startsWith(\"OKTA\", \"Team\", 10)"
  }
}

resource "okta_app_oauth_redirect_uri" "local" {
  app_id = okta_app_oauth.portal.id
  uri    = "http://localhost:3000/callback"
}

resource "okta_app_group_assignment" "portal" {
  app_id   = okta_app_oauth.portal.id
  group_id = okta_group.staff.id
}

resource "okta_app_group_assignment" "teams" {
  for_each = okta_group.team
  app_id   = okta_app_oauth.portal.id
  group_id = each.value.id
  priority = 1
}

resource "okta_app_user" "grace" {
  app_id   = okta_app_oauth.portal.id
  user_id  = okta_user.grace.id
  username = "grace"
}

# The nightly report.
resource "okta_app_oauth" "reports" {
  label                      = "Reports"
  type                       = "service"
  grant_types                = ["client_credentials"]
  response_types             = ["token"]
  token_endpoint_auth_method = "private_key_jwt"

  jwks {
    kid = "reports-1"
    kty = "EC"
    x   = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"
    y   = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"
  }
}

resource "okta_app_oauth_api_scope" "reports" {
  app_id = okta_app_oauth.reports.id
  issuer = local.org_url
  scopes = concat(local.readers, ["okta.logs.read"])
}

resource "okta_app_oauth_role_assignment" "reports" {
  client_id = okta_app_oauth.reports.client_id
  type      = "READ_ONLY_ADMIN"
}

resource "okta_app_oauth_role_assignment" "custom" {
  client_id    = okta_app_oauth.reports.client_id
  type         = "CUSTOM"
  role         = okta_admin_role_custom.readers.id
  resource_set = okta_resource_set.staff.id
}

resource "okta_app_oauth_api_scope" "elsewhere" {
  app_id = "0oaelsewhere00000001"
  issuer = local.org_url
  scopes = ["okta.users.read"]
}

resource "okta_admin_role_custom" "readers" {
  label       = "Readers"
  description = "Reads users"
  permissions = ["okta.users.read"]
}

resource "okta_resource_set" "staff" {
  label       = "Staff"
  description = "Staff"
  resources   = ["${local.org_url}/api/v1/groups/${okta_group.staff.id}/users"]
}

resource "okta_network_zone" "office" {
  for_each = var.zones
  name     = "Office ${each.key}"
  type     = "IP"
  gateways = each.value
}

resource "okta_network_zone" "abroad" {
  name              = "Abroad"
  type              = "DYNAMIC"
  dynamic_locations = ["FR", "IT"]
}

resource "okta_trusted_origin" "portal" {
  name   = "Portal"
  origin = "https://portal.example.com"

  scopes {
    type = "CORS"
  }
  scopes {
    type = "REDIRECT"
  }
}

resource "okta_policy_signon" "strict" {
  name            = "Strict"
  groups_included = [okta_group.staff.id]
}

module "team" {
  source   = "./modules/team"
  for_each = toset(["infra"])
  title    = each.key
}

module "registry" {
  source = "terraform-okta-modules/groups/okta"
}

output "portal" {
  value = okta_app_oauth.portal.client_id
}

output "strict" {
  value = okta_policy_signon.strict.id
}
