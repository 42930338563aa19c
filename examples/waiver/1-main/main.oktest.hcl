run "the bootstrap app reads users" {
  assert {
    condition     = who_may("POST /api/v1/users") == []
    error_message = "The bootstrap app only reads."
  }
}
