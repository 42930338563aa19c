# What must stay true of the service app. Each test file gets a fresh org of its
# own, and needs no credential:
#
#   oktaform test

run "the report reads, and changes nothing" {
  assert {
    condition     = may(service_app.reporter, "GET /api/v1/users")
    error_message = "The report must be able to read users."
  }

  assert {
    condition     = !may(service_app.reporter, "POST /api/v1/users")
    error_message = "The report must not create users."
  }
}

run "a role given by hand is taken back" {
  command = plan

  before {
    request {
      path = "/oauth2/v1/clients/${service_app.reporter.client_id}/roles"
      body = { type = "SUPER_ADMIN" }
    }
  }

  assert {
    condition = (
      plan.changes["service_app.reporter"].attributes == ["admin_role"]
    )
    error_message = "The plan must remove the role."
  }
}

run "what reviewers see" {
  command = review
}
