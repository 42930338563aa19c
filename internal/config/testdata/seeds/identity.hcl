org {
  owner          = "o"
  previous_owner = "p"
  name_suffix    = "-x"
}
locals {
  old = { a = "00ga", "b c" = "00gb" }
}
group "g" {
  for_each = local.old
  name     = each.key
}
module "m" {
  count  = 2
  source = "./m"
  v      = count.index
}
moved {
  from = group.h
  to   = group.g["a"]
}
moved {
  from = module.n["x"].group.i[0]
  to   = module.m[1].group.g
}
moved {
  from = module.m
  to   = module.m[0]
}
removed {
  from = module.m[2]
  lifecycle {
    destroy = false
  }
}
removed {
  from = admin.ada
  user = "ada@example.com"
}
import {
  for_each = local.old
  to       = group.g[each.key]
  id       = each.value
}
import {
  for_each = { "0" = 0, "1" = 1 }
  to       = module.m[each.value].group.g
  label    = "L ${each.key}"
}
