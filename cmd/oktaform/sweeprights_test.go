package main

// targetRoles are what the roles of the next two configurations are limited to.
const targetRoles = `data "user" "eve" {
  login = "eve@example.com"
}
data "group" "desk" {
  name = "Desk"
}
data "app" "found" {
  label = "Found app"
}
group "one" {
  name = "One"
}
group "two" {
  name = "Two"
}
web_app "w" {
  label         = "W"
  redirect_uris = ["https://w.example.com/cb"]
}
`

// targetsBefore and targetsAfter exchange, widen and narrow the targets of roles.
var targetsBefore = ofSweep(targetRoles + `admin "eve" {
  user = data.user.eve
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.one]
  }
  admin_role "APP_ADMIN" {
    target_apps = [web_app.w]
  }
}
admin "desk" {
  group = data.group.desk
  admin_role "USER_ADMIN" {
    target_groups = [group.one, group.two]
  }
  admin_role "APP_ADMIN" {
    target_catalog_apps = ["salesforce"]
  }
}
group "three" {
  name = "Three"
  admin_role "GROUP_MEMBERSHIP_ADMIN" {
    target_groups = [group.one]
  }
}
`)

var targetsAfter = ofSweep(targetRoles + `admin "eve" {
  user = data.user.eve
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.two]
  }
  admin_role "APP_ADMIN" {
    target_apps         = [data.app.found]
    target_catalog_apps = ["salesforce"]
  }
}
admin "desk" {
  group = data.group.desk
  admin_role "USER_ADMIN" {
    target_groups = [group.two]
  }
  admin_role "APP_ADMIN" {}
}
group "three" {
  name = "Three"
  admin_role "GROUP_MEMBERSHIP_ADMIN" {
    target_groups = [group.one, group.two]
  }
  admin_role "APP_ADMIN" {
    target_apps = [web_app.w]
  }
}
`)

// assignedBefore and assignedAfter exchange the assignments of an app, the credentials of another,
// conditions, and the status of a user and an app.
var assignedBefore = ofSweep(`user "ann" {
  login      = "ann@example.com"
  first_name = "Ann"
  last_name  = "A"
}
user "ben" {
  login      = "ben@example.com"
  first_name = "Ben"
  last_name  = "B"
  password   = var.ada_password
}
variable "ada_password" {
  sensitive = true
}
group "one" {
  name = "One"
}
group "two" {
  name = "Two"
}
web_app "w" {
  label         = "W"
  redirect_uris = ["https://w.example.com/cb"]
  assigned_group {
    group    = group.one
    priority = 0
  }
  assigned_group {
    group    = group.two
    priority = 1
  }
  assigned_user {
    user      = user.ann
    user_name = "ann"
  }
}
service_app "s" {
  label                      = "S"
  token_endpoint_auth_method = "client_secret_basic"
  okta_api_scopes            = ["okta.users.read"]
  admin_role "READ_ONLY_ADMIN" {}
}
custom_role "r" {
  label       = "R"
  permissions = ["okta.users.read", "okta.groups.read"]
  condition "okta.users.read" {
    include = { "okta:ResourceAttribute/User/Profile" = ["city"] }
  }
}
browser_app "b" {
  label         = "B"
  redirect_uris = ["https://b.example.com/cb"]
}
`)

var assignedAfter = ofSweep(`user "ann" {
  login      = "ann@example.com"
  email      = "ann.a@example.com"
  first_name = "Ann"
  last_name  = "A"
}
user "ben" {
  login            = "ben@example.com"
  first_name       = "Ben"
  last_name        = "B"
  password         = var.ada_password
  status           = "SUSPENDED"
}
variable "ada_password" {
  sensitive = true
}
group "one" {
  name = "One"
}
group "two" {
  name = "Two"
}
web_app "w" {
  label         = "W"
  redirect_uris = ["https://w.example.com/cb"]
  assigned_group {
    group    = group.two
    priority = 0
  }
  assigned_group {
    group    = group.one
    priority = 1
  }
  assigned_user {
    user      = user.ann
    user_name = "anna"
  }
  assigned_user {
    user      = user.ben
    user_name = "ben"
  }
}
service_app "s" {
  label           = "S"
  okta_api_scopes = ["okta.users.read"]
  public_key "s1" {
    private_key_file = "keys/s1.pem"
    generate         = true
  }
  admin_role "READ_ONLY_ADMIN" {}
}
custom_role "r" {
  label       = "R"
  permissions = ["okta.users.read", "okta.apps.read"]
  condition "okta.users.read" {
    exclude = { "okta:ResourceAttribute/User/Profile" = ["city", "state"] }
  }
}
browser_app "b" {
  label         = "B"
  status        = "INACTIVE"
  redirect_uris = ["https://b.example.com/cb2"]
}
`)
