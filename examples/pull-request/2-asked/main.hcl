# "The report should also deactivate people who have left": as it was asked for first.

org {
  owner = "examples/pull-request"
}

group "leavers" {
  name = "Leavers"
}

service_app "reporter" {
  label                    = "Nightly user report"
  okta_api_scopes          = ["okta.users.manage"]
  dpop_bound_access_tokens = true

  public_key "reporter-1" {
    private_key_file = "keys/reporter-1.pem"
    generate         = true
  }

  admin_role "USER_ADMIN" {}
}
