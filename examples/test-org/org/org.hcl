# The org that the tests of this module run against.

org {
  owner = "examples/test-org"
}

variable "password" {
  description = "The password of the people in the test org."
  type        = string
  sensitive   = true
}

group "staff" {
  name    = "Staff"
  members = [user.ada, user.grace]
}

user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
  password   = var.password
  on_destroy = "delete"
}

user "grace" {
  login      = "grace@example.com"
  first_name = "Grace"
  last_name  = "Hopper"
  password   = var.password
  on_destroy = "delete"
}

# What the program under test signs in as: it may read users, and nothing else.
service_app "report" {
  label           = "Staff report"
  okta_api_scopes = ["okta.users.read"]

  public_key "report-1" {
    private_key_file = "keys/report-1.pem"
    generate         = true
  }

  admin_role "READ_ONLY_ADMIN" {}
}

smoke_test "the report reads users" {
  app    = service_app.report
  scopes = ["okta.users.read"]
  request {
    path   = "/api/v1/users?limit=1"
    status = 200
  }
}

smoke_test "the report can't change users" {
  app          = service_app.report
  scopes       = ["okta.users.manage"]
  expect_error = "consent_required"
}
