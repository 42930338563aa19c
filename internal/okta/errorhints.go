package okta

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
)

// hint returns what to do about a refusal.
func (e *Error) hint() string {
	switch {
	case e.Path == tokenPath:
		return e.tokenHint()
	case e.Scope != "" && e.profile != "":
		return fmt.Sprintf("The app of the profile %s lacks the scope %s: run oktaform login --profile %[1]s --scope %[2]s, with --read-only for a profile that only reads.", e.profile, e.Scope)
	case e.Scope != "" && e.scopeRequested:
		return "OKTA_CLIENT_SCOPES names " + e.Scope + " already. What is missing is the grant of the scope to the app that oktaform signs in as (it may have been revoked), or an admin role:  " + e.role()
	case e.Scope != "":
		return "The access token lacks the scope " + e.Scope + ": name it in OKTA_CLIENT_SCOPES, and grant it to the app that oktaform signs in as, unless it has that grant."
	}
	if e.lacksAttribute() {
		return "The org's schema has no attribute of that name: add it in the Admin Console (Directory > Profile Editor), or correct the name in profile. Names are case-sensitive."
	}
	if LacksPolicies(e) {
		return "The org runs on the Classic Engine, which has no authentication policies: leave access_policy out, or have the org upgraded to Identity Engine."
	}
	switch e.Code {
	case "E0000001", "E0000002", "E0000003", "E0000028":
		return "Correct the attribute that the message names."
	case "E0000005", "E0000011":
		return tokenRefused
	case "E0000006":
		return "The identity that oktaform signs in as lacks an admin role for this: " + e.role()
	case "E0000007":
		return "It may have been deleted meanwhile: make a new plan."
	case "E0000008", "E0000015", "E0000022", "E0000060":
		return "The org doesn't have this feature: ask Okta to turn it on, or remove what needs it."
	case "E0000040", "E0000090", "E0000062", "E0000195", "E0000263":
		return "Somebody else changed the org meanwhile: make a new plan."
	case "E0000056", "E0000107", "E0000016", "E0000038":
		return "The object's state doesn't allow this: make a new plan in a minute."
	case "E0000117":
		return "The user is deprovisioned, and Okta assigns nothing to them: take them out of the configuration, or activate them, and make a new plan."
	case "E0000046":
		return "The user has access through a group as well: take them out of the group first, or leave them in assigned_users."
	case "E0000047":
		return "Something else uses up the org's rate limit: try again when it is quieter."
	case "E0000091", "E0000093", "E0000192", "E0000193", "E0000194", "E0000211", "E0000227":
		return "Correct the admin_role block."
	case "E0000268", "E0000239", "E0000010", "E0000100":
		return "Try again in a minute."
	}
	switch {
	case e.Status == http.StatusUnauthorized:
		return tokenRefused
	case e.Status == http.StatusForbidden:
		return "Check the scopes of the access token (OKTA_CLIENT_SCOPES) and the admin roles of the identity that oktaform signs in as."
	case e.Status == http.StatusTooManyRequests:
		return "Something else uses up the org's rate limit: try again when it is quieter."
	case e.Status >= http.StatusInternalServerError:
		return "The failure is on Okta's side (https://status.okta.com): run the same command again, which finds in the org what was done."
	}
	return "Correct the cause and run the same command again, which finds in the org what was done."
}

// lacksAttribute reports whether the org refused a profile for a name that its schema lacks.
func (e *Error) lacksAttribute() bool {
	return e.Code == "E0000001" && slices.ContainsFunc(e.Causes, func(cause string) bool {
		return strings.HasSuffix(strings.TrimSuffix(cause, "."), "is not defined in profile")
	})
}

const tokenRefused = "The org doesn't accept the token: it is of another org, expired or revoked (an API token ends after 30 days without use). Set a new one in OKTA_CLIENT_TOKEN."

// role returns the standard role that allows the call.
func (e *Error) role() string {
	in := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(e.Path+"/", part) {
				return true
			}
		}
		return false
	}
	switch {
	case in("/roles/", "/grants/") && e.Method != http.MethodGet:
		return "only SUPER_ADMIN may grant scopes and assign roles."
	case e.Method == http.MethodGet && !in("/secrets/"):
		return "READ_ONLY_ADMIN is the smallest role that can read this."
	case in("/api/v1/apps/"):
		return "APP_ADMIN manages apps; changing the keys of an app that has admin roles or grants requires SUPER_ADMIN."
	case in("/api/v1/groups/"):
		return "USER_ADMIN (Group Administrator) manages groups."
	case in("/api/v1/users/"):
		return "USER_ADMIN (Group Administrator) manages users; changing users with admin roles requires SUPER_ADMIN."
	}
	return "SUPER_ADMIN has it."
}

// tokenHint returns what to do if the org refuses the client's own sign-in as a service app.
func (e *Error) tokenHint() string {
	if e.profile != "" && slices.Contains([]string{"invalid_client", "consent_required", "invalid_scope"}, e.Code) {
		return fmt.Sprintf("The app of the profile %s was changed, deactivated or deleted: run oktaform login --profile %[1]s, which repairs it.", e.profile)
	}
	switch e.Code {
	case "invalid_client":
		return "Check OKTA_CLIENT_CLIENTID, that the app is a service app with private_key_jwt, that the public half of the private key is among its keys and ACTIVE, that OKTA_CLIENT_PRIVATEKEYID is its kid, and this machine's clock."
	case "consent_required", "invalid_scope":
		return "Grant the scopes of OKTA_CLIENT_SCOPES to the app that oktaform signs in as."
	case "invalid_dpop_proof", "use_dpop_nonce":
		return "The app that oktaform signs in as requires DPoP; turn dpop_bound_access_tokens off for it."
	case "access_denied":
		return "The app that oktaform signs in as may not be used from this network."
	}
	if e.Status == http.StatusTooManyRequests || e.Status >= http.StatusInternalServerError {
		return "Try again in a minute."
	}
	return "Check the app that oktaform signs in as."
}

// networkHint returns what to do about a request without an answer.
func networkHint(req *http.Request, err error) string {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var busy *busyError
	switch {
	case errors.As(err, &busy):
		return "Nothing was done. Look in the admin console under Reports > Rate Limits for what uses up the limit, and run the same command again later; a lower --rate-limit-share or --parallelism leaves more for others."
	case errors.As(err, &dns):
		return "Check the org's URL (--org or OKTA_CLIENT_ORGURL) and the network."
	case errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &record):
		return "Something between here and Okta breaks TLS: a proxy whose certificate this machine doesn't trust (SSL_CERT_FILE), or a wrong port."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Nothing listens there: check the org's URL and port."
	case errors.Is(err, context.DeadlineExceeded):
		return "The org didn't answer in time: check the network and proxy (HTTPS_PROXY)."
	case !isRepeatable(req):
		return "It isn't known whether the org did it: run the same command again, which looks first."
	}
	return "Check the network and proxy (HTTPS_PROXY), and run the same command again."
}
