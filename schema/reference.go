package schema

import (
	"maps"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// reference.go says what objects are to the expressions of a configuration. HCL wants the two
// results of a condition, and the elements of a list, to be of one type. So objects that can
// stand in one place have the same attributes: an app of any kind, and what a data block
// finds, has those of every kind of app, and null where its own kind has none.

// Referenced is an object as expressions see it: these attributes and blocks, opened, and
// those of the kinds that can stand in its place. It changes the map.
func (k *Kind) Referenced(attrs Values, id, addr cty.Value) cty.Value {
	for name, null := range nullsOf()[k.source()] {
		if _, ok := attrs[name]; !ok {
			attrs[name] = null
		}
	}
	attrs["id"], attrs["addr"], attrs["name"] = id, addr, attrs[k.Label]
	return cty.ObjectVal(attrs)
}

// source is the data block that finds objects of the kind.
func (k *Kind) source() string { return sourceOf(strings.TrimPrefix(k.Name, dataPrefix)) }

// nullsOf holds the attributes and blocks of all kinds that one data block finds, as null
// values. Those that are opened have no type of their own.
var nullsOf = sync.OnceValue(func() map[string]Values {
	all := map[string]Values{}
	for _, k := range kindsByName() {
		if all[k.source()] == nil {
			all[k.source()] = Values{}
		}
		nulls := map[string]cty.Value{}
		for i, name := range k.compiled.names {
			nulls[name] = k.compiled.nulls[i]
		}
		opened := k.Opened(cty.ObjectVal(nulls)).AsValueMap()
		maps.Copy(all[k.source()], opened)
	}
	return all
})
