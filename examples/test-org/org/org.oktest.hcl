run "the report reads, and changes nothing" {
  assert {
    condition     = alltrue([for a in access(service_app.report) : startswith(a.operation, "GET ")])
    error_message = "The report only reads."
  }
}
