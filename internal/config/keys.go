package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/schema"
)

// keyMaterial sets the computed attributes of a public_key block from the file or JWK that it
// names. It is no error if a private key is not on this machine and may be generated or is known to
// the org: then the org's key is used, or the value is unknown until the key is generated.
func (e *Evaluation) keyMaterial(attrs, local map[string]cty.Value, block *hcl.Block, content *hcl.BodyContent, dec *decoder, d *schema.Desired) {
	kid := schema.Text(attrs["kid"])
	private := schema.Text(local["private_key_file"])
	generate := isTrue(local["generate"])
	at := func(name string) *hcl.Attribute {
		if a, ok := content.Attributes[name]; ok {
			return a
		}
		return &hcl.Attribute{Name: name, Range: block.DefRange}
	}
	unknown := func() {
		for _, name := range []string{"kty", "thumbprint", "public_jwk"} {
			attrs[name] = cty.UnknownVal(cty.String).RefineNotNull()
		}
	}
	unknown()
	hasFile, hasJWK := !local["file"].IsNull(), !local["jwk"].IsNull()
	switch {
	case hasFile && hasJWK:
		dec.error(at("jwk"), "Two public keys", "file and jwk exclude each other: each sets the public key.")
		return
	case !hasFile && !hasJWK && local["private_key_file"].IsNull():
		dec.error(at(""), "No key", "public_key %q needs file (a public key), jwk, or private_key_file.", kid)
		return
	case generate && (hasFile || hasJWK || local["private_key_file"].IsNull()):
		dec.error(at("generate"), "Nothing to generate", "generate = true needs private_key_file, to which it writes the private half; it excludes file and jwk.")
		return
	}
	if file := local["private_key_file"]; !file.IsNull() && file.IsKnown() && private == "" {
		dec.error(at("private_key_file"), "Missing value", "private_key_file must not be empty.")
		return
	}
	var key, half jwk.Public
	var err error
	if private != "" {
		var absent bool
		untracked := e.c.opts.Untracked
		outside := untracked != nil && untracked(filepath.ToSlash(private))
		if generate && outside {
			absent = true
		} else {
			half, absent, err = e.c.readPrivate(private)
		}
		key = half
		if err != nil {
			dec.error(at("private_key_file"), "Private key can't be used", "%s: %s.", private, err)
			return
		}
		d.Keys = append(d.Keys, schema.PrivateKey{KID: kid, File: filepath.Join(e.c.abs, private), Name: filepath.ToSlash(filepath.Clean(private)), Generate: generate, Absent: absent, Tracked: untracked != nil && !outside && !absent})
		if absent && !generate && !hasFile && !hasJWK {
			dec.error(at("private_key_file"), "Private key file not found",
				"There is no file %s below the configuration's folder. Put the key there, set the public key with file or jwk, or set generate = true to generate a key pair.", private)
			return
		}
		if absent && generate {
			e.knownKey(attrs, *d, kid)
			return
		}
	}
	switch {
	case hasFile:
		if !local["file"].IsKnown() {
			return
		}
		key, err = e.c.readPublic(schema.Text(local["file"]))
		if err != nil {
			dec.error(at("file"), "Public key can't be used", "%s: %s.", schema.Text(local["file"]), err)
			return
		}
	case hasJWK:
		if !local["jwk"].IsWhollyKnown() {
			return
		}
		if key, err = inlineJWK(local["jwk"]); err != nil {
			// It may be a private key, so its lines are not quoted.
			where := at("jwk").Range
			dec.diags = append(dec.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Public key can't be used",
				Detail: fmt.Sprintf("%s:%d: jwk of public_key %q: %s.", where.Filename, where.Start.Line, kid, err)})
			return
		}
	case private == "":
		return // its path is unknown yet
	}
	if e.c.opts.TestKeys != nil && half != (jwk.Public{}) {
		key = half // the declared public key belongs to a private key that isn't read
	}
	if half != (jwk.Public{}) && half != key {
		dec.error(at("private_key_file"), "Keys that don't belong together",
			"The private key in %s doesn't belong to the public key of public_key %q, so the org would refuse its signatures.", private, kid)
		return
	}
	attrs["kty"] = cty.StringVal(key.Kty)
	attrs["thumbprint"] = cty.StringVal(key.Thumbprint())
	attrs["public_jwk"] = cty.StringVal(key.Canonical)
}

// knownKey uses the key that the app has under this kid in the org.
func (e *Evaluation) knownKey(attrs map[string]cty.Value, d schema.Desired, kid string) {
	object := e.known(d.Addr)
	if object == nil {
		return
	}
	keys := object.Value.GetAttr("public_key")
	if keys.IsNull() || !keys.IsKnown() {
		return
	}
	for it := keys.ElementIterator(); it.Next(); {
		_, key := it.Element()
		if schema.Text(key.GetAttr("kid")) == kid {
			for _, name := range []string{"kty", "thumbprint", "public_jwk"} {
				attrs[name] = key.GetAttr(name)
			}
		}
	}
}

func (c *Config) readPublic(name string) (jwk.Public, error) {
	data, err := c.folders.dir.Read(name, files.KeyLimit)
	if err != nil {
		return jwk.Public{}, fileError(err)
	}
	return jwk.ParsePublic(data)
}

// readPrivate reads the public half of a private key.
func (c *Config) readPrivate(name string) (key jwk.Public, absent bool, err error) {
	data, held := c.HeldKey(filepath.Join(c.abs, name))
	if !held {
		data, err = c.folders.dir.Read(name, files.KeyLimit)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return jwk.Public{}, true, nil
	}
	if err != nil {
		return jwk.Public{}, false, fileError(err)
	}
	private, err := jwk.ParsePrivate(data)
	if err != nil {
		return jwk.Public{}, false, err
	}
	key, err = private.Public()
	return key, false, err
}

// fileError removes the operation and path, which the message contains already.
func fileError(err error) error {
	cause := files.Cause(err)
	if errors.Is(cause, files.ErrOutside) {
		return errors.New("the file is outside the configuration's folder, and oktaform reads only files below it")
	}
	return cause
}

func inlineJWK(v cty.Value) (jwk.Public, error) {
	v, _ = v.UnmarkDeep()
	if v.Type() == cty.String {
		return jwk.ParsePublic([]byte(v.AsString()))
	}
	raw, err := ctyjson.Marshal(v, v.Type())
	if err != nil || !json.Valid(raw) || raw[0] != '{' {
		return jwk.Public{}, errors.New("a JWK must be an object such as { kty = \"RSA\", n = \"...\", e = \"AQAB\" }, or its JSON text")
	}
	return jwk.ParsePublic(raw)
}

// GenerateKey creates the private key file of a public_key block with generate = true: with mode
// 0600, below the configuration's folder, completely or not at all, and listed in the .gitignore
// beside it. It does not replace a file that has appeared meanwhile.
func (c *Config) GenerateKey(key schema.PrivateKey) error {
	name, err := filepath.Rel(c.abs, key.File)
	if err != nil {
		return err
	}
	makeKey := c.opts.NewKey
	if makeKey == nil {
		makeKey = jwk.NewPEM
	}
	pem, err := makeKey()
	if err != nil || c.held.hold(key.File, pem) {
		return err
	}
	if err := c.folders.dir.Ignore(name); err != nil {
		return fmt.Errorf("keeping the private key file out of git: %w", err)
	}
	if err := c.folders.dir.Create(name, pem, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("private key file: %w", err)
	}
	return nil
}

// absolute returns the folder's absolute path.
func absolute(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	return abs
}

// isTrue reports whether v is known to be true, ignoring marks.
func isTrue(v cty.Value) bool {
	v, _ = v.Unmark()
	return v.RawEquals(cty.True)
}
