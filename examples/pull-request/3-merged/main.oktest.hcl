run "the report changes nobody" {
  assert {
    condition     = !may(service_app.reporter, "POST /api/v1/users/{id}/lifecycle/deactivate")
    error_message = "The report may not deactivate a user."
  }
}

run "only the offboarding app deactivates" {
  assert {
    condition     = who_may("POST /api/v1/users/{id}/lifecycle/deactivate") == ["service_app.offboarding"]
    error_message = "Deactivating is for the offboarding app."
  }

  assert {
    condition     = who_may("DELETE /api/v1/users/{id}") == []
    error_message = "Nobody here may delete a user."
  }
}

run "no finding" {
  command = review
}
