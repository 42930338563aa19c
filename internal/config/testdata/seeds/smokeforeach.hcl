org {
  owner = "o"
}
smoke_test "t" {
  app = service_app.s["a"]
  scopes = ["x"]
  dynamic "request" {
    for_each = service_app.s
    content {
      path = "/${request.value.id}"
    }
  }
}
service_app "s" {
  for_each = {}
  label = each.key
}
