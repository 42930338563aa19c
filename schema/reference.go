package schema

import (
	"maps"

	"github.com/zclconf/go-cty/cty"
)

// This file defines how expressions see objects. HCL requires that both results of a condition, and
// all elements of a list, have the same type. Objects that can be used in the same place therefore
// have the same attributes: an app of any kind, and the result of a data block, has the attributes
// of every kind of app, and null for those that its own kind does not have.

// Referenced returns an object as expressions see it: with these attributes and blocks, JSON
// attributes decoded, and null for those of the other kinds that can be used in its place. It
// modifies the map.
func (k *Kind) Referenced(attrs Values, id, addr cty.Value) cty.Value {
	for name, null := range k.compiled.set.nulls()[k.DataSource()] {
		if _, ok := attrs[name]; !ok {
			attrs[name] = null
		}
	}
	attrs["id"], attrs["addr"], attrs["name"] = id, addr, attrs[k.Label]
	return cty.ObjectVal(attrs)
}

// nullsOf returns null values for the attributes and blocks of all kinds that one data block finds.
// JSON attributes have no type of their own.
func (s *Set) nullsOf() map[string]Values {
	all := map[string]Values{}
	for _, k := range s.byName {
		source := k.DataSource()
		if all[source] == nil {
			all[source] = Values{}
		}
		nulls := map[string]cty.Value{}
		for i, name := range k.compiled.names {
			nulls[name] = k.compiled.nulls[i]
		}
		opened := k.Opened(cty.ObjectVal(nulls)).AsValueMap()
		maps.Copy(all[source], opened)
	}
	return all
}

// UniqueValues returns the known values of attributes that no two objects of the kind share, each
// after the name of its attribute.
func (k *Kind) UniqueValues(v Value) (values []string) {
	for i := range k.Attrs {
		if a := &k.Attrs[i]; a.Unique {
			if value := Text(v.GetAttr(a.Name)); value != "" {
				values = append(values, a.Name+" "+value)
			}
		}
	}
	return values
}
