package functions

import (
	"errors"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
)

// guarded is what every function of the table goes through. It asks for the cost of a
// call before it is made, and keeps the function from saying too much: an error may quote
// arguments, a panic of the library becomes a Go stack trace, and functions forget marks.
type guarded struct {
	name  string
	f     function.Function
	meter *budget.Meter
	marks *markCache
}

// guard wraps a function that takes values.
func guard(name string, f function.Function, meter *budget.Meter, marks *markCache) function.Function {
	g := guarded{name, f, meter, marks}
	spec := &function.Spec{Description: f.Description(), Params: f.Params(), VarParam: f.VarParam(), Type: function.StaticReturnType(cty.DynamicPseudoType)}
	for i := range spec.Params {
		spec.Params[i] = asItComes(spec.Params[i])
	}
	if spec.VarParam != nil {
		every := asItComes(*spec.VarParam)
		spec.VarParam = &every
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) { return g.call(args) }
	return function.New(spec)
}

// asItComes lets every argument through to the function within, which has the
// real restrictions.
func asItComes(p function.Parameter) function.Parameter {
	p.Type = cty.DynamicPseudoType
	p.AllowMarked, p.AllowNull, p.AllowUnknown, p.AllowDynamicType = true, true, true, true
	return p
}

func (g *guarded) call(given []cty.Value) (cty.Value, error) {
	args, err := g.convert(given)
	if err != nil {
		g.meter.Fail(err)
		return cty.NilVal, err
	}
	if err := g.meter.Call(g.name, args); err != nil {
		return cty.NilVal, g.failure(err, args)
	}
	v, err := g.f.Call(args)
	if isPanic(err) && !cty.TupleVal(args).IsWhollyKnown() {
		// cty's setproduct, for one, panics on elements whose type isn't
		// known yet: there may well be a result once it is.
		v, err = cty.DynamicVal, nil
	}
	if err != nil {
		return cty.NilVal, g.failure(err, args)
	}
	return g.keepMarks(v, args), nil
}

// convert gives the arguments the types that the function takes. Types that never fit are
// reported first: which of the arguments is at fault must not tell of a secret value.
func (g *guarded) convert(given []cty.Value) ([]cty.Value, error) {
	for i, arg := range given {
		want, err := budget.Concrete(arg.Type(), g.param(i).Type)
		if err != nil {
			return nil, argError(i, err)
		}
		if !arg.Type().Equals(want) && convert.GetConversionUnsafe(arg.Type(), want) == nil {
			return nil, function.NewArgErrorf(i, "%s", convert.MismatchMessage(arg.Type(), want))
		}
	}
	args := make([]cty.Value, len(given))
	var hidden error
	for i, arg := range given {
		want := g.param(i).Type
		var err error
		args[i], err = budget.Convert(arg, want)
		g.meter.Fail(err)
		if err != nil && g.marks.contains(arg) {
			hidden, args[i] = function.NewArgError(i, errHidden), cty.UnknownVal(want).Mark(schema.Sensitive)
		} else if err != nil {
			return nil, argError(i, err)
		}
	}
	if hidden != nil {
		return nil, g.redactedError(hidden, args)
	}
	return args, nil
}

var errHidden = errors.New("this value is sensitive, so it isn't shown, and the function doesn't take it")

func (g *guarded) param(i int) function.Parameter {
	if params := g.f.Params(); i < len(params) {
		return params[i]
	}
	return *g.f.VarParam()
}

// failure is the error of a call as it may be shown. An exceeded limit counts also where it may not
// be.
func (g *guarded) failure(err error, args []cty.Value) error {
	shown := g.redactedError(err, args)
	if limit := new(*budget.Error); errors.As(err, limit) && !errors.As(shown, limit) {
		g.meter.Fail(&budget.Error{Detail: "a function exceeds a limit; its arguments are sensitive, so they aren't shown"})
	}
	g.meter.Fail(shown)
	return shown
}

// redactedError is err where nothing sensitive can be in it. To find out, the
// function is called again with unknowns in the place of the secrets: an error
// that comes all the same can't quote them.
func (g *guarded) redactedError(err error, args []cty.Value) error {
	switch marked := g.marks.contains(args...); {
	case isPanic(err) && !marked:
		return errors.New("the function has no result for these arguments")
	case !marked:
		return err
	}
	hiddenArgs := hideMarked(args)
	if err := g.meter.Call(g.name, hiddenArgs); err != nil {
		return err
	}
	if _, open := g.f.Call(hiddenArgs); open != nil && !isPanic(open) {
		return open
	}
	if isRefused(err) {
		return &refusedError{errHidden}
	}
	var of function.ArgError
	if errors.As(err, &of) && of.Index < len(args) && args[of.Index].ContainsMarked() {
		return function.NewArgError(of.Index, errHidden)
	}
	return errHidden
}

// argError says which argument an error is about, unless that is an exceeded limit, which the error
// of an argument would hide from [budget.Meter.Fail].
func argError(i int, err error) error {
	if errors.As(err, new(*budget.Error)) {
		return err
	}
	return function.NewArgError(i, err)
}

// isPanic says whether an error is what cty makes of a function's panic: its
// text is a stack trace.
func isPanic(err error) bool {
	var panicked function.PanicError
	return errors.As(err, &panicked)
}
