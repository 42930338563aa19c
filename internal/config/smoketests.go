package config

import (
	"path/filepath"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// SmokeTests evaluates the smoke_test blocks, in the order of the files.
// Before an apply, ids and keys in them may be missing.
func (e *Evaluation) SmokeTests() ([]schema.SmokeTest, hcl.Diagnostics) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var tests []schema.SmokeTest
	var diags hcl.Diagnostics
	e.walk(func(in *instance) {
		if in.node.class != classSmoke || in.node.broken {
			return
		}
		test, more := e.smokeTest(in)
		diags = append(diags, more...)
		if !in.placeholder {
			tests = append(tests, test)
		}
	})
	return tests, diags
}

// UnexpandedTests evaluates each smoke_test block with unknown instances for one unknown instance.
func (e *Evaluation) UnexpandedTests() (tests []schema.SmokeTest) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.unexpanded(func(in *instance) {
		if in.node.class != classSmoke || in.node.broken {
			return
		}
		test, _ := e.smokeTest(in)
		test.Unknown = map[string]string{"for_each": e.blockFingerprint(in)}
		tests = append(tests, test)
	})
	return tests
}

// Principals returns the apps, users and groups with their declared access, in the order of the
// files.
func (e *Evaluation) Principals() []schema.TestPrincipal {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []schema.TestPrincipal
	e.walk(func(in *instance) {
		if in.node.class != classObject || in.node.broken || in.placeholder {
			return
		}
		e.eval(in)
		d := in.desired
		if !d.Value.IsKnown() {
			return
		}
		p := schema.TestPrincipal{Addr: d.Addr, Roles: e.testRoles(d)}
		if d.Kind.IsApp() {
			p.Scopes = strs(d.Value.GetAttr("okta_api_scopes"))
			for _, key := range testKeys(d) {
				if !key.Inactive {
					p.Keys = append(p.Keys, key.KID)
				}
			}
		}
		if d.Value.Has("members") {
			p.Members = addrs(d.Value.GetAttr("members"))
		}
		if len(p.Scopes)+len(p.Roles)+len(p.Keys) > 0 {
			list = append(list, p)
		}
	})
	return list
}

// addrs returns the addresses of the declared objects in a list of references.
func addrs(list cty.Value) []schema.Addr {
	list, _ = list.Unmark()
	if list.IsNull() || !list.IsKnown() {
		return nil
	}
	var out []schema.Addr
	for it := list.ElementIterator(); it.Next(); {
		_, ref := it.Element()
		if ref, _ = ref.Unmark(); ref.IsKnown() {
			if addr, err := schema.ParseAddr(str(ref.GetAttr("addr"))); err == nil {
				out = append(out, addr)
			}
		}
	}
	return out
}

// smokeDecoder decodes one smoke_test block.
type smokeDecoder struct {
	*decoder
	e    *Evaluation
	in   *instance
	n    *node
	test schema.SmokeTest
}

func (e *Evaluation) smokeTest(in *instance) (schema.SmokeTest, hcl.Diagnostics) {
	n := in.node
	block := schema.SmokeTestBlock()
	dec := &smokeDecoder{decoder: &decoder{ctx: e.context(in)}, e: e, in: in, n: n, test: schema.SmokeTest{Name: in.scope.named(n.name), Range: n.rng}}
	if in.key != "" {
		dec.test.Name += "[" + in.key + "]"
	}
	spec := block.Spec()
	raw, diags := decodeBody(n.expanded(dec.ctx), spec, dec.ctx)
	if diags.HasErrors() {
		return dec.test, diags
	}
	content, _ := n.expanded(dec.ctx).Content(block.BodySchema())
	attrs := dec.all(unlabelled(block), raw.AsValueMap(), content, n.rng)
	if dec.shown(unlabelled(block), attrs, content); dec.diags.HasErrors() {
		return dec.test, append(diags, dec.diags...)
	}
	test := &dec.test
	dec.app(attrs, content)
	test.Scopes, test.Refused = strs(attrs["scopes"]), strs(attrs["refused_scopes"])
	test.ExpectError, test.ExpectMessage = str(attrs["expect_error"]), str(attrs["expect_message"])
	test.Grant = str(attrs["grant_type"])
	test.Generate, test.PKCE = str(attrs["generate"]), str(attrs["pkce"])
	test.Refresh, test.RefreshToken = isTrue(attrs["refresh"]), secret(attrs["refresh_token"])
	test.AssertionLife = dec.duration(attrs, "assertion_lifetime", content, time.Hour+10*time.Minute)
	test.Unknown, test.Presented = dec.unknown(attrs, content), dec.presented(presenting, attrs, content)
	dec.nested(block, raw, content)
	if !dec.diags.HasErrors() {
		dec.validate(attrs, content)
	}
	return dec.test, append(diags, dec.diags...)
}

// unlabelled returns the attributes in the block's body.
func unlabelled(b *schema.Block) []schema.Attr {
	return slices.DeleteFunc(slices.Clone(b.Attrs), func(a schema.Attr) bool { return a.Name == b.Label })
}

// all returns attrs, with null for those that are not given.
func (dec *smokeDecoder) all(list []schema.Attr, raw map[string]cty.Value, content *hcl.BodyContent, header hcl.Range) map[string]cty.Value {
	given := dec.attrs(list, raw, content, header, nil)
	for i := range list {
		if _, ok := given[list[i].Name]; !ok {
			given[list[i].Name] = cty.NullVal(list[i].Type)
		}
	}
	return given
}

// shown refuses sensitive values in attributes that reports show.
func (dec *smokeDecoder) shown(attrs []schema.Attr, values map[string]cty.Value, content *hcl.BodyContent) {
	for i := range attrs {
		name := attrs[i].Name
		if !attrs[i].Sensitive && values[name].ContainsMarked() {
			dec.error(content.Attributes[name], "Sensitive value for "+name, "Reports of smoke tests show %s, so its value must not be sensitive.", name)
			values[name] = cty.NullVal(cty.DynamicPseudoType)
		}
	}
}

// nested decodes the blocks in a smoke_test block.
func (dec *smokeDecoder) nested(block *schema.Block, raw cty.Value, content *hcl.BodyContent) {
	test := &dec.test
	for i := range block.Blocks {
		b := &block.Blocks[i]
		if tuple, _ := raw.GetAttr(b.Type).Unmark(); !tuple.IsKnown() {
			test.Unknown = dec.hidden(test.Unknown, b.Type)
			continue // a dynamic block over an unknown value
		}
		for j, declared := range content.Blocks.OfType(b.Type) {
			inner, _ := declared.Body.Content(b.BodySchema())
			raw := raw.GetAttr(b.Type).Index(cty.NumberIntVal(int64(j)))
			values := dec.all(b.Attrs, raw.AsValueMap(), inner, declared.DefRange)
			if b.Type == "sign_in" {
				dec.shown(b.Attrs, values, inner)
			}
			switch {
			case b.Type == "request":
				test.Requests = append(test.Requests, dec.request(b, values, raw, inner, declared))
			case j > 0:
				dec.error(&hcl.Attribute{Range: declared.DefRange}, "Two "+b.Type+" blocks", "A smoke test can have only one %s block.", b.Type)
			case b.Type == "sign_in":
				test.SignIn = dec.signIn(values)
				for name, print := range dec.presented([]string{"password", "browser"}, values, inner) {
					test.Presented["sign_in."+name] = print
				}
			default:
				test.Token = dec.token(values, inner, declared)
				test.Token.Unknown = dec.unknown(values, inner)
			}
		}
	}
}

func (dec *smokeDecoder) signIn(values map[string]cty.Value) *schema.SignIn {
	in := &schema.SignIn{Password: secret(values["password"]), Browser: isTrue(values["browser"])}
	user := values["user"]
	if user.IsNull() || !user.IsKnown() {
		return in
	}
	in.Login = refName(user)
	if d := dec.e.declared(user); d != nil {
		in.Addr, in.Roles = d.Addr, dec.e.testRoles(d)
	}
	return in
}

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
		app.Addr, app.ID = d.Addr, str(ref.GetAttr("id"))
	} else {
		app.ClientID = str(ref.GetAttr("id"))
	}
	dec.override(app, attrs, content)
}

// testApp returns an app as a smoke test uses it.
func (e *Evaluation) testApp(d *schema.Desired) schema.TestApp {
	app := schema.TestApp{
		Addr:       d.Addr,
		ClientID:   str(d.Value.GetAttr("client_id")),
		AuthMethod: str(d.Value.GetAttr("token_endpoint_auth_method")),
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
	if given := schema.GivenSecrets(d.Value); len(given) > 0 {
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
	if uri := str(attrs["redirect_uri"]); uri != "" {
		app.RedirectURI = uri
	}
	kid, file, text := str(attrs["key_id"]), str(attrs["private_key_file"]), secret(attrs["private_key"])
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
	switch method := str(attrs["auth_method"]); {
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
	addr, err := schema.ParseAddr(str(ref.GetAttr("addr")))
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
		inactive[str(key.GetAttr("kid"))] = str(key.GetAttr("status")) == "INACTIVE"
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
		role := schema.TestRole{Type: str(v.GetAttr("type"))}
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
	if s := str(v); s != "" {
		return schema.NewSecret(s)
	}
	return schema.Secret{}
}

// refName returns the name of the object that is referred to.
func refName(ref cty.Value) string {
	if ref.IsNull() || !ref.IsKnown() {
		return ""
	}
	return str(ref.GetAttr("name"))
}
