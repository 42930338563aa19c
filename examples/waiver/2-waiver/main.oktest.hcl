run "the waiver has no use yet" {
  command = review

  assert {
    condition     = [for f in findings : f.rule if f.waived] == []
    error_message = "Nothing is waived."
  }
}
