# The same, with an app of its own that may deactivate leavers and nothing else.

org {
  owner = "examples/pull-request"
}

group "leavers" {
  name = "Leavers"
}

service_app "reporter" {
  label                    = "Nightly user report"
  okta_api_scopes          = ["okta.users.read"]
  dpop_bound_access_tokens = true

  public_key "reporter-1" {
    private_key_file = "keys/reporter-1.pem"
    generate         = true
  }

  admin_role "READ_ONLY_ADMIN" {}
}

resource_set "leavers" {
  label    = "Leavers"
  users_of = [group.leavers]
}

custom_role "offboarding" {
  label       = "Offboarding"
  description = "Deactivates users"
  permissions = ["okta.users.read", "okta.users.lifecycle.deactivate"]
}

service_app "offboarding" {
  label                    = "Offboarding"
  okta_api_scopes          = ["okta.users.manage"]
  dpop_bound_access_tokens = true

  public_key "offboarding-1" {
    private_key_file = "keys/offboarding-1.pem"
    generate         = true
  }

  admin_role "CUSTOM" {
    role         = custom_role.offboarding
    resource_set = resource_set.leavers
  }
}
