package kinds

import (
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// SmokeTestBlock describes the smoke_test block.
func SmokeTestBlock() *schema.Block { return smokeTestBlock() }

var smokeTestBlock = sync.OnceValue(func() *schema.Block {
	return schema.Block{
		Type: "smoke_test", Label: "name",
		Doc:    "A test with a real token, run after apply and by the smoke command. It requests scopes, expects a refusal, or derives its requests.",
		Attrs:  smokeTestAttrs(),
		Blocks: []schema.Block{signInBlock(), tokenBlock(), requestBlock()},
	}.Compiled()
})

func smokeTestAttrs() []schema.Attr {
	return []schema.Attr{
		{Name: "name", Type: cty.String, Required: true, Doc: "What the test shows."},
		{Name: "app", Type: schema.Ref, Required: true, Refs: appKinds(), OrID: true, Doc: "The app that requests the token, or the client id of an app that isn't declared here."},
		{Name: "scopes", Type: cty.List(cty.String), Doc: "The scopes to request."},
		{Name: "refused_scopes", Type: cty.List(cty.String), Doc: "Scopes that the org must refuse: each is requested separately."},
		{Name: "expect_error", Type: cty.String, Doc: "The OAuth error code with which the org must refuse, for example consent_required."},
		{Name: "expect_message", Type: cty.String, Doc: "With expect_error: a text that the description of the error must contain."},
		{Name: "generate", Type: cty.String, OneOf: []string{schema.LeastPrivilege}, Doc: "Derives the requests: each scope works on an operation that it covers, and operations just outside are refused. The requests read, or name objects that can't exist."},
		{Name: "grant_type", Type: cty.String, OneOf: []string{"client_credentials", "authorization_code", "refresh_token"}, Doc: "How to get the token. Omitted: refresh_token with one, authorization_code with a sign_in block or an app that people sign in to, else client_credentials."},
		{Name: "dpop", Type: cty.Bool, Doc: "Whether to prove possession of a key (RFC 9449). Omitted: what the app declares."},
		{Name: "pkce", Type: cty.String, Default: cty.StringVal(schema.PKCES256), OneOf: []string{schema.PKCES256, schema.PKCENone, schema.PKCENoVerifier}, Doc: "With none, the authorization request has no code challenge; with no_verifier, the token request has no verifier. Both must be refused (RFC 7636)."},
		{Name: "redirect_uri", Type: cty.String, Doc: "The redirect URI to use. Omitted: the first one of the app."},
		{Name: "key_id", Type: cty.String, Doc: "The public_key of the app to sign with, also an INACTIVE one; or the key id of private_key. Omitted: the first active one whose private half is on this machine."},
		{Name: "private_key_file", Type: cty.String, Doc: "A private key, PEM or JWK, instead of those of the app's public_key blocks."},
		{Name: "private_key", Type: cty.String, Sensitive: true, Doc: "A private key as text, from a variable."},
		{Name: "client_secret", Type: cty.String, Sensitive: true, Doc: "A client secret. Omitted: the app's, which is read from the org."},
		{Name: "auth_method", Type: cty.String, OneOf: methods(), Doc: "How to authenticate at the token endpoint. Omitted: what the app declares, or what fits the key or secret."},
		{Name: "assertion_lifetime", Type: cty.String, Default: cty.StringVal("5m"), Doc: "The lifetime of a client assertion, for example 1h as in Okta's SDKs."},
		{Name: "refresh", Type: cty.Bool, Doc: "After the sign-in, uses the refresh token, and continues with the new access token. Adds the scope offline_access."},
		{Name: "refresh_token", Type: cty.String, Sensitive: true, Doc: "A refresh token to use instead of a sign-in."},
	}
}

func signInBlock() schema.Block {
	return schema.Block{Type: "sign_in", Doc: "The user who signs in (authorization code flow). Omitted: client credentials.",
		Attrs: []schema.Attr{
			{Name: "user", Type: schema.Ref, Refs: []string{kindUser}, OrID: true, Doc: "The user, or a login. Optional with browser."},
			{Name: "password", Type: cty.String, Sensitive: true, Doc: "The user's password. Not used with browser."},
			{Name: "browser", Type: cty.Bool, Default: cty.False, Doc: "Whether a person signs in with a browser. Without a browser, the test is skipped."},
		}}
}

func tokenBlock() schema.Block {
	return schema.Block{Type: "token", Doc: "Assertions about the access token.",
		Attrs: []schema.Attr{
			{Name: "type", Type: cty.String, OneOf: []string{"Bearer", "DPoP"}, Doc: "Its type."},
			{Name: "scp", Type: cty.List(cty.String), Doc: "Its scopes, exactly these, in any order."},
			{Name: "lifetime", Type: cty.Number, Doc: "Its lifetime in seconds."},
			{Name: "claims", Type: cty.DynamicPseudoType, Doc: "An object of claims that it must contain, for example { cid = service_app.NAME.client_id }."},
			{Name: "id_token_claims", Type: cty.DynamicPseudoType, Doc: "The same for the ID token that comes with the scope openid, for example { groups = [\"Staff\"] } of an app with a groups_claim and a test with the scope groups."},
		}}
}

func requestBlock() schema.Block {
	return schema.Block{Type: "request", Doc: "A call of the API with the token.",
		Attrs: []schema.Attr{
			{Name: "method", Type: cty.String, Default: cty.StringVal("GET"), OneOf: []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, Doc: "The HTTP method."},
			{Name: "path", Type: cty.String, Required: true, Doc: "The path with its query; it begins with one slash."},
			{Name: "headers", Type: cty.Map(cty.String), Doc: "Headers to send."},
			{Name: "body", Type: cty.DynamicPseudoType, Doc: "The body: an object or list, which is sent as JSON, or a string, which is sent as it is."},
			{Name: "status", Type: cty.DynamicPseudoType, Doc: "The expected HTTP status, or a list of them. Omitted: 200."},
			{Name: "expect_error", Type: cty.String, Doc: "The error that the answer must contain, for example E0000006 or insufficient_scope."},
			{Name: "retry_for", Type: cty.String, Doc: "For how long a GET is repeated until the answer is as expected, for example 10s; at most 5m."},
		},
		Blocks: []schema.Block{jsonBlock()}}
}

// jsonBlock describes the checks of an answer's body. Each attribute except path is a check.
func jsonBlock() schema.Block {
	return schema.Block{Type: "json", Doc: "An assertion about the body of the answer.",
		Attrs: []schema.Attr{
			{Name: "path", Type: cty.String, Default: cty.StringVal("$"), Doc: "The place in the body, for example [0].profile.login. [*] is every element, $ the whole body."},
			{Name: "equals", Type: cty.DynamicPseudoType, Doc: "The value that must be there."},
			{Name: "not_equals", Type: cty.DynamicPseudoType, Doc: "A value that must not be there."},
			{Name: "contains", Type: cty.DynamicPseudoType, Doc: "An element of the list there, or a part of the string."},
			{Name: "matches", Type: cty.String, Doc: "A regular expression (RE2) that matches the string there."},
			{Name: "exists", Type: cty.Bool, Doc: "Whether there is a value."},
			{Name: "type", Type: cty.String, OneOf: []string{"string", "number", "bool", "object", "list", "null"}, Doc: "Its type."},
			{Name: "length", Type: cty.Number, Doc: "How many elements, members or characters."},
			{Name: "min_length", Type: cty.Number, Doc: "At least this many."},
			{Name: "max_length", Type: cty.Number, Doc: "At most this many."},
		}}
}

// GrantType returns the OAuth grant type of the test.
func GrantType(t *schema.SmokeTest) string {
	app := Named(t.App.Addr.Kind)
	switch {
	case t.Grant != "":
		return t.Grant
	case !t.RefreshToken.IsZero():
		return "refresh_token"
	case t.SignIn != nil, app != nil && !app.Machine:
		return "authorization_code"
	}
	return "client_credentials"
}
