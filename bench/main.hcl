org {
  owner = "team/bench"
}

group "staff" {
  name = "staff"
}

group "testers" {
  name = "testers"
}
