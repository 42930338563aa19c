package openapicheck

import (
	"regexp"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/reference"
)

// Exception is a case in which real orgs answer, or accept, something that a document does not
// allow.
type Exception struct {
	Document string         // the document concerned; "" for both
	Methods  string         // separated by spaces
	Path     *regexp.Regexp // of the request
	Status   int            // 0 for any
	Error    string         // part of the validation's error; "" for any
	Reason   string         // the recording that shows it, or another source
}

// Exceptions returns all exceptions.
func Exceptions() []Exception {
	return []Exception{
		{Methods: "OPTIONS", Path: regexp.MustCompile(`^/`),
			Reason: "preflights of browsers: isCorsEnabled of the operations describes them"},
		{Methods: "GET", Path: regexp.MustCompile(`^/api/v1/policies(/[^/]+)?$`), Error: "/_embedded/resourceType",
			Reason: "recording TestAccResourceOktaAppOauth_pkce_required: a string, where the newer document has an object"},
		{Methods: "GET POST PUT", Path: regexp.MustCompile(`^/api/v1/apps`), Error: "input matches more than one oneOf schemas",
			Reason: "recording TestAccResourceOktaAppOauth_serviceWithJWKS: a key that fits several of the newer document's schemas for one"},
		{Methods: "GET POST PUT", Path: regexp.MustCompile(`^/api/v1/iam/roles/[^/]+/permissions(/|$)`), Error: "conditions/",
			Reason: "the newer document's own example of conditions: a list of attributes, where its schema has an object"},
		{Methods: "GET POST PUT", Path: regexp.MustCompile(`^/api/v1/apps`), Error: "/app/buttonField",
			Reason: "apps with password sign-in have only the fields that a test gives them: they are here to be targets of roles"},
		{Methods: "POST", Path: regexp.MustCompile(`^/oauth2/v1/clients/[^/]+/roles$`), Status: 201,
			Reason: "recording TestAccResourceOktaAppOAuthRoleAssignment_basic: 201, where the document has 200"},
		{Document: sdkDocument, Methods: "GET", Path: regexp.MustCompile(`^/oauth2/v1/clients/[^/]+/roles(/[^/]+/targets/(groups|catalog/apps))?$`), Status: 200,
			Reason: "the document of release 2026.06.3: an array of roles or targets, where this one has an OAuth client"},
		{Document: sdkDocument, Methods: "GET POST DELETE", Path: regexp.MustCompile(`^/api/v1/apps/[^/]+/credentials/(secrets|jwks)`), Error: "no matching operation was found",
			Reason: "recording TestAccDataSourceOktaAppOauth_read: the document of this SDK version lacks the path"},
		{Methods: "GET POST", Path: regexp.MustCompile(`^/api/v1/internal/apps/[^/]+/settings/oauth/idToken$`),
			Reason: "recording TestAccResourceOktaAppOauth_groups_claim: a private path"},
		{Document: reference.OpenAPIName, Methods: "GET", Path: regexp.MustCompile(`^/oauth2/v1/clients/[^/]+/roles$`), Status: 200, Error: `"MOBILE_ADMIN"`,
			Reason: "the document of the SDK lists this older type of role, the newer one no longer does"},
		{Methods: "POST", Path: regexp.MustCompile(`^/api/v1/apps/[^/]+/grants$`), Status: 200,
			Reason: "Okta's Terraform provider, exchanges of TestAccResourceOktaAppOAuthApplication_apiScope: 200, where the document has 201"},
		{Methods: "GET", Path: regexp.MustCompile(`^/api/v1/api-tokens/`), Error: "/tokenWindow",
			Reason: "recording TestAccDataSourceOktaAPIToken_read: P30D, where the document's pattern is not one of Go's"},
		{Methods: "PUT", Path: regexp.MustCompile(`^/api/v1/groups/[^/]+/roles/[^/]+/targets/catalog/apps/[^/]+$`), Status: 204,
			Reason: "recording TestAccResourceOktaGroupRole_admin_crud: 204, where the document has 200"},
		{Methods: "PUT", Path: regexp.MustCompile(`^/api/v1/apps/[^/]+$`), Status: 200, Error: "Value is not nullable",
			Reason: "recording TestAccResourceOktaAppOauth_basic: answers have null in these places, and an update sends back what was read"},
		{Document: reference.OpenAPIName, Methods: "GET", Path: regexp.MustCompile(`^/api/v1/apps/[^/]+/credentials/jwks$`), Status: 200, Error: "value must be an array",
			Reason: "the document's own example and Okta's Go SDK since 6.0.3: an object with keys, where its schema has an array"},
		{Methods: "GET POST PUT", Path: regexp.MustCompile(`^/api/v1/apps(/[^/]+)?$`), Error: `value is not one of the allowed values ["oidc_client"]`,
			Reason: "Okta's Terraform provider makes OIDC apps from entries of the catalog (preconfigured_app): their name is the entry's"},
		{Methods: "GET POST", Path: regexp.MustCompile(`^/api/v1/meta/schemas/`), Error: "/unique",
			Reason: "recording TestAccDataSourceOktaUser_read and the document's own text: UNIQUE_VALIDATED, where its schema has a boolean"},
		{Methods: "PATCH", Path: regexp.MustCompile(`^/api/v1/apps/[^/]+/groups/[^/]+$`), Error: `"/0/value"`,
			Reason: "the document's own example: a text, where its schema of a patch has an object"},
		{Document: sdkDocument, Methods: "GET POST PUT", Path: regexp.MustCompile(`^/api/v1/iam/resource-sets/[^/]+/resources(/[^/]+)?$`), Error: "no matching operation was found",
			Reason: "the document of release 2026.06.3 has the operation; that of this SDK version lacks it"},
		{Document: sdkDocument, Methods: "GET POST PUT PATCH DELETE", Error: "no matching operation was found",
			Path:   regexp.MustCompile(`^/api/v1/(apps/[^/]+/(federated-claims|group-push|cwo)|users/[^/]+/(risk|classification))`),
			Reason: "the document of release 2026.06.3 has the path; that of this SDK version lacks it"},
	}
}

// excused reports whether an exception explains the error.
func (v validation) excused(err error) bool {
	return slices.ContainsFunc(Exceptions(), func(e Exception) bool { return e.explains(v, err) })
}

func (e Exception) explains(v validation, err error) bool {
	return (e.Document == "" || e.Document == v.document) && slices.Contains(strings.Fields(e.Methods), v.r.Method) &&
		e.Path.MatchString(v.r.URL.Path) && (e.Status == 0 || e.Status == v.answer.Code) && strings.Contains(err.Error(), e.Error)
}
