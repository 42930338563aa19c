terraform {
  required_providers {
    okta = {
      source = "okta/okta"
    }
  }
}

variable "title" {
  type = string
}

resource "okta_group" "this" {
  name = "Module ${var.title}"
}
