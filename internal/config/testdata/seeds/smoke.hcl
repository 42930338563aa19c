org {
  owner = "o"
}
variable "secret" {
  sensitive = true
  default   = "s"
}
service_app "s" {
  label    = "S"
  jwks_uri = "https://example.com/keys"
}
smoke_test "one" {
  for_each       = { a = ["okta.users.read"], b = [] }
  app            = service_app.s
  scopes         = each.value
  refused_scopes = ["okta.users.manage"]
  client_secret  = var.secret
  dpop           = true
  token {
    type     = "DPoP"
    scp      = each.value
    lifetime = 3600
    claims   = { cid = service_app.s.client_id }
  }
  dynamic "request" {
    for_each = toset(["/api/v1/users", "/api/v1/groups"])
    content {
      method    = "POST"
      path      = "${request.value}?limit=1"
      headers   = { X = var.secret }
      body      = { a = [1, { b = null }] }
      status    = [200, 403]
      retry_for = "10s"
      json {
        path   = "[*].profile.login"
        equals = { a = 1 }
        length = 3
      }
    }
  }
}
smoke_test "two" {
  app          = "0oa1"
  grant_type   = "authorization_code"
  pkce         = "none"
  scopes       = ["openid"]
  expect_error = "invalid_request"
  sign_in {
    user     = "ada@example.com"
    password = var.secret
  }
}
