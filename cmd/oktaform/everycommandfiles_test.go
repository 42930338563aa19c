package main

// keeperExpressions show all objects and secrets of the configuration. The last one fails.
const keeperExpressions = `var.secret
"${var.secret}${var.password}"
user.ada
web_app.portal
service_app.bot
type({ (var.secret) = var.password })
{ (var.secret) = var.password }
try(file("keys/bot-1.pem"), "")
tonumber(var.secret)
`

const keeperConfig = `org {
  owner = "team/kept"
}

variable "password" {
  type      = string
  sensitive = true
}

variable "secret" {
  type      = string
  sensitive = true
}

user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Admin"
  password   = var.password
  on_destroy = "delete"

  admin_role "READ_ONLY_ADMIN" {}
}

group "testers" {
  name    = "Testers"
  members = [user.ada]
}

web_app "portal" {
  label           = "Portal"
  redirect_uris   = ["http://127.0.0.1:8484/callback"]
  grant_types     = ["authorization_code", "refresh_token"]
  okta_api_scopes = ["okta.users.read"]
  assigned_groups = [group.testers]
}

service_app "bot" {
  label                    = "Bot"
  okta_api_scopes          = ["okta.users.read"]
  dpop_bound_access_tokens = true

  public_key "bot-1" {
    private_key_file = "keys/bot-1.pem"
    generate         = true
  }

  admin_role "READ_ONLY_ADMIN" {}
}

smoke_test "ada, and her refresh token" {
  app     = web_app.portal
  scopes  = ["openid", "okta.users.read"]
  refresh = true

  sign_in {
    user     = user.ada
    password = var.password
  }

  request {
    path = "/api/v1/users/me"
  }
}

smoke_test "a header that says too much" {
  app    = service_app.bot
  scopes = ["okta.users.read"]

  request {
    method = "POST"
    path   = "/api/v1/users/00u00000000000000000"
    headers = {
      X-Note = var.secret
    }
    body = {
      secret = var.secret
    }
    status = 403
  }
}

output "secret" {
  value     = var.secret
  sensitive = true
}
`
