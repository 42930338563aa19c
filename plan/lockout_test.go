package plan

import (
	"slices"
	"testing"

	"github.com/oktaform/oktaform/schema/kinds"
)

// TestSelfNamesAttributes: each attribute of a service app either counts for the sign-in of
// oktaform's own principal, or is known not to. A new one has to be thought about.
func TestSelfNamesAttributes(t *testing.T) {
	counted := append([]string{"status", "okta_api_scopes", "grant_types", "response_types"}, signInAttributes...)
	indifferent := []string{
		"label", "profile", "consent_method", "issuer_mode", "auto_key_rotation", "request_object_signing_alg", "id_token_encrypted_response_alg",
		"subject_type", "sector_identifier_uri", "post_logout_redirect_uris", "wildcard_redirect", "client_uri", "logo_uri", "tos_uri", "policy_uri",
		"initiate_login_uri", "idp_initiated_login_mode", "idp_initiated_login_default_scope", "implicit_assignment",
		"user_name_template", "user_name_template_type", "user_name_template_suffix", "user_name_template_push_status",
		"accessibility_self_service", "accessibility_error_redirect_url", "accessibility_login_redirect_url",
		"notes_admin", "notes_enduser", "hide_ios", "hide_web", "auto_launch", "auto_submit_toolbar", "redirect_uris", "pkce_required",
	}
	kind := kinds.Named("service_app")
	for _, name := range signInAttributes {
		if kind.Attr(name) == nil {
			t.Errorf("there is no attribute %s", name)
		}
	}
	for _, attr := range kind.Attrs {
		if slices.Contains(counted, attr.Name) == slices.Contains(indifferent, attr.Name) {
			t.Errorf("%s: does oktaform's own sign-in depend on it? (plan/lockout.go)", attr.Name)
		}
	}
}
