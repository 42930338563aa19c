# What must stay true of the web app. Each test file gets a fresh org of its
# own, and needs no credential:
#
#   oktaform test

run "the portal doesn't list people" {
  assert {
    condition     = !may(web_app.portal, "GET /api/v1/users")
    error_message = "The portal must read only the account of who signs in."
  }
}

run "whoever isn't assigned can't sign in" {
  command = smoke

  before {
    request {
      method = "DELETE"
      path   = "/api/v1/groups/${group.portal_users.id}/users/${user.tess.id}"
    }
  }

  expect_failures = [smoke_test["tess reads her own account"]]
}

run "what reviewers see" {
  command = review
}
