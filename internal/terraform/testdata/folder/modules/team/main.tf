variable "title" {
  type = string
}

resource "okta_group" "this" {
  name = "Module ${var.title}"
}

output "id" {
  value = okta_group.this.id
}
