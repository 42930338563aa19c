org {
  owner = "o"
}
module "m" {
  source = "./m"
  for_each = { a = 1, b = module.m }
  v = each.value
}
output "o" {
  value = module.m[*].o
}
