resource "okta_network_zone" "office" {
  name     = "Office"
  type     = "IP"
  gateways = ["192.0.2.0/24", "198.51.100.1-198.51.100.9"]
  proxies  = ["203.0.113.0/24"]
}
resource "okta_network_zone" "block" {
  name              = "Block"
  type              = "DYNAMIC_V2"
  usage             = "BLOCKLIST"
  dynamic_locations = ["RU", "KP"]
  dynamic_locations_exclude = ["AF"]
  ip_service_categories_include = ["NORD_VPN"]
}
resource "okta_network_zone" "tor" {
  name               = "Tor"
  type               = "DYNAMIC"
  dynamic_proxy_type = "NotTorAnonymizer"
  asns               = ["1234"]
}
resource "okta_trusted_origin" "a" {
  for_each = { app = "https://app.example.com", spa = "https://spa.example.com" }
  name     = each.key
  origin   = each.value
  active   = true
  scopes   = ["CORS", "REDIRECT"]
}
resource "okta_app_oauth" "spa" {
  label          = "SPA"
  type           = "browser"
  grant_types    = ["authorization_code"]
  response_types = ["code"]
  redirect_uris  = [for o in okta_trusted_origin.a : "${o.origin}/cb"]
  token_endpoint_auth_method = "none"
  pkce_required  = true
  wildcard_redirect = "DISABLED"
  authentication_policy = data.okta_policy.mfa.id
  network {
    connection = "ZONE"
    include    = [okta_network_zone.office.id]
  }
}
data "okta_policy" "mfa" {
  name = "Any two factors"
  type = "ACCESS_POLICY"
}
data "okta_network_zone" "legacy" { name = "LegacyIpZone" }
moved {
  from = okta_network_zone.old
  to   = okta_network_zone.office
}
import {
  to = okta_network_zone.office
  id = "nzo123"
}
check "x" {
  assert {
    condition     = true
    error_message = "x"
  }
}
