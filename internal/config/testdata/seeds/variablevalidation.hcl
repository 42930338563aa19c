org {
  owner = "o"
}
variable "v" {
  type = map(object({ a = optional(string, "x") }))
  default = {}
  nullable = false
  validation {
    condition = length(var.v) > local.n
    error_message = "${path.module} ${local.n}"
  }
}
locals {
  n = try(module.m.o, 1)
}
module "m" {
  source = "./m"
  v = var.v
}
output "o" {
  value = 1
  depends_on = [module.m, local.n]
  precondition {
    condition = null
    error_message = 1
  }
}
