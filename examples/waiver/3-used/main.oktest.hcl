run "nothing critical is open" {
  command = review

  assert {
    condition     = [for f in findings : f.rule if f.severity == "critical" && !f.waived] == []
    error_message = "Critical findings need a waiver."
  }
}

run "the super admin is waived" {
  command = review

  assert {
    condition     = [for f in findings : f.rule if f.waived] == ["G16"]
    error_message = "The waiver covers the finding."
  }
}
