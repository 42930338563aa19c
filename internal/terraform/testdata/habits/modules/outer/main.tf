variable "names" { type = list(string) }
module "in" {
  source = "../inner"
  count  = length(var.names)
  name   = var.names[count.index]
}
