run "nothing critical is open" {
  command = review

  assert {
    condition     = [for f in findings : f.rule if f.severity == "critical" && !f.waived] == []
    error_message = "Critical findings need a waiver."
  }
}
