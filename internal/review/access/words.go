package access

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/schema"
)

// hidden stands for a value that is unknown, sensitive or personal.
const hidden = "(not shown here)"

// Words returns the value of an attribute or the nested blocks in words.
func (o *Object) Words(name string) string {
	v := o.Get(name)
	switch {
	case v.IsNull():
		return ""
	case !v.IsKnown(), o.Kind.Person && name == AttrProfile:
		return hidden
	case o.Kind.Block(name) != nil:
		return o.blockWords(name, v)
	}
	return inWords(v)
}

func (o *Object) blockWords(name string, v cty.Value) string {
	a := o.Facts.Attribute(name)
	var list []string
	for _, b := range v.AsValueSlice() {
		switch {
		case !b.IsKnown():
			list = append(list, hidden)
		case name == BlockPublicKey:
			list = append(list, keyOf(b).words())
		case a.words != nil:
			list = append(list, a.words(b)+targetsInWords(name, b))
		default:
			list = append(list, inWords(b))
		}
	}
	return strings.Join(list, "; ")
}

// words describes a key by its id and thumbprint.
func (k Key) words() string {
	s := k.KID
	if k.Thumbprint != "" {
		s += ", thumbprint " + k.Thumbprint
	}
	if k.Use != "" && k.Use != "sig" {
		s += ", use " + k.Use
	}
	if !k.Active() {
		s += ", inactive"
	}
	return s
}

// targetsInWords returns the targets of an admin role.
func targetsInWords(name string, b cty.Value) string {
	if name != BlockAdminRole {
		return ""
	}
	r := roleOf(b)
	if targets := slices.Concat(r.Groups.names(), r.Apps.names(), r.CatalogApps.Texts); len(targets) > 0 {
		return " on " + phrase.List(targets)
	}
	return ""
}

// inWords returns a value in words. Names of attributes that are not set are left out.
func inWords(v cty.Value) string {
	switch {
	case v.IsNull():
		return ""
	case !v.IsKnown() || v.IsMarked():
		return hidden
	case v.Type().Equals(schema.Ref):
		return RefOf(v).Shown()
	case v.Type() == cty.String:
		return v.AsString()
	case v.Type() == cty.Bool:
		return fmt.Sprint(v.True())
	case v.Type() == cty.Number:
		return v.AsBigFloat().Text('f', -1)
	case v.Type().IsObjectType() || v.Type().IsMapType():
		var parts []string
		values := v.AsValueMap()
		for _, name := range slices.Sorted(maps.Keys(values)) {
			if text := inWords(values[name]); text != "" {
				parts = append(parts, name+" "+text)
			}
		}
		return strings.Join(parts, ", ")
	case v.CanIterateElements():
		var parts []string
		for _, e := range v.AsValueSlice() {
			parts = append(parts, inWords(e))
		}
		return cmp.Or(strings.Join(parts, ", "), "none")
	}
	return hidden
}
