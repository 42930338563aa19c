package oauth

import (
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// clientAuthMethods are all methods of client authentication.
var clientAuthMethods = []string{"client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"}

// getOpenIDConfiguration serves OpenID Connect Discovery 1.0. Like Okta's, the document lists
// neither client_credentials nor the okta.* scopes, though both work.
func getOpenIDConfiguration(c *web.Call) error {
	metadata := authorizationServer(c)
	for name, value := range map[string]any{
		"userinfo_endpoint":                     c.URL("/oauth2/v1/userinfo"),
		"id_token_signing_alg_values_supported": []string{"RS256"},
		"claims_supported": []string{"iss", "ver", "sub", "aud", "iat", "exp", "jti", "auth_time", "amr", "idp", "nonce",
			"name", "nickname", "preferred_username", "given_name", "middle_name", "family_name", "email", "email_verified",
			"profile", "zoneinfo", "locale", "address", "phone_number", "picture", "website", "gender", "birthdate",
			"updated_at", "at_hash", "c_hash"},
	} {
		metadata[name] = value
	}
	c.Header.Set("Cache-Control", "max-age=86400, must-revalidate")
	return c.JSON(http.StatusOK, metadata)
}

// getAuthorizationServerMetadata serves RFC 8414 metadata.
func getAuthorizationServerMetadata(c *web.Call) error {
	c.Header.Set("Cache-Control", "max-age=86400, must-revalidate")
	return c.JSON(http.StatusOK, authorizationServer(c))
}

// authorizationServer returns the members that both documents share.
func authorizationServer(c *web.Call) map[string]any {
	return map[string]any{
		"issuer":                                        c.Base,
		"authorization_endpoint":                        c.URL("/oauth2/v1/authorize"),
		"token_endpoint":                                c.URL("/oauth2/v1/token"),
		"registration_endpoint":                         c.URL("/oauth2/v1/clients"),
		"jwks_uri":                                      c.URL("/oauth2/v1/keys"),
		"response_types_supported":                      []string{"code", "id_token", "code id_token", "code token", "id_token token", "code id_token token"},
		"response_modes_supported":                      []string{"query", "fragment", "form_post", "okta_post_message"},
		"grant_types_supported":                         []string{"authorization_code", "implicit", "refresh_token", "password", "urn:ietf:params:oauth:grant-type:device_code"},
		"subject_types_supported":                       []string{"public"},
		"scopes_supported":                              []string{"openid", "email", "profile", "address", "phone", "offline_access", "groups"},
		"token_endpoint_auth_methods_supported":         clientAuthMethods,
		"code_challenge_methods_supported":              []string{"S256"},
		"introspection_endpoint":                        c.URL("/oauth2/v1/introspect"),
		"introspection_endpoint_auth_methods_supported": clientAuthMethods,
		"revocation_endpoint":                           c.URL("/oauth2/v1/revoke"),
		"revocation_endpoint_auth_methods_supported":    clientAuthMethods,
		"end_session_endpoint":                          c.URL("/oauth2/v1/logout"),
		"request_parameter_supported":                   true,
		"request_object_signing_alg_values_supported":   []string{"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512"},
		"device_authorization_endpoint":                 c.URL("/oauth2/v1/device/authorize"),
		"pushed_authorization_request_endpoint":         c.URL("/oauth2/v1/par"),
		"dpop_signing_alg_values_supported":             ProofAlgorithms(),
	}
}
