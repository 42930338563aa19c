run "the report changes nobody" {
  assert {
    condition     = !may(service_app.reporter, "POST /api/v1/users/{id}/lifecycle/deactivate")
    error_message = "The report may not deactivate a user."
  }
}
