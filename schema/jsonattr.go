package schema

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Opened decodes the text of a JSON attribute; it returns the values of other attributes unchanged.
// Values of objects store the text, because each profile has a type of its own.
func (a *Attr) Opened(v cty.Value) cty.Value {
	if !a.JSON || v == cty.NilVal || !v.Type().Equals(cty.String) {
		return v
	}
	bare, marks := v.Unmark()
	opened := cty.DynamicVal
	switch {
	case bare.IsNull():
		opened = cty.NullVal(cty.DynamicPseudoType)
	case bare.IsKnown():
		data := []byte(bare.AsString())
		t, err := ctyjson.ImpliedType(data)
		if err != nil {
			return v
		}
		if opened, err = ctyjson.Unmarshal(data, t); err != nil {
			return v
		}
	}
	return opened.WithMarks(marks)
}

// Opened returns a list of the block's values with their JSON attributes decoded. A null list then
// has no type.
func (b *Block) Opened(list cty.Value) cty.Value {
	bare, marks := list.Unmark()
	switch {
	case !slices.ContainsFunc(b.Attrs, func(a Attr) bool { return a.JSON }) || !bare.IsKnown():
		return list
	case bare.IsNull():
		return cty.NullVal(cty.DynamicPseudoType).WithMarks(marks)
	}
	var blocks []cty.Value
	for _, block := range bare.AsValueSlice() {
		inner, marks := block.Unmark()
		if inner.IsNull() || !inner.IsKnown() {
			blocks = append(blocks, block)
			continue
		}
		blocks = append(blocks, opened(b.Attrs, nil, inner.AsValueMap()).WithMarks(marks))
	}
	return cty.TupleVal(blocks).WithMarks(marks)
}

// Opened returns the value of an object with its JSON attributes decoded, including those of its
// blocks.
func (k *Kind) Opened(v cty.Value) cty.Value {
	bare, marks := v.Unmark()
	if bare == cty.NilVal || bare.IsNull() || !bare.IsKnown() {
		return v
	}
	return opened(k.Attrs, k.Blocks, bare.AsValueMap()).WithMarks(marks)
}

func opened(attrs []Attr, blocks []Block, values map[string]cty.Value) cty.Value {
	for i := range attrs {
		if v, ok := values[attrs[i].Name]; ok {
			values[attrs[i].Name] = attrs[i].Opened(v)
		}
	}
	for i := range blocks {
		if v, ok := values[blocks[i].Type]; ok {
			values[blocks[i].Type] = blocks[i].Opened(v)
		}
	}
	return cty.ObjectVal(values)
}

// Closed reverses Opened for a value decoded from JSON: it returns one with the kind's type.
func (k *Kind) Closed(value any) any { return closed(k.Attrs, k.Blocks, value) }

func closed(attrs []Attr, blocks []Block, value any) any {
	given, ok := value.(map[string]any)
	if !ok {
		return value
	}
	values := maps.Clone(given)
	for i := range attrs {
		if held, ok := values[attrs[i].Name].(map[string]any); ok && attrs[i].JSON {
			if data, err := json.Marshal(held); err == nil {
				values[attrs[i].Name] = string(data)
			}
		}
	}
	for i := range blocks {
		list, ok := values[blocks[i].Type].([]any)
		if !ok {
			continue
		}
		list = slices.Clone(list)
		for j := range list {
			list[j] = closed(blocks[i].Attrs, nil, list[j])
		}
		values[blocks[i].Type] = list
	}
	return values
}

// JSONObject is the JSON object in a text; nil where there is none.
func JSONObject(v cty.Value) map[string]any {
	field, err := decodeJSON([]byte(Text(v)))
	if err != nil {
		return nil
	}
	object, _ := field.(map[string]any)
	return object
}
