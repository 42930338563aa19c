package schema

import (
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// Values of generate and pkce in a smoke_test block.
const (
	LeastPrivilege = "least-privilege"
	PKCES256       = "S256"
	PKCENone       = "none"
	PKCENoVerifier = "no_verifier"
)

// SmokeTestBlock describes the smoke_test block.
func SmokeTestBlock() *Block { return smokeTestBlock() }

var smokeTestBlock = sync.OnceValue(func() *Block {
	b := &Block{
		Type: "smoke_test", Label: "name",
		Doc:    "A test with a real token, run after apply and by the smoke command. It asks for scopes, expects a refusal, or has its requests generated.",
		Attrs:  smokeTestAttrs(),
		Blocks: []Block{signInBlock(), tokenBlock(), requestBlock()},
	}
	b.compiled = compile(b.Attrs, b.Blocks, b.Label)
	return b
})

func smokeTestAttrs() []Attr {
	return []Attr{
		{Name: "name", Type: cty.String, Required: true, Doc: "What the test shows."},
		{Name: "app", Type: Ref, Required: true, Refs: appKinds(), OrID: true, Doc: "The app that asks for the token, or the client id of one that isn't declared here."},
		{Name: "scopes", Type: cty.List(cty.String), Doc: "The scopes to ask for."},
		{Name: "refused_scopes", Type: cty.List(cty.String), Doc: "Scopes that the org must refuse: each is asked for by itself."},
		{Name: "expect_error", Type: cty.String, Doc: "The OAuth error code with which the org must refuse, for example consent_required."},
		{Name: "expect_message", Type: cty.String, Doc: "With expect_error: what the description of the error must hold."},
		{Name: "generate", Type: cty.String, OneOf: []string{LeastPrivilege}, Doc: "Derives the requests: each scope works on an operation that it covers, and operations just outside are refused. They read, or name objects that can't exist."},
		{Name: "grant_type", Type: cty.String, OneOf: []string{"client_credentials", "authorization_code", "refresh_token"}, Doc: "How to get the token. Left out: refresh_token with one, authorization_code with a sign_in block or an app that people sign in to, else client_credentials."},
		{Name: "dpop", Type: cty.Bool, Doc: "Whether to prove possession of a key (RFC 9449). Left out: what the app declares."},
		{Name: "pkce", Type: cty.String, Default: cty.StringVal(PKCES256), OneOf: []string{PKCES256, PKCENone, PKCENoVerifier}, Doc: "With none the authorization request comes without a code challenge, with no_verifier the token request without its verifier: both are to be refused (RFC 7636)."},
		{Name: "redirect_uri", Type: cty.String, Doc: "The redirect URI to use. Left out: the first one of the app."},
		{Name: "key_id", Type: cty.String, Doc: "The public_key of the app to sign with, also an INACTIVE one; or the key id of private_key. Left out: the first active one whose private half is here."},
		{Name: "private_key_file", Type: cty.String, Doc: "A private key, PEM or JWK, instead of those of the app's public_key blocks."},
		{Name: "private_key", Type: cty.String, Sensitive: true, Doc: "The same from a variable."},
		{Name: "client_secret", Type: cty.String, Sensitive: true, Doc: "A client secret. Left out: the app's, which is read from the org."},
		{Name: "auth_method", Type: cty.String, OneOf: methods(), Doc: "How to authenticate at the token endpoint. Left out: what the app declares, or what fits the key or secret."},
		{Name: "assertion_lifetime", Type: cty.String, Default: cty.StringVal("5m"), Doc: "How long a client assertion lives, for example 1h as those of Okta's SDKs."},
		{Name: "refresh", Type: cty.Bool, Doc: "After the sign-in, redeems the refresh token, and goes on with the new access token. The scope offline_access is added."},
		{Name: "refresh_token", Type: cty.String, Sensitive: true, Doc: "A refresh token to begin with, instead of a sign-in."},
	}
}

func signInBlock() Block {
	return Block{Type: "sign_in", Doc: "The user who signs in (authorization code flow). Left out: client credentials.",
		Attrs: []Attr{
			{Name: "user", Type: Ref, Refs: []string{kindUser}, OrID: true, Doc: "The user, or a login. With browser it may be left out."},
			{Name: "password", Type: cty.String, Sensitive: true, Doc: "The user's password. With browser it is left out."},
			{Name: "browser", Type: cty.Bool, Default: cty.False, Doc: "Whether a person signs in with a browser. Where there is none, the test is skipped."},
		}}
}

func tokenBlock() Block {
	return Block{Type: "token", Doc: "What the access token must be.",
		Attrs: []Attr{
			{Name: "type", Type: cty.String, OneOf: []string{"Bearer", "DPoP"}, Doc: "Its type."},
			{Name: "scp", Type: cty.List(cty.String), Doc: "Its scopes, exactly these, in any order."},
			{Name: "lifetime", Type: cty.Number, Doc: "For how many seconds it is good."},
			{Name: "claims", Type: cty.DynamicPseudoType, Doc: "An object of claims that it must hold, for example { cid = service_app.NAME.client_id }."},
			{Name: "id_token_claims", Type: cty.DynamicPseudoType, Doc: "The same of the ID token that comes with the scope openid, for example { groups = [\"Staff\"] } of an app with a groups_claim and a test with the scope groups."},
		}}
}

func requestBlock() Block {
	return Block{Type: "request", Doc: "A call of the API with the token.",
		Attrs: []Attr{
			{Name: "method", Type: cty.String, Default: cty.StringVal("GET"), OneOf: []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, Doc: "The HTTP method."},
			{Name: "path", Type: cty.String, Required: true, Doc: "The path with its query; it begins with one slash."},
			{Name: "headers", Type: cty.Map(cty.String), Doc: "Headers to send."},
			{Name: "body", Type: cty.DynamicPseudoType, Doc: "The body: an object or list, which is sent as JSON, or a string, which is sent as it is."},
			{Name: "status", Type: cty.DynamicPseudoType, Doc: "The expected HTTP status, or a list of them. Left out: 200."},
			{Name: "expect_error", Type: cty.String, Doc: "The error that the answer must name, for example E0000006 or insufficient_scope."},
			{Name: "retry_for", Type: cty.String, Doc: "For how long a GET is repeated until it is as expected, for example 10s; at most 5m."},
		},
		Blocks: []Block{jsonBlock()}}
}

// jsonBlock describes the checks of an answer's body. Each attribute except path is a check.
func jsonBlock() Block {
	return Block{Type: "json", Doc: "What the body of the answer must hold.",
		Attrs: []Attr{
			{Name: "path", Type: cty.String, Default: cty.StringVal("$"), Doc: "The place in the body, for example [0].profile.login. [*] is every element, $ the whole body."},
			{Name: "equals", Type: cty.DynamicPseudoType, Doc: "The value there."},
			{Name: "not_equals", Type: cty.DynamicPseudoType, Doc: "A value that it isn't."},
			{Name: "contains", Type: cty.DynamicPseudoType, Doc: "An element of the list there, or a part of the text."},
			{Name: "matches", Type: cty.String, Doc: "A regular expression (RE2) that fits the text there."},
			{Name: "exists", Type: cty.Bool, Doc: "Whether there is anything."},
			{Name: "type", Type: cty.String, OneOf: []string{"string", "number", "bool", "object", "list", "null"}, Doc: "Its type."},
			{Name: "length", Type: cty.Number, Doc: "How many elements, members or characters."},
			{Name: "min_length", Type: cty.Number, Doc: "At least so many."},
			{Name: "max_length", Type: cty.Number, Doc: "At most so many."},
		}}
}
