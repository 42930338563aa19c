package main

// beforeSweep is what the org of the sweeps holds, and afterSweep what is to
// become of it: something of every kind is created, changed, replaced and
// deleted.
const beforeSweep = `
org {
  owner = "team/sweep"
}
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "A"
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.desk]
  }
}
user "bob" {
  login      = "bob@example.com"
  first_name = "Bob"
  last_name  = "B"
}
group "staff" {
  name    = "Staff"
  members = [user.ada, user.bob]
}
group "desk" {
  name = "Desk"
}
group "old" {
  name = "Old"
}
service_app "rotated" {
  label           = "Rotated"
  okta_api_scopes = ["okta.users.read", "okta.users.manage"]
  public_key "k1" {
    private_key_file = "keys/k1.pem"
    generate         = true
  }
  admin_role "READ_ONLY_ADMIN" {}
}
network_zone "office" {
  name     = "Office"
  gateways = ["192.0.2.0/24"]
}
network_zone "places" {
  name      = "Places"
  type      = "DYNAMIC"
  locations = ["DE"]
}
network_zone "left" {
  name     = "Left"
  gateways = ["203.0.113.0/24"]
}
trusted_origin "portal" {
  name   = "Portal"
  origin = "https://portal.example.com"
  scopes = ["CORS"]
}
trusted_origin "left" {
  name   = "Left"
  origin = "https://left.example.com"
  scopes = ["REDIRECT"]
}
service_app "gone" {
  label = "Gone"
  network_connection = "ZONE"
  network_include    = [network_zone.left]
  okta_api_scopes = ["okta.users.read"]
  public_key "g1" {
    private_key_file = "keys/g1.pem"
    generate         = true
  }
}
web_app "portal" {
  label           = "Portal"
  client_id       = "portal-1"
  redirect_uris   = ["https://portal.example.com/cb"]
  assigned_groups = [group.staff, group.old]
}
custom_role "reader" {
  label       = "Reader"
  description = "Reads"
  permissions = ["okta.users.read", "okta.groups.read"]
}
resource_set "desk" {
  label       = "Desk"
  description = "The desk"
  groups      = [group.desk]
}
resource_set "staff" {
  label       = "Staff"
  description = "The staff"
  groups      = [group.staff]
  apps        = [web_app.portal]
}
`

const afterSweep = `
org {
  owner = "team/sweep"
}
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Adams"
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.guests]
  }
  admin_role "CUSTOM" {
    role         = custom_role.reader
    resource_set = resource_set.desk
  }
}
user "bob" {
  login      = "bob@example.com"
  first_name = "Bob"
  last_name  = "B"
}
user "cyd" {
  login      = "cyd@example.com"
  first_name = "Cyd"
  last_name  = "C"
  admin_role "APP_ADMIN" {
    target_apps = [service_app.made]
  }
}
user "dan" {
  login      = "dan@example.com"
  first_name = "Dan"
  last_name  = "D"
}
group "staff" {
  name        = "Staff"
  description = "Everybody here"
  members     = [user.ada, user.cyd, user.dan]
}
group "desk" {
  name = "Desk"
}
group "guests" {
  name    = "Guests"
  members = [user.dan]
  admin_role "READ_ONLY_ADMIN" {}
}
group "empty" {
  name    = "Empty"
  members = []
}
service_app "rotated" {
  label           = "Rotated"
  okta_api_scopes = ["okta.users.read"]
  public_key "k2" {
    private_key_file = "keys/k2.pem"
    generate         = true
  }
  admin_role "READ_ONLY_ADMIN" {}
}
network_zone "office" {
  name     = "Office"
  gateways = ["192.0.2.0/24", "198.51.100.0/24"]
}
network_zone "places" {
  name     = "Places"
  gateways = ["203.0.113.0/24"]
}
network_zone "made" {
  name   = "Made"
  status = "INACTIVE"
  type   = "DYNAMIC"
  asns   = ["64496"]
}
trusted_origin "portal" {
  name   = "Portal"
  origin = "https://portal.example.com"
  scopes = ["CORS", "REDIRECT"]
}
trusted_origin "wiki" {
  name   = "Wiki"
  origin = "https://wiki.example.com"
  scopes = ["CORS"]
  status = "INACTIVE"
}
service_app "made" {
  label              = "Made"
  network_connection = "ZONE"
  network_exclude    = [network_zone.places]
  okta_api_scopes = ["okta.apps.read", "okta.groups.read"]
  public_key "m1" {
    private_key_file = "keys/m1.pem"
    generate         = true
  }
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [group.desk, group.guests]
  }
}
web_app "portal" {
  label           = "Portal"
  client_id       = "portal-2"
  redirect_uris   = ["https://portal.example.com/cb"]
  assigned_groups = [group.staff, group.guests]
}
web_app "wiki" {
  label           = "Wiki"
  redirect_uris   = ["https://wiki.example.com/cb"]
  assigned_groups = [group.guests]
  assigned_users  = [user.cyd]
  okta_api_scopes = ["okta.users.read"]
}
custom_role "reader" {
  label       = "Reader"
  description = "Reads users and apps"
  permissions = ["okta.users.read", "okta.apps.read"]
}
custom_role "writer" {
  label       = "Writer"
  description = "Writes"
  permissions = ["okta.users.manage", "okta.groups.manage"]
}
resource_set "desk" {
  label       = "Desk"
  description = "The desk"
  groups      = [group.desk, group.guests]
}
resource_set "staff" {
  label       = "Staff"
  description = "The staff"
  groups      = [group.staff, group.guests]
  apps        = [web_app.portal]
}
resource_set "apps" {
  label       = "Apps"
  description = "Some apps"
  apps        = [web_app.wiki, service_app.made]
}
smoke_test "the rotated app gets a token" {
  app    = service_app.rotated
  scopes = ["okta.users.read"]
}
smoke_test "it can't ask for more" {
  app          = service_app.rotated
  scopes       = ["okta.users.manage"]
  expect_error = "consent_required"
}
smoke_test "the made app gets a token" {
  app    = service_app.made
  scopes = ["okta.groups.read"]
}
`
