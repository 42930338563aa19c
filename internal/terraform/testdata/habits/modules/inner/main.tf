variable "name" {}
resource "okta_group" "this" { name = "inner ${var.name}" }
