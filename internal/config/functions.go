package config

import (
	"errors"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/functions"
)

// functions are Terraform's, by its names. Those whose value would differ from
// one run to the next are left out, since they make a plan that is never empty;
// calling one says why, and what to use instead.
func (c *Config) functions() map[string]function.Function {
	table := functions.Table(c.root)
	for name, reason := range functions.LeftOut() {
		refuse := func([]cty.Value) (cty.Type, error) { return cty.DynamicPseudoType, errors.New(reason) }
		table[name] = function.New(&function.Spec{
			VarParam: &function.Parameter{Name: "args", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowMarked: true, AllowDynamicType: true},
			Type:     refuse,
			Impl:     func([]cty.Value, cty.Type) (cty.Value, error) { return cty.DynamicVal, errors.New(reason) },
		})
	}
	return table
}
