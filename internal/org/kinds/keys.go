package kinds

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// keyBlock is the type of the blocks with the public keys of an app.
const keyBlock = "public_key"

// Thumbprints returns the thumbprints of an app's keys (RFC 7638).
func (r *Remote) Thumbprints() []string {
	var out []string
	if r.Kind.Block(keyBlock) == nil {
		return nil
	}
	for _, key := range okta.PublicKeys(r.Doc) {
		out = append(out, jwk.Thumbprint(canonical(key)))
	}
	return out
}

// canonical returns the members that RFC 7638 hashes, as JSON. Keys that package jwk refuses, such
// as short RSA keys, may exist in the org and must be visible, so their members are used as they
// are.
func canonical(key map[string]any) string {
	members := map[string]string{}
	for _, name := range [...]string{"crv", "e", "kty", "n", "x", "y"} {
		if s := okta.Text(key, name); s != "" {
			members[name] = s
		}
	}
	if members["kty"] == "EC" && members["crv"] == "" {
		// Okta accepts an EC key without a curve, and returns it without.
		members["crv"] = map[int]string{43: "P-256", 64: "P-384", 88: "P-521"}[len(members["x"])]
	}
	text, err := json.Marshal(members) // sorted by name, as the RFC requires
	if err != nil {
		return ""
	}
	if public, err := jwk.ParsePublic(text); err == nil {
		return public.Canonical
	}
	return string(text)
}

// signatures is the default use of a key.
const signatures = "sig"

// optional returns a string; null for "".
func optional(s string) cty.Value {
	if s == "" {
		return cty.NullVal(cty.String)
	}
	return cty.StringVal(s)
}

// keyBlocks converts the keys of an app to public_key blocks.
func keyBlocks(block *schema.Block, keys []map[string]any) cty.Value {
	var list []cty.Value
	for _, key := range keys {
		members := canonical(key)
		list = append(list, cty.ObjectVal(map[string]cty.Value{
			"kid":        cty.StringVal(okta.Text(key, "kid")),
			"status":     cty.StringVal(cmp.Or(okta.Text(key, "status"), "ACTIVE")),
			"use":        cty.StringVal(cmp.Or(okta.Text(key, "use"), signatures)),
			"alg":        optional(okta.Text(key, "alg")),
			"kty":        cty.StringVal(okta.Text(key, "kty")),
			"thumbprint": cty.StringVal(jwk.Thumbprint(members)),
			"public_jwk": cty.StringVal(members),
		}))
	}
	if len(list) == 0 {
		return cty.ListValEmpty(block.ValueType())
	}
	return cty.ListVal(list)
}

// HasKeys reports whether objects of the kind have public keys.
func (k *Kind) HasKeys() bool { return k.Block(keyBlock) != nil }

// SetKeys writes the wanted keys to the document of an app. An existing key keeps what Okta added
// to it.
func SetKeys(doc map[string]any, want schema.Value) error {
	blocks := want.GetAttr(keyBlock)
	client := okta.Object(doc, "settings", "oauthClient")
	have := okta.PublicKeys(doc)
	keys := []any{}
	for it := blocks.ElementIterator(); it.Next(); {
		_, block := it.Element()
		key, err := keyEntry(have, block)
		if err != nil {
			return err
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		delete(client, "jwks")
		return nil
	}
	client["jwks"] = map[string]any{"keys": keys}
	return nil
}

func keyEntry(have []map[string]any, block cty.Value) (map[string]any, error) {
	kid, members := schema.Text(block.GetAttr("kid")), schema.Text(block.GetAttr("public_jwk"))
	key := map[string]any{}
	i := slices.IndexFunc(have, func(key map[string]any) bool { return okta.Text(key, "kid") == kid && canonical(key) == members })
	if i >= 0 {
		key = have[i]
	} else if err := json.Unmarshal([]byte(members), &key); err != nil {
		return nil, &unknownKeyError{kid}
	}
	key["kid"], key["status"] = kid, schema.Text(block.GetAttr("status"))
	if use := schema.Text(block.GetAttr("use")); use != signatures || okta.Text(key, "use") != "" {
		key["use"] = use
	}
	if alg := schema.Text(block.GetAttr("alg")); alg != "" {
		key["alg"] = alg
	}
	return key, nil
}

// unknownKeyError is the error for a public_key block whose key is unknown when it is written.
type unknownKeyError struct{ kid string }

func (e *unknownKeyError) Error() string {
	return "public_key " + e.kid + ": the key isn't known; its file could not be read"
}
