run "contractors can be suspended, and nothing else" {
  assert {
    condition     = who_may("POST /api/v1/users/{id}/lifecycle/suspend") == ["service_app.offboarding"]
    error_message = "Suspending is for the offboarding app."
  }

  assert {
    condition     = alltrue([for a in access(service_app.offboarding) : strcontains(a.extent, "group.contractors")])
    error_message = "The app's access ends at the contractors."
  }

  assert {
    condition     = !may(service_app.offboarding, "DELETE /api/v1/users/{id}")
    error_message = "The app may not delete anybody."
  }
}

run "no finding" {
  command = review
}
