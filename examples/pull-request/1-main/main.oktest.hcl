run "the report changes nobody" {
  assert {
    condition     = who_may("POST /api/v1/users/{id}/lifecycle/deactivate") == []
    error_message = "Nobody here may deactivate a user."
  }
}
