package config

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/files"
)

// Input is a command-line option that gives values to variables. Later options take precedence,
// whether they name a variable or a file.
type Input struct {
	text   string // NAME=VALUE, or the name of a file or variable
	isFile bool
	value  cty.Value // of the variable; NilVal for a text or file
	at     hcl.Range // of the value
}

// Value returns an input that gives a value to a variable, as a test file does.
func Value(name string, value cty.Value, at hcl.Range) Input {
	return Input{text: name, value: value, at: at}
}

// Var returns the option --var NAME=VALUE.
func Var(text string) Input { return Input{text: text} }

// VarFile returns the option --var-file NAME.
func VarFile(name string) Input { return Input{text: name, isFile: true} }

// givenValue is a value from outside, with a description of its source.
type givenValue struct {
	value  cty.Value
	source string
}

// parse parses a value given as text: a plain string for primitive types, else an HCL expression.
// Errors do not quote the text, which may be a secret.
func (v *variable) parse(text, source string) (cty.Value, *hcl.Diagnostic) {
	if v.literal {
		return cty.StringVal(text), nil
	}
	bad := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid value for input variable",
		Detail:  fmt.Sprintf("The value for variable %q from %s is not an HCL expression of type %s.", v.name, source, typeexpr.TypeString(v.typ)),
		Subject: &v.node.rng}
	if diags := budget.Expression([]byte(text), source); diags.HasErrors() {
		bad.Detail += " " + diags[0].Detail
		return cty.NilVal, bad
	}
	expr, diags := hclsyntax.ParseExpression([]byte(text), source, hcl.InitialPos)
	if diags.HasErrors() {
		return cty.NilVal, bad
	}
	val, diags := new(budget.Meter).Expression(expr).Value(nil)
	if diags.HasErrors() {
		return cty.NilVal, bad
	}
	return val, nil
}

const undeclared = "Value for undeclared variable"

func (c *Config) fromEnvironment(vars map[string]*variable, values map[string]givenValue) (diags hcl.Diagnostics) {
	// OKTAFORM_VAR_ comes last and takes precedence.
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
				values[short] = givenValue{val, "the environment variable " + name}
			}
		}
	}
	return diags
}

func (c *Config) fromFiles(vars map[string]*variable, values map[string]givenValue) (diags hcl.Diagnostics) {
	entries, err := c.folders.list(".")
	if err != nil {
		return hcl.Diagnostics{unreadable(c.Dir, err)}
	}
	// Files with fixed names first, then the others by name: later ones take precedence.
	var names, auto []string
	for _, entry := range entries {
		switch name := entry.Name(); {
		case name == "oktaform.tfvars", name == "oktaform.tfvars.json":
			names = append(names, name)
		case strings.HasSuffix(name, ".auto.tfvars"), strings.HasSuffix(name, ".auto.tfvars.json"):
			auto = append(auto, name)
		}
	}
	for _, name := range append(names, auto...) {
		file := filepath.Join(c.Dir, name)
		data, replaced := c.opts.Sources[file]
		if !replaced {
			if data, err = c.folders.root.Read(c.folders.inRepository(name), files.TextLimit); err != nil {
				diags = append(diags, unreadable(file, err))
				continue
			}
		}
		diags = append(diags, c.fromFile(file, data, vars, values)...)
	}
	return diags
}

func unreadable(file string, err error) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Variables file can't be read", Detail: fmt.Sprintf("%s: %s.", files.Quoted(file), files.Cause(err))}
}

func (c *Config) fromFile(file string, data []byte, vars map[string]*variable, values map[string]givenValue) hcl.Diagnostics {
	// A separate parser, so that no diagnostic quotes a line of this file, which may contain
	// secrets.
	parser := hclparse.NewParser()
	var f *hcl.File
	var diags hcl.Diagnostics
	switch json := strings.HasSuffix(file, ".json"); {
	case json:
		if diags = budget.JSONSource(data, file); !diags.HasErrors() {
			f, diags = parser.ParseJSON(data, file)
		}
	default:
		f, diags = budget.ParseConfig(data, file)
	}
	if diags.HasErrors() {
		return diags
	}
	if tree, ok := f.Body.(*hclsyntax.Body); ok {
		c.meter.Body(tree)
	}
	attrs, diags := f.Body.JustAttributes()
	for _, attr := range sortedAttributes(attrs) {
		name := attr.Name
		if vars[name] == nil {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: undeclared,
				Detail:  fmt.Sprintf("The configuration declares no variable %q.%s", name, DidYouMean(name, slices.Sorted(maps.Keys(vars)))),
				Subject: &attr.NameRange})
			continue
		}
		val, more := attr.Expr.Value(nil)
		diags = append(diags, more...)
		if !more.HasErrors() {
			values[name] = givenValue{val, "the file " + file}
		}
	}
	return diags
}

// fromCommandLine applies the options in the given order.
func (c *Config) fromCommandLine(vars map[string]*variable, values map[string]givenValue) (diags hcl.Diagnostics) {
	for _, input := range c.opts.Inputs {
		if input.isFile {
			data, err := files.Trees{c.folders.root}.Read(input.text, files.TextLimit)
			if err != nil {
				diags = append(diags, unreadable(input.text, err))
				continue
			}
			diags = append(diags, c.fromFile(input.text, data, vars, values)...)
			continue
		}
		if input.value != cty.NilVal {
			if vars[input.text] == nil {
				diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: undeclared, Subject: &input.at,
					Detail: fmt.Sprintf("The configuration declares no variable %q.%s", input.text, DidYouMean(input.text, slices.Sorted(maps.Keys(vars))))})
				continue
			}
			values[input.text] = givenValue{input.value, fmt.Sprintf("%s:%d", input.at.Filename, input.at.Start.Line)}
			continue
		}
		if diag := fromOption(input.text, vars, values); diag != nil {
			if c.opts.Elsewhere && diag.Summary == undeclared { // the other version may declare it
				diag.Severity = hcl.DiagWarning
			}
			diags = append(diags, diag)
		}
	}
	return diags
}

func fromOption(text string, vars map[string]*variable, values map[string]givenValue) *hcl.Diagnostic {
	name, text, ok := strings.Cut(text, "=")
	if !ok || strings.TrimSpace(name) != name || name == "" {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid --var option",
			Detail: "A variable is given as --var 'name=value', without spaces around the equals sign."}
	}
	v := vars[name]
	if v == nil {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: undeclared,
			Detail: fmt.Sprintf("--var gives a value to %q, which the configuration doesn't declare.%s", name, DidYouMean(name, slices.Sorted(maps.Keys(vars))))}
	}
	val, diag := v.parse(text, "the option --var")
	if diag == nil {
		values[name] = givenValue{val, "the option --var"}
	}
	return diag
}
