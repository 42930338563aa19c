package functions

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/budget"
)

func templateFile(o Options) function.Function {
	return template("templatefile", "path", o, func(path string) (string, string, error) {
		source, err := readText(o.Folders, path)
		return source, path, err
	})
}

func templateString(o Options) function.Function {
	return template("templatestring", "template", o, func(source string) (string, string, error) {
		return source, "template", nil
	})
}

// template makes a function that renders HCL's template language. find gives
// the source of a template, and the name that its errors are said to be in.
func template(caller, name string, o Options, find func(arg string) (source, name string, err error)) function.Function {
	render := func(args []cty.Value) (cty.Value, error) {
		source, name, err := find(args[0].AsString())
		if o.unknown(err) {
			return cty.DynamicVal, nil
		}
		if isRefused(err) {
			return cty.NilVal, err
		}
		if err != nil {
			return cty.DynamicVal, function.NewArgError(0, err)
		}
		if diags := budget.Template([]byte(source), name); diags.HasErrors() {
			o.Meter.Fail(&budget.Error{Detail: diags.Error()})
			return cty.DynamicVal, function.NewArgError(0, diags)
		}
		expr, diags := hclsyntax.ParseTemplate([]byte(source), name, hcl.InitialPos)
		if diags.HasErrors() {
			return cty.DynamicVal, function.NewArgError(0, diags)
		}
		ctx, err := templateContext(expr, args[1])
		if err != nil {
			return cty.DynamicVal, function.NewArgError(1, err)
		}
		ctx.Functions = inTemplate(caller, o)
		v, diags := o.Meter.Inner(expr).Value(ctx)
		if refusal := refusalIn(diags); refusal != nil {
			return cty.NilVal, refusal
		}
		if diags.HasErrors() {
			return cty.DynamicVal, function.NewArgError(0, diags)
		}
		return v, nil
	}
	return function.New(&function.Spec{
		Params: []function.Parameter{param(name, cty.String), param("vars", cty.DynamicPseudoType)},
		// A template that is one interpolation has the type of what is in it.
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return render(args) },
	})
}

// templateContext offers a template the given variables and nothing else, and
// checks that those are all that it needs.
func templateContext(expr hclsyntax.Expression, vars cty.Value) (*hcl.EvalContext, error) {
	if t := vars.Type(); !t.IsMapType() && !t.IsObjectType() {
		return nil, errors.New("invalid vars value: must be a map")
	}
	given := vars.AsValueMap()
	for name := range given {
		if !hclsyntax.ValidIdentifier(name) {
			return nil, fmt.Errorf("invalid template variable name %q: must start with a letter, followed by zero or more letters, digits, and underscores", name)
		}
	}
	for _, used := range expr.Variables() {
		if _, ok := given[used.RootName()]; !ok {
			return nil, fmt.Errorf("vars map does not contain key %q, referenced at %s", used.RootName(), used.SourceRange())
		}
	}
	return &hcl.EvalContext{Variables: given}, nil
}

// inTemplate is the table for use inside of a template. Rendering another one is refused,
// since two could go round in circles, and so is nonsensitive: a review looks for new
// calls of it in the configuration's own files.
func inTemplate(caller string, o Options) map[string]function.Function {
	table := Table(o)
	for name, why := range map[string]string{
		"templatefile":   fmt.Sprintf("cannot recursively call templatefile from inside %s call", caller),
		"templatestring": fmt.Sprintf("cannot recursively call templatestring from inside %s call", caller),
		"nonsensitive":   "cannot call nonsensitive from inside a template; call it in the configuration, for the value that is passed to the template",
	} {
		table[name] = function.New(&function.Spec{
			VarParam: &anyValue()[0],
			Type:     func([]cty.Value) (cty.Type, error) { return cty.NilType, errors.New(why) },
			Impl:     func([]cty.Value, cty.Type) (cty.Value, error) { return cty.DynamicVal, nil },
		})
	}
	return table
}
