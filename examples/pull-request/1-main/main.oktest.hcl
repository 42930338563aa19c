run "the report registers no apps" {
  assert {
    condition     = !may(service_app.reporter, "POST /api/v1/apps")
    error_message = "A report needs no apps of its own."
  }
}
