package functions

import (
	"maps"
	"reflect"
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// What a function makes of a sensitive value is sensitive: for every function, whether it
// knows of marks or not. The function is called again with an unknown in the place of
// each marked part of its arguments. What is known in that result doesn't depend on the
// secrets, since unknowns become known values of any kind; all else is marked.

// keepMarks marks what in a result v may depend on marked parts of the arguments.
func (g *guarded) keepMarks(v cty.Value, args []cty.Value) cty.Value {
	if v.IsMarked() || !g.marks.contains(args...) {
		return v
	}
	_, marks := cty.TupleVal(args).UnmarkDeep()
	if !v.IsKnown() {
		return v.WithMarks(missingMarks(args, marks))
	}
	without, err := g.f.Call(hideMarked(args))
	if err != nil {
		return v.WithMarks(marks)
	}
	return markDependent(v, without, marks)
}

// missingMarks are the marks that an unknown result lacks: a function that sees to marks
// by itself isn't asked when an argument is unknown or, somewhere in it, of unknown type.
func missingMarks(args []cty.Value, all cty.ValueMarks) cty.ValueMarks {
	missing := cty.ValueMarks{}
	for _, arg := range args {
		if !arg.IsKnown() || arg.Type().HasDynamicTypes() {
			return all
		}
		maps.Copy(missing, arg.Marks())
	}
	return missing
}

// markDependent marks the parts of v that aren't the same in what came of unknowns.
func markDependent(v, without cty.Value, marks cty.ValueMarks) cty.Value {
	t := v.Type()
	switch {
	case v.IsMarked() || !v.IsKnown():
		return v
	case !without.IsKnown() || without.IsMarked() || v.IsNull() != without.IsNull():
		return v.WithMarks(marks)
	case v.IsNull():
		return v
	case (t.IsListType() || t.IsTupleType()) && (without.Type().IsListType() || without.Type().IsTupleType()) && v.LengthInt() == without.LengthInt():
		elems, others := v.AsValueSlice(), without.AsValueSlice()
		for i := range elems {
			elems[i] = markDependent(elems[i], others[i], marks)
		}
		switch {
		case len(elems) == 0:
			return v
		case t.IsListType():
			return cty.ListVal(elems)
		}
		return cty.TupleVal(elems)
	case (t.IsMapType() || t.IsObjectType()) && (without.Type().IsMapType() || without.Type().IsObjectType()):
		elems, others := v.AsValueMap(), without.AsValueMap()
		if len(elems) != len(others) {
			return v.WithMarks(marks)
		}
		for name := range elems {
			other, ok := others[name]
			if !ok {
				return v.WithMarks(marks)
			}
			elems[name] = markDependent(elems[name], other, marks)
		}
		switch {
		case len(elems) == 0:
			return v
		case t.IsMapType():
			return cty.MapVal(elems)
		}
		return cty.ObjectVal(elems)
	case v.RawEquals(without):
		return v
	}
	return v.WithMarks(marks)
}

// hideMarked puts an unknown in the place of each marked part. Of what has other values in it,
// it keeps not even the type, which would tell their names and number.
func hideMarked(args []cty.Value) []cty.Value {
	veiled := make([]cty.Value, len(args))
	for i, arg := range args {
		hidden, err := cty.Transform(arg, func(_ cty.Path, part cty.Value) (cty.Value, error) {
			if !part.IsMarked() {
				return part, nil
			}
			t := part.Type()
			if t.IsObjectType() || t.IsTupleType() {
				t = cty.DynamicPseudoType
			}
			return cty.UnknownVal(t), nil
		})
		if err != nil {
			hidden = cty.DynamicVal
		}
		veiled[i] = hidden
	}
	return veiled
}

// markCache remembers which large values hold marks: a function that is called for each
// of thousands of objects gets the same map each time.
type markCache struct {
	mu    sync.Mutex
	known map[container]bool
	kept  []cty.Value // so that no other value is found at their places
}

// container is where the elements of a value are.
type container struct {
	at uintptr
	n  int
}

const (
	largeValue  = 100 // elements
	largeValues = 64
)

// contains reports whether any part of the values is marked.
func (c *markCache) contains(values ...cty.Value) bool {
	for _, v := range values {
		if c.containsOne(v) {
			return true
		}
	}
	return false
}

func (c *markCache) containsOne(v cty.Value) bool {
	switch {
	case v.IsMarked():
		return true
	case !v.IsKnown() || v.IsNull() || v.Type().IsPrimitiveType() || v.Type().IsCapsuleType():
		return false
	}
	place, large := containerOf(v)
	if !large {
		return c.scan(v)
	}
	c.mu.Lock()
	marked, ok := c.known[place]
	c.mu.Unlock()
	if ok {
		return marked
	}
	marked = c.scan(v)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= largeValues {
		c.known, c.kept = map[container]bool{}, nil
	}
	c.known[place], c.kept = marked, append(c.kept, v)
	return marked
}

func (c *markCache) scan(v cty.Value) bool {
	if v.Type().IsObjectType() {
		for name := range v.Type().AttributeTypes() {
			if c.containsOne(v.GetAttr(name)) {
				return true
			}
		}
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, elem := it.Element(); c.containsOne(elem) {
			return true
		}
	}
	return false
}

// containerOf finds the slice or map of a large value. cty doesn't show it, and there is
// no other way to know a value again without a look at all that is in it.
func containerOf(v cty.Value) (place container, large bool) {
	inner := reflect.ValueOf(v).FieldByName("v")
	if inner.Kind() != reflect.Interface {
		return place, false
	}
	switch inner = inner.Elem(); inner.Kind() {
	case reflect.Slice, reflect.Map:
		return container{inner.Pointer(), inner.Len()}, inner.Len() > largeValue
	}
	return place, false
}
