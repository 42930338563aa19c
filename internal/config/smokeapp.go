package config

import (
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// app sets what the smoke test must know about its client: what the app declares, overridden by the
// test's own attributes.
func (dec *smokeDecoder) app(attrs map[string]cty.Value, content *hcl.BodyContent) {
	ref := attrs["app"]
	if ref.IsNull() || !ref.IsKnown() || dec.diags.HasErrors() {
		return
	}
	app := &dec.test.App
	if d := dec.e.declared(ref); d != nil {
		if d.Value.IsKnown() {
			*app = dec.e.testApp(d)
		}
		app.Addr, app.ID = d.Addr, schema.Text(ref.GetAttr("id"))
	} else {
		app.ClientID = schema.Text(ref.GetAttr("id"))
	}
	dec.override(app, attrs, content)
}

// testApp returns an app as a smoke test uses it.
func (e *Evaluation) testApp(d *schema.Desired) schema.TestApp {
	app := schema.TestApp{
		Addr:       d.Addr,
		ClientID:   schema.Text(d.Value.GetAttr("client_id")),
		AuthMethod: schema.Text(d.Value.GetAttr("token_endpoint_auth_method")),
		DPoP:       isTrue(d.Value.GetAttr("dpop_bound_access_tokens")),
		Granted:    strs(d.Value.GetAttr("okta_api_scopes")),
		Keys:       testKeys(d), Roles: e.testRoles(d),
	}
	if object := e.known(d.Addr); object != nil {
		app.ID = object.ID
	}
	if app.RedirectURIs = strs(d.Value.GetAttr("redirect_uris")); len(app.RedirectURIs) > 0 {
		app.RedirectURI = app.RedirectURIs[0]
	}
	if given := kinds.GivenSecrets(d.Value); len(given) > 0 {
		app.Secret = given[0].Value
	}
	app.Sensitive = sensitiveTexts(d.Value.GetAttr("client_id"), d.Value.GetAttr("redirect_uris"))
	return app
}

// sensitiveTexts returns the texts in the values that are marked as sensitive.
func sensitiveTexts(values ...cty.Value) []string {
	var texts []string
	for _, v := range values {
		bare, marks := v.Unmark()
		switch {
		case bare.IsNull() || !bare.IsKnown():
		case bare.Type() == cty.String && len(marks) > 0:
			texts = append(texts, bare.AsString())
		case bare.Type() != cty.String && len(marks) > 0:
			texts = append(texts, strs(bare)...)
		case bare.Type() != cty.String:
			for it := bare.ElementIterator(); it.Next(); {
				_, element := it.Element()
				texts = append(texts, sensitiveTexts(element)...)
			}
		}
	}
	return texts
}

// override applies the test's own attributes for authenticating the client.
func (dec *smokeDecoder) override(app *schema.TestApp, attrs map[string]cty.Value, content *hcl.BodyContent) {
	if v := attrs["dpop"]; !v.IsNull() {
		app.DPoP = isTrue(v)
	}
	if uri := schema.Text(attrs["redirect_uri"]); uri != "" {
		app.RedirectURI = uri
	}
	kid, file, text := schema.Text(attrs["key_id"]), schema.Text(attrs["private_key_file"]), secret(attrs["private_key"])
	switch {
	case file != "":
		app.Keys = []schema.PrivateKey{{KID: kid, File: dec.keyFile(file, content)}}
	case !attrs["private_key"].IsNull():
		app.Keys = []schema.PrivateKey{{KID: kid, Text: text, Absent: text.IsZero()}}
	case kid != "":
		app.Keys = slices.DeleteFunc(app.Keys, func(k schema.PrivateKey) bool { return k.KID != kid })
		if len(app.Keys) == 0 && app.Addr.Kind != "" {
			dec.error(content.Attributes["key_id"], "No such key", "%s has no public_key %q with a private_key_file.", app, kid)
		}
	default:
		app.Keys = slices.DeleteFunc(app.Keys, func(k schema.PrivateKey) bool { return k.Inactive })
	}
	if v := attrs["client_secret"]; !v.IsNull() {
		app.Secret = secret(v)
	}
	switch method := schema.Text(attrs["auth_method"]); {
	case method != "":
		app.AuthMethod = method
	case file != "" || !attrs["private_key"].IsNull():
		app.AuthMethod = "private_key_jwt"
	case !attrs["client_secret"].IsNull() && app.AuthMethod != "client_secret_post" && app.AuthMethod != "client_secret_jwt":
		app.AuthMethod = "client_secret_basic"
	case app.AuthMethod == "" && app.Addr.Kind == "":
		app.AuthMethod = "none"
	}
}

// keyFile returns the absolute path of a private key file. If there is no file, the test reports it
// when it runs.
func (dec *smokeDecoder) keyFile(name string, content *hcl.BodyContent) string {
	if _, _, err := dec.e.c.readPrivate(name); err != nil {
		dec.error(content.Attributes["private_key_file"], "Private key can't be used", "%s: %s.", name, err)
	}
	return filepath.Join(dec.e.c.abs, name)
}

// declared returns the object that a reference points to; nil for an id.
func (e *Evaluation) declared(ref cty.Value) *schema.Desired {
	if ref.IsNull() || !ref.IsKnown() {
		return nil
	}
	addr, err := schema.ParseAddr(schema.Text(ref.GetAttr("addr")))
	if err != nil {
		return nil
	}
	in := e.at(addr)
	if in == nil {
		return nil
	}
	e.eval(in)
	return in.desired
}

// testKeys returns the private keys of an app.
func testKeys(d *schema.Desired) []schema.PrivateKey {
	if !d.Value.Has("public_key") {
		return nil
	}
	inactive := map[string]bool{}
	if !d.Value.GetAttr("public_key").IsKnown() {
		return nil
	}
	for it := d.Value.GetAttr("public_key").ElementIterator(); it.Next(); {
		_, key := it.Element()
		inactive[schema.Text(key.GetAttr("kid"))] = schema.Text(key.GetAttr("status")) == "INACTIVE"
	}
	keys := slices.Clone(d.Keys)
	for i := range keys {
		keys[i].Inactive = inactive[keys[i].KID]
	}
	return keys
}

// testRoles returns the admin roles declared for an app, user or group.
func (e *Evaluation) testRoles(d *schema.Desired) []schema.TestRole {
	if !d.Value.IsKnown() || !d.Value.Has("admin_role") {
		return nil
	}
	list := d.Value.GetAttr("admin_role")
	if !list.IsKnown() || list.IsNull() {
		return nil
	}
	var roles []schema.TestRole
	for it := list.ElementIterator(); it.Next(); {
		_, v := it.Element()
		role := schema.TestRole{Type: schema.Text(v.GetAttr("type"))}
		if ref := v.GetAttr("role"); !ref.IsNull() && ref.IsKnown() {
			role.Name = refName(ref)
			if custom := e.declared(ref); custom != nil && custom.Value.IsKnown() {
				role.Permissions = strs(custom.Value.GetAttr("permissions"))
			}
		}
		roles = append(roles, role)
	}
	return roles
}

// secret wraps a sensitive string; null and unknown are no secret.
func secret(v cty.Value) schema.Secret {
	if s := schema.Text(v); s != "" {
		return schema.NewSecret(s)
	}
	return schema.Secret{}
}

// refName returns the name of the object that is referred to.
func refName(ref cty.Value) string {
	if ref.IsNull() || !ref.IsKnown() {
		return ""
	}
	return schema.Text(ref.GetAttr("name"))
}
