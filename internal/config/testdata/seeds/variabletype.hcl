variable "v" {
  type = nonsense
}
org {
  owner = var.v
}
