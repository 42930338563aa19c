package config

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Input is one option of the command line that gives values to variables. Those
// that come later win, whether they name a variable or a file.
type Input struct {
	text   string // NAME=VALUE, or the name of a file
	isFile bool
}

// Var is the option --var NAME=VALUE.
func Var(text string) Input { return Input{text: text} }

// VarFile is the option --var-file NAME.
func VarFile(name string) Input { return Input{text: name, isFile: true} }

// given is a value from outside, with the words for where it came from.
type given struct {
	value  cty.Value
	source string
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
	for _, file := range files {
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
	for _, attr := range sortedAttributes(attrs) {
		name := attr.Name
		if vars[name] == nil {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Value for undeclared variable",
				Detail:  fmt.Sprintf("The configuration declares no variable %q.%s", name, didYouMean(name, slices.Sorted(maps.Keys(vars)))),
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

// fromCommandLine takes the options in the order in which they were given.
func (c *Config) fromCommandLine(vars map[string]*variable, values map[string]given) (diags hcl.Diagnostics) {
	for _, input := range c.opts.Inputs {
		if input.isFile {
			diags = append(diags, c.fromFile(input.text, vars, values)...)
			continue
		}
		if diag := fromOption(input.text, vars, values); diag != nil {
			diags = append(diags, diag)
		}
	}
	return diags
}

func fromOption(text string, vars map[string]*variable, values map[string]given) *hcl.Diagnostic {
	name, text, ok := strings.Cut(text, "=")
	if !ok || strings.TrimSpace(name) != name || name == "" {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid --var option",
			Detail: "A variable is given as --var 'name=value', without spaces around the equals sign."}
	}
	v := vars[name]
	if v == nil {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Value for undeclared variable",
			Detail: fmt.Sprintf("--var gives a value to %q, which the configuration doesn't declare.%s", name, didYouMean(name, slices.Sorted(maps.Keys(vars))))}
	}
	val, diag := v.parse(text, "the option --var")
	if diag == nil {
		values[name] = given{val, "the option --var"}
	}
	return diag
}

// globEscape keeps the folder's own name from being read as a pattern.
func globEscape(dir string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}
