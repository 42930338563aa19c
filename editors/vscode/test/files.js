// Files that several stories begin with.
export const org = `org {
  owner = "team/iam"
}
`;

export const reporter = `service_app "reporter" {
  label           = "Reporter"
  jwks_uri        = "https://example.com/jwks"
  okta_api_scopes = ["okta.users.read"]

  admin_role "READ_ONLY_ADMIN" {}
}
`;

export const smoke = `smoke_test "the report reads users" {
  app    = service_app.reporter
  scopes = ["okta.users.read"]
  request {
    path   = "/api/v1/users"
    status = 200
  }
}
`;
