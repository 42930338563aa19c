package functions

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/schema"
)

// eager gives the functions that take values, all but the two whose purpose is
// to tell about marks or to take them away.
func eager(root *files.Root) map[string]function.Function {
	table := map[string]function.Function{}
	all := Table(Options{Folders: Folders{root}})
	for _, f := range List(Folders{root}) {
		if f.attempt == nil && !slices.Contains(unguarded, f.Name) {
			table[f.Name] = all[f.Name]
		}
	}
	return table
}

// words are strings that mean something to one function or another.
var words = []string{
	"", "a", "b", "x y", "12", "-1", "0.5", "true", "é☃", "%s %d", "/(a)/", "[a-z]+", "(", "{\"a\":1}", "a: [1]", "a,b\n1,2\n",
	"aGk=", "10.0.0.0/8", "fd00::/64", "2026-11-24T00:00:00Z", "1h", "UTF-16LE", "dns", "YYYY", "hello.txt", "greet.tmpl", "../outside.txt",
	"link.txt", "users", "**", "{a,b}*", "${a}", "%{ if", "~",
}

// genValue draws a value of any shape: known, null or unknown, at depth levels
// below which there are no collections. Marked parts hold secret i.
func genValue(t *rapid.T, depth int) cty.Value {
	kinds := []string{"word", "number", "bool", "null", "unknown", "dynamic"}
	if depth > 0 {
		kinds = append(kinds, "tuple", "object", "list", "set", "map", "list", "map")
	}
	var v cty.Value
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "word":
		v = cty.StringVal(rapid.SampledFrom(words).Draw(t, "word"))
	case "number":
		v = rapid.SampledFrom([]cty.Value{cty.Zero, cty.NumberIntVal(1), cty.NumberIntVal(2), cty.NumberIntVal(-3), cty.NumberFloatVal(0.5), cty.PositiveInfinity, cty.NegativeInfinity}).Draw(t, "number")
	case "bool":
		v = cty.BoolVal(rapid.Bool().Draw(t, "bool"))
	case "null":
		v = cty.NullVal(genType(t))
	case "unknown":
		v = cty.UnknownVal(genType(t))
	case "dynamic":
		v = cty.DynamicVal
	case "tuple":
		v = cty.TupleVal(genElements(t, depth))
	case "object":
		v = cty.ObjectVal(byNames(genElements(t, depth)))
	case "list":
		v = collection(cty.List(cty.DynamicPseudoType), cty.TupleVal(genElements(t, depth)))
	case "set":
		v = collection(cty.Set(cty.DynamicPseudoType), cty.TupleVal(genElements(t, depth)))
	case "map":
		v = collection(cty.Map(cty.DynamicPseudoType), cty.ObjectVal(byNames(genElements(t, depth))))
	}
	if rapid.IntRange(0, 3).Draw(t, "marked") == 0 {
		v = v.Mark(schema.Sensitive)
	}
	return v
}

func genType(t *rapid.T) cty.Type {
	return rapid.SampledFrom([]cty.Type{
		cty.String, cty.Number, cty.Bool, cty.DynamicPseudoType, cty.List(cty.String), cty.Set(cty.Number), cty.Map(cty.String),
		cty.List(cty.List(cty.String)), cty.EmptyTuple, cty.EmptyObject, cty.Object(map[string]cty.Type{"a": cty.String}),
	}).Draw(t, "type")
}

func genElements(t *rapid.T, depth int) []cty.Value {
	n := rapid.IntRange(0, 3).Draw(t, "size")
	elements := make([]cty.Value, n)
	for i := range elements {
		elements[i] = genValue(t, depth-1)
	}
	return elements
}

func byNames(elements []cty.Value) map[string]cty.Value {
	named := map[string]cty.Value{}
	for i, v := range elements {
		named[[]string{"a", "b", "x y"}[i]] = v
	}
	return named
}

// collection converts what it can: elements that have no type in common stay a
// tuple or object.
func collection(to cty.Type, from cty.Value) cty.Value {
	if v, err := convert.Convert(from, to); err == nil {
		return v
	}
	return from
}

// genArgs draws arguments for a function, mostly of the types that it takes:
// converted to them, as a call in HCL does, where that is possible.
func genArgs(t *rapid.T, f function.Function) []cty.Value {
	params := f.Params()
	if p := f.VarParam(); p != nil {
		for range rapid.IntRange(0, 3).Draw(t, "more") {
			params = append(params, *p)
		}
	}
	args := make([]cty.Value, len(params))
	for i, p := range params {
		args[i] = genValue(t, 2)
		if v, err := convert.Convert(args[i], p.Type); err == nil {
			args[i] = v
		}
	}
	return args
}

// panicky are those of cty's functions that panic on some arguments: indent on
// a negative number, merge on what is no map beside an unknown, the set
// functions on elements whose type isn't known, zipmap on a null key.
var panicky = []string{"indent", "merge", "setintersection", "setproduct", "setsubtract", "setunion", "zipmap"}

// TestNoPanic calls every function with all sorts of arguments: the result is a
// value or an error, and never the error that a panic becomes. Ours don't
// panic in the first place.
func TestNoPanic(t *testing.T) {
	list := List(Folders{testFolder(t)})
	list = slices.DeleteFunc(list, func(f Func) bool { return f.Name == "try" || f.Name == "can" })
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			f := rapid.SampledFrom(list).Draw(t, "function")
			args := genArgs(t, f.Function)
			_, bare := f.Call(args)
			if isPanic(bare) && !slices.Contains(panicky, f.Name) {
				t.Fatalf("%s(%#v): %s", f.Name, args, bare)
			}
			v, err := guard(f.Name, f.Function, new(budget.Meter), new(markCache)).Call(args)
			if isPanic(err) {
				t.Fatalf("%s(%#v): %s", f.Name, args, err)
			}
			if err == nil && v == cty.NilVal {
				t.Fatalf("%s(%#v) gives neither a value nor an error", f.Name, args)
			}
		}
	})
}

// TestMarksStay calls every function with arguments that are sensitive as a
// whole, so that the result must be too.
func TestMarksStay(t *testing.T) {
	table := eager(testFolder(t))
	names := slices.Sorted(maps.Keys(table))
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			name := rapid.SampledFrom(names).Draw(t, "function")
			args := genArgs(t, table[name])
			for i := range args {
				args[i] = args[i].Mark(schema.Sensitive)
			}
			if v, err := table[name].Call(args); err == nil && len(args) > 0 && !v.ContainsMarked() {
				t.Fatalf("%s(%#v) loses the mark: %#v", name, args, v)
			}
		}
	})
}

// TestSecretsStayIn calls every function twice, with arguments that differ in
// their sensitive parts only: whatever isn't sensitive in the results must be
// the same, for otherwise it would tell about the secret. So must the errors.
func TestSecretsStayIn(t *testing.T) {
	table := eager(testFolder(t))
	names := slices.Sorted(maps.Keys(table))
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			name := rapid.SampledFrom(names).Draw(t, "function")
			args := genArgs(t, table[name])
			other := make([]cty.Value, len(args))
			for i := range args {
				other[i] = withOtherSecrets(t, args[i])
			}
			v, err := table[name].Call(args)
			w, errOther := table[name].Call(other)
			switch {
			case err != nil && errOther != nil:
				if !oneOfItsErrors(table[name], args, errOther) {
					t.Fatalf("%s(%#v) and (%#v) have errors that tell them apart:\n%s\n%s", name, args, other, err, errOther)
				}
			case err == nil && errOther == nil:
				if a, b := withoutSecrets(v), withoutSecrets(w); !a.RawEquals(b) {
					t.Fatalf("%s(%#v) and (%#v) have results that tell them apart:\n%#v\n%#v", name, args, other, v, w)
				}
			}
		}
	})
}

// oneOfItsErrors says whether a call can end in this error: which of several
// wrong attributes cty's conversion names is left to chance.
func oneOfItsErrors(f function.Function, args []cty.Value, want error) bool {
	for range 50 {
		if _, err := f.Call(args); err != nil && err.Error() == want.Error() {
			return true
		}
	}
	return false
}

// withOtherSecrets puts another known value in the place of each known marked
// string, number and bool.
func withOtherSecrets(t *rapid.T, v cty.Value) cty.Value {
	changed, err := cty.Transform(v, func(_ cty.Path, part cty.Value) (cty.Value, error) {
		if !part.IsMarked() || !part.IsKnown() || part.IsNull() {
			return part, nil
		}
		bare, marks := part.Unmark()
		switch bare.Type() {
		case cty.String:
			bare = cty.StringVal(rapid.SampledFrom(words).Draw(t, "other word"))
		case cty.Number:
			bare = cty.NumberIntVal(rapid.Int64Range(-3, 3).Draw(t, "other number"))
		case cty.Bool:
			bare = bare.Not()
		}
		return bare.WithMarks(marks), nil
	})
	if err != nil {
		return v
	}
	return changed
}

// withoutSecrets takes what is marked out of a value.
func withoutSecrets(v cty.Value) cty.Value {
	if v.IsMarked() {
		return cty.StringVal("(sensitive)") // its type may tell about the secret: it isn't shown either
	}
	bare, err := cty.Transform(v, func(_ cty.Path, part cty.Value) (cty.Value, error) {
		if part.IsMarked() {
			return cty.UnknownVal(part.Type()), nil
		}
		return part, nil
	})
	if err != nil {
		return v
	}
	return bare
}

// TestStaysInFolder tries all ways that paths can lead: no function gives
// anything of the files beside the configuration's folder.
func TestStaysInFolder(t *testing.T) {
	root := testFolder(t)
	table := Table(Options{Folders: Folders{root}})
	secretFile := "not for you"
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.SampledFrom([]string{"..", ".", "/", "way-out", "link.txt", "outside.txt", "elsewhere", "also-outside.x", "users", "config", "~", root.Name()}), 1, 5).Draw(t, "path")
		at := cty.StringVal(strings.Join(steps, "/"))
		for _, name := range []string{"file", "filebase64", "filesha256", "fileset", "templatefile", "fileexists"} {
			args := []cty.Value{at}
			switch name {
			case "fileset":
				args = append(args, cty.StringVal("**/*outside*"))
			case "templatefile":
				args = append(args, cty.EmptyObjectVal)
			}
			v, err := table[name].Call(args)
			if err != nil {
				if strings.Contains(err.Error(), secretFile) {
					t.Fatalf("%s(%#v): the error quotes a file outside", name, at)
				}
				continue
			}
			if name == "fileset" && v.LengthInt() == 0 || name == "fileexists" && v.False() {
				continue
			}
			t.Fatalf("%s(%#v) leads out: %#v", name, at, v)
		}
	})
}
