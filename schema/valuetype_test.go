package schema_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestValue: a value holds what a cty object of the kind's type would.
func TestValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, value := eachKind(t, true)
		object := value.Cty()
		if back := k.FromCty(object); !back.RawEquals(value) || !object.Type().Equals(k.Type()) {
			t.Fatalf("%#v comes back as %#v", value, back)
		}
		for name, v := range value.All() {
			if !value.Has(name) || !v.RawEquals(object.GetAttr(name)) || !value.GetAttr(name).RawEquals(v) {
				t.Fatalf("%s: %#v", name, v)
			}
		}
		if got := k.New(value.Values()); !got.RawEquals(value) {
			t.Fatalf("%#v", got)
		}
		name := rapid.SampledFrom(namesIn(value)).Draw(t, "attribute")
		changed := cty.UnknownVal(value.GetAttr(name).Type())
		other := value.With(schema.Values{name: changed})
		attrs := object.AsValueMap()
		attrs[name] = changed
		if !other.Cty().RawEquals(cty.ObjectVal(attrs)) || !value.Cty().RawEquals(object) || other.RawEquals(value) {
			t.Fatalf("%s changed: %#v", name, other)
		}
		marked := value.With(schema.Values{name: value.GetAttr(name).Mark(schema.Sensitive)})
		if !marked.Marked() || marked.RawEquals(value) || !marked.Unmarked().RawEquals(value) {
			t.Fatalf("%s marked: %#v", name, marked)
		}
	})
	k := kinds.Named("group")
	if null := k.FromCty(cty.NullVal(k.Type())); !null.IsNull() || !null.IsKnown() || null.Has("name") || !null.RawEquals(schema.Value{}) {
		t.Errorf("null: %#v", null)
	}
	if unknown := k.FromCty(cty.UnknownVal(k.Type())); unknown.IsNull() || unknown.IsKnown() || unknown.GetAttr("name").IsKnown() || unknown.RawEquals(schema.Value{}) {
		t.Errorf("unknown: %#v", unknown)
	}
}

func namesIn(v schema.Value) []string {
	var names []string
	for name := range v.All() {
		names = append(names, name)
	}
	return names
}

// TestNamesThatNoKindHas: no name of an attribute is read or written in silence that no
// kind has, nor read of a kind that doesn't have it.
func TestNamesThatNoKindHas(t *testing.T) {
	group := kinds.Named("group").New(schema.Values{"name": cty.StringVal("g")})
	for name, use := range map[string]func(){
		"Has":                 func() { group.Has("orns") },
		"With":                func() { group.With(schema.Values{"orns": cty.True}) },
		"New":                 func() { kinds.Named("resource_set").New(schema.Values{"orns": cty.True}) },
		"GetAttr":             func() { group.GetAttr("orns") },
		"GetAttr of a kind":   func() { group.GetAttr("redirect_uris") },
		"GetAttr of data":     func() { kinds.Data()[0].Unknown().GetAttr("redirect_uris") },
		"Has of a data block": func() { kinds.Data()[0].Unknown().Has("orns") },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it is passed over")
				}
			}()
			use()
		})
	}
	if group.Has("redirect_uris") || kinds.Data()[0].Unknown().Has("redirect_uris") {
		t.Error("a group has redirect URIs")
	}
}
