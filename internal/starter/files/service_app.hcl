# A service: a program that calls the Okta API in its own name.

service_app "reporter" {
  label = "Nightly user report"

  # What its tokens may be used for. oktaform schema lists what else an app has.
  okta_api_scopes = ["okta.users.read"]

  # It proves who it is with a private key. The first apply generates the key in
  # this file, which git ignores. The org gets the public half.
  public_key "reporter-1" {
    private_key_file = "keys/reporter-1.pem"
    generate         = true
  }

  # What it may see. A request needs both, a scope and a role.
  admin_role "READ_ONLY_ADMIN" {}
}

# After each apply, smoke tests get real tokens from the org and use them.

smoke_test "the report reads users" {
  app    = service_app.reporter
  scopes = ["okta.users.read"]

  request {
    path = "/api/v1/users?limit=1"
  }
}

# What must be refused is tested as well.

smoke_test "the report can't ask for more" {
  app          = service_app.reporter
  scopes       = ["okta.users.manage"]
  expect_error = "consent_required"
}

output "reporter_client_id" {
  value = service_app.reporter.client_id
}
