resource "okta_admin_role_custom" "helpdesk" {
  label       = "Helpdesk"
  description = "resets"
  permissions = concat(local.read, ["okta.users.credentials.resetPassword"])
}
locals { read = ["okta.users.read"] }
resource "okta_resource_set" "eng" {
  label       = "Eng"
  description = "eng"
  resources   = [format("%s/%s/users", local.url, okta_group.eng.id)]
}
locals { url = "https://example.okta.com/api/v1/groups" }
resource "okta_group" "eng" { name = "Eng" }
resource "okta_group" "desk" { name = "Desk" }
resource "okta_user" "u" {
  first_name = "U"
  last_name  = "V"
  login      = "u@example.com"
  email      = "u@example.com"
  mobile_phone = "123"
  status     = "ACTIVE"
  password_hash {
    algorithm   = "BCRYPT"
    work_factor = 10
    salt        = "rwh3vH166HCH/NT9XV5FYu"
    value       = "qaMqvAPULkbiQzkTCWo5XDcvzpk8Tna"
  }
}
resource "okta_admin_role_custom_assignments" "x" {
  resource_set_id = okta_resource_set.eng.id
  custom_role_id  = okta_admin_role_custom.helpdesk.id
  members = [
    format("%s/%s", local.url, okta_group.desk.id),
    "https://example.okta.com/api/v1/users/${okta_user.u.id}",
  ]
}
resource "okta_admin_role_targets" "t" {
  user_id   = okta_user.u.id
  role_type = "GROUP_MEMBERSHIP_ADMIN"
  groups    = [okta_group.eng.id]
}
resource "okta_user_admin_roles" "u" {
  user_id     = okta_user.u.id
  admin_roles = ["GROUP_MEMBERSHIP_ADMIN"]
  disable_notifications = true
}
