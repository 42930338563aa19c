# One configuration for several environments: what differs between them stands
# in dev.tfvars and prod.tfvars, and what every team gets, in modules/team.
#
#   oktaform apply --org sandbox --var-file dev.tfvars
#
# Each environment is an owner of its own. So a run for dev never touches what
# belongs to prod, even where both are in one org.

org {
  owner       = "examples/multi-environment/${var.environment}"
  name_suffix = var.environment == "prod" ? "" : "-${var.environment}"
}

variable "environment" {
  description = "Which environment this is."
  type        = string

  validation {
    condition     = contains(["dev", "prod"], var.environment)
    error_message = "The environment is dev or prod."
  }
}

variable "teams" {
  description = "The teams, each with the Okta API scopes of its bot."
  type = map(object({
    title  = string
    scopes = optional(list(string), ["okta.groups.read"])
  }))

  validation {
    condition     = var.environment != "prod" || alltrue([for team in var.teams : !contains(team.scopes, "okta.users.manage")])
    error_message = "In prod no bot manages users."
  }
}

module "team" {
  source   = "./modules/team"
  for_each = var.teams

  name        = each.key
  title       = each.value.title
  scopes      = each.value.scopes
  environment = var.environment
}

output "client_ids" {
  description = "What each team puts into its bot's configuration."
  value       = { for name, team in module.team : name => team.client_id }
}
