package config

import (
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
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
		if !in.imagined {
			tests = append(tests, test)
		}
	})
	return tests, diags
}

func (e *Evaluation) smokeTest(in *instance) (schema.SmokeTest, hcl.Diagnostics) {
	n := in.node
	block := schema.SmokeTestBlock()
	test := schema.SmokeTest{Name: in.scope.named(n.name), Range: n.rng}
	dec := &decoder{ctx: e.context(in)}
	spec := block.Spec()
	raw, diags := decodeBody(n.expanded(dec.ctx), spec, dec.ctx)
	if diags.HasErrors() {
		return test, diags
	}
	content, _ := n.expanded(dec.ctx).Content(hcldec.ImpliedSchema(spec))
	attrs := dec.attrs(unlabelled(block), raw, content, n.rng, nil)
	e.testApp(&test, attrs["app"], dec, content)
	test.Scopes = strs(attrs["scopes"])
	test.ExpectError = str(attrs["expect_error"])
	for i := range block.Blocks {
		b := &block.Blocks[i]
		if tuple, _ := raw.GetAttr(b.Type).Unmark(); !tuple.IsKnown() {
			continue // a dynamic block over something that isn't known
		}
		for j, declared := range content.Blocks.OfType(b.Type) {
			inner, _ := declared.Body.Content(hcldec.ImpliedSchema(b.Spec()))
			values := dec.attrs(b.Attrs, raw.GetAttr(b.Type).Index(cty.NumberIntVal(int64(j))), inner, declared.DefRange, nil)
			switch b.Type {
			case "sign_in":
				if test.SignIn != nil {
					dec.error(&hcl.Attribute{Range: declared.DefRange}, "Two sign-ins", "A smoke test signs in as one user.")
				}
				test.SignIn = &schema.SignIn{Password: schema.NewSecret(str(values["password"])), Login: refName(values["user"])}
			case "request":
				test.Requests = append(test.Requests, request(values, inner, declared, dec))
			}
		}
	}
	e.checkTest(n, &test, dec)
	return test, append(diags, dec.diags...)
}

// unlabelled lists the attributes that stand in the block's body.
func unlabelled(b *schema.Block) []schema.Attr {
	return slices.DeleteFunc(slices.Clone(b.Attrs), func(a schema.Attr) bool { return a.Name == b.Label })
}

// testApp fills in what the smoke test has to know of its app.
func (e *Evaluation) testApp(test *schema.SmokeTest, ref cty.Value, dec *decoder, content *hcl.BodyContent) {
	if ref.IsNull() || !ref.IsKnown() || dec.diags.HasErrors() {
		return
	}
	addr, err := schema.ParseAddr(str(ref.GetAttr("addr")))
	in := e.at(addr)
	if err != nil || in == nil {
		dec.error(content.Attributes["app"], "Not a reference", "app takes a reference to a declared app, for example service_app.NAME.")
		return
	}
	e.eval(in)
	d := in.desired
	if !d.Value.IsKnown() {
		return
	}
	test.App = schema.TestApp{
		Addr: addr, ID: str(ref.GetAttr("id")), Keys: activeKeys(d),
		ClientID:   str(d.Value.GetAttr("client_id")),
		AuthMethod: str(d.Value.GetAttr("token_endpoint_auth_method")),
		PKCE:       isTrue(d.Value.GetAttr("pkce_required")),
		DPoP:       isTrue(d.Value.GetAttr("dpop_bound_access_tokens")),
	}
	if uris := strs(d.Value.GetAttr("redirect_uris")); len(uris) > 0 {
		test.App.RedirectURI = uris[0]
	}
}

// activeKeys are the private keys that the org takes a signature of.
func activeKeys(d schema.Desired) []schema.PrivateKey {
	inactive := map[string]bool{}
	if !d.Value.Type().HasAttribute("public_key") {
		return nil
	}
	if !d.Value.GetAttr("public_key").IsKnown() {
		return nil
	}
	for it := d.Value.GetAttr("public_key").ElementIterator(); it.Next(); {
		_, key := it.Element()
		inactive[str(key.GetAttr("kid"))] = str(key.GetAttr("status")) == "INACTIVE"
	}
	return slices.DeleteFunc(slices.Clone(d.Keys), func(k schema.PrivateKey) bool { return inactive[k.KID] })
}

func request(values map[string]cty.Value, content *hcl.BodyContent, block *hcl.Block, dec *decoder) schema.TestRequest {
	r := schema.TestRequest{Method: "GET", Path: str(values["path"]), Status: 200, Range: block.DefRange}
	if m := str(values["method"]); m != "" {
		r.Method = m
	}
	if status, _ := values["status"].Unmark(); !status.IsNull() && status.IsKnown() {
		n, accuracy := status.AsBigFloat().Int64()
		if accuracy != big.Exact || n < 100 || n > 599 {
			dec.error(content.Attributes["status"], "Invalid HTTP status", "status is a number from 100 to 599.")
		}
		r.Status = int(n)
	}
	if values["path"].IsMarked() {
		dec.error(content.Attributes["path"], "Sensitive value in a path", "Reports and the org's log show the path of a request: it can't hold a sensitive value.")
		r.Path = ""
	}
	if path := r.Path; path != "" && (!strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\ \t\r\n")) {
		dec.error(content.Attributes["path"], "Invalid path",
			"%q is not a path on the org: it begins with one slash, for example /api/v1/users?limit=1. The token of a smoke test is never sent to another host.", path)
	}
	return r
}

// checkTest finds tests that could not work whatever the org answers.
func (e *Evaluation) checkTest(n *node, test *schema.SmokeTest, dec *decoder) {
	header := &hcl.Attribute{Range: n.rng}
	switch {
	case test.App.Addr.Kind == "service_app" && test.SignIn != nil:
		dec.error(header, "Nobody signs in to a service app", "%s is a service app and gets tokens in its own name: leave sign_in out.", test.App.Addr)
	case test.App.Addr.Kind != "" && test.App.Addr.Kind != "service_app" && test.SignIn == nil:
		dec.error(header, "Nobody signs in", "%s gets tokens on behalf of a user: add sign_in { user = user.NAME  password = var.NAME }.", test.App.Addr)
	case test.ExpectError != "" && len(test.Requests) > 0:
		dec.error(header, "Request without a token", "Where the token is expected to be refused (expect_error), no request can follow.")
	}
}

// refName is what people call the object that is referred to.
func refName(ref cty.Value) string {
	if ref.IsNull() || !ref.IsKnown() {
		return ""
	}
	return str(ref.GetAttr("name"))
}
