run "the objects that exist are imported" {
  command = plan

  assert {
    condition     = plan.add == 0 && plan.destroy == 0
    error_message = "Nothing is made anew, and nothing is deleted."
  }

  assert {
    condition     = contains(plan.changes["web_app.portal"].attributes, "redirect_uris")
    error_message = "The portal loses the redirect URI to somebody's own machine."
  }
}

run "nobody is a super admin afterwards" {
  assert {
    condition     = who_may("POST /api/v1/apps") == []
    error_message = "Neither app may create others."
  }
}
