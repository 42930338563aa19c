# What is in the org: a nightly report that may read users.

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
