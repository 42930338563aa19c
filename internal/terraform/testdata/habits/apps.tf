terraform {
  required_providers {
    okta = {
      source  = "okta/okta"
      version = "~> 4.14"
    }
    random = { source = "hashicorp/random" }
  }
  backend "s3" {
    bucket = "tf"
    key    = "okta"
  }
}
provider "okta" {
  org_name  = var.org_name
  base_url  = "okta.com"
  api_token = var.api_token
}
variable "org_name" { type = string }
variable "api_token" {
  type      = string
  sensitive = true
}
variable "env" {
  type    = string
  default = "prod"
  validation {
    condition     = contains(["prod", "dev"], var.env)
    error_message = "prod or dev."
  }
}
data "okta_everyone_group" "all" {
}
data "okta_group" "lookup" {
  for_each = toset(["Everyone"])
  name     = each.key
}
locals {
  apps = {
    billing = { label = "Billing", uris = ["https://billing.example.com/cb"], scopes = ["okta.users.read.self"], groups = ["eng"] }
    wiki    = { label = "Wiki", uris = ["https://wiki.example.com/cb"], scopes = [], groups = ["eng", "ops"] }
  }
  groups = toset(["eng", "ops"])
}
resource "okta_group" "team" {
  for_each    = local.groups
  name        = "${var.env}-${each.value}"
  description = "Of the platform team"
}
resource "okta_app_oauth" "web" {
  for_each                   = local.apps
  label                      = each.value.label
  type                       = "web"
  grant_types                = ["authorization_code", "refresh_token"]
  response_types             = ["code"]
  redirect_uris              = each.value.uris
  post_logout_redirect_uris  = [for u in each.value.uris : trimsuffix(u, "/cb")]
  token_endpoint_auth_method = "client_secret_basic"
  omit_secret                = true
  pkce_required              = true
  refresh_token_rotation     = "ROTATE"
  refresh_token_leeway       = 30
  implicit_assignment        = false
  login_mode                 = "SPEC"
  login_uri                  = "https://${each.key}.example.com/login"
  login_scopes               = ["openid", "profile"]
  issuer_mode                = "DYNAMIC"
  consent_method             = "TRUSTED"
  hide_ios                   = true
  hide_web                   = false
  auto_submit_toolbar        = false
  user_name_template         = "$${source.email}"
  user_name_template_type    = "BUILT_IN"
  app_links_json             = jsonencode({ oidc_client_link = true })
  logo                       = "${path.module}/logo.png"
  profile                    = jsonencode({ team = each.key })
  groups_claim {
    type        = "FILTER"
    filter_type = "STARTS_WITH"
    name        = "groups"
    value       = "${var.env}-"
  }
  lifecycle {
    ignore_changes = [groups, users, client_secret]
  }
}
resource "okta_app_oauth_api_scope" "web" {
  for_each = { for k, v in local.apps : k => v if length(v.scopes) > 0 }
  app_id   = okta_app_oauth.web[each.key].id
  issuer   = "https://${var.org_name}.okta.com"
  scopes   = each.value.scopes
}
resource "okta_app_group_assignments" "web" {
  for_each = local.apps
  app_id   = okta_app_oauth.web[each.key].id
  dynamic "group" {
    for_each = each.value.groups
    content {
      id       = okta_group.team[group.value].id
      priority = group.key
      profile  = jsonencode({})
    }
  }
}
resource "okta_app_group_assignment" "everyone" {
  for_each = okta_app_oauth.web
  app_id   = each.value.id
  group_id = data.okta_everyone_group.all.id
}
output "ids" { value = { for k, v in okta_app_oauth.web : k => v.client_id } }
output "secrets" {
  value     = { for k, v in okta_app_oauth.web : k => v.client_secret }
  sensitive = true
}
