locals {
  people = { for p in csvdecode(file("${path.module}/people.csv")) : p.login => p }
}
resource "okta_user" "p" {
  for_each   = local.people
  login      = each.value.login
  email      = each.value.login
  first_name = each.value.first
  last_name  = each.value.last
  department = each.value.dept
  custom_profile_attributes = jsonencode({})
}
resource "okta_group" "admins" {
  name = "Admins"
}
resource "okta_group_memberships" "admins" {
  group_id        = okta_group.admins.id
  users           = [for u in okta_user.p : u.id]
  track_all_users = true
}
resource "okta_group_role" "admins" {
  group_id          = okta_group.admins.id
  role_type         = "HELP_DESK_ADMIN"
  target_group_list = [okta_group.target.id, data.okta_group.ev.id]
}
resource "okta_group_role" "apps" {
  group_id        = okta_group.admins.id
  role_type       = "APP_ADMIN"
  target_app_list = ["oidc_client.${okta_app_oauth.n.id}"]
}
resource "okta_group" "target" {
  name        = "Target"
  description = null
}
data "okta_group" "ev" { name = "Everyone" }
resource "okta_app_oauth" "n" {
  label          = "Native"
  type           = "native"
  grant_types    = ["authorization_code"]
  response_types = ["code"]
  redirect_uris  = ["com.example:/cb"]
  token_endpoint_auth_method = "none"
}
resource "okta_user_admin_roles" "a" {
  user_id     = okta_user.p["ada@example.com"].id
  admin_roles = ["READ_ONLY_ADMIN", "REPORT_ADMIN"]
}
data "okta_user" "boss" {
  search {
    name  = "profile.login"
    value = "admin@sandbox.example"
  }
}
resource "okta_group_memberships" "target" {
  group_id = okta_group.target.id
  users    = [data.okta_user.boss.id]
}
resource "okta_user_group_memberships" "x" {
  user_id = okta_user.p["ada@example.com"].id
  groups  = [okta_group.target.id]
}
resource "okta_group_rule" "r" {
  name              = "rule"
  group_assignments = [okta_group.target.id]
  expression_value  = "user.department==\"Eng\""
}
