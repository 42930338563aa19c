package schema_test

import (
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Generators of the vocabulary's values.

var names = rapid.StringMatching(`[A-Za-z_][A-Za-z0-9_-]{0,10}`)

func addrs() *rapid.Generator[schema.Addr] {
	return rapid.Custom(func(t *rapid.T) schema.Addr {
		a := schema.Addr{Kind: rapid.SampledFrom(kinds.All()).Draw(t, "kind").Name, Name: names.Draw(t, "name")}
		a.Data = rapid.Bool().Draw(t, "data")
		a.Key = instanceKeys().Draw(t, "key")
		for range rapid.IntRange(0, 2).Draw(t, "modules") {
			a.Module = schema.ModulePath(a.Module, names.Draw(t, "module"), instanceKeys().Draw(t, "module key"))
		}
		return a
	})
}

func instanceKeys() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 2).Draw(t, "instance") {
		case 1:
			return schema.InstanceKey(cty.StringVal(rapid.String().Draw(t, "key")))
		case 2:
			return schema.InstanceKey(cty.NumberIntVal(rapid.Int64Min(0).Draw(t, "index")))
		}
		return ""
	})
}

func owners() *rapid.Generator[schema.Owner] {
	return rapid.Custom(func(t *rapid.T) schema.Owner {
		return schema.Owner{
			Owner:   rapid.StringMatching(`[A-Za-z0-9][A-Za-z0-9._/@:-]{0,20}`).Draw(t, "owner"),
			Addr:    addrs().Draw(t, "addr").String(),
			Protect: rapid.Bool().Draw(t, "protect"),
			Deposed: rapid.Bool().Draw(t, "deposed"),
		}
	})
}

// texts are what a person may write: brackets and marks among them.
var texts = rapid.OneOf(
	rapid.String(),
	rapid.StringMatching(`[\[\] a-z%\n]{0,20}`),
	rapid.SampledFrom([]string{"", " ", "[]", "[oktaform]", "[oktaform a]", "x [oktaform team/iam group.g]", "[oktaform a b] ", "äöü 🙂"}),
)

// values makes known values of a kind. What Decode doesn't read is null.
func values(k *schema.Kind, all bool) *rapid.Generator[schema.Value] {
	return rapid.Custom(func(t *rapid.T) schema.Value {
		out := schema.Values{}
		for _, a := range k.Attrs {
			if !a.Local {
				out[a.Name] = attr(t, &a, all)
			}
		}
		for i := range k.Blocks {
			b := &k.Blocks[i]
			out[b.Type] = cty.NullVal(cty.List(b.ValueType()))
			if all {
				out[b.Type] = blocks(t, b)
			}
		}
		return k.New(out)
	})
}

func attr(t *rapid.T, a *schema.Attr, all bool) cty.Value {
	if !all && (a.Path == "" || a.Computed || a.WriteOnly) || !a.Required && rapid.Bool().Draw(t, a.Name+" is null") {
		return cty.NullVal(a.Type)
	}
	if a.JSON {
		return cty.StringVal(fmt.Sprintf(`{"team":"t%d"}`, rapid.IntRange(0, 9).Draw(t, a.Name)))
	}
	return valueOf(t, a.Type, a.OneOf, a.Name)
}

func valueOf(t *rapid.T, typ cty.Type, oneOf []string, name string) cty.Value {
	switch {
	case typ == cty.Bool:
		return cty.BoolVal(rapid.Bool().Draw(t, name))
	case len(oneOf) > 0 && typ == cty.String:
		return cty.StringVal(rapid.SampledFrom(oneOf).Draw(t, name))
	case typ == cty.String:
		return cty.StringVal(texts.Draw(t, name))
	case typ.Equals(schema.Ref):
		id := rapid.IntRange(0, 5).Draw(t, name)
		return cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(fmt.Sprint("id", id)), "addr": cty.StringVal(fmt.Sprint("group.g", id)), "name": cty.NullVal(cty.String)})
	case typ == cty.Number:
		return cty.NumberIntVal(rapid.Int64Range(-1, 60).Draw(t, name))
	case typ.IsMapType():
		return cty.MapVal(map[string]cty.Value{"place": valueOf(t, typ.ElementType(), oneOf, name)})
	case typ.IsListType():
		var elems []cty.Value
		for range rapid.IntRange(0, 4).Draw(t, name+" length") {
			elems = append(elems, valueOf(t, typ.ElementType(), oneOf, name))
		}
		if len(elems) == 0 {
			return cty.ListValEmpty(typ.ElementType())
		}
		return cty.ListVal(elems)
	}
	panic("no generator for " + typ.FriendlyName())
}

func blocks(t *rapid.T, b *schema.Block) cty.Value {
	var elems []cty.Value
	most := 3
	if len(b.Key) == 0 {
		most = 1
	}
	for i := range rapid.IntRange(0, most).Draw(t, b.Type+" count") {
		out := map[string]cty.Value{}
		for _, a := range b.Attrs {
			if !a.Local {
				out[a.Name] = attr(t, &a, true)
			}
		}
		if len(b.Key) > 0 {
			key := cty.StringVal(fmt.Sprint("key", i)) // what tells them apart differs
			if b.Attr(b.Key[0]).Type.Equals(schema.Ref) {
				key = cty.ObjectVal(map[string]cty.Value{"id": key, "addr": cty.StringVal(""), "name": key})
			}
			out[b.Key[0]] = key
		}
		elems = append(elems, cty.ObjectVal(out))
	}
	if len(elems) == 0 {
		return cty.ListValEmpty(b.ValueType())
	}
	return cty.ListVal(elems)
}

// eachKind draws a kind and a value of it.
func eachKind(t *rapid.T, all bool) (*schema.Kind, schema.Value) {
	kinds := slices.DeleteFunc(slices.Clone(kinds.All()), func(k *schema.Kind) bool {
		return !all && k.OnExisting // Okta has no document of it
	})
	k := rapid.SampledFrom(kinds).Draw(t, "kind")
	return k, values(k, all).Draw(t, "value")
}
