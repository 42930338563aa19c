package mgmt

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// section is a kind's list in seeds and dumps: a listOf.
type section interface {
	field() reflect.StructField // of the list in an orgDoc
	completeDoc(*seeding)
	seedObjects(*seeding) error
	seedReferences(*seeding) error
	dumpObjects(o *state.Org, secrets bool, into orgDoc)
}

// listOf is a section whose elements are of type D.
type listOf[D any] struct {
	// member is the list's name in the document.
	member string
	// name names an element in errors.
	name func(*D) string
	// complete adds what every org has, before any object is made. Nil adds nothing.
	complete func(*seeding, *[]*D)
	// seed makes the object of an element. It may name objects of kinds that come before.
	seed func(*seeding, *D) error
	// refer adds to the object what may name objects of any kind. Nil adds nothing.
	refer func(*seeding, *D) error
	// dump returns the elements of an org's objects.
	dump func(o *state.Org, secrets bool) []*D
}

func (l listOf[D]) field() reflect.StructField {
	return reflect.StructField{Name: strings.ToUpper(l.member[:1]) + l.member[1:], Type: reflect.TypeFor[[]*D](),
		Tag: reflect.StructTag(`json:"` + l.member + `,omitempty"`)}
}

func (l listOf[D]) completeDoc(s *seeding) {
	if l.complete != nil {
		l.complete(s, elements[D](s.doc))
	}
}

func (l listOf[D]) seedObjects(s *seeding) error { return l.each(s, l.seed) }

func (l listOf[D]) seedReferences(s *seeding) error {
	if l.refer == nil {
		return nil
	}
	return l.each(s, l.refer)
}

func (l listOf[D]) each(s *seeding, do func(*seeding, *D) error) error {
	for i, d := range *elements[D](s.doc) {
		if err := do(s, d); err != nil {
			return fmt.Errorf("seed: %s[%d] %s: %w", l.member, i, l.name(d), err)
		}
	}
	return nil
}

func (l listOf[D]) dumpObjects(o *state.Org, secrets bool, into orgDoc) {
	*elements[D](into) = l.dump(o, secrets)
}

// orgDoc is an org as a seed or a dump has it. In a seed nearly everything may
// be left out: ids and timestamps are made then, other members get the
// defaults that the API gives them. Objects name each other by id or by name:
// users by login, groups by name, apps, custom roles and resource sets by
// label.
//
// It is a struct with a field for each section, made from the list of kinds.
type orgDoc struct{ fields reflect.Value }

// newOrgDoc returns an empty document.
func newOrgDoc() orgDoc {
	fields := []reflect.StructField{
		{Name: "Org", Type: reflect.TypeFor[*orgInfoDoc](), Tag: `json:"org,omitempty"`},
		{Name: "SuperAdmin", Type: reflect.TypeFor[string](), Tag: `json:"superAdmin,omitempty"`},
	}
	for _, k := range Kinds() {
		if k.Section != nil {
			fields = append(fields, k.Section.field())
		}
	}
	return orgDoc{reflect.New(reflect.StructOf(fields)).Elem()}
}

// info is what the org says of itself.
func (d orgDoc) info() **orgInfoDoc { return d.fields.Field(0).Addr().Interface().(**orgInfoDoc) }

// superAdmin is the login of the admin token's owner.
func (d orgDoc) superAdmin() *string { return d.fields.Field(1).Addr().Interface().(*string) }

// elements returns the list whose elements are of type D.
func elements[D any](d orgDoc) *[]*D {
	for i := range d.fields.NumField() {
		if list, found := d.fields.Field(i).Addr().Interface().(*[]*D); found {
			return list
		}
	}
	panic(fmt.Sprintf("no section has elements of %s", reflect.TypeFor[D]()))
}

// madeDoc is what most objects begin with.
type madeDoc struct {
	ID          string    `json:"id,omitempty"`
	Created     time.Time `json:"created,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
}

// fill makes what is left out.
func (m *madeDoc) fill(prefix string, now time.Time) {
	if m.ID == "" {
		m.ID = state.NewID(prefix)
	}
	if m.Created.IsZero() {
		m.Created = now
	}
	if m.LastUpdated.IsZero() {
		m.LastUpdated = m.Created
	}
}
