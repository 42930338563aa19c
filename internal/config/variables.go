package config

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
)

// variable is one decoded variable block.
type variable struct {
	name      string
	text      string // description
	typ       cty.Type
	defaults  *typeexpr.Defaults
	def       cty.Value // cty.NilVal: none
	literal   bool      // whether values from the command line and the environment are plain strings
	sensitive bool
	nullable  bool
	rules     []rule // validation blocks
	node      *node
}

var variableSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{{Name: "type"}, {Name: "default"}, {Name: "description"}, {Name: "sensitive"}, {Name: "nullable"}},
	Blocks:     []hcl.BlockHeaderSchema{{Type: "validation"}},
}

func decodeVariable(n *node) (*variable, hcl.Diagnostics) {
	v := &variable{name: n.name, typ: cty.DynamicPseudoType, literal: true, nullable: true, node: n}
	content, diags := n.block.Body.Content(variableSchema)
	diags = suggest(diags, variableSchema)
	if attr, ok := content.Attributes["type"]; ok {
		typ, defaults, more := typeexpr.TypeConstraintWithDefaults(attr.Expr)
		diags = append(diags, more...)
		v.typ, v.defaults, v.literal = typ, defaults, typ.IsPrimitiveType()
	}
	flag := func(name string, to *bool) {
		if attr, ok := content.Attributes[name]; ok {
			val, more := attr.Expr.Value(nil)
			if val, err := convert.Convert(val, cty.Bool); !more.HasErrors() && err == nil && val.IsKnown() && !val.IsNull() {
				*to = val.True()
				return
			}
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid variable",
				Detail: fmt.Sprintf("%s of a variable must be true or false.", name), Subject: attr.Expr.Range().Ptr()})
		}
	}
	if attr, ok := content.Attributes["description"]; ok {
		val, more := attr.Expr.Value(nil)
		diags = append(diags, more...)
		v.text = schema.Text(val)
	}
	flag("sensitive", &v.sensitive)
	flag("nullable", &v.nullable)
	if attr, ok := content.Attributes["default"]; ok {
		val, more := attr.Expr.Value(nil)
		diags = append(diags, more...)
		if !more.HasErrors() {
			val, err := v.convert(val)
			if err != nil {
				diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid default value for variable",
					Detail: fmt.Sprintf("The default of variable %q doesn't fit its type: %s.", v.name, err), Subject: attr.Expr.Range().Ptr()})
			} else {
				v.def = val
			}
			if err == nil && val.IsNull() && !v.nullable {
				diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid default value for variable",
					Detail: fmt.Sprintf("Variable %q has nullable = false, so its default can't be null.", v.name), Subject: attr.Expr.Range().Ptr()})
			}
		}
	}
	for _, block := range content.Blocks {
		rule, more := decodeRule(block)
		diags = append(diags, more...)
		if !more.HasErrors() {
			v.rules = append(v.rules, rule)
		}
	}
	n.broken = diags.HasErrors()
	return v, diags
}

func (v *variable) convert(val cty.Value) (cty.Value, error) {
	if v.defaults != nil && !val.IsNull() {
		val = v.defaults.Apply(val)
	}
	return budget.Convert(val, v.typ)
}

// accept checks the value that a module call passes to the variable.
func (v *variable) accept(val cty.Value, rng hcl.Range, dir string) (cty.Value, *hcl.Diagnostic) {
	if val.IsNull() && !v.nullable {
		if v.def != cty.NilVal {
			return v.def, nil
		}
		return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Required variable not set",
			Detail: fmt.Sprintf("The variable %q of the module in %s can't be null (nullable = false).", v.name, dir), Subject: &rng}
	}
	converted, err := v.convert(val)
	if err != nil {
		return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid value for module argument",
			Detail:  fmt.Sprintf("The value doesn't fit the variable %q of the module in %s, whose type is %s: %s.", v.name, dir, typeexpr.TypeString(v.typ), err),
			Subject: &rng}
	}
	return converted, nil
}

// marked marks the value of a sensitive variable as sensitive.
func (v *variable) marked(val cty.Value) cty.Value {
	if v.sensitive {
		return val.Mark(schema.Sensitive)
	}
	return val
}

// setVariables sets the value of every variable, in Terraform's order of precedence, lowest first:
// default, environment, oktaform.tfvars(.json), *.auto.tfvars(.json), --var-file, --var.
func (c *Config) setVariables() hcl.Diagnostics {
	var diags hcl.Diagnostics
	vars := map[string]*variable{}
	c.values = map[string]cty.Value{}
	for _, n := range c.main.order {
		if n.class == classVar {
			vars[n.name] = n.variable
			c.values[n.name] = cty.DynamicVal
		}
	}
	values := map[string]givenValue{}
	diags = append(diags, c.fromEnvironment(vars, values)...)
	diags = append(diags, c.fromFiles(vars, values)...)
	options := map[string]givenValue{}
	diags = append(diags, c.fromCommandLine(vars, options)...)
	c.fromOptions = map[string]bool{}
	for name, value := range options {
		values[name], c.fromOptions[name] = value, true
	}
	for _, n := range c.main.order {
		if n.class != classVar || n.broken { // its error is already reported
			continue
		}
		val, diag := c.valueOf(vars[n.name], values)
		if diag != nil {
			diags = append(diags, diag)
			val = cty.UnknownVal(vars[n.name].typ)
		}
		c.values[n.name] = n.variable.marked(val)
	}
	return diags
}

func (c *Config) valueOf(v *variable, values map[string]givenValue) (cty.Value, *hcl.Diagnostic) {
	g, ok := values[v.name]
	if ok && g.value.IsNull() && !v.nullable {
		ok = false
	}
	made := c.opts.Generate != nil && v.sensitive && v.typ == cty.String && v.def == cty.NilVal
	if ok && made && g.value.RawEquals(cty.StringVal("")) {
		ok = false // forges pass empty secrets to the jobs of forks
	}
	if ok {
		val, err := v.convert(g.value)
		if err != nil {
			return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid value for input variable",
				Detail:  fmt.Sprintf("The value for variable %q from %s doesn't fit its type %s: %s.", v.name, g.source, typeexpr.TypeString(v.typ), err),
				Subject: &v.node.rng}
		}
		return val, nil
	}
	if v.def != cty.NilVal {
		return v.def, nil
	}
	if made {
		text, err := c.opts.Generate(v.name)
		if err == nil {
			return cty.StringVal(text), nil
		}
		return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No value for required variable",
			Detail: fmt.Sprintf("The value for variable %q could not be generated: %s.", v.name, err), Subject: &v.node.rng}
	}
	if c.opts.SecretsUnknown && v.sensitive {
		return cty.UnknownVal(v.typ).Mark(schema.Unset(v.name)), nil
	}
	if c.opts.PromptVariable != nil {
		return c.asked(v)
	}
	if c.opts.Incomplete {
		c.unset = true
		return cty.UnknownVal(v.typ), nil
	}
	ways := fmt.Sprintf("Set OKTAFORM_VAR_%s in the environment, or use --var '%[1]s=...' or --var-file FILE.", v.name)
	if v.sensitive {
		ways = setSecret(v.name) + " On a terminal, the command asks for it."
	}
	return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No value for required variable",
		Detail:  fmt.Sprintf("The variable %q has no value and no default. %s", v.name, ways),
		Subject: &v.node.rng}
}

// setSecret says how to give a sensitive variable a value.
func setSecret(name string) string {
	return fmt.Sprintf("Set OKTAFORM_VAR_%s in the environment, without a trace in the shell's history: read -rs OKTAFORM_VAR_%[1]s && export OKTAFORM_VAR_%[1]s.", name)
}

// Question asks for the value of a variable.
type Question struct {
	Name, Description string
	Sensitive         bool
}

// asked asks a person for the value of a variable.
func (c *Config) asked(v *variable) (cty.Value, *hcl.Diagnostic) {
	text, err := c.opts.PromptVariable(Question{v.name, v.text, v.sensitive})
	if err != nil {
		return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No value for required variable",
			Detail: fmt.Sprintf("The variable %q has no value and no default, and asking for it failed: %s.", v.name, err), Subject: &v.node.rng}
	}
	val, diag := v.parse(text, "the answer")
	if diag != nil {
		return cty.NilVal, diag
	}
	converted, err := v.convert(val)
	if err != nil {
		return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid value for input variable",
			Detail:  fmt.Sprintf("The answer for variable %q doesn't fit its type %s: %s.", v.name, typeexpr.TypeString(v.typ), err),
			Subject: &v.node.rng}
	}
	return converted, nil
}

// Secrets returns the strings in sensitive variables, to search messages from other packages for
// them.
func (c *Config) Secrets() []string {
	var secrets []string
	for _, value := range c.values {
		bare, marks := value.UnmarkDeep()
		if _, sensitive := marks[schema.Sensitive]; !sensitive {
			continue
		}
		_ = cty.Walk(bare, func(_ cty.Path, v cty.Value) (bool, error) {
			if text := schema.Text(v); len(text) > 3 { // shorter ones occur in any sentence
				secrets = append(secrets, text)
			}
			return true, nil
		})
	}
	return secrets
}
