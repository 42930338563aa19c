run "the report registers no apps" {
  assert {
    condition     = !may(service_app.reporter, "POST /api/v1/apps")
    error_message = "A report needs no apps of its own."
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
