run "the super admin is waived" {
  command = review

  assert {
    condition     = [for f in findings : f.rule if f.waived] == ["G16"]
    error_message = "The waiver covers the finding."
  }
}
