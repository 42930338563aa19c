run "the admins, and nobody else" {
  assert {
    condition     = who_may("POST /api/v1/users") == ["admin.founder"]
    error_message = "Only the founder creates users."
  }

  assert {
    condition     = may("admin.operator", "DELETE /api/v1/users/{userId}/sessions")
    error_message = "The operator ends sessions."
  }
}

run "an admin made by hand is found" {
  command = plan

  before {
    request {
      path = "/api/v1/users/carol@example.com/roles"
      body = { type = "SUPER_ADMIN" }
    }
  }

  assert {
    condition     = !plan.empty
    error_message = "The plan removes roles that are not declared."
  }
}
