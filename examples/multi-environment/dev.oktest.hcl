variables {
  environment = "dev"
  teams = {
    search  = { title = "Search", scopes = ["okta.groups.read", "okta.users.manage"] }
    billing = { title = "Billing" }
  }
}

run "each team has a bot" {
  assert {
    condition     = keys(output.client_ids) == ["billing", "search"]
    error_message = "Each team gets a client id."
  }

  assert {
    condition     = length([for address, change in plan.changes : address if endswith(address, "service_app.bot")]) == 2
    error_message = "Each team gets an app."
  }
}
