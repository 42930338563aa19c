org {
  owner                = "o"
  authoritative_admins = true
}
data "group" "everyone" {
  name = "Everyone"
}
data "user" "ada" {
  for_each = toset(["ada@example.com"])
  login    = each.key
}
data "network_zone" "office" {
  name = "Office"
}
variable "password" {
  type      = string
  sensitive = true
  default   = "x"
}
user "u" {
  login            = "u@example.com"
  first_name       = "U"
  last_name        = "V"
  password         = var.password
  password_version = "2026-11-23"
  on_destroy       = "delete"
  admin_role "GROUP_MEMBERSHIP_ADMIN" {
    target_groups = [data.group.everyone]
  }
}
group "g" {
  name          = "G"
  members       = [user.u, data.user.ada["ada@example.com"]]
  authoritative = { members = false }
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [description, "name"]
  }
}
custom_role "r" {
  label       = "R"
  permissions = ["okta.users.read", "okta.groups.manage"]
  condition "okta.users.read" {
    include = { "okta:ResourceAttribute/User/Profile" = ["city"] }
  }
}
resource_set "s" {
  label     = "S"
  groups    = [group.g]
  users_of  = [data.group.everyone]
  all       = ["apps"]
  resources = ["/api/v1/authorizationServers/aus1"]
}
admin "a" {
  user = "ada@example.com"
  dynamic "admin_role" {
    for_each = { CUSTOM = custom_role.r }
    iterator = role
    labels   = [role.key]
    content {
      role         = role.value
      resource_set = resource_set.s
    }
  }
}
web_app "w" {
  label              = "W"
  redirect_uris      = ["https://example.com/cb", "https://${data.group.everyone.name}"]
  grant_types        = ["authorization_code", "refresh_token"]
  okta_api_scopes    = ["okta.users.read"]
  profile            = { team = "iam", n = [1, null] }
  network_connection = "ZONE"
  network_include    = [data.network_zone.office.id]
  access_policy      = "Any two factors"
  client_secret "2026-11-24" {
    status = "ACTIVE"
  }
  assigned_groups = [data.group.everyone]
  depends_on      = [service_app.s]
}
service_app "s" {
  count    = 2
  label    = "S ${count.index}"
  jwks_uri = "https://example.com/${browser_app.x.client_id}"
  lifecycle {
    ignore_changes = all
  }
}
browser_app "x" {
  label         = templatestring("X $${n}", { n = 1 })
  redirect_uris = [for p in toset(["a", "b"]) : "https://example.com/${p}" if p != "a"]
  authoritative = false
}
native_app "n" {
  label         = try(service_app.s[2].label, "N")
  redirect_uris = ["com.example.app:/cb"]
}
