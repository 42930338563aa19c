org {
  owner = "o"
}
locals {
  a = local.b
  b = local.a
}
group "g" {
  name = local.a
}
