environment = "dev"

teams = {
  search = {
    title  = "Search"
    scopes = ["okta.groups.read", "okta.users.manage"]
  }
  billing = {
    title = "Billing"
  }
}
