# What the quickstart promises, in an org that lives as long as the test:
#
#   oktaform test examples/quickstart

run "who may do what" {
  assert {
    condition     = who_may("GET /api/v1/users") == ["service_app.reporter", "user.ada", "web_app.explorer"]
    error_message = "The report and Ada read users, and Ada through the explorer."
  }

  assert {
    condition     = who_may("DELETE /api/v1/users/{id}") == []
    error_message = "Nobody here may delete a user."
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
    condition     = plan.changes["service_app.reporter"].attributes == ["admin_role"]
    error_message = "The plan removes the role from the report."
  }
}

run "no finding" {
  command = review
}
