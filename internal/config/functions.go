package config

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/functions"
	"github.com/oktaform/oktaform/schema"
)

// functions are Terraform's, by its names. Those whose value would differ from
// one run to the next are left out, since they make a plan that is never empty;
// calling one says why, and what to use instead.
func (c *Config) functions() map[string]function.Function {
	table := functions.Table(functions.Options{Folders: c.folders.readable, Meter: &c.meter, Guard: c.guarded})
	for name, reason := range functions.LeftOut() {
		reason = strings.TrimSuffix(reason, ".") // HCL ends the sentence
		refuse := func([]cty.Value) (cty.Type, error) { return cty.DynamicPseudoType, errors.New(reason) }
		table[name] = function.New(&function.Spec{
			VarParam: &function.Parameter{Name: "args", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowMarked: true, AllowDynamicType: true},
			Type:     refuse,
			Impl:     func([]cty.Value, cty.Type) (cty.Value, error) { return cty.DynamicVal, errors.New(reason) },
		})
	}
	return table
}

// guarded keeps a function that reads files from carrying secrets into outputs
// and plans: the embedded org's own files aren't read, and what is in a file
// with a private key is sensitive.
func (c *Config) guarded(f function.Function) function.Function {
	secret := func(args []cty.Value) (bool, error) {
		path, _ := args[0].Unmark()
		if !path.IsKnown() || path.IsNull() || path.Type() != cty.String {
			return false, nil
		}
		name, err := c.folders.readable.Path(path.AsString())
		if slices.Contains(strings.Split(name, "/"), ".oktaform") {
			return false, function.NewArgErrorf(0, "%s belongs to the embedded org and holds its secrets", path.AsString())
		}
		if err != nil {
			return false, nil // f says so
		}
		data, err := c.folders.readable.ReadFile(name)
		return err == nil && bytes.Contains(data, []byte("PRIVATE KEY")), nil
	}
	spec := &function.Spec{Params: f.Params(), VarParam: f.VarParam()}
	for i := range spec.Params {
		spec.Params[i].AllowMarked = true // f itself sees to the marks
	}
	spec.Type = func(args []cty.Value) (cty.Type, error) {
		if _, err := secret(args); err != nil {
			return cty.NilType, err
		}
		return f.ReturnTypeForValues(args)
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		hide, err := secret(args)
		if err != nil {
			return cty.NilVal, err
		}
		v, err := f.Call(args)
		if err == nil && hide {
			v = v.Mark(schema.Sensitive)
		}
		return v, err
	}
	return function.New(spec)
}
