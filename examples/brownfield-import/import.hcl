# An org that people have set up by hand: objects that exist are taken over, not
# made anew, and brought to what is declared. seed.json is such an org.

org {
  owner = "examples/brownfield-import"
}

# The group stays as it is. Who belongs to it isn't declared, and so not managed.

group "support" {
  name        = "support"
  description = "Support engineers"
}

import {
  to = group.support
  id = "00gsupport0000000001"
}

# The portal keeps its client id and secret. It loses a redirect URI to
# somebody's own machine, and two scopes that it never needed.

web_app "portal" {
  label           = "Support portal"
  redirect_uris   = ["https://support.example.com/callback"]
  okta_api_scopes = ["okta.users.read"]
  assigned_groups = [group.support]
}

import {
  to    = web_app.portal
  label = "Support portal"
}

# Another team grants scopes to this app as well: what isn't declared here stays.
# That it is a super admin doesn't.

service_app "reports" {
  label           = "Ticket reports"
  jwks_uri        = "https://reports.example.com/jwks.json"
  okta_api_scopes = ["okta.users.read"]
  authoritative   = { okta_api_scopes = false }

  admin_role "READ_ONLY_ADMIN" {}
}

import {
  to = service_app.reports
  id = "0oareport00000000001"
}
