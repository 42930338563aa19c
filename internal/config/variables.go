package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/oktaform/oktaform/schema"
)

// variable is one decoded variable block.
type variable struct {
	name      string
	typ       cty.Type
	defaults  *typeexpr.Defaults
	def       cty.Value // cty.NilVal: none
	literal   bool      // values from the command line and the environment are plain strings
	sensitive bool
	nullable  bool
	node      *node
}

var variableSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{
	{Name: "type"}, {Name: "default"}, {Name: "description"}, {Name: "sensitive"}, {Name: "nullable"},
}}

func decodeVariable(n *node) (*variable, hcl.Diagnostics) {
	v := &variable{name: n.name, typ: cty.DynamicPseudoType, literal: true, nullable: true, node: n}
	content, diags := n.block.Body.Content(variableSchema)
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
				Detail: fmt.Sprintf("%s of a variable is true or false.", name), Subject: attr.Expr.Range().Ptr()})
		}
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
	n.broken = diags.HasErrors()
	return v, diags
}

func (v *variable) convert(val cty.Value) (cty.Value, error) {
	if v.defaults != nil && !val.IsNull() {
		val = v.defaults.Apply(val)
	}
	return convert.Convert(val, v.typ)
}

// accept checks what a module call gives to the variable.
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

// marked makes the value of a sensitive variable sensitive.
func (v *variable) marked(val cty.Value) cty.Value {
	if v.sensitive {
		return val.Mark(schema.Sensitive)
	}
	return val
}

// given is a value from outside, with the words for where it came from.
type given struct {
	value  cty.Value
	source string
}

// setVariables gives every variable its value, in Terraform's order of
// precedence, lowest first: default, environment, oktaform.tfvars(.json),
// *.auto.tfvars(.json), --var-file, --var.
func (c *Config) setVariables() hcl.Diagnostics {
	var diags hcl.Diagnostics
	vars := map[string]*variable{}
	c.values = map[string]cty.Value{}
	broken := false
	for _, n := range c.main.order {
		if n.class == classVar {
			vars[n.name] = n.variable
			c.values[n.name] = cty.DynamicVal
			broken = broken || n.broken
		}
	}
	if broken {
		return nil // nothing more is said about what they are used for
	}
	values := map[string]given{}
	diags = append(diags, c.fromEnvironment(vars, values)...)
	diags = append(diags, c.fromFiles(vars, values)...)
	diags = append(diags, c.fromCommandLine(vars, values)...)
	for _, n := range c.main.order {
		if n.class != classVar {
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

func (c *Config) valueOf(v *variable, values map[string]given) (cty.Value, *hcl.Diagnostic) {
	g, ok := values[v.name]
	if ok && g.value.IsNull() && !v.nullable {
		ok = false
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
	if c.opts.Generate != nil && v.sensitive && v.typ == cty.String {
		text, err := c.opts.Generate(v.name)
		if err == nil {
			return cty.StringVal(text), nil
		}
		return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No value for required variable",
			Detail: fmt.Sprintf("A value for variable %q could not be made: %s.", v.name, err), Subject: &v.node.rng}
	}
	if c.opts.Incomplete {
		c.unset = true
		return cty.UnknownVal(v.typ), nil
	}
	return cty.NilVal, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No value for required variable",
		Detail: fmt.Sprintf("The variable %q has no value and no default. Set OKTAFORM_VAR_%s in the environment, or use --var '%s=...' or --var-file FILE.",
			v.name, v.name, v.name),
		Subject: &v.node.rng}
}

// parse reads a value given as text: a plain string for primitive types, else an HCL
// expression. Errors don't quote the text, which may be a secret.
func (v *variable) parse(text, source string) (cty.Value, *hcl.Diagnostic) {
	if v.literal {
		return cty.StringVal(text), nil
	}
	bad := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid value for input variable",
		Detail:  fmt.Sprintf("The value for variable %q from %s is not an HCL expression of type %s.", v.name, source, typeexpr.TypeString(v.typ)),
		Subject: &v.node.rng}
	expr, diags := hclsyntax.ParseExpression([]byte(text), source, hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilVal, bad
	}
	val, diags := expr.Value(nil)
	if diags.HasErrors() {
		return cty.NilVal, bad
	}
	return val, nil
}

func (c *Config) fromEnvironment(vars map[string]*variable, values map[string]given) (diags hcl.Diagnostics) {
	// TF_VAR_ first: our own name wins.
	for _, prefix := range []string{"TF_VAR_", "OKTAFORM_VAR_"} {
		for _, entry := range c.opts.Environ {
			name, text, _ := strings.Cut(entry, "=")
			short, ok := strings.CutPrefix(name, prefix)
			if v := vars[short]; ok && v != nil {
				val, diag := v.parse(text, "the environment variable "+name)
				if diag != nil {
					diags = append(diags, diag)
					continue
				}
				values[short] = given{val, "the environment variable " + name}
			}
		}
	}
	return diags
}

func (c *Config) fromFiles(vars map[string]*variable, values map[string]given) (diags hcl.Diagnostics) {
	files := []string{}
	for _, name := range []string{"oktaform.tfvars", "oktaform.tfvars.json"} {
		if _, err := os.Stat(filepath.Join(c.Dir, name)); err == nil {
			files = append(files, filepath.Join(c.Dir, name))
		}
	}
	auto, _ := filepath.Glob(filepath.Join(globEscape(c.Dir), "*.auto.tfvars"))
	autoJSON, _ := filepath.Glob(filepath.Join(globEscape(c.Dir), "*.auto.tfvars.json"))
	auto = append(auto, autoJSON...)
	slices.Sort(auto)
	files = append(files, auto...)
	for _, file := range append(files, c.opts.VarFiles...) {
		diags = append(diags, c.fromFile(file, vars, values)...)
	}
	return diags
}

func (c *Config) fromFile(file string, vars map[string]*variable, values map[string]given) hcl.Diagnostics {
	if _, err := os.Stat(file); err != nil {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Variables file can't be read", Detail: err.Error() + "."}}
	}
	// Its own parser, so that no diagnostic quotes a line of this file: it may
	// hold secrets.
	parser := hclparse.NewParser()
	var f *hcl.File
	var diags hcl.Diagnostics
	if strings.HasSuffix(file, ".json") {
		f, diags = parser.ParseJSONFile(file)
	} else {
		f, diags = parser.ParseHCLFile(file)
	}
	if diags.HasErrors() {
		return diags
	}
	attrs, diags := f.Body.JustAttributes()
	for name, attr := range attrs {
		if vars[name] == nil {
			var names []string
			for n := range vars {
				names = append(names, n)
			}
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Value for undeclared variable",
				Detail:  fmt.Sprintf("The configuration declares no variable %q.%s", name, didYouMean(name, names)),
				Subject: &attr.NameRange})
			continue
		}
		val, more := attr.Expr.Value(nil)
		diags = append(diags, more...)
		if !more.HasErrors() {
			values[name] = given{val, "the file " + file}
		}
	}
	return diags
}

func (c *Config) fromCommandLine(vars map[string]*variable, values map[string]given) (diags hcl.Diagnostics) {
	for _, arg := range c.opts.Vars {
		name, text, ok := strings.Cut(arg, "=")
		if !ok || strings.TrimSpace(name) != name || name == "" {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid --var option",
				Detail: "A variable is given as --var 'name=value', without spaces around the equals sign."})
			continue
		}
		v := vars[name]
		if v == nil {
			var names []string
			for n := range vars {
				names = append(names, n)
			}
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Value for undeclared variable",
				Detail: fmt.Sprintf("--var gives a value to %q, which the configuration doesn't declare.%s", name, didYouMean(name, names))})
			continue
		}
		val, diag := v.parse(text, "the option --var")
		if diag != nil {
			diags = append(diags, diag)
			continue
		}
		values[name] = given{val, "the option --var"}
	}
	return diags
}

// globEscape keeps the folder's own name from being read as a pattern.
func globEscape(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

// Secrets lists the texts in sensitive variables, so that messages of others,
// which don't know what they quote, can be searched for them.
func (c *Config) Secrets() []string {
	var secrets []string
	for _, value := range c.values {
		bare, marks := value.UnmarkDeep()
		if _, sensitive := marks[schema.Sensitive]; !sensitive {
			continue
		}
		_ = cty.Walk(bare, func(_ cty.Path, v cty.Value) (bool, error) {
			if text := str(v); len(text) > 3 { // shorter ones are in every sentence
				secrets = append(secrets, text)
			}
			return true, nil
		})
	}
	return secrets
}
