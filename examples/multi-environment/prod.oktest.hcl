variables {
  environment = "prod"
  teams = {
    billing = { title = "Billing" }
  }
}

run "prod" {
  assert {
    condition     = smoke.passed == 2
    error_message = "The bot's tests pass."
  }
}

run "no bot in prod manages users" {
  command = plan

  variables {
    teams = {
      billing = { title = "Billing", scopes = ["okta.users.manage"] }
    }
  }

  expect_failures = [var.teams]
}

run "no other environment" {
  command = plan

  variables {
    environment = "staging"
  }

  expect_failures = [var.environment]
}
