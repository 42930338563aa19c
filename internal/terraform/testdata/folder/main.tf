terraform {
  required_version = ">= 1.7"

  required_providers {
    okta = {
      source  = "okta/okta"
      version = "~> 4.20"
    }
  }
}

provider "okta" {
  org_name = "example"
  base_url = "oktapreview.com"
}

variable "password" {
  type      = string
  sensitive = true
}

variable "zones" {
  description = "The offices."
  type        = map(list(string))
  default     = {}
}

variable "signing_secret" {
  type      = string
  sensitive = true
  default   = "hunter2hunter2"
}

locals {
  # What reports read.
  readers   = ["okta.users.read", "okta.groups.read"]
  org_url   = "https://example.oktapreview.com"
  api_token = "00abcdefghijklmnopqrstuvwxyz0123456789abcd"
  workspace = terraform.workspace
}

# Everybody in the company.
data "okta_group" "everyone" {
  name = "Everyone"
}

data "okta_user" "ada" {
  search {
    name  = "profile.login"
    value = "ada@example.com"
  }
}

resource "okta_group" "staff" {
  name        = "Staff"
  description = "All staff"
}

resource "okta_group" "team" {
  for_each = toset(["red", "blue"])
  name     = "Team ${each.key}"
}

resource "okta_group" "shard" {
  count = 2
  name  = "Shard ${count.index}"
}

resource "okta_group_memberships" "staff" {
  group_id = okta_group.staff.id
  users    = [okta_user.grace.id]
}

resource "okta_user" "grace" {
  first_name = "Grace"
  last_name  = "Hopper"
  login      = "grace@example.com"
  email      = "grace@example.com"
  city       = "New York"
  password   = var.password
}

resource "okta_user_admin_roles" "grace" {
  user_id     = okta_user.grace.id
  admin_roles = ["HELP_DESK_ADMIN", "READ_ONLY_ADMIN"]
}

resource "okta_admin_role_targets" "grace" {
  user_id   = okta_user.grace.id
  role_type = "HELP_DESK_ADMIN"
  groups    = [okta_group.team["red"].id]
}

resource "okta_group_role" "staff" {
  group_id          = okta_group.staff.id
  role_type         = "USER_ADMIN"
  target_group_list = okta_group.shard[*].id
}

resource "okta_group_role" "others" {
  group_id  = "00gothers00000000001"
  role_type = "REPORT_ADMIN"
}

resource "random_password" "secret" {
  length = 32
}
