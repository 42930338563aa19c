package oauth

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Error is an error of the OAuth endpoints (RFC 6749 section 5.2). The variables below carry Okta's
// wire texts and are never modified: With and challenge return copies.
type Error struct {
	Status      int
	Code        string // "error"
	Description string // "error_description"
	header      http.Header
}

func (e *Error) Error() string { return e.Code + ": " + e.Description }

// Respond answers the call with the error.
func (e *Error) Respond(c *web.Call) {
	for name, values := range e.header {
		c.Header[name] = values
	}
	noStore(c)
	_ = c.JSON(e.Status, oauthErrorBody{e.Code, e.Description})
}

// oauthErrorBody keeps the members in Okta's order.
type oauthErrorBody struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// With returns a copy with the placeholders of the description filled in.
func (e *Error) With(values ...string) *Error {
	filled := *e
	filled.Description = fmt.Sprintf(e.Description, strings.Join(values, ", "))
	return &filled
}

// WithHeader returns a copy with a response header added.
func (e *Error) WithHeader(name, value string) *Error {
	more := *e
	more.header = http.Header{}
	for k, v := range e.header {
		more.header[k] = v
	}
	more.header.Set(name, value)
	return &more
}

// noStore adds the cache headers for answers with tokens, or errors about them (RFC 6749 section
// 5.1), as Okta does.
func noStore(c *web.Call) {
	c.Header.Set("Cache-Control", "no-cache, no-store")
	c.Header.Set("Pragma", "no-cache")
}

// Errors of client authentication.
var (
	ErrClient               = &Error{401, "invalid_client", "Client authentication failed. Either the client or the client credentials are invalid.", nil}
	ErrNoClientCredentials  = &Error{401, "invalid_client", "No client credentials found.", nil}
	ErrBasicCredentials     = &Error{401, "invalid_client", "Found Authentication header but was not valid client credentials.", nil}
	ErrClientID             = &Error{401, "invalid_client", "Invalid value for 'client_id' parameter.", nil}
	ErrClientSecret         = &Error{401, "invalid_client", "The client secret supplied for a confidential client is invalid.", nil}
	ErrClientCredsMethod    = &Error{401, "invalid_client", "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.", nil}
	ErrClientCredsAppType   = &Error{401, "invalid_client", "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.", nil}
	ErrManyCredentials      = &Error{401, "invalid_request", "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.", nil}
	ErrCredentialsInQuery   = &Error{400, "invalid_request", "Client credentials cannot be supplied via query parameters.", nil}
	ErrAssertionType        = &Error{400, "invalid_request", "The client_assertion_type is invalid.", nil}
	ErrAssertionIssuer      = &Error{401, "invalid_client", "The issuer claim for client_assertion is not a valid client_id.", nil}
	ErrAssertionSubject     = &Error{401, "invalid_client", "The subject claim for client_assertion is not a valid client_id.", nil}
	errAssertionNoSecret    = &Error{401, "invalid_client", "The issuer and subject claim for client_assertion is invalid because the client does not have a client secret.", nil}
	ErrAssertionAudience    = &Error{401, "invalid_client", "The audience claim for client_assertion must be the endpoint invoked for the request.", nil}
	ErrAssertionNoExpiry    = &Error{401, "invalid_client", "The client_assertion must contain the 'exp' claim as seconds since epoch.", nil}
	ErrAssertionExpired     = &Error{401, "invalid_client", "The client_assertion token is expired.", nil}
	ErrAssertionTooFar      = &Error{401, "invalid_client", "The client_assertion token has an expiration too far into the future.", nil}
	ErrAssertionFuture      = &Error{401, "invalid_client", "The client_assertion token must be issued before the current time.", nil}
	ErrAssertionUsed        = &Error{401, "invalid_client", "The client_assertion token has already been used.", nil}
	ErrAssertionSignature   = &Error{401, "invalid_client", "The client_assertion signature is invalid.", nil}
	ErrAssertionParse       = &Error{401, "invalid_client", "The parsing of the client_assertion failed.", nil}
	ErrAssertionKid         = &Error{401, "invalid_client", "The client_assertion JWT kid is invalid.", nil}
	ErrAssertionJWKS        = &Error{401, "invalid_client", "The client JWKSet is invalid.", nil}
	ErrAssertionAlgorithm   = &Error{401, "invalid_client", "The client_assertion JWT signature algorithm is invalid.", nil}
	errAssertionShortSecret = &Error{401, "invalid_client", "The client secret is too short to verify a JWT HMAC.", nil}
	ErrAssertionNoKeys      = &Error{401, "invalid_client", "The client does not have a JWKSet configured, but the client_assertion requires one.", nil}
	ErrAssertionKeyUse      = &Error{401, "invalid_client", "The public key being used for client assertion has an invalid 'use' parameter. Valid values for the 'use' parameter are %s.", nil}
	ErrAssertionSigningKey  = &Error{401, "invalid_client", "The client_assertion JWT needs to be signed using a signing key.", nil}
	ErrJWKSURI              = &Error{401, "invalid_client", "Error retrieving the client JWKSet from jwks_uri.", nil}
	ErrJWKSURINoKey         = &Error{401, "invalid_client", "The client JWKSet from jwks_uri must contain at least one key.", nil}
	ErrJWKSURIKids          = &Error{401, "invalid_client", "All keys in the client JWKSet from jwks_uri must have a unique kid.", nil}
)

// Errors of requests, grants and scopes.
var (
	errInvalidRequest   = &Error{400, "invalid_request", "Invalid request", nil}
	ErrDuplicateParams  = &Error{400, "invalid_request", "The request contained multiple parameters with the same name.", nil}
	ErrNoGrantType      = &Error{400, "invalid_request", "The token request must specify a 'grant_type'. Valid values: [%s]", nil}
	ErrGrantType        = &Error{400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server. Configured grant types: [%s].", nil}
	ErrUnauthorized     = &Error{400, "unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [%s].", nil}
	ErrMissingParameter = &Error{400, "invalid_request", "The required parameter '%s' is missing.", nil}
	ErrNoScopes         = &Error{400, "invalid_scope", "No scopes were requested.", nil}
	ErrScope            = &Error{400, "invalid_scope", "One or more scopes are not configured for the authorization server resource.", nil}
	ErrOpenIDScope      = &Error{400, "invalid_scope", "Cannot request 'openid' scopes using client credentials.", nil}
	ErrOpenIDRequired   = &Error{400, "invalid_scope", "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.", nil}
	ErrSelfScope        = &Error{400, "client_credentials_self_scope_requested", "The 'client_credentials' grant type may not request .self scopes.", nil}
	ErrNoGrantedScope   = &Error{400, "consent_required", "You are not allowed any of the requested scopes.", nil}
	ErrNotAssigned      = &Error{400, "access_denied", "User is not assigned to the client application.", nil}
	errNetworkZone      = &Error{403, "access_denied", "The request is made from outside the client's permitted network zones.", nil}
	errConsent          = &Error{400, "consent_required", "The following scopes require user consent: [%s].", nil}
	ErrCode             = &Error{400, "invalid_grant", "The authorization code is invalid or has expired.", nil}
	ErrOtherRedirectURI = &Error{400, "invalid_grant", "The 'redirect_uri' does not match the redirection URI used in the authorization request.", nil}
	ErrOtherClient      = &Error{400, "invalid_grant", "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.", nil}
	ErrPKCE             = &Error{400, "invalid_grant", "PKCE verification failed.", nil}
	ErrPKCENoVerifier   = &Error{400, "invalid_request", "PKCE code verifier is required by the application.", nil}
	ErrPKCENoChallenge  = &Error{400, "invalid_request", "PKCE code challenge should be specified in the authorize request for code verification.", nil}
	ErrRefreshToken     = &Error{400, "invalid_grant", "The refresh token is invalid or expired.", nil}
	ErrRefreshScopes    = &Error{400, "access_denied", "Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: %s.", nil}
	ErrBrowserOrigin    = &Error{400, "invalid_request", "Browser requests to the token endpoint must be part of at least one whitelisted redirect_uri.", nil}
	ErrBrowserUntrusted = &Error{400, "invalid_request", "Browser requests to the token endpoint must be made from one of the registered Trusted Origins.", nil}
	ErrBrowserPKCE      = &Error{401, "invalid_client", "Browser requests to the token endpoint must use Proof Key for Code Exchange.", nil}
	ErrNoToken          = &Error{400, "invalid_request", "The 'token' parameter is required.", nil}
)

// Errors of the authorization endpoint.
var (
	ErrRedirectURI         = &Error{400, "invalid_request", "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.", nil}
	ErrServiceClient       = &Error{400, "invalid_request", "Clients with 'application_type' of 'service' are not allowed to access the '%s' endpoint.", nil}
	ErrState               = &Error{400, "invalid_request", "The authentication request has an invalid 'state' parameter.", nil}
	ErrNonce               = &Error{400, "invalid_request", "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response types..", nil}
	ErrPrompt              = &Error{400, "invalid_request", "Invalid value for 'prompt' parameter. Supported values: [%s]", nil}
	ErrPromptZeroAge       = &Error{400, "invalid_request", "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age.", nil}
	ErrMaxAge              = &Error{400, "invalid_request", "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.", nil}
	ErrChallengeMissing    = &Error{400, "invalid_request", "PKCE code challenge is required by the application.", nil}
	ErrChallenge           = &Error{400, "invalid_request", "PKCE code challenge contains illegal characters.", nil}
	ErrChallengeMethod     = &Error{400, "invalid_request", "PKCE code challenge method is not supported. Valid values: [%s]", nil}
	ErrResponseType        = &Error{400, "unsupported_response_type", "The response type is not supported by the authorization server. Configured response types: [%s].", nil}
	ErrResponseMode        = &Error{400, "unsupported_response_mode", "The response mode is not supported by the authorization server. Valid response modes: [query, fragment, form_post, okta_post_message].", nil}
	ErrResponseModeQuery   = &Error{400, "unsupported_response_mode", "'query' response mode cannot be used with either the 'id_token' or 'token' response types.", nil}
	ErrResponseModeMessage = &Error{400, "unsupported_response_mode", "'okta_post_message' response mode cannot be used with the 'code' response type.", nil}
	ErrLoginRequired       = &Error{400, "login_required", "The client specified not to prompt, but the user is not logged in.", nil}
	ErrSignOnRequired      = &Error{400, "login_required", "The client specified not to prompt, but the client app requires re-authentication or MFA.", nil}
	ErrIdP                 = &Error{400, "invalid_request", "Identity provider is not valid.", nil}
	errLogoutRedirectURI   = &Error{400, "invalid_request", "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.", nil}
	errIDToken             = &Error{401, "invalid_token", "The id token is invalid.", nil}
)

// Errors of parameters of authorization requests that ask for more than a password.
var (
	ErrACR               = &Error{400, "unmet_authentication_requirements", "Unable to meet the authentication requirements imposed by 'acr_values' parameter.", nil}
	ErrEnrollType        = &Error{400, "invalid_request", "Authenticator enrollment requires 'none' response_type.", nil}
	ErrEnrollment        = &Error{403, "access_denied", "Authenticator enrollment is not allowed at this time. Please contact support for assistance.", nil}
	ErrOtherSessionsUser = &Error{400, "id_token_does_not_match_session", "The ID token subject does not match the current session's user.", nil}
)

// Errors of request objects (RFC 9101) and pushed authorization requests (RFC 9126).
var (
	ErrRequestObject      = &Error{400, "request_not_supported", "The authorize request object is not supported by this client.", nil}
	ErrObjectNoSecret     = &Error{400, "request_not_supported", "The issuer of the request object does not have a client secret.", nil}
	ErrObject             = &Error{400, "invalid_request_object", "The authorize request object is invalid.", nil}
	ErrObjectParse        = &Error{400, "invalid_request_object", "The request object cannot be parsed.", nil}
	ErrObjectAlgorithm    = &Error{400, "invalid_request_object", "The JWT signature algorithm of the request object is invalid.", nil}
	ErrObjectOtherAlg     = &Error{400, "invalid_request_object", "The signing algorithm used is not supported by this client.", nil}
	ErrObjectSignature    = &Error{400, "invalid_request_object", "The signature of the request object is invalid.", nil}
	ErrObjectShortSecret  = &Error{400, "invalid_request_object", "The JWT signature secret length is too short.", nil}
	ErrObjectKid          = &Error{400, "invalid_request_object", "The JWT kid of the request object is invalid.", nil}
	ErrObjectJWKS         = &Error{400, "invalid_request_object", "The client JWKSet is invalid.", nil}
	ErrObjectKeyUse       = &Error{400, "invalid_request_object", "The public key being used for signing the request object has an invalid 'use' parameter. Valid values for the 'use' parameter are %s.", nil}
	ErrObjectSigningKey   = &Error{400, "invalid_request_object", "The request object needs to be signed using a signing key.", nil}
	ErrObjectNoKeys       = &Error{401, "invalid_client", "The client does not have a JWKSet configured, but the request object requires one.", nil}
	ErrObjectIssuer       = &Error{401, "invalid_client", "The issuer of the request object is invalid.", nil}
	ErrObjectAudience     = &Error{400, "invalid_request_object", "The audience of the request object is invalid.", nil}
	ErrObjectExpired      = &Error{400, "invalid_request_object", "The request object is expired.", nil}
	ErrObjectTooFar       = &Error{400, "invalid_request_object", "The request object expires too far in the future.", nil}
	ErrObjectFuture       = &Error{400, "invalid_request_object", "The request object is issued in the future.", nil}
	ErrObjectEarly        = &Error{400, "invalid_request_object", "The request object is issued too early.", nil}
	ErrObjectUsed         = &Error{400, "invalid_request_object", "The request object has already been used.", nil}
	ErrObjectDuplicate    = &Error{400, "invalid_request", "Duplicate parameter provided in request. Duplicated parameters: [%s].", nil}
	ErrObjectAndURI       = &Error{400, "invalid_request", "The authorize request must not contain both a request object and a request uri.", nil}
	ErrPushedURI          = &Error{400, "invalid_request", "The 'request_uri' parameter must not be present in the request.", nil}
	ErrRequestURI         = &Error{400, "invalid_request_uri", "The authorize request_uri is invalid.", nil}
	ErrRequestURIClient   = &Error{401, "invalid_client", "The 'client_id' parameter does not match the expected value for the provided request_uri.", nil}
	ErrPushedOpenIDNeeded = &Error{403, "access_denied", "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.", nil}
)

// Errors of the device authorization grant (RFC 8628) and of the password grant.
var (
	ErrDevicePending   = &Error{400, "authorization_pending", "The device authorization is pending. Please try again later.", nil}
	ErrDeviceSlowDown  = &Error{400, "slow_down", "Slow down the polling frequency. Please try again later.", nil}
	ErrDeviceExpired   = &Error{400, "expired_token", "The device code has expired.", nil}
	ErrDeviceCode      = &Error{400, "invalid_grant", "The device code is invalid or has expired.", nil}
	ErrDeviceDenied    = &Error{403, "access_denied", "The resource owner or authorization server denied the request.", nil}
	ErrUserCode        = &Error{400, "invalid_user_code", "The user code is invalid or has expired.", nil}
	ErrPassword        = &Error{400, "invalid_grant", "The credentials provided were invalid.", nil}
	ErrPasswordExpired = &Error{400, "invalid_grant", "Password has expired.", nil}
	ErrPasswordMFA     = &Error{400, "invalid_grant", "Resource owner password credentials cannot be used with MFA enabled.", nil}
	ErrPasswordConsent = &Error{400, "consent_required", "The following scopes require user consent: [%s]. To access protected scopes using the resource owner password grant type, please uncheck 'Require consent' in the app settings or set the 'consent_method' to 'TRUSTED' through the apps API.", nil}
	ErrTokenExchange   = &Error{400, "unsupported_grant_type", "'urn:ietf:params:oauth:grant-type:token-exchange' grant type is not supported.", nil}
)

// Errors of access tokens presented to the org.
var (
	ErrAccessToken         = &Error{401, "invalid_token", "The access token is invalid.", nil}
	ErrAccessTokenExpired  = &Error{401, "invalid_token", "The token has expired.", nil}
	ErrAccessTokenRevoked  = &Error{401, "invalid_token", "The access token has been revoked.", nil}
	ErrAccessTokenIssuer   = &Error{401, "invalid_token", "The access token provided has an invalid issuer.", nil}
	ErrAccessTokenAudience = &Error{401, "invalid_token", "The access token provided is not intended for Okta.", nil}
	ErrAccessTokenMissing  = &Error{401, "invalid_request", "The access token is missing.", nil}
	ErrAccessTokenNotDPoP  = &Error{401, "invalid_token", "The presented access_token is not DPoP bound.", nil}
	ErrInsufficientScope   = &Error{403, "insufficient_scope", "The access token provided does not contain the required scopes.", nil}
)

// Errors of DPoP (RFC 9449).
var (
	ErrDPoPNonce     = &Error{400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.", nil}
	ErrDPoPMissing   = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.", nil}
	ErrDPoPMany      = &Error{400, "invalid_dpop_proof", "Multiple DPoP proof JWT headers are not allowed.", nil}
	errDPoPProof     = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.", nil}
	ErrDPoPType      = &Error{400, "invalid_dpop_proof", "'typ' must be 'dpop+jwt' in the DPoP proof JWT.", nil}
	ErrDPoPAlgorithm = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT signature algorithm is invalid.", nil}
	ErrDPoPParse     = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT cannot be parsed.", nil}
	ErrDPoPSignature = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT signature is invalid.", nil}
	ErrDPoPMethod    = &Error{400, "invalid_dpop_proof", "'htm' claim in the DPoP proof JWT is invalid.", nil}
	ErrDPoPURL       = &Error{400, "invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid.", nil}
	ErrDPoPIssuedAt  = &Error{400, "invalid_dpop_proof", "'iat' claim in the DPoP proof JWT is invalid.", nil}
	ErrDPoPJTI       = &Error{400, "invalid_dpop_proof", "'jti' claim in the DPoP proof JWT is invalid.", nil}
	ErrDPoPFuture    = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT is issued in the future.", nil}
	ErrDPoPOld       = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT is issued more than five minutes in the past.", nil}
	ErrDPoPExpired   = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT is expired.", nil}
	ErrDPoPUsed      = &Error{400, "invalid_dpop_proof", "The DPoP proof JWT has already been used.", nil}
	ErrDPoPTokenHash = &Error{400, "invalid_dpop_proof", "'ath' claim in the DPoP proof does not match the presented access_token.", nil}
	ErrDPoPBinding   = &Error{400, "invalid_dpop_proof", "The access_token is not bound to the provided DPoP proof.", nil}
	ErrDPoPRefresh   = &Error{400, "invalid_dpop_proof", "Invalid DPoP Public Key binding in refresh token", nil}
	ErrDPoPRequired  = &Error{400, "invalid_request", "The resource request requires a DPoP proof.", nil}
	ErrDPoPScheme    = &Error{400, "invalid_request", "The resource request must use the DPoP authentication scheme when using a DPoP bound token.", nil}
)

// withStatus returns a copy with another HTTP status.
func (e *Error) withStatus(status int) *Error {
	other := *e
	other.Status = status
	return &other
}
