run "the bot keeps one group" {
  assert {
    condition     = who_may("PUT /api/v1/groups/{groupId}/users/{userId}") == ["service_app.ci_bot"]
    error_message = "The bot changes the members of the group."
  }

  assert {
    condition     = alltrue([for a in access(service_app.ci_bot) : strcontains(a.extent, "group.deployers")])
    error_message = "The bot's access ends at the group Deployers."
  }

  assert {
    condition     = who_may("DELETE /api/v1/groups/{groupId}") == []
    error_message = "Nobody here may delete a group."
  }
}

run "no finding" {
  command = review
}
