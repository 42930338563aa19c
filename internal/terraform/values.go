package terraform

import (
	"fmt"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/secretname"
)

// copyValues copies the values of variables that Terraform reads by itself, terraform.tfvars and
// *.auto.tfvars. Values of sensitive variables, and what looks like a secret, are left out.
func (f *folder) copyValues(variables map[string]*hclsyntax.Block) error {
	entries, err := f.t.root.List(f.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := e.Name()
		switch {
		case name == "terraform.tfvars.json" || strings.HasSuffix(name, ".auto.tfvars.json"):
			f.t.remark(name, 1, "values in JSON are not copied: give them with --var-file, or write them to oktaform.tfvars")
		case name == "terraform.tfvars":
			err = f.valuesOf(name, "oktaform.tfvars", variables)
		case strings.HasSuffix(name, ".auto.tfvars"):
			err = f.valuesOf(name, name, variables)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *folder) valuesOf(name, to string, variables map[string]*hclsyntax.Block) error {
	text, err := f.t.root.Read(name, files.SourceLimit)
	if err != nil {
		return err
	}
	parsed, diags := budget.ParseConfig(text, name)
	if diags.HasErrors() {
		return placed(diags)
	}
	var b strings.Builder
	for _, a := range inOrder(parsed.Body.(*hclsyntax.Body).Attributes) {
		block := variables[a.Name]
		if block == nil {
			continue // nothing uses it
		}
		value, diags := a.Expr.Value(nil)
		if diags.HasErrors() {
			return placed(diags)
		}
		if isSensitive(block) || holdsSecret(a.Name, value) {
			f.t.remark(name, a.SrcRange.Start.Line, "variable %s: its value may be a secret and is not copied; give it by OKTAFORM_VAR_%s", a.Name, a.Name)
			continue
		}
		b.WriteString(string(a.SrcRange.SliceBytes(text)) + "\n")
	}
	if b.Len() > 0 {
		f.t.out.Files[to] = hclwrite.Format([]byte(b.String()))
	}
	return nil
}

// holdsSecret reports whether a value holds what may be a secret, by its names and texts.
func holdsSecret(name string, value cty.Value) bool {
	if secretname.Is(name) {
		return true
	}
	found := false
	_ = cty.Walk(value, func(at cty.Path, v cty.Value) (bool, error) {
		if len(at) > 0 {
			switch step := at[len(at)-1].(type) {
			case cty.GetAttrStep:
				found = found || secretname.Is(step.Name)
			case cty.IndexStep:
				found = found || step.Key.Type() == cty.String && secretname.Is(step.Key.AsString())
			}
		}
		if v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			found = found || secretname.PrivateKey(v.AsString())
		}
		return !found, nil
	})
	return found
}

// readers are the functions that read files.
var readers = map[string]bool{"file": true, "filebase64": true, "fileexists": true, "templatefile": true, "fileset": true,
	"filemd5": true, "filesha1": true, "filesha256": true, "filesha512": true, "filebase64sha256": true, "filebase64sha512": true}

// readFile copies the file that a call of a function reads, so that the call works in the new
// folder.
func (f *folder) readFile(call *hclsyntax.FunctionCallExpr) {
	if len(call.Args) == 0 {
		return
	}
	at := call.Range()
	paths := cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(f.dir), "root": cty.StringVal("."), "cwd": cty.StringVal(".")})
	name, diags := call.Args[0].Value(&hcl.EvalContext{Variables: map[string]cty.Value{"path": paths}})
	if diags.HasErrors() || !name.IsKnown() || name.IsNull() || name.Type() != cty.String || call.Name == "fileset" {
		f.remark(at, "%s reads files that are not copied, since their names are not written here: copy them into the new folder", call.Name)
		return
	}
	file := path.Clean(name.AsString())
	if f.t.out.Files[file] != nil {
		return
	}
	if why := f.copyFile(file); why != "" {
		f.remark(at, "%s reads %s, which is not copied: %s", call.Name, files.Quoted(file), why)
	}
}

// copyFile copies a file, or says why it does not.
func (f *folder) copyFile(file string) string {
	base := strings.ToLower(path.Base(file))
	for _, end := range []string{".hcl", ".hcl.json", ".tf", ".tf.json", ".tfvars", ".tfvars.json", ".pem", ".key", ".tfstate"} {
		if strings.HasSuffix(base, end) {
			return "files that end in " + end + " never are"
		}
	}
	if path.IsAbs(file) || file == ".." || strings.HasPrefix(file, "../") || strings.HasPrefix(base, ".") {
		return "it is outside of the folder, or hidden"
	}
	data, err := f.t.root.Read(file, files.TextLimit)
	if err != nil {
		return fmt.Sprint(files.Cause(err))
	}
	if mayHoldSecret(data) {
		return "it holds what may be a secret"
	}
	f.t.out.Files[file] = data
	return ""
}
