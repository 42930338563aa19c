org {
  owner = "o"
}
module "m" {
  source = "./m"
  count = 2
  v = count.index
  depends_on = [group.g]
}
group "g" {
  for_each = toset(["a", "b"])
  name = each.key
}
group "h" {
  for_each = group.g
  name = "${each.value.name} ${module.m[1].o.name}"
  description = group.g[each.key].id
}
