package profile

import (
	"fmt"
	"slices"
	"strings"
)

// ServiceApp is the service app of a profile, as the profile's configuration declares it.
type ServiceApp struct {
	Owner    string
	Org      string
	Person   string // and machine, for the label
	KeyID    string
	ReadOnly bool
	Scopes   []string // besides those of the profile's kind
}

// ReadScopes are the scopes that plans of all kinds need.
func ReadScopes() []string {
	return []string{"okta.appGrants.read", "okta.apps.read", "okta.groups.read", "okta.networkZones.read", "okta.policies.read",
		"okta.roles.read", "okta.trustedOrigins.read", "okta.users.read"}
}

// ApplyScopes are the scopes that changes of all kinds need, and those of the commands that read
// more than a plan.
func ApplyScopes() []string {
	return []string{"okta.appGrants.manage", "okta.apps.manage", "okta.groups.manage", "okta.logs.read", "okta.networkZones.manage", "okta.policies.read",
		"okta.roles.manage", "okta.schemas.read", "okta.trustedOrigins.manage", "okta.users.manage"}
}

// AllScopes returns all scopes of the app, sorted.
func (a ServiceApp) AllScopes() []string {
	scopes := ApplyScopes()
	if a.ReadOnly {
		scopes = ReadScopes()
	}
	scopes = append(scopes, a.Scopes...)
	slices.Sort(scopes)
	return slices.Compact(scopes)
}

// Role returns the app's admin role. Only a super admin may grant scopes and assign roles, so an
// app that applies has no lesser one.
func (a ServiceApp) Role() string {
	if a.ReadOnly {
		return "READ_ONLY_ADMIN"
	}
	return "SUPER_ADMIN"
}

// Label returns the app's label.
func (a ServiceApp) Label() string {
	if a.ReadOnly {
		return "oktaform (" + a.Person + ", reads only)"
	}
	return "oktaform (" + a.Person + ")"
}

// Configuration returns the configuration that declares the app and tests it.
func (a ServiceApp) Configuration() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `# Written by oktaform login, and again each time. oktaform logout removes the app.
org {
  owner = %q
  url   = %q
}

service_app "oktaform" {
  label           = %q
  okta_api_scopes = [
`, a.Owner, a.Org, a.Label())
	for _, scope := range a.AllScopes() {
		fmt.Fprintf(&b, "    %q,\n", scope)
	}
	fmt.Fprintf(&b, `  ]

  public_key %q {
    private_key_file = %q
    generate         = true
  }

  admin_role %q {}

  lifecycle {
    ignore_changes = [dpop_bound_access_tokens]
  }
}

smoke_test "the key signs in, and reads" {
  app    = service_app.oktaform
  scopes = service_app.oktaform.okta_api_scopes

  request {
    path = "/api/v1/groups?limit=1"
  }
`, a.KeyID, KeyFile(a.KeyID), a.Role())
	if a.ReadOnly {
		b.WriteString(`
  request {
    method = "DELETE"
    path   = "/api/v1/groups/00g00000000000000000"
    status = 403
  }
`)
	}
	b.WriteString("}\n")
	return []byte(b.String())
}
