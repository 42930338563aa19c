package functions

import (
	"errors"
	"maps"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// discreet gives f without its ways of saying too much: its errors may quote
// arguments, a panic of the library becomes a Go stack trace, and where an
// argument is unknown or null the result can come without marks.
func discreet(f function.Function) function.Function {
	spec := &function.Spec{Description: f.Description(), Params: f.Params(), VarParam: f.VarParam()}
	for i := range spec.Params {
		spec.Params[i] = asItComes(spec.Params[i])
	}
	if spec.VarParam != nil {
		every := asItComes(*spec.VarParam)
		spec.VarParam = &every
	}
	spec.Type = func(args []cty.Value) (cty.Type, error) {
		t, err := f.ReturnTypeForValues(args)
		return t, discreetError(err, f, args)
	}
	spec.Impl = func(args []cty.Value, t cty.Type) (cty.Value, error) {
		v, err := f.Call(args)
		if isPanic(err) && !cty.TupleVal(args).IsWhollyKnown() {
			// cty's setproduct, for one, panics on elements whose type isn't
			// known yet: there may well be a result once it is.
			_, marks := cty.TupleVal(args).UnmarkDeep()
			return cty.UnknownVal(t).WithMarks(marks), nil
		}
		if err != nil {
			return cty.NilVal, discreetError(err, f, args)
		}
		return v.WithMarks(missingMarks(v, args)), nil
	}
	return function.New(spec)
}

// asItComes lets every argument through to the function within, which has the
// real restrictions.
func asItComes(p function.Parameter) function.Parameter {
	p.AllowMarked, p.AllowNull, p.AllowUnknown, p.AllowDynamicType = true, true, true, true
	return p
}

// discreetError is err where nothing sensitive can be in it. To find out, the
// function is called again with unknowns in the place of the secrets: an error
// that comes all the same can't quote them.
func discreetError(err error, f function.Function, args []cty.Value) error {
	switch marked := cty.TupleVal(args).ContainsMarked(); {
	case err == nil:
		return nil
	case isPanic(err) && !marked:
		return errors.New("the function has no result for these arguments")
	case !marked:
		return err
	}
	veiled := make([]cty.Value, len(args))
	for i, arg := range args {
		veiled[i] = veil(arg)
	}
	if _, open := f.Call(veiled); open != nil && !isPanic(open) {
		return open
	}
	hidden := errors.New("this value is sensitive, so it isn't shown, and the function doesn't take it")
	var of function.ArgError
	if errors.As(err, &of) && of.Index < len(args) && args[of.Index].ContainsMarked() {
		return function.NewArgError(of.Index, hidden)
	}
	return hidden
}

// isPanic says whether an error is what cty makes of a function's panic: its
// text is a stack trace.
func isPanic(err error) bool {
	var panicked function.PanicError
	return errors.As(err, &panicked)
}

// veil puts an unknown of the same type in the place of each marked part.
func veil(v cty.Value) cty.Value {
	hidden, err := cty.Transform(v, func(_ cty.Path, part cty.Value) (cty.Value, error) {
		if !part.IsMarked() {
			return part, nil
		}
		bare, marks := part.Unmark()
		return cty.UnknownVal(bare.Type()).WithMarks(marks), nil
	})
	if err != nil {
		return cty.DynamicVal
	}
	return hidden
}

// missingMarks gives the marks that a result v doesn't have from its arguments,
// and should: a function that sees to marks by itself isn't asked when one of
// its arguments is unknown, and may have dropped an argument that was null.
func missingMarks(v cty.Value, args []cty.Value) cty.ValueMarks {
	missing := cty.ValueMarks{}
	for _, arg := range args {
		if !v.IsKnown() && !arg.IsKnown() {
			_, all := cty.TupleVal(args).UnmarkDeep()
			return all
		}
		if arg.IsNull() {
			maps.Copy(missing, arg.Marks())
		}
	}
	return missing
}
