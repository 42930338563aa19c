package catalog

import "slices"

// rows returns all explanations. Wire texts are those of Okta's catalogs of OAuth errors and
// Management API errors.
func rows() []row {
	return slices.Concat(assertionFaults(), clientFaults(), scopeFaults(), grantFaults(), authorizeFaults(), dpopFaults(), apiFaults(), codeFaults())
}

func explain(name, cause, fix string) Explanation { return Explanation{name, cause, fix} }

// clientError returns a row for the error invalid_client of the token endpoint.
func clientError(description string, e Explanation) row {
	return row{oauthError: "invalid_client", description: description, Explanation: e}
}

// assertionFaults concern the client assertion of private_key_jwt.
func assertionFaults() []row {
	keyFix := "Declare the public half of the key in a public_key block of the app, with the same key id, and apply."
	return []row{
		clientError("The audience claim for client_assertion must be the endpoint invoked for the request.", explain("wrong audience",
			"The assertion is made for another address than the token endpoint that got it: the org's URL here differs from the one that Okta sees, by a custom domain, the -admin host, a port or a proxy.",
			"Give --org the org's own URL, https://NAME.okta.com or the custom domain, without -admin and without a path.")),
		clientError("The client_assertion JWT kid is invalid.", explain("key not registered",
			"The app has no active key with the key id that the assertion names.",
			keyFix+" A public_key with status = \"INACTIVE\" doesn't count.")),
		clientError("The client_assertion signature is invalid.", explain("another key",
			"The app has a key with this id, but the assertion was signed with another one: private_key_file and the key in the org don't belong together.",
			"Restore the right private_key_file, or give the new key a public_key block with a key id of its own.")),
		clientError("The client_assertion token has an expiration too far into the future.", explain("assertion lives too long",
			"An assertion may be valid for one hour. One that lives for the full hour is refused as soon as the clock of its machine is a second ahead.",
			"Set the clock of this machine by NTP, and let assertions of your own code live for five minutes.")),
		clientError("The client_assertion token is expired.", explain("clock is slow",
			"The assertion had ended before it arrived: the clock of this machine is minutes behind the org's.",
			"Set the clock of this machine by NTP.")),
		clientError("The client_assertion token must be issued before the current time.", explain("clock is fast",
			"The assertion was issued in the org's future: the clock of this machine is ahead.",
			"Set the clock of this machine by NTP.")),
		clientError("The client_assertion must contain the 'exp' claim as seconds since epoch.", explain("no expiry",
			"The assertion has no exp claim, or one that is no number of seconds.",
			"Add the claim exp, in seconds since 1970, at most one hour ahead.")),
		clientError("The client_assertion token has already been used.", explain("assertion used twice",
			"The org has seen an assertion with this jti before; each is good for one request, also when that request failed.",
			"Make a new assertion with a new jti for every request.")),
		clientError("The client does not have a JWKSet configured, but the client_assertion requires one.", explain("app has no key",
			"The app authenticates with private_key_jwt, but the org holds no public key of it.", keyFix)),
		clientError("The client JWKSet is invalid.", explain("keys can't be read",
			"A key that the org holds for the app can't be used.", "Replace the app's public_key blocks with an RSA key of 2048 bits or more, or an EC key.")),
		clientError("Error retrieving the client JWKSet from jwks_uri.", explain("jwks_uri can't be read",
			"The org fetches the app's keys from its jwks_uri, and got no key set there.",
			"Make jwks_uri answer to the internet with a JSON Web Key Set, or remove it and declare public_key blocks.")),
		clientError("The client JWKSet from jwks_uri must contain at least one key.", explain("jwks_uri is empty",
			"The key set at the app's jwks_uri holds no key.", "Publish the key there, or remove jwks_uri and declare public_key blocks.")),
		clientError("All keys in the client JWKSet from jwks_uri must have a unique kid.", explain("key id used twice",
			"Two keys at the app's jwks_uri have the same key id.", "Give each key at jwks_uri its own kid.")),
		clientError("The client_assertion JWT signature algorithm is invalid.", explain("wrong algorithm",
			"Assertions are signed with RS256, RS384, RS512, ES256, ES384 or ES512.", "Use an RSA or an EC key in public_key.")),
		clientError("The public key being used for client assertion has an invalid 'use' parameter*", explain("key not for signing",
			"The registered key is meant for encryption.", "Declare a public_key without use, or with use \"sig\" in its JWK.")),
		clientError("The client_assertion JWT needs to be signed using a signing key.", explain("key not for signing",
			"The registered key is meant for encryption.", "Declare a public_key without use, or with use \"sig\" in its JWK.")),
		clientError("The issuer claim for client_assertion is not a valid client_id.", explain("unknown client id",
			"No app of this org has the client id that the assertion names as its issuer: the app is deleted, or belongs to another org.",
			"Check that --org names the app's org; then apply, which makes the app again.")),
		clientError("The subject claim for client_assertion is not a valid client_id.", explain("unknown client id",
			"No app of this org has the client id that the assertion names as its subject: the app is deleted, or belongs to another org.",
			"Check that --org names the app's org; then apply, which makes the app again.")),
		clientError("The parsing of the client_assertion failed.", explain("malformed assertion",
			"What was sent as client_assertion is no signed JWT.", "Send the JWT in its compact form, three parts with dots between them.")),
		{oauthError: "invalid_request", description: "The client_assertion_type is invalid.", Explanation: explain("wrong assertion type",
			"The request has another client_assertion_type than the one of JWTs.", "Send client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer.")},
	}
}

// clientFaults concern the client and its other ways to authenticate.
func clientFaults() []row {
	methodFix := "Set token_endpoint_auth_method in the app's block to the method that the client uses, and apply."
	return []row{
		clientError("Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.", explain("client secret used",
			"The org gives its API scopes to an app in its own name only when the app signs with a private key. This one uses a client secret.",
			"Set token_endpoint_auth_method = \"private_key_jwt\" and add a public_key block with private_key_file.")),
		clientError("Only clients with 'application_type' of 'service' may use the client_credentials 'grant_type' with the Org Authorization Server.", explain("not a service app",
			"A web app can't get API scopes in its own name.", "Use a service_app, or let a person sign in: a smoke_test has a sign_in block for that.")),
		clientError("The client secret supplied for a confidential client is invalid.", explain("wrong client secret",
			"The app has no active client secret with this value.", "Run again: the secret is then read again. If it still fails, the app has no active secret: activate or create one.")),
		clientError("No client credentials found.", explain("client not authenticated",
			"The org expects the app to authenticate, and the request contained neither secret nor assertion.", methodFix)),
		clientError("Found Authentication header but was not valid client credentials.", explain("malformed credentials",
			"The Authorization header holds no client id and secret.", "Send base64(client_id:client_secret) after \"Basic\", or send both in the body.")),
		clientError("Invalid value for 'client_id' parameter.", explain("unknown client id",
			"No active app of this org has this client id: it is deleted, inactive, or belongs to another org.",
			"Check that --org names the app's org and that the app has status = \"ACTIVE\", then apply.")),
		clientError("Client authentication failed. Either the client or the client credentials are invalid.", explain("client not accepted",
			"The app is inactive, or it authenticates in another way than declared.",
			"Check that the app has status = \"ACTIVE\" and the right token_endpoint_auth_method, and apply.")),
		clientError("", explain("client not accepted",
			"The org doesn't accept the app's authentication.", "Compare the app's public_key blocks and token_endpoint_auth_method with what the client uses, and apply.")),
		{oauthError: "invalid_request", description: "* supply multiple client credentials*", Explanation: explain("two kinds of credentials",
			"The request holds more than one kind of client credentials.", "Send either an assertion, or a secret, in one place.")},
		{oauthError: "access_denied", description: "The request is made from outside the client's permitted network zones.", Explanation: explain("outside the network zone",
			"The app may be used only from certain network zones, and this machine is in none of them.",
			"Run from a permitted address, or change the network zones of the app in the Admin Console.")},
		{oauthError: "unauthorized_client", description: "The client is not authorized to use the provided grant type*", Explanation: explain("grant type not allowed",
			"The app may not use this grant type.", "Add it to grant_types in the app's block: client_credentials for a service_app, authorization_code for a web_app. A smoke_test of a web_app needs a sign_in block.")},
		{oauthError: "unauthorized_client", Explanation: explain("client not allowed",
			"The app may not do this.", "Check grant_types and response_types in the app's block.")},
		{oauthError: "unsupported_grant_type", Explanation: explain("grant type not supported",
			"The org authorization server doesn't have this grant type.", "Use client_credentials or authorization_code in grant_types.")},
	}
}

// scopeFaults concern the requested scopes.
func scopeFaults() []row {
	return []row{
		{oauthError: "consent_required", description: "You are not allowed any of the requested scopes.", Explanation: explain("scope not granted",
			"None of the requested Okta API scopes is granted to the app.",
			"Add the scopes to okta_api_scopes in the app's block and apply. A role doesn't replace a scope: both are needed.")},
		{oauthError: "consent_required", description: "The following scopes require user consent*", Explanation: explain("user consent needed",
			"The app asks each user for consent, and this user has given none.",
			"Set consent_method = \"TRUSTED\" in the app's block, or let the user sign in once in a browser.")},
		{oauthError: "consent_required", Explanation: explain("consent needed",
			"A requested scope needs a consent that isn't there.", "Add the scope to okta_api_scopes in the app's block, or set consent_method = \"TRUSTED\".")},
		{oauthError: "invalid_scope", description: "One or more scopes are not configured for the authorization server resource.", Explanation: explain("unknown scope",
			"The org authorization server doesn't know a requested scope: it is misspelt, belongs to a custom authorization server, or to a feature that this org doesn't have.",
			"Ask for scopes of the Okta API, such as okta.users.read, as they are written in okta_api_scopes.")},
		{oauthError: "client_credentials_self_scope_requested", Explanation: explain("scope of a user without a user",
			"Scopes that end in .self are about the account of the user who signs in, and with client credentials nobody does.",
			"Take the scope out of the app's block and the test, or ask for it by a web_app, browser_app or native_app to which somebody signs in.")},
		{oauthError: "invalid_scope", description: "Cannot request 'openid' scopes using client credentials.", Explanation: explain("OpenID scope without a user",
			"openid, profile, email and the like speak about a user, and with client credentials there is none.",
			"Don't ask for them, or let a person sign in: a smoke_test has a sign_in block for that.")},
		{oauthError: "invalid_scope", description: "No scopes were requested.", Explanation: explain("no scopes",
			"The request names no scope, and the org authorization server has no default.", "Ask for at least one scope.")},
		{oauthError: "invalid_scope", description: "Requests for ID tokens or access tokens with OpenID scopes require the 'openid' scope.", Explanation: explain("openid missing",
			"An OpenID scope was asked for without openid.", "Ask for openid as well.")},
		{oauthError: "invalid_scope", Explanation: explain("scope refused",
			"A requested scope is unknown, or more than the app may have.", "Compare the scopes that are asked for with okta_api_scopes in the app's block.")},
		{oauthError: "insufficient_scope", Explanation: explain("scope missing in the token",
			"The token doesn't hold the scope that this operation needs.",
			"Add one that it needs to okta_api_scopes in the app's block, and apply. A smoke_test names it in its scopes as well.")},
	}
}

// grantFaults concern the exchange of an authorization code or refresh token.
func grantFaults() []row {
	return []row{
		{oauthError: "invalid_grant", description: "PKCE verification failed*", Explanation: explain("PKCE verification failed",
			"The code verifier doesn't fit the code challenge of the authorization request.",
			"Send the verifier whose SHA-256 hash, base64url, was the challenge. Something that rewrites requests between this machine and the org can cause it too.")},
		{oauthError: "invalid_grant", description: "The authorization code is invalid or has expired.", Explanation: explain("code not valid",
			"The authorization code was used before, or is older than five minutes.", "Run again. Where it happens each time, something between this machine and the org repeats requests.")},
		{oauthError: "invalid_grant", description: "The 'redirect_uri' does not match the redirection URI used in the authorization request.", Explanation: explain("two redirect URIs",
			"The token request names another redirect URI than the authorization request did.", "Use the same one of redirect_uris in both requests.")},
		{oauthError: "invalid_grant", description: "The grant was issued to another client*", Explanation: explain("code of another client",
			"The authorization code belongs to another client id.", "Use the same app in both requests.")},
		{oauthError: "invalid_grant", description: "The refresh token is invalid or expired.", Explanation: explain("refresh token not valid",
			"The refresh token is used up, revoked or expired.", "Sign in again, asking for offline_access.")},
		{oauthError: "invalid_grant", Explanation: explain("grant not valid",
			"The org doesn't accept the code or token that was presented.", "Run again; then check redirect_uris and grant_types in the app's block.")},
		{oauthError: "invalid_request", description: "PKCE code verifier is required by the application.", Explanation: explain("PKCE verifier missing",
			"The app has pkce_required = true, and the token request holds no code_verifier.", "Send the code_verifier.")},
		{oauthError: "invalid_request", description: "PKCE code challenge should be specified in the authorize request for code verification.", Explanation: explain("PKCE challenge missing",
			"The token request has a code verifier, but the authorization request had no challenge.", "Send code_challenge and code_challenge_method=S256 with the authorization request.")},
	}
}

// authorizeFaults come from the authorization endpoint.
func authorizeFaults() []row {
	unattended := "Set the app's authentication policy in the Admin Console so that a password is enough for a test user, or run this test where a person can sign in."
	return []row{
		{oauthError: "invalid_request", description: "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings*", Explanation: explain("redirect URI not registered",
			"The redirect URI isn't registered for the app. It is compared letter by letter: scheme, host, port, path and a slash at the end.",
			"Add it to redirect_uris in the app's block and apply.")},
		{oauthError: "invalid_request", description: "PKCE code challenge is required by the application.", Explanation: explain("PKCE missing",
			"The app has pkce_required = true, and the authorization request holds no code challenge.", "Send code_challenge and code_challenge_method=S256.")},
		{oauthError: "invalid_request", description: "PKCE code challenge method is not supported*", Explanation: explain("PKCE method",
			"Only S256 is supported.", "Send code_challenge_method=S256.")},
		{oauthError: "invalid_request", description: "The authentication request has an invalid 'state' parameter.", Explanation: explain("state missing",
			"Okta requires a state in every authorization request.", "Send a random state and compare it when it comes back.")},
		{oauthError: "invalid_request", description: "Clients with 'application_type' of 'service' are not allowed to access the '*' endpoint.", Explanation: explain("service app can't sign users in",
			"A service app acts in its own name and has no users.", "Use a web_app for a smoke_test with sign_in, or remove sign_in.")},
		{oauthError: "invalid_request", Explanation: explain("request not valid",
			"The org finds the request itself faulty; its description says what.", "Check the app's redirect_uris, response_types and pkce_required.")},
		{oauthError: "access_denied", description: "User is not assigned to the client application.", Explanation: explain("user not assigned",
			"The user may not use this app: neither the user nor one of the user's groups is assigned to it.",
			"Add a group that the user is a member of to assigned_groups in the app's block, or the user to assigned_users, and apply.")},
		{oauthError: "access_denied", description: "Policy evaluation failed for this request*", Explanation: explain("policy refuses",
			"No rule of the authorization server's access policy, or of the app's authentication policy, lets this user, app, grant type and scope through.",
			"Okta API scopes need the org authorization server. Check the policy's rules in the Admin Console: clients, grant types, scopes, users.")},
		{oauthError: "access_denied", description: "User status is invalid.", Explanation: explain("user not active",
			"The user is suspended, deactivated or not yet active.", "Activate the user in the Admin Console, or run plan, which shows the user's status.")},
		{oauthError: "access_denied", Explanation: explain("access denied",
			"The org refuses this app or user; its description says why.", "Check assigned_groups, assigned_users and status in the app's block, and the app's policies in the Admin Console.")},
		{oauthError: "login_required", description: "The client specified not to prompt, but the client app requires re-authentication or MFA.", Explanation: explain("second factor required",
			"The app's authentication policy asks for more than a password.", unattended)},
		{oauthError: "login_required", Explanation: explain("not signed in",
			"The org refused the session token: it was used before, is older than five minutes, or the org's or app's policy doesn't accept a sign-in by password alone.", unattended)},
		{oauthError: "interaction_required", Explanation: explain("person required",
			"The app's policy wants something from the user that only a person can give.", unattended)},
		{oauthError: "unsupported_response_type", Explanation: explain("response type not allowed",
			"The app may not use the response type code.", "Add \"code\" to response_types in the app's block and apply.")},
		{oauthError: "unsupported_response_mode", Explanation: explain("response mode not supported",
			"The org doesn't have this response mode, or not with this response type.", "Leave response_mode out.")},
	}
}

// dpopFaults concern proofs of possession (RFC 9449).
func dpopFaults() []row {
	proof := func(description string, e Explanation) row {
		return row{oauthError: "invalid_dpop_proof", description: description, Explanation: e}
	}
	return []row{
		proof("The DPoP proof JWT header is missing.", explain("DPoP required",
			"The app has dpop_bound_access_tokens = true, and the request came without a proof.",
			"Use a client that supports DPoP (RFC 9449), or set dpop_bound_access_tokens = false.")),
		{oauthError: "use_dpop_nonce", Explanation: explain("DPoP nonce",
			"The org wants its nonce in the proof. That is the normal first answer; here it came again with the nonce in place.",
			"Repeat the request with the nonce of the DPoP-Nonce header, a new jti and a new assertion. A proxy that drops the header causes this too.")},
		proof("The DPoP proof JWT has already been used.", explain("DPoP proof used twice",
			"The org has seen this proof before; each is good for one request, also when that request is repeated.",
			"Make a new proof for every request. A proxy that repeats requests causes this too.")),
		proof("'htu' claim in the DPoP proof JWT is invalid.", explain("DPoP proof for another URL",
			"The proof names another URL than the one that the org sees, by a custom domain, a port or a proxy.",
			"Give --org the org's own URL, without -admin and without a path.")),
		proof("'htm' claim in the DPoP proof JWT is invalid.", explain("DPoP proof for another method",
			"The proof names another HTTP method than the request has.", "Make the proof for the method of the request.")),
		proof("The DPoP proof JWT is issued in the future.", explain("clock is fast",
			"The proof was issued in the org's future: the clock of this machine is ahead.", "Set the clock of this machine by NTP.")),
		proof("The DPoP proof JWT is issued more than five minutes in the past.", explain("clock is slow",
			"The proof is older than five minutes: the clock of this machine is behind.", "Set the clock of this machine by NTP.")),
		proof("'ath' claim in the DPoP proof does not match the presented access_token.", explain("DPoP proof for another token",
			"The proof names the hash of another access token.", "Put base64url(SHA-256(access token)) in the claim ath.")),
		proof("The access_token is not bound to the provided DPoP proof.", explain("DPoP key of another token",
			"The proof is signed with another key than the one that the token is bound to.", "Sign with the key of the token request.")),
		proof("", explain("DPoP proof not valid",
			"The org doesn't accept the proof of possession.", "Compare the proof with RFC 9449 section 4.2, and this machine's clock with the org's.")),
		{oauthError: "invalid_request", description: "The resource request requires a DPoP proof.", Explanation: explain("DPoP required",
			"The token is bound to a key, and the call of the API came without a proof.", "Send a proof with ath in the header DPoP.")},
		{oauthError: "invalid_request", description: "The resource request must use the DPoP authentication scheme when using a DPoP bound token.", Explanation: explain("DPoP scheme required",
			"A token that is bound to a key was sent as Bearer.", "Send \"Authorization: DPoP TOKEN\".")},
		{oauthError: "invalid_token", description: "The presented access_token is not DPoP bound.", Explanation: explain("token not bound",
			"A plain bearer token was sent with the DPoP scheme.", "Send it as Bearer, or set dpop_bound_access_tokens = true.")},
	}
}

// apiFaults come from calls of the API with a token, and from sign-in.
func apiFaults() []row {
	return []row{
		{errorCode: "E0000006", Explanation: explain("no admin role",
			"The token has the scope, but its principal has no admin role that allows this: a service app needs a role itself, a web app acts with the roles of the user who signed in.",
			"Add an admin_role block to the service_app (or to the user who signs in) and apply. For a CUSTOM role, check its permissions and that its resource_set covers the object.")},
		{status: 200, errorCode: EmptyList, Explanation: explain("nothing visible",
			"The call is allowed but shows nothing. Where there is something to show, the admin role covers nothing of it: its resource set or targets are too narrow.",
			"Check resource_set, target_groups and target_apps of the admin_role.")},
		{errorCode: "E0000004", Explanation: explain("sign-in refused",
			"The login or the password is wrong, or the user isn't active.",
			"Check the password of the sign_in block. oktaform sets a user's password when it creates the user, and later only with password_version.")},
		{errorCode: "E0000005", Explanation: explain("not signed in",
			"The request came without credentials that the API knows.", "Check that the path belongs to the Okta API, and that no proxy drops the Authorization header.")},
		{errorCode: "E0000007", Explanation: explain("not found",
			"There is no such object, or the admin role doesn't cover it.", "Check the id in the path.")},
		{errorCode: "E0000008", Explanation: explain("no such path",
			"The API has no such path.", "Check the path of the request block; it begins with /api/v1/.")},
		{errorCode: "E0000011", Explanation: explain("token not accepted",
			"The API doesn't know the token.", "Check that --org is the org that issued it, and that the app wasn't changed meanwhile; then run again.")},
		{errorCode: "E0000015", Explanation: explain("feature not in this org",
			"The org doesn't have the feature, for example API Access Management for custom authorization servers. It isn't the token's fault.",
			"Ask Okta to enable the feature, or leave this request out. Okta API scopes need no custom authorization server.")},
		{errorCode: "E0000022", Explanation: explain("method not supported",
			"The path has no such method, or belongs to a feature that the org doesn't have.", "Check method and path of the request block.")},
		{errorCode: "E0000047", Explanation: rateLimit()},
		{errorCode: "E0000001", Explanation: explain("request not valid",
			"The API finds the request itself faulty; its causes say what.", "Check the path and query of the request block.")},
		{oauthError: "invalid_token", description: "The token has expired.", Explanation: explain("token expired",
			"Access tokens of the org authorization server live for one hour.", "Run again; then compare this machine's clock with the org's.")},
		{oauthError: "invalid_token", description: "The access token has been revoked.", Explanation: explain("token revoked",
			"Somebody revoked the token, or its app was changed or deactivated.", "Run again, and check the app's status.")},
		{oauthError: "invalid_token", description: "The access token provided has an invalid issuer.", Explanation: explain("token of another issuer",
			"The token comes from a custom authorization server or another org.", "Get it from /oauth2/v1/token of this org.")},
		{oauthError: "invalid_token", description: "The access token provided is not intended for Okta.", Explanation: explain("token for another audience",
			"The token was made for another API.", "Get it from /oauth2/v1/token of this org, with okta.* scopes.")},
		{oauthError: "invalid_token", Explanation: explain("token not accepted",
			"The API doesn't accept the token.", "Check that --org is the org that issued it, then run again.")},
	}
}

// EmptyList takes the place of an error code for an answer that is correct but an empty list.
const EmptyList = "empty list"

func rateLimit() Explanation {
	return explain("rate limit",
		"The org's limit on calls of this kind is used up for this minute.",
		"Run again in a minute, or lower the number of tests that run at the same time.")
}

// codeFaults match only a status, or an unspecific error.
func codeFaults() []row {
	return []row{
		{oauthError: "server_error", Explanation: explain("server error", "The org failed in itself.", "Run again; Okta's status page and the request id help where it stays.")},
		{oauthError: "temporarily_unavailable", Explanation: explain("server busy", "The org is overloaded or in maintenance.", "Run again later.")},
		{status: 400, Explanation: explain("request refused", "The org finds the request faulty.", "Check the request and the app's settings.")},
		{status: 401, Explanation: explain("not authenticated", "The org doesn't accept the credentials of the request.", "Check that --org is the org that the app belongs to, then run again.")},
		{status: 403, Explanation: explain("not allowed", "The org knows who asks and doesn't allow it.", "Check okta_api_scopes and the admin_role blocks of the app, or of the user who signs in.")},
		{status: 404, Explanation: explain("not found", "There is nothing at this address.", "Check the path of the request block.")},
		{status: 429, Explanation: rateLimit()},
		{status: 500, Explanation: explain("server error", "The org failed in itself.", "Run again; Okta's status page and the request id help where it stays.")},
		{status: 502, Explanation: explain("gateway error", "Something in front of the org got no answer from it.", "Run again; check the proxy, if there is one.")},
		{status: 503, Explanation: explain("server busy", "The org is overloaded, in maintenance or read-only.", "Run again later.")},
	}
}
