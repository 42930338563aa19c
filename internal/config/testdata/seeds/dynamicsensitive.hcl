org {
  owner = "o"
}
service_app "s" {
  label = "S"
  jwks_uri = "https://a"
  dynamic "admin_role" {
    for_each = sensitive(["A", group.g[0].id])
    iterator = i
    labels = [i.value]
    content {
      target_groups = [group.g[i.key]]
    }
  }
}
group "g" {
  count = 3
  name = "${count.index}"
}
