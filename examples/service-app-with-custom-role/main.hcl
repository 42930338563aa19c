# A service app that may do one thing to some people: suspend and unsuspend the
# contractors. What it may ask for are scopes; what it may do with them, and to
# whom, is a custom role within a resource set.

org {
  owner = "examples/service-app-with-custom-role"
}

group "contractors" {
  name    = "Contractors"
  members = [user.carla]
}

user "carla" {
  login      = "carla@example.com"
  first_name = "Carla"
  last_name  = "Contractor"
  on_destroy = "delete"
}

user "emil" {
  login      = "emil@example.com"
  first_name = "Emil"
  last_name  = "Employee"
  on_destroy = "delete"
}

custom_role "offboarder" {
  label       = "Contractor offboarder"
  description = "Sees people, and suspends them"
  permissions = ["okta.users.read", "okta.users.lifecycle.suspend", "okta.users.lifecycle.unsuspend"]
}

# A permission on users needs users in the set: the group alone gives nothing on
# its members.
resource_set "contractors" {
  label       = "Contractors"
  description = "The people in the group Contractors"
  users_of    = [group.contractors]
}

service_app "offboarding" {
  label           = "Contractor offboarding"
  okta_api_scopes = ["okta.users.manage"]

  public_key "offboarding-1" {
    private_key_file = "keys/offboarding-1.pem"
    generate         = true
  }

  admin_role "CUSTOM" {
    role         = custom_role.offboarder
    resource_set = resource_set.contractors
  }
}

smoke_test "contractors can be suspended" {
  app    = service_app.offboarding
  scopes = ["okta.users.manage"]
  request {
    path = "/api/v1/users/carla@example.com"
  }
  request {
    method = "POST"
    path   = "/api/v1/users/carla@example.com/lifecycle/suspend"
  }
  request {
    method = "POST"
    path   = "/api/v1/users/carla@example.com/lifecycle/unsuspend"
  }
}

smoke_test "employees can't" {
  app    = service_app.offboarding
  scopes = ["okta.users.manage"]
  request {
    method = "POST"
    path   = "/api/v1/users/emil@example.com/lifecycle/suspend"
    status = 403
  }
}

smoke_test "nor can anybody be deleted" {
  app    = service_app.offboarding
  scopes = ["okta.users.manage"]
  request {
    method = "DELETE"
    path   = "/api/v1/users/carla@example.com"
    status = 403
  }
}
