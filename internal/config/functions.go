package config

import (
	"errors"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/functions"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/schema"
)

// functions returns Terraform's functions by name. It omits those that return another value in each
// run, because a plan with them would never be empty; calling one is an error that says what to use
// instead.
func (c *Config) functions() map[string]function.Function {
	table := functions.Table(functions.Options{Folders: c.folders.readable, Elsewhere: c.opts.Elsewhere, Meter: &c.meter, Guard: c.guarded})
	for name, reason := range functions.LeftOut() {
		reason = strings.TrimSuffix(reason, ".") // HCL adds a full stop
		refuse := func([]cty.Value) (cty.Type, error) { return cty.DynamicPseudoType, errors.New(reason) }
		table[name] = function.New(&function.Spec{
			VarParam: &function.Parameter{Name: "args", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowMarked: true, AllowDynamicType: true},
			Type:     refuse,
			Impl:     func([]cty.Value, cty.Type) (cty.Value, error) { return cty.DynamicVal, errors.New(reason) },
		})
	}
	return table
}

// guarded prevents a function that reads files from copying private keys into outputs and plans:
// the contents of a file with a private key are sensitive.
func (c *Config) guarded(f function.Function) function.Function {
	secret := func(args []cty.Value) bool {
		path, _ := args[0].Unmark()
		if !path.IsKnown() || path.IsNull() || path.Type() != cty.String {
			return false
		}
		data, err := c.folders.readable.ReadFile(path.AsString())
		return err == nil && jwk.HoldsPrivate(data) // f reports the error
	}
	spec := &function.Spec{Params: f.Params(), VarParam: f.VarParam()}
	for i := range spec.Params {
		spec.Params[i].AllowMarked = true // f handles the marks
	}
	spec.Type = f.ReturnTypeForValues
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		v, err := f.Call(args)
		if err == nil && secret(args) {
			v = v.Mark(schema.Sensitive)
		}
		return v, err
	}
	return function.New(spec)
}
