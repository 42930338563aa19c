package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/schema"
)

// whole is split for an object: if nothing is unknown or sensitive, the flags are an empty object,
// as in Terraform.
func whole(v cty.Value) (value, unknown, sensitive any) {
	value, unknown, sensitive = split(v)
	if unknown == false {
		unknown = map[string]any{}
	}
	if sensitive == false && value != nil {
		sensitive = map[string]any{}
	}
	return value, unknown, sensitive
}

// split splits a value into what is known and may be shown, where it is unknown, and where it is
// sensitive.
func split(v cty.Value) (value, unknown, sensitive any) {
	bare, marks := v.Unmark()
	_, secret := marks[schema.Sensitive]
	switch {
	case secret:
		return nil, !bare.IsKnown(), true
	case bare == cty.NilVal || bare.IsNull():
		return nil, false, false
	case !bare.IsKnown():
		return nil, true, false
	case bare.Type().IsObjectType() || bare.Type().IsMapType():
		values, unknowns, sensitives := map[string]any{}, map[string]any{}, map[string]any{}
		for it := bare.ElementIterator(); it.Next(); {
			name, elem := it.Element()
			v, u, s := split(elem)
			key := name.AsString()
			values[key] = v
			if u != false {
				unknowns[key] = u
				if u == true {
					delete(values, key)
				}
			}
			if s != false {
				sensitives[key] = s
			}
		}
		return values, flatten(unknowns), flatten(sensitives)
	case bare.CanIterateElements():
		values, unknowns, sensitives := []any{}, []any{}, []any{}
		for it := bare.ElementIterator(); it.Next(); {
			_, elem := it.Element()
			v, u, s := split(elem)
			values, unknowns, sensitives = append(values, v), append(unknowns, u), append(sensitives, s)
		}
		return values, flattenList(unknowns), flattenList(sensitives)
	}
	data, err := ctyjson.Marshal(bare, bare.Type())
	if err != nil {
		return nil, false, false
	}
	return json.RawMessage(data), false, false
}

func flatten(m map[string]any) any {
	if len(m) == 0 {
		return false
	}
	return m
}

func flattenList(list []any) any {
	for _, v := range list {
		if v != false {
			return list
		}
	}
	return false
}

// join reverses split, for JSON decoded with numbers as json.Number. Sensitive parts become unknown
// and marked.
func join(t cty.Type, value, unknown, sensitive any) (cty.Value, error) {
	switch {
	case sensitive == true:
		return cty.UnknownVal(t).Mark(schema.Sensitive), nil
	case unknown == true:
		return cty.UnknownVal(t), nil
	case value == nil:
		return cty.NullVal(t), nil
	case t.IsObjectType():
		return joinObject(t, value, unknown, sensitive)
	case t.IsMapType():
		return joinMap(t, value, unknown, sensitive)
	case t.IsListType() || t.IsSetType() || t.IsTupleType():
		return joinList(t, value, unknown, sensitive)
	}
	return primitive(t, value)
}

func joinObject(t cty.Type, value, unknown, sensitive any) (cty.Value, error) {
	values, ok := value.(map[string]any)
	if !ok {
		return cty.NilVal, errors.New("an object is expected")
	}
	attrs := map[string]cty.Value{}
	for name, at := range t.AttributeTypes() {
		v, err := join(at, values[name], member(unknown, name), member(sensitive, name))
		if err != nil {
			return cty.NilVal, fmt.Errorf("%s: %w", name, err)
		}
		attrs[name] = v
	}
	return cty.ObjectVal(attrs), nil
}

func joinMap(t cty.Type, value, unknown, sensitive any) (cty.Value, error) {
	values, ok := value.(map[string]any)
	if !ok {
		return cty.NilVal, errors.New("an object is expected")
	}
	keys := map[string]bool{}
	for key := range values {
		keys[key] = true
	}
	if more, ok := unknown.(map[string]any); ok {
		for key := range more {
			keys[key] = true
		}
	}
	elems := map[string]cty.Value{}
	for key := range keys {
		v, err := join(t.ElementType(), values[key], member(unknown, key), member(sensitive, key))
		if err != nil {
			return cty.NilVal, fmt.Errorf("%q: %w", key, err)
		}
		elems[key] = v
	}
	if len(elems) == 0 {
		return cty.MapValEmpty(t.ElementType()), nil
	}
	return cty.MapVal(elems), nil
}

func joinList(t cty.Type, value, unknown, sensitive any) (cty.Value, error) {
	values, ok := value.([]any)
	if !ok || t.IsTupleType() && len(values) != t.Length() {
		return cty.NilVal, errors.New("a list is expected")
	}
	var elems []cty.Value
	for i, value := range values {
		v, err := join(elementType(t, i), value, element(unknown, i), element(sensitive, i))
		if err != nil {
			return cty.NilVal, fmt.Errorf("[%d]: %w", i, err)
		}
		elems = append(elems, v)
	}
	switch {
	case t.IsTupleType():
		return cty.TupleVal(elems), nil
	case len(elems) == 0 && t.IsSetType():
		return cty.SetValEmpty(t.ElementType()), nil
	case len(elems) == 0:
		return cty.ListValEmpty(t.ElementType()), nil
	case t.IsSetType():
		return cty.SetVal(elems), nil
	}
	return cty.ListVal(elems), nil
}

func elementType(list cty.Type, i int) cty.Type {
	if list.IsTupleType() {
		return list.TupleElementType(i)
	}
	return list.ElementType()
}

// member and element return the part of a tree of flags for a part of the value.
func member(flags any, name string) any {
	if m, ok := flags.(map[string]any); ok {
		return m[name]
	}
	return nil
}

func element(flags any, i int) any {
	if list, ok := flags.([]any); ok && i < len(list) {
		return list[i]
	}
	return nil
}

func primitive(t cty.Type, value any) (cty.Value, error) {
	switch v := value.(type) {
	case string:
		if t == cty.String {
			return cty.StringVal(v), nil
		}
	case bool:
		if t == cty.Bool {
			return cty.BoolVal(v), nil
		}
	case json.Number:
		// No declared number is beyond a float64 or has that many digits.
		if _, err := strconv.ParseFloat(v.String(), 64); t == cty.Number && err == nil && len(v) < 400 {
			return cty.ParseNumberVal(v.String())
		}
	}
	return cty.NilVal, fmt.Errorf("a %s is expected", t.FriendlyName())
}

// other returns a known value of the type that stands for a sensitive value that differs from
// another one.
func other(t cty.Type) cty.Value {
	switch {
	case t == cty.String:
		return cty.StringVal("")
	case t == cty.Bool:
		return cty.False
	case t == cty.Number:
		return cty.Zero
	case t.IsListType():
		return cty.ListValEmpty(t.ElementType())
	}
	return cty.NullVal(t)
}
