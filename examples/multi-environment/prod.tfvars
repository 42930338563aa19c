environment = "prod"

teams = {
  search = {
    title  = "Search"
    scopes = ["okta.groups.read", "okta.users.read"]
  }
  billing = {
    title = "Billing"
  }
  support = {
    title = "Support"
  }
}
