package schema

import "github.com/zclconf/go-cty/cty"

// SmokeTestBlock describes the smoke_test block.
func SmokeTestBlock() *Block {
	return &Block{
		Type: "smoke_test", Label: "name",
		Doc: "A test with a real token, run after apply and by the smoke command.",
		Attrs: []Attr{
			{Name: "name", Type: cty.String, Required: true, Doc: "What the test shows."},
			{Name: "app", Type: Ref, Required: true, Refs: appKinds(), Doc: "The app that asks for the token."},
			{Name: "scopes", Type: cty.List(cty.String), Required: true, Doc: "The scopes to ask for."},
			{Name: "expect_error", Type: cty.String, Doc: "The OAuth error code with which the org must refuse, for example consent_required."},
		},
		Blocks: []Block{
			{Type: "sign_in", Doc: "The user who signs in (authorization code flow). Left out: client credentials.",
				Attrs: []Attr{
					{Name: "user", Type: Ref, Required: true, Refs: []string{"user"}, Doc: "The user."},
					{Name: "password", Type: cty.String, Required: true, Sensitive: true, Doc: "The user's password."},
				}},
			{Type: "request", Doc: "A call of the API with the token.",
				Attrs: []Attr{
					{Name: "method", Type: cty.String, Default: cty.StringVal("GET"), OneOf: []string{"GET", "POST", "PUT", "PATCH", "DELETE"}, Doc: "The HTTP method."},
					{Name: "path", Type: cty.String, Required: true, Doc: "The path with its query; it begins with one slash."},
					{Name: "status", Type: cty.Number, Default: cty.NumberIntVal(200), Doc: "The expected HTTP status."},
				}},
		},
	}
}
