org {
  owner = "team/iam"
}

service_app "bootstrap" {
  label           = "Bootstrap"
  okta_api_scopes = ["okta.users.read"]

  public_key "bootstrap-1" {
    private_key_file = "keys/bootstrap-1.pem"
    generate         = true
  }

  admin_role "SUPER_ADMIN" {}
}
