package kinds

import (
	"slices"
	"sync"

	"github.com/oktaform/oktaform/schema"
)

// The list is computed when it is first needed, and so are the parts of the kinds. Functions in the
// kinds, such as Check, must not use it: Go refuses such a cycle.
var all = sync.OnceValue(func() *schema.Set {
	return schema.NewSet(
		[]*schema.Kind{webApp(), serviceApp(), browserApp(), nativeApp(), group(), user(), admin(), customRole(), resourceSet(), networkZone(), trustedOrigin()},
		[]*schema.Kind{groupSource(), userSource(), appSource(), customRoleSource(), resourceSetSource(), networkZoneSource(), trustedOriginSource()})
})

// All returns every kind that can be declared, in the order of the language reference. The list and
// its contents must not be modified.
func All() []*schema.Kind { return all().Declared }

// Data returns the kinds of data blocks: data "group", data "user" and so on. Their names begin
// with "data."; objects are found by the kind's label or by id.
func Data() []*schema.Kind { return all().Data }

// Named returns the kind with that name, or nil.
func Named(name string) *schema.Kind { return all().Named(name) }

// DataNamed returns the kind that data "NAME" looks up, or nil.
func DataNamed(name string) *schema.Kind { return Named(schema.DataPrefix + name) }

// DecodeObject decodes the JSON of an object.
func DecodeObject(data []byte) (schema.Object, error) { return all().DecodeObject(data) }

// DecodeSnapshot decodes the JSON of a snapshot.
func DecodeSnapshot(data []byte) (*schema.Snapshot, error) { return all().DecodeSnapshot(data) }

// IsPerson reports whether objects of the kind with that name are people.
func IsPerson(kind string) bool { return all().IsPerson(kind) }

// TakesData reports whether the attribute can refer to a data "NAME" block.
func TakesData(a *schema.Attr, name string) bool {
	return slices.ContainsFunc(a.Refs, func(kind string) bool { return Named(kind).DataSource() == name })
}

// RefExamples returns examples of references in the attribute: to a declared object, and to a data
// block.
func RefExamples(a *schema.Attr) (declared, data string) {
	return a.Refs[0] + ".NAME", schema.DataPrefix + Named(a.Refs[0]).DataSource() + ".NAME"
}
