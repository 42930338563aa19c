resource "okta_app_oauth" "svc" {
  label                      = "Service"
  type                       = "service"
  grant_types                = ["client_credentials"]
  response_types             = ["token"]
  token_endpoint_auth_method = "private_key_jwt"
  status                     = "ACTIVE"
  jwks {
    kty = "RSA"
    kid = "signing-1"
    e   = "AQAB"
    n   = local.n
  }
}
locals {
  n      = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4"
  scopes = ["okta.users.read", "okta.groups.read", "okta.logs.read"]
}
resource "okta_app_oauth_api_scope" "svc" {
  app_id = okta_app_oauth.svc.id
  issuer = "https://example.okta.com"
  scopes = local.scopes
  lifecycle {
    ignore_changes = [scopes]
  }
}
resource "okta_app_oauth_role_assignment" "svc" {
  client_id = okta_app_oauth.svc.client_id
  type      = "CUSTOM"
  role         = okta_admin_role_custom.reader.id
  resource_set = okta_resource_set.all.id
}
resource "okta_app_oauth_role_assignment" "std" {
  for_each  = toset(["READ_ONLY_ADMIN", "REPORT_ADMIN"])
  client_id = okta_app_oauth.svc.id
  type      = each.value
}
resource "okta_admin_role_custom" "reader" {
  label       = "Reader"
  description = "reads"
  permissions = ["okta.users.read", "okta.groups.read", "okta.apps.read"]
}
resource "okta_resource_set" "all" {
  label       = "All"
  description = "all"
  resources = [
    format("%s/api/v1/users", local.org),
    "${local.org}/api/v1/groups",
    "${local.org}/api/v1/apps",
  ]
}
locals {
  org = "https://example.okta.com"
}
resource "okta_app_oauth" "basic" {
  label               = "Basic service"
  type                = "service"
  grant_types         = ["client_credentials"]
  response_types      = ["token"]
  client_basic_secret = var.secret
}
variable "secret" {
  sensitive = true
}
resource "okta_app_oauth" "uri" {
  label                      = "URI service"
  type                       = "service"
  grant_types                = ["client_credentials"]
  response_types             = ["token"]
  token_endpoint_auth_method = "private_key_jwt"
  jwks_uri                   = "https://keys.example.com/jwks"
}
resource "okta_app_oauth" "dynamic" {
  label                      = "Dynamic service"
  type                       = "service"
  grant_types                = ["client_credentials"]
  response_types             = ["token"]
  token_endpoint_auth_method = "private_key_jwt"
  dynamic "jwks" {
    for_each = local.keys
    content {
      kty = jwks.value.kty
      kid = jwks.value.kid
      e   = jwks.value.e
      n   = jwks.value.n
    }
  }
}
locals {
  keys = [{ kty = "RSA", kid = "d1", e = "AQAB", n = local.n }]
}
