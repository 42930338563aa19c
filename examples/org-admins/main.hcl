# Who is admin of the org: these people and groups, and nobody else. They exist
# already and are managed elsewhere, in HR's systems or by hand; only their admin
# roles are declared here.

org {
  owner                = "examples/org-admins"
  authoritative_admins = true
}

data "group" "contractors" {
  name = "Contractors"
}

admin "founder" {
  user = "alice@example.com"
  admin_role "SUPER_ADMIN" {}
}

# Bob was an organization administrator, and becomes what he needs to be.
admin "operator" {
  user = "bob@example.com"
  admin_role "READ_ONLY_ADMIN" {}
  admin_role "CUSTOM" {
    role         = custom_role.session_cleaner
    resource_set = resource_set.everybody
  }
}

# A group that is made here has its roles inside.
data "user" "carol" {
  login = "carol@example.com"
}

group "auditors" {
  name    = "Auditors"
  members = [data.user.carol]

  admin_role "REPORT_ADMIN" {}
}

# The help desk was for everybody, and becomes one for contractors.
admin "help_desk" {
  group = "Help desk"
  admin_role "HELP_DESK_ADMIN" {
    target_groups = [data.group.contractors]
  }
}

custom_role "session_cleaner" {
  label       = "Session cleaner"
  description = "Ends people's sessions"
  permissions = ["okta.users.read", "okta.users.lifecycle.clearSessions"]
}

resource_set "everybody" {
  label       = "Everybody"
  description = "All users, also future ones"
  all         = ["users"]
}
