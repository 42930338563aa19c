package config

import (
	"encoding/json"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/schema"
)

// providerKey is the only provider.
const providerKey = "okta"

// Outline returns the contents of a valid configuration's files, without evaluating them, in the
// form of Terraform's plan JSON:
// https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
func (c *Config) Outline() *tfjson.Config {
	return &tfjson.Config{ProviderConfigs: map[string]*tfjson.ProviderConfig{providerKey: {Name: providerKey, FullName: providerKey}}, RootModule: c.main.outline()}
}

// Variables returns the values of the root module's variables; sensitive and unknown ones have no
// value.
func (c *Config) Variables() map[string]*tfjson.PlanVariable {
	values := map[string]*tfjson.PlanVariable{}
	for name, v := range c.values {
		values[name] = &tfjson.PlanVariable{Value: constant(v)}
	}
	return values
}

func (m *module) outline() *tfjson.ConfigModule {
	out := &tfjson.ConfigModule{Outputs: map[string]*tfjson.ConfigOutput{}, ModuleCalls: map[string]*tfjson.ModuleCall{}, Variables: map[string]*tfjson.ConfigVariable{}}
	for _, n := range m.order {
		forEach, count := n.outlineRepeat()
		switch n.class {
		case classObject, classData:
			r := &tfjson.ConfigResource{Address: n.key, Mode: tfjson.ManagedResourceMode, Type: n.block.Type, Name: n.name, ProviderConfigKey: providerKey,
				Expressions: outlineBody(n.body, n.kind.Attrs, n.kind.Blocks), ForEachExpression: forEach, CountExpression: count, DependsOn: n.outlineOrders()}
			if n.class == classData {
				r.Mode, r.Type = tfjson.DataResourceMode, n.block.Labels[0]
			}
			out.Resources = append(out.Resources, r)
		case classModule:
			out.ModuleCalls[n.name] = n.outlineCall(forEach, count)
		case classVar:
			v := &tfjson.ConfigVariable{Sensitive: n.variable.sensitive}
			if n.variable.def != cty.NilVal {
				v.Default = constant(n.variable.marked(n.variable.def))
			}
			out.Variables[n.name] = v
		case classOutput:
			out.Outputs[n.name] = n.outlineOutput()
		}
	}
	return out
}

func (n *node) outlineRepeat() (forEach, count *tfjson.Expression) {
	if n.forEach != nil {
		forEach = outlineTerm(n.forEach)
	}
	if n.count != nil {
		count = outlineTerm(n.count)
	}
	return forEach, count
}

func (n *node) outlineOrders() (list []string) {
	for _, t := range n.orders {
		list = append(list, references(t)[0])
	}
	return list
}

func (n *node) outlineCall(forEach, count *tfjson.Expression) *tfjson.ModuleCall {
	call := &tfjson.ModuleCall{Expressions: map[string]*tfjson.Expression{}, ForEachExpression: forEach, CountExpression: count, DependsOn: n.outlineOrders()}
	content, _, _ := n.block.Body.PartialContent(moduleMeta)
	if a, ok := content.Attributes["source"]; ok {
		v, _ := a.Expr.Value(nil)
		call.Source = schema.Text(v)
	}
	for name, a := range n.args {
		term := outlineTerm(a.Expr)
		if v := n.called.nodes["var."+name]; v != nil && v.variable.sensitive {
			term.ConstantValue = nil
		}
		call.Expressions[name] = term
	}
	call.Module = n.called.outline()
	return call
}

func (n *node) outlineOutput() *tfjson.ConfigOutput {
	out := &tfjson.ConfigOutput{Expression: &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{}}, DependsOn: n.outlineOrders()}
	content, _, _ := n.body.PartialContent(hcldec.ImpliedSchema(outputSpec))
	if a, ok := content.Attributes["sensitive"]; ok {
		v, _ := a.Expr.Value(nil)
		out.Sensitive = v.Type() == cty.Bool && v.IsKnown() && !v.IsNull() && v.True()
	}
	if a, ok := content.Attributes["value"]; ok {
		out.Expression = outlineTerm(a.Expr)
		if out.Sensitive {
			out.Expression.ConstantValue = nil
		}
	}
	return out
}

// outlineBody describes the attributes and nested blocks of a body. A dynamic block is described by
// its content, like one block.
func outlineBody(body hcl.Body, attrs []schema.Attr, blocks []schema.Block) map[string]*tfjson.Expression {
	out := map[string]*tfjson.Expression{}
	s := &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "dynamic", LabelNames: []string{"type"}}}}
	sensitive := map[string]bool{}
	for _, a := range attrs {
		s.Attributes = append(s.Attributes, hcl.AttributeSchema{Name: a.Name})
		sensitive[a.Name] = a.Sensitive
	}
	for _, b := range blocks {
		header := hcl.BlockHeaderSchema{Type: b.Type}
		if b.Label != "" {
			header.LabelNames = []string{b.Label}
		}
		s.Blocks = append(s.Blocks, header)
	}
	content, _, _ := body.PartialContent(s)
	for name, a := range content.Attributes {
		term := outlineTerm(a.Expr)
		if sensitive[name] {
			term.ConstantValue = nil
		}
		out[name] = term
	}
	for _, inner := range content.Blocks {
		typ, body, labels := inner.Type, inner.Body, inner.Labels
		if typ == "dynamic" {
			if typ, labels = inner.Labels[0], nil; dynamicContent(inner.Body) == nil {
				continue
			}
			body = dynamicContent(inner.Body)
		}
		i := slices.IndexFunc(blocks, func(b schema.Block) bool { return b.Type == typ })
		if i < 0 {
			continue
		}
		one := outlineBody(body, blocks[i].Attrs, blocks[i].Blocks)
		if len(labels) > 0 {
			one[blocks[i].Label] = &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{ConstantValue: labels[0]}}
		}
		if out[typ] == nil {
			out[typ] = &tfjson.Expression{ExpressionData: &tfjson.ExpressionData{}}
		}
		out[typ].NestedBlocks = append(out[typ].NestedBlocks, one)
	}
	return out
}

func dynamicContent(body hcl.Body) hcl.Body {
	content, _, _ := body.PartialContent(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "content"}}})
	if len(content.Blocks) == 0 {
		return nil
	}
	return content.Blocks[0].Body
}

// outlineTerm describes an expression by its constant value or by its references, each followed by
// the objects that contain it. It has neither if it only calls functions, or is sensitive.
func outlineTerm(expr hcl.Expression) *tfjson.Expression {
	term := &tfjson.ExpressionData{}
	for _, t := range inOrder(expr.Variables()) {
		for _, name := range references(t) {
			if !slices.Contains(term.References, name) {
				term.References = append(term.References, name)
			}
		}
	}
	if term.References == nil {
		if v, diags := expr.Value(nil); !diags.HasErrors() {
			term.ConstantValue = constant(v)
		}
	}
	return &tfjson.Expression{ExpressionData: term}
}

// references returns what a traversal refers to, and the objects that contain that:
// service_app.bot.id and service_app.bot.
func references(t hcl.Traversal) (names []string) {
	name, least := "", 2
	for i, step := range t {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			name = s.Name
			if name == "data" {
				least = 3
			}
		case hcl.TraverseAttr:
			name += "." + s.Name
		case hcl.TraverseIndex:
			name += "[" + schema.InstanceKey(s.Key) + "]"
		}
		if i+1 >= least {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		names = []string{name}
	}
	slices.Reverse(names)
	return names
}

// constant returns a value as JSON, or nil if it is sensitive or unknown.
func constant(v cty.Value) any {
	if v.ContainsMarked() || !v.IsWhollyKnown() {
		return nil
	}
	data, err := json.Marshal(ctyjson.SimpleJSONValue{Value: v})
	if err != nil {
		return nil
	}
	return json.RawMessage(data)
}
