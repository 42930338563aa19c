# What a team gets: a group, and a bot that keeps the group's members up to
# date. The bot's role reaches no further than this group.

variable "name" {
  type = string
}

variable "title" {
  type = string
}

variable "scopes" {
  type = list(string)
}

variable "environment" {
  type = string
}

locals {
  label = "${var.title} bot (${var.environment})"
}

group "members" {
  name        = "team-${var.name}"
  description = "Who works in ${var.title}."

  lifecycle {
    prevent_destroy = var.environment == "prod"
  }
}

service_app "bot" {
  label           = local.label
  okta_api_scopes = var.scopes

  public_key "main" {
    private_key_file = "keys/${var.environment}-${var.name}.pem"
    generate         = true
  }

  admin_role "GROUP_MEMBERSHIP_ADMIN" {
    target_groups = [group.members]
  }
}

output "client_id" {
  value = service_app.bot.client_id
}

smoke_test "the bot sees its group" {
  app    = service_app.bot
  scopes = var.scopes
  request {
    path = "/api/v1/groups/${group.members.id}"
  }
}

smoke_test "the bot can't ask for more" {
  app          = service_app.bot
  scopes       = ["okta.apps.manage"]
  expect_error = "consent_required"
}
