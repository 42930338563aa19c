# Okta's guide "Set up Okta for OAuth API access" as code, with both of its
# setups: a web app that calls the API as the user who signed in, and a service
# app that calls it in its own name.

org {
  owner = "examples/quickstart"
}

variable "ada_password" {
  description = "The test user's password. With --org sandbox it is generated once."
  type        = string
  sensitive   = true
}

# User-based access: what the token may do is what the app was granted and the
# user is allowed.

user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Admin"
  password   = var.ada_password
  on_destroy = "delete"

  admin_role "READ_ONLY_ADMIN" {}
}

group "api_testers" {
  name    = "API testers"
  members = [user.ada]
}

web_app "explorer" {
  label           = "Okta API explorer"
  redirect_uris   = ["http://127.0.0.1:8484/callback"]
  pkce_required   = true
  okta_api_scopes = ["okta.users.read"]
  assigned_groups = [group.api_testers]
}

# Service-based access: the app signs in with its private key.

service_app "reporter" {
  label           = "Nightly user report"
  okta_api_scopes = ["okta.users.read"]

  public_key "reporter-1" {
    private_key_file = "keys/reporter-1.pem"
    generate         = true
  }

  admin_role "READ_ONLY_ADMIN" {}
}

# What should work works, and what shouldn't is refused.

smoke_test "the report reads users" {
  app    = service_app.reporter
  scopes = ["okta.users.read"]
  request {
    method = "GET"
    path   = "/api/v1/users?limit=1"
    status = 200
  }
}

smoke_test "the report can't ask for more" {
  app          = service_app.reporter
  scopes       = ["okta.users.manage"]
  expect_error = "consent_required"
}

smoke_test "ada explores as herself" {
  app    = web_app.explorer
  scopes = ["openid", "okta.users.read"]
  sign_in {
    user     = user.ada
    password = var.ada_password
  }
  request {
    path   = "/api/v1/users"
    status = 200
  }
}

output "client_id" {
  value = service_app.reporter.client_id
}
