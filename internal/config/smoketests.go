package config

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
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
			if addr, err := schema.ParseAddr(schema.Text(ref.GetAttr("addr"))); err == nil {
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
	block := kinds.SmokeTestBlock()
	dec := &smokeDecoder{decoder: &decoder{ctx: e.context(in)}, e: e, in: in, n: n, test: schema.SmokeTest{Name: in.scope.named(n.name), Range: n.rng}}
	if in.key != "" {
		dec.test.Name += "[" + in.key + "]"
	}
	spec := block.Spec()
	raw, diags := decodeBody(n.expanded(dec.ctx), spec, dec.ctx)
	if diags.HasErrors() {
		names := []string{"for_each", "count", "depends_on"}
		for i := range block.Blocks {
			for _, a := range block.Blocks[i].BodySchema().Attributes {
				names = append(names, a.Name)
			}
		}
		return dec.test, suggest(diags, block.BodySchema(), names...)
	}
	content, _ := n.expanded(dec.ctx).Content(block.BodySchema())
	attrs := dec.all(unlabelled(block), raw.AsValueMap(), content, n.rng)
	if dec.shown(unlabelled(block), attrs, content); dec.diags.HasErrors() {
		return dec.test, append(diags, dec.diags...)
	}
	test := &dec.test
	dec.app(attrs, content)
	test.Scopes, test.Refused = strs(attrs["scopes"]), strs(attrs["refused_scopes"])
	test.ExpectError, test.ExpectMessage = schema.Text(attrs["expect_error"]), schema.Text(attrs["expect_message"])
	test.Grant = schema.Text(attrs["grant_type"])
	test.Generate, test.PKCE = schema.Text(attrs["generate"]), schema.Text(attrs["pkce"])
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
