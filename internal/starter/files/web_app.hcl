# A web app: people sign in, and it calls the Okta API in their names.

web_app "portal" {
  label         = "Staff portal"
  redirect_uris = ["http://127.0.0.1:8484/callback"]
  pkce_required = true

  # It reads the account of whoever signs in, and nobody else's.
  okta_api_scopes = ["okta.users.read.self"]

  # Who may sign in.
  assigned_groups = [group.portal_users]
}

group "portal_users" {
  name    = "Portal users"
  members = [user.tess]
}

# The smoke tests sign in as this person.

variable "tess_password" {
  description = "The test user's password. With --org sandbox it is generated."
  type        = string
  sensitive   = true
}

user "tess" {
  login      = "tess@example.com"
  first_name = "Tess"
  last_name  = "Tester"
  password   = var.tess_password
  on_destroy = "delete"
}

# After each apply, smoke tests get real tokens from the org and use them. This
# token reads one account, and is refused for the list of all.

smoke_test "tess reads her own account" {
  app    = web_app.portal
  scopes = ["openid", "okta.users.read.self"]

  sign_in {
    user     = user.tess
    password = var.tess_password
  }

  request {
    path = "/api/v1/users/me"
  }

  request {
    path   = "/api/v1/users"
    status = 403
  }
}

# What must be refused is tested as well.

smoke_test "no sign-in leads elsewhere" {
  app            = web_app.portal
  scopes         = ["openid"]
  redirect_uri   = "https://elsewhere.example.com/callback"
  expect_error   = "invalid_request"
  expect_message = "redirect_uri"
}

output "portal_client_id" {
  value = web_app.portal.client_id
}
