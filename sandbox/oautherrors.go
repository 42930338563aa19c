package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// oauthError is an error of the OAuth endpoints (RFC 6749 section 5.2). Its
// values below carry Okta's wire texts; they are never changed, with and
// challenge return copies.
type oauthError struct {
	status      int
	code        string // "error"
	description string // "error_description"
	header      http.Header
}

func (e *oauthError) Error() string { return e.code + ": " + e.description }

func (e *oauthError) respond(c *call) {
	for name, values := range e.header {
		c.header[name] = values
	}
	noStore(c)
	_ = c.json(e.status, oauthErrorBody{e.code, e.description})
}

// oauthErrorBody keeps the order of the members that Okta sends.
type oauthErrorBody struct {
	Error       string `json:"error"`
	Description string `json:"error_description"`
}

// with fills the placeholder of the description.
func (e *oauthError) with(values ...string) *oauthError {
	filled := *e
	filled.description = fmt.Sprintf(e.description, strings.Join(values, ", "))
	return &filled
}

// withHeader adds a response header.
func (e *oauthError) withHeader(name, value string) *oauthError {
	more := *e
	more.header = http.Header{}
	for k, v := range e.header {
		more.header[k] = v
	}
	more.header.Set(name, value)
	return &more
}

// noStore marks an answer that holds tokens or errors about them (RFC 6749
// section 5.1), as Okta does.
func noStore(c *call) {
	c.header.Set("Cache-Control", "no-cache, no-store")
	c.header.Set("Pragma", "no-cache")
}

// Errors of client authentication.
var (
	errClient               = &oauthError{401, "invalid_client", "Client authentication failed. Either the client or the client credentials are invalid.", nil}
	errNoClientCredentials  = &oauthError{401, "invalid_client", "No client credentials found.", nil}
	errBasicCredentials     = &oauthError{401, "invalid_client", "Found Authentication header but was not valid client credentials.", nil}
	errClientID             = &oauthError{401, "invalid_client", "Invalid value for 'client_id' parameter.", nil}
	errClientSecret         = &oauthError{401, "invalid_client", "The client secret supplied for a confidential client is invalid.", nil}
	errClientCredsMethod    = &oauthError{401, "invalid_client", "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.", nil}
	errClientCredsAppType   = &oauthError{401, "invalid_client", "Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.", nil}
	errManyCredentials      = &oauthError{401, "invalid_request", "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.", nil}
	errCredentialsInQuery   = &oauthError{400, "invalid_request", "Client credentials cannot be supplied via query parameters.", nil}
	errAssertionType        = &oauthError{400, "invalid_request", "The client_assertion_type is invalid.", nil}
	errAssertionIssuer      = &oauthError{401, "invalid_client", "The issuer claim for client_assertion is not a valid client_id.", nil}
	errAssertionSubject     = &oauthError{401, "invalid_client", "The subject claim for client_assertion is not a valid client_id.", nil}
	errAssertionNoSecret    = &oauthError{401, "invalid_client", "The issuer and subject claim for client_assertion is invalid because the client does not have a client secret.", nil}
	errAssertionAudience    = &oauthError{401, "invalid_client", "The audience claim for client_assertion must be the endpoint invoked for the request.", nil}
	errAssertionNoExpiry    = &oauthError{401, "invalid_client", "The client_assertion must contain the 'exp' claim as seconds since epoch.", nil}
	errAssertionExpired     = &oauthError{401, "invalid_client", "The client_assertion token is expired.", nil}
	errAssertionTooFar      = &oauthError{401, "invalid_client", "The client_assertion token has an expiration too far into the future.", nil}
	errAssertionFuture      = &oauthError{401, "invalid_client", "The client_assertion token must be issued before the current time.", nil}
	errAssertionUsed        = &oauthError{401, "invalid_client", "The client_assertion token has already been used.", nil}
	errAssertionSignature   = &oauthError{401, "invalid_client", "The client_assertion signature is invalid.", nil}
	errAssertionParse       = &oauthError{401, "invalid_client", "The parsing of the client_assertion failed.", nil}
	errAssertionKid         = &oauthError{401, "invalid_client", "The client_assertion JWT kid is invalid.", nil}
	errAssertionJWKS        = &oauthError{401, "invalid_client", "The client JWKSet is invalid.", nil}
	errAssertionAlgorithm   = &oauthError{401, "invalid_client", "The client_assertion JWT signature algorithm is invalid.", nil}
	errAssertionShortSecret = &oauthError{401, "invalid_client", "The client secret is too short to verify a JWT HMAC.", nil}
	errAssertionNoKeys      = &oauthError{401, "invalid_client", "The client does not have a JWKSet configured, but the client_assertion requires one.", nil}
	errAssertionKeyUse      = &oauthError{401, "invalid_client", "The public key being used for client assertion has an invalid 'use' parameter. Valid values for the 'use' parameter are %s.", nil}
	errAssertionSigningKey  = &oauthError{401, "invalid_client", "The client_assertion JWT needs to be signed using a signing key.", nil}
	errJWKSURI              = &oauthError{401, "invalid_client", "Error retrieving the client JWKSet from jwks_uri.", nil}
	errJWKSURINoKey         = &oauthError{401, "invalid_client", "The client JWKSet from jwks_uri must contain at least one key.", nil}
	errJWKSURIKids          = &oauthError{401, "invalid_client", "All keys in the client JWKSet from jwks_uri must have a unique kid.", nil}
)

// Errors of requests, grants and scopes.
var (
	errInvalidRequest   = &oauthError{400, "invalid_request", "Invalid request", nil}
	errDuplicateParams  = &oauthError{400, "invalid_request", "The request contained multiple parameters with the same name.", nil}
	errNoGrantType      = &oauthError{400, "invalid_request", "The token request must specify a 'grant_type'. Valid values: [%s]", nil}
	errGrantType        = &oauthError{400, "unsupported_grant_type", "The authorization grant type is not supported by the authorization server. Configured grant types: [%s].", nil}
	errUnauthorized     = &oauthError{400, "unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [%s].", nil}
	errMissingParameter = &oauthError{400, "invalid_request", "The required parameter '%s' is missing.", nil}
	errNoScopes         = &oauthError{400, "invalid_scope", "No scopes were requested.", nil}
	errScope            = &oauthError{400, "invalid_scope", "One or more scopes are not configured for the authorization server resource.", nil}
	errOpenIDScope      = &oauthError{400, "invalid_scope", "Cannot request 'openid' scopes using client credentials.", nil}
	errOpenIDRequired   = &oauthError{400, "invalid_scope", "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.", nil}
	errSelfScope        = &oauthError{400, "client_credentials_self_scope_requested", "The 'client_credentials' grant type may not request .self scopes.", nil}
	errNoGrantedScope   = &oauthError{400, "consent_required", "You are not allowed any of the requested scopes.", nil}
	errNotAssigned      = &oauthError{400, "access_denied", "User is not assigned to the client application.", nil}
	errNetworkZone      = &oauthError{403, "access_denied", "The request is made from outside the client's permitted network zones.", nil}
	errConsent          = &oauthError{400, "consent_required", "The following scopes require user consent: [%s].", nil}
	errCode             = &oauthError{400, "invalid_grant", "The authorization code is invalid or has expired.", nil}
	errOtherRedirectURI = &oauthError{400, "invalid_grant", "The 'redirect_uri' does not match the redirection URI used in the authorization request.", nil}
	errOtherClient      = &oauthError{400, "invalid_grant", "The grant was issued to another client. Please make sure the 'client_id' matches the one used at the authorize request.", nil}
	errPKCE             = &oauthError{400, "invalid_grant", "PKCE verification failed.", nil}
	errPKCENoVerifier   = &oauthError{400, "invalid_request", "PKCE code verifier is required by the application.", nil}
	errPKCENoChallenge  = &oauthError{400, "invalid_request", "PKCE code challenge should be specified in the authorize request for code verification.", nil}
	errRefreshToken     = &oauthError{400, "invalid_grant", "The refresh token is invalid or expired.", nil}
	errRefreshScopes    = &oauthError{400, "access_denied", "Some of the scopes requested for the refresh request were not granted in the original authorize request. Denied scopes: %s.", nil}
	errNoToken          = &oauthError{400, "invalid_request", "The 'token' parameter is required.", nil}
)

// Errors of the authorization endpoint.
var (
	errRedirectURI         = &oauthError{400, "invalid_request", "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.", nil}
	errServiceClient       = &oauthError{400, "invalid_request", "Clients with 'application_type' of 'service' are not allowed to access the '%s' endpoint.", nil}
	errState               = &oauthError{400, "invalid_request", "The authentication request has an invalid 'state' parameter.", nil}
	errNonce               = &oauthError{400, "invalid_request", "The 'nonce' parameter is required for authorize requests with either the 'id_token' or 'token' response types..", nil}
	errPrompt              = &oauthError{400, "invalid_request", "Invalid value for 'prompt' parameter. Supported values: [%s]", nil}
	errPromptZeroAge       = &oauthError{400, "invalid_request", "'prompt' parameter must not have the value 'none' for request with 'zero' as max_age.", nil}
	errMaxAge              = &oauthError{400, "invalid_request", "Invalid value for 'max_age' parameter. It should be within range 0 - 2^31-1.", nil}
	errChallengeMissing    = &oauthError{400, "invalid_request", "PKCE code challenge is required by the application.", nil}
	errChallenge           = &oauthError{400, "invalid_request", "PKCE code challenge contains illegal characters.", nil}
	errChallengeMethod     = &oauthError{400, "invalid_request", "PKCE code challenge method is not supported. Valid values: [%s]", nil}
	errResponseType        = &oauthError{400, "unsupported_response_type", "The response type is not supported by the authorization server. Configured response types: [%s].", nil}
	errResponseMode        = &oauthError{400, "unsupported_response_mode", "The response mode is not supported by the authorization server. Valid response modes: [query, fragment, form_post, okta_post_message].", nil}
	errResponseModeQuery   = &oauthError{400, "unsupported_response_mode", "'query' response mode cannot be used with either the 'id_token' or 'token' response types.", nil}
	errResponseModeMessage = &oauthError{400, "unsupported_response_mode", "'okta_post_message' response mode cannot be used with the 'code' response type.", nil}
	errLoginRequired       = &oauthError{400, "login_required", "The client specified not to prompt, but the user is not logged in.", nil}
	errSignOnRequired      = &oauthError{400, "login_required", "The client specified not to prompt, but the client app requires re-authentication or MFA.", nil}
	errRequestObject       = &oauthError{400, "request_not_supported", "The authorize request object is not supported by this client.", nil}
	errRequestURI          = &oauthError{400, "request_uri_not_supported", "The authorize request uri is not supported by this client.", nil}
	errIdP                 = &oauthError{400, "invalid_request", "Identity provider is not valid.", nil}
	errLogoutRedirectURI   = &oauthError{400, "invalid_request", "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings.", nil}
	errIDToken             = &oauthError{401, "invalid_token", "The id token is invalid.", nil}
)

// Errors of access tokens presented to the org.
var (
	errAccessToken         = &oauthError{401, "invalid_token", "The access token is invalid.", nil}
	errAccessTokenExpired  = &oauthError{401, "invalid_token", "The token has expired.", nil}
	errAccessTokenRevoked  = &oauthError{401, "invalid_token", "The access token has been revoked.", nil}
	errAccessTokenIssuer   = &oauthError{401, "invalid_token", "The access token provided has an invalid issuer.", nil}
	errAccessTokenAudience = &oauthError{401, "invalid_token", "The access token provided is not intended for Okta.", nil}
	errAccessTokenMissing  = &oauthError{401, "invalid_request", "The access token is missing.", nil}
	errAccessTokenNotDPoP  = &oauthError{401, "invalid_token", "The presented access_token is not DPoP bound.", nil}
	errInsufficientScope   = &oauthError{403, "insufficient_scope", "The access token provided does not contain the required scopes.", nil}
)

// Errors of DPoP (RFC 9449).
var (
	errDPoPNonce     = &oauthError{400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.", nil}
	errDPoPMissing   = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.", nil}
	errDPoPMany      = &oauthError{400, "invalid_dpop_proof", "Multiple DPoP proof JWT headers are not allowed.", nil}
	errDPoPProof     = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT is invalid.", nil}
	errDPoPType      = &oauthError{400, "invalid_dpop_proof", "'typ' must be 'dpop+jwt' in the DPoP proof JWT.", nil}
	errDPoPAlgorithm = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT signature algorithm is invalid.", nil}
	errDPoPParse     = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT cannot be parsed.", nil}
	errDPoPSignature = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT signature is invalid.", nil}
	errDPoPMethod    = &oauthError{400, "invalid_dpop_proof", "'htm' claim in the DPoP proof JWT is invalid.", nil}
	errDPoPURL       = &oauthError{400, "invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid.", nil}
	errDPoPIssuedAt  = &oauthError{400, "invalid_dpop_proof", "'iat' claim in the DPoP proof JWT is invalid.", nil}
	errDPoPJTI       = &oauthError{400, "invalid_dpop_proof", "'jti' claim in the DPoP proof JWT is invalid.", nil}
	errDPoPFuture    = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT is issued in the future.", nil}
	errDPoPOld       = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT is issued more than five minutes in the past.", nil}
	errDPoPExpired   = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT is expired.", nil}
	errDPoPUsed      = &oauthError{400, "invalid_dpop_proof", "The DPoP proof JWT has already been used.", nil}
	errDPoPTokenHash = &oauthError{400, "invalid_dpop_proof", "'ath' claim in the DPoP proof does not match the presented access_token.", nil}
	errDPoPBinding   = &oauthError{400, "invalid_dpop_proof", "The access_token is not bound to the provided DPoP proof.", nil}
	errDPoPRefresh   = &oauthError{400, "invalid_dpop_proof", "Invalid DPoP Public Key binding in refresh token", nil}
	errDPoPRequired  = &oauthError{400, "invalid_request", "The resource request requires a DPoP proof.", nil}
	errDPoPScheme    = &oauthError{400, "invalid_request", "The resource request must use the DPoP authentication scheme when using a DPoP bound token.", nil}
)

// withStatus answers the same error with another status.
func (e *oauthError) withStatus(status int) *oauthError {
	other := *e
	other.status = status
	return &other
}
