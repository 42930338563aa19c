package config

import (
	"encoding/json"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/schema"
)

// Outline is what stands in the files, whatever it comes to, in the form that
// Terraform's plan JSON has for it:
// https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
type Outline struct {
	ProviderConfig map[string]OutlineProvider `json:"provider_config"`
	RootModule     *OutlineModule             `json:"root_module"`
}

// OutlineProvider is who makes the objects.
type OutlineProvider struct {
	Name     string `json:"name"`
	FullName string `json:"full_name"`
}

// OutlineModule is what the files of one folder declare.
type OutlineModule struct {
	Outputs     map[string]OutlineOutput   `json:"outputs,omitempty"`
	Resources   []OutlineResource          `json:"resources,omitempty"`
	ModuleCalls map[string]OutlineCall     `json:"module_calls,omitempty"`
	Variables   map[string]OutlineVariable `json:"variables,omitempty"`
}

// OutlineResource is the block of an object or data source. Its address is that
// within the module.
type OutlineResource struct {
	Address           string         `json:"address"`
	Mode              string         `json:"mode"`
	Type              string         `json:"type"`
	Name              string         `json:"name"`
	ProviderConfigKey string         `json:"provider_config_key"`
	Expressions       map[string]any `json:"expressions"` // an OutlineExpression, or a list of such maps for nested blocks
	SchemaVersion     int            `json:"schema_version"`
	ForEach           *OutlineTerm   `json:"for_each_expression,omitempty"`
	Count             *OutlineTerm   `json:"count_expression,omitempty"`
	DependsOn         []string       `json:"depends_on,omitempty"`
}

// OutlineTerm is an expression: its value where that is written down, or what it
// refers to, each reference followed by what it is a part of. With neither it is
// made by functions alone, or sensitive.
type OutlineTerm struct {
	ConstantValue json.RawMessage `json:"constant_value,omitempty"`
	References    []string        `json:"references,omitempty"`
}

// OutlineCall is a module block.
type OutlineCall struct {
	Source      string                 `json:"source"`
	Expressions map[string]OutlineTerm `json:"expressions,omitempty"`
	ForEach     *OutlineTerm           `json:"for_each_expression,omitempty"`
	Count       *OutlineTerm           `json:"count_expression,omitempty"`
	Module      *OutlineModule         `json:"module"`
	DependsOn   []string               `json:"depends_on,omitempty"`
}

// OutlineVariable is a variable block; without default where that is sensitive.
type OutlineVariable struct {
	Default   json.RawMessage `json:"default,omitempty"`
	Sensitive bool            `json:"sensitive,omitempty"`
}

// OutlineOutput is an output block.
type OutlineOutput struct {
	Sensitive  bool        `json:"sensitive,omitempty"`
	Expression OutlineTerm `json:"expression"`
	DependsOn  []string    `json:"depends_on,omitempty"`
}

// providerKey is the one provider that there is.
const providerKey = "okta"

// Outline describes a valid configuration.
func (c *Config) Outline() *Outline {
	return &Outline{ProviderConfig: map[string]OutlineProvider{providerKey: {Name: providerKey, FullName: providerKey}}, RootModule: c.main.outline()}
}

// Variables are the values of the configuration's own variables as JSON; null
// where one is sensitive or not known.
func (c *Config) Variables() map[string]json.RawMessage {
	values := map[string]json.RawMessage{}
	for name, v := range c.values {
		values[name] = constant(v)
	}
	return values
}

func (m *module) outline() *OutlineModule {
	out := &OutlineModule{Outputs: map[string]OutlineOutput{}, ModuleCalls: map[string]OutlineCall{}, Variables: map[string]OutlineVariable{}}
	for _, n := range m.order {
		forEach, count := n.outlineRepeat()
		switch n.class {
		case classObject, classData:
			r := OutlineResource{Address: n.key, Mode: "managed", Type: n.block.Type, Name: n.name, ProviderConfigKey: providerKey,
				Expressions: outlineBody(n.body, n.kind.Attrs, n.kind.Blocks), ForEach: forEach, Count: count, DependsOn: n.outlineOrders()}
			if n.class == classData {
				r.Mode, r.Type = "data", n.block.Labels[0]
			}
			out.Resources = append(out.Resources, r)
		case classModule:
			out.ModuleCalls[n.name] = n.outlineCall(forEach, count)
		case classVar:
			v := OutlineVariable{Sensitive: n.variable.sensitive}
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

func (n *node) outlineRepeat() (forEach, count *OutlineTerm) {
	if n.forEach != nil {
		term := outlineTerm(n.forEach)
		forEach = &term
	}
	if n.count != nil {
		term := outlineTerm(n.count)
		count = &term
	}
	return forEach, count
}

func (n *node) outlineOrders() (list []string) {
	for _, t := range n.orders {
		list = append(list, references(t)[0])
	}
	return list
}

func (n *node) outlineCall(forEach, count *OutlineTerm) OutlineCall {
	call := OutlineCall{Expressions: map[string]OutlineTerm{}, ForEach: forEach, Count: count, DependsOn: n.outlineOrders()}
	content, _, _ := n.block.Body.PartialContent(moduleMeta)
	if a, ok := content.Attributes["source"]; ok {
		v, _ := a.Expr.Value(nil)
		call.Source = str(v)
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

func (n *node) outlineOutput() OutlineOutput {
	out := OutlineOutput{DependsOn: n.outlineOrders()}
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

// outlineBody describes the attributes and nested blocks of a body. Of a dynamic
// block it is the content, as of one block.
func outlineBody(body hcl.Body, attrs []schema.Attr, blocks []schema.Block) map[string]any {
	out := map[string]any{}
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
			one[blocks[i].Label] = OutlineTerm{ConstantValue: constant(cty.StringVal(labels[0]))}
		}
		list, _ := out[typ].([]map[string]any)
		out[typ] = append(list, one)
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

func outlineTerm(expr hcl.Expression) (term OutlineTerm) {
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
	return term
}

// references names what a traversal refers to, and what that is a part of:
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
			name += "[" + string(constant(s.Key)) + "]"
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

// constant is a value as JSON, or nil where it is sensitive, or not known.
func constant(v cty.Value) json.RawMessage {
	if v.ContainsMarked() || !v.IsWhollyKnown() {
		return nil
	}
	data, err := json.Marshal(ctyjson.SimpleJSONValue{Value: v})
	if err != nil {
		return nil
	}
	return data
}
