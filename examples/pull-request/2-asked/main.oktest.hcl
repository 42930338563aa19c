# The review refuses this version: its scope is nearly an administrator.

run "the report registers no apps" {
  assert {
    condition     = !may(service_app.reporter, "POST /api/v1/apps")
    error_message = "A report needs no apps of its own."
  }
}

run "the report could delete anybody" {
  command = plan

  assert {
    condition     = may(service_app.reporter, "DELETE /api/v1/users/{id}")
    error_message = "More than was asked for."
  }
}

run "the review refuses it" {
  command         = review
  expect_failures = [finding.G18]
}
