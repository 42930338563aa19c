package kinds

import (
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// publicKey describes one key of the app's JSON Web Key Set (RFC 7517).
func publicKey() schema.Block {
	return schema.Block{
		Type: "public_key", Label: "kid", Key: []string{"kid"}, KeyMaterial: true, Align: alignKeys, Declarable: withKeyNames,
		Doc: "A public key with which Okta checks the app's client assertions, or encrypts its ID tokens. Exactly the declared keys: omitted means none. The label is the key id (kid).",
		Attrs: []schema.Attr{
			{Name: "kid", Type: cty.String, Required: true, Doc: "The key id."},
			{Name: "status", Type: cty.String, Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "INACTIVE"}, Doc: "An INACTIVE key is refused."},
			{Name: "use", Type: cty.String, Default: cty.StringVal("sig"), OneOf: []string{"sig", "enc"}, Doc: "Whether Okta verifies signatures with the key, or encrypts ID tokens."},
			{Name: "alg", Type: cty.String, Unmanaged: true, OneOf: keyAlgs(), Doc: "The only algorithm for which the key may be used. Omitted: not managed."},
			{Name: "kty", Type: cty.String, Computed: true, Doc: "The key type: RSA or EC."},
			{Name: "thumbprint", Type: cty.String, Computed: true, Doc: "The SHA-256 thumbprint of the key (RFC 7638), base64url."},
			{Name: "public_jwk", Type: cty.String, Computed: true, Hidden: true, Doc: "The public key's members as JSON, in the form of RFC 7638."},
			{Name: "file", Type: cty.String, Local: true, Doc: "A file with the public key: PEM (SPKI, PKCS#1 or certificate) or JWK."},
			{Name: "jwk", Type: cty.DynamicPseudoType, Local: true, Doc: "The public key as a JWK: an object or JSON text."},
			{Name: "private_key_file", Type: cty.String, Local: true, Doc: "A file with the private key; smoke tests sign with it. Never sent, printed or stored elsewhere."},
			{Name: "generate", Type: cty.Bool, Local: true, Doc: "Generate the key pair if the file doesn't exist and the app has no key with this kid."},
		},
	}
}

func keyAlgs() []string {
	return []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"}
}

// maxKeys is the number of keys that Okta allows for an app.
const maxKeys = 50

// keys checks the rules that concern an app's keys and the way it authenticates.
func (c *appChecker) keys() {
	keys, uri := c.given("public_key"), c.given("jwks_uri")
	if keys.IsNull() || !keys.IsKnown() {
		return
	}
	list := keys.AsValueSlice()
	seen := map[string]bool{}
	signing, encrypting := 0, 0
	for i, key := range list {
		c.key(i, key, seen)
		if schema.Text(key.GetAttr("status")) != "INACTIVE" {
			if schema.Text(key.GetAttr("use")) == "enc" {
				encrypting++
			} else {
				signing++
			}
		}
	}
	if len(list) > maxKeys {
		c.add("", "Too many keys", "The app has %d keys; Okta allows %d.", len(list), maxKeys)
	}
	if len(list) > 0 && schema.Text(uri) != "" {
		c.add("jwks_uri", "Two sources of keys", "jwks_uri and public_key exclude each other: Okta either fetches the app's keys or stores them.")
	}
	if encrypting > 1 {
		c.add("", "Two encryption keys", "An app can have one active key with use = \"enc\": set status = \"INACTIVE\" in the others.")
	}
	without := uri.IsKnown() && uri.IsNull()
	if without && c.text("token_endpoint_auth_method") == "private_key_jwt" && signing == 0 {
		summary := "App without a key"
		if c.applicationType == "service" {
			summary = "Service app without a key"
		}
		c.add("", summary, "A %s authenticates with a private key (private_key_jwt), so it needs an active public_key block for signatures, or a jwks_uri.", c.kind.Title)
	}
	if without && !c.given("id_token_encrypted_response_alg").IsNull() && encrypting == 0 {
		c.add("id_token_encrypted_response_alg", "No key to encrypt with", "To encrypt ID tokens Okta needs an active public_key with use = \"enc\", or a jwks_uri.")
	}
}

// key checks the rules for one key.
func (c *appChecker) key(i int, key cty.Value, seen map[string]bool) {
	add := func(attr, summary, format string, args ...any) {
		c.problems = append(c.problems, schema.Problem{Block: "public_key", Index: i, Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
	}
	kid, kty, alg := schema.Text(key.GetAttr("kid")), schema.Text(key.GetAttr("kty")), schema.Text(key.GetAttr("alg"))
	if kid != "" && seen[kid] {
		add("", "Duplicate key id", "Two keys have the id %q. The ids of an app's keys must differ, because client assertions name their key by it.", kid)
	}
	seen[kid] = true
	encrypts := schema.Text(key.GetAttr("use")) == "enc"
	if encrypts && kty == "EC" {
		add("use", "Key can't encrypt", "The public_key %q is an EC key; Okta encrypts ID tokens with RSA keys only.", kid)
	}
	if want := algFor(alg); alg != "" && kty != "" && want != kty {
		add("alg", "Algorithm of another key type", "%s is for %s keys, and public_key %q is an %s key.", alg, want, kid, kty)
	} else if alg != "" && encrypts != strings.HasPrefix(alg, "RSA-") {
		add("alg", "Algorithm of another use", "%s doesn't fit use = %q: RSA-OAEP algorithms encrypt, the others sign.", alg, map[bool]string{true: "enc", false: "sig"}[encrypts])
	}
	if crv := curve(alg); crv != "" && kty == "EC" && key.GetAttr("public_jwk").IsKnown() && !strings.Contains(schema.Text(key.GetAttr("public_jwk")), crv) {
		add("alg", "Algorithm of another curve", "%s is for keys on the curve %s, and public_key %q is on another curve.", alg, crv, kid)
	}
}

// algFor returns the key type of an algorithm (RFC 7518, section 3.1).
func algFor(alg string) string {
	if strings.HasPrefix(alg, "ES") {
		return "EC"
	}
	return "RSA"
}

func curve(alg string) string {
	return map[string]string{"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}[alg]
}

// keyName is the key id of a key; of one without, the thumbprint stands for it.
func keyName(key cty.Value) string {
	if kid := schema.Text(key.GetAttr("kid")); kid != "" {
		return kid
	}
	return schema.Text(key.GetAttr("thumbprint"))
}

// alignKeys sets the key id of keys in before that have none to the id in after that equals their
// thumbprint: a configuration names such a key by its thumbprint.
func alignKeys(b *schema.Block, before, after schema.Value) (cty.Value, cty.Value) {
	have, want := before.GetAttr(b.Type), after.GetAttr(b.Type)
	if !have.IsKnown() || want.IsNull() || !want.IsKnown() {
		return have, want
	}
	keys := schema.Elements(have)
	for i, key := range keys {
		if schema.Text(key.GetAttr("kid")) != "" {
			continue
		}
		for _, declared := range schema.Elements(want) {
			if name := schema.Text(declared.GetAttr("kid")); name == keyName(key) && name == schema.Text(declared.GetAttr("thumbprint")) {
				keys[i] = schema.Rebuilt(key, schema.Values{"kid": cty.StringVal(name)})
			}
		}
	}
	return b.ListOf(keys), want
}

// withKeyNames names the keys that have no key id.
func withKeyNames(b *schema.Block, app schema.Value) cty.Value {
	list := schema.Elements(app.GetAttr(b.Type))
	for i, key := range list {
		list[i] = schema.Rebuilt(key, schema.Values{"kid": cty.StringVal(keyName(key))})
	}
	return b.ListOf(list)
}
