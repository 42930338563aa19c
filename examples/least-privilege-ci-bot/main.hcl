# A CI job that keeps the members of one group, and can do nothing else: its key
# signs in from anywhere the job runs, so what the key is worth is kept small.

org {
  owner = "examples/ci-bot"
}

group "deployers" {
  name        = "Deployers"
  description = "May deploy to production. Kept by the CI bot."
}

# What the bot may do, and to what: two permissions, on one group. That the first
# includes the second is likely, but Okta doesn't say so.

custom_role "membership" {
  label       = "CI bot: members of a group"
  description = "Reads a group and changes its members"
  permissions = ["okta.groups.members.manage", "okta.groups.read"]
}

resource_set "deployers" {
  label       = "CI bot: Deployers"
  description = "The group that the CI bot keeps"
  groups      = [group.deployers]
}

# The scopes are the outer limit, the role with its resource set the inner one.
# A token is bound to the key of the job that asked for it, so that one from a log
# is worth nothing.

service_app "ci_bot" {
  label                    = "CI bot"
  okta_api_scopes          = ["okta.groups.manage"]
  dpop_bound_access_tokens = true
  notes_admin              = "Keeps the group Deployers. Owned by examples/ci-bot."

  public_key "ci-bot-1" {
    private_key_file = "keys/ci-bot-1.pem"
    generate         = true
  }

  admin_role "CUSTOM" {
    role         = custom_role.membership
    resource_set = resource_set.deployers
  }
}

smoke_test "the bot sees its group" {
  app    = service_app.ci_bot
  scopes = ["okta.groups.manage"]
  request {
    path   = "/api/v1/groups/${group.deployers.id}"
    status = 200
  }
}

# Who may add a member is told that this user doesn't exist, and anybody else 403: so
# the test changes nothing.
smoke_test "the bot adds members" {
  app    = service_app.ci_bot
  scopes = ["okta.groups.manage"]
  request {
    method = "PUT"
    path   = "/api/v1/groups/${group.deployers.id}/users/00u00000000000000000"
    status = 404
  }
}

smoke_test "the bot deletes nothing" {
  app    = service_app.ci_bot
  scopes = ["okta.groups.manage"]
  request {
    method = "DELETE"
    path   = "/api/v1/groups/${group.deployers.id}"
    status = 403
  }
}

smoke_test "the bot can't ask for users" {
  app          = service_app.ci_bot
  scopes       = ["okta.users.manage"]
  expect_error = "consent_required"
}

output "client_id" {
  value = service_app.ci_bot.client_id
}
