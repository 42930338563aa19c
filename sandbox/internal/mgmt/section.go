package mgmt

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// section is the list of a kind in seeds and dumps; listOf implements it.
type section interface {
	field() reflect.StructField // the list's field in a document
	completeDoc(*seeding)
	seedObjects(*seeding) error
	seedReferences(*seeding) error
	dumpObjects(o *state.Org, secrets bool, into reflect.Value)
}

// listOf is a section whose elements are of type D.
type listOf[D any] struct {
	// member is the name of the list in the document.
	member string
	// name returns the name of an element, for errors.
	name func(*D) string
	// complete adds the elements that every org has before any object is created; it may be nil.
	complete func(*seeding, *[]*D)
	// seed creates the object of an element. It may refer to objects of kinds that come earlier in
	// Kinds.
	seed func(*seeding, *D) error
	// refer adds references to objects of any kind after all objects exist; it may be nil.
	refer func(*seeding, *D) error
	// dump returns the elements for the objects of an org.
	dump func(o *state.Org, secrets bool) []*D
}

func (l listOf[D]) field() reflect.StructField {
	return reflect.StructField{Name: l.fieldName(), Type: reflect.TypeFor[[]*D](),
		Tag: reflect.StructTag(`json:"` + l.member + `,omitempty"`)}
}

func (l listOf[D]) fieldName() string { return strings.ToUpper(l.member[:1]) + l.member[1:] }

// elements returns the list in a document.
func (l listOf[D]) elements(doc reflect.Value) *[]*D {
	return doc.FieldByName(l.fieldName()).Addr().Interface().(*[]*D)
}

func (l listOf[D]) completeDoc(s *seeding) {
	if l.complete != nil {
		l.complete(s, l.elements(s.doc))
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
	for i, d := range *l.elements(s.doc) {
		if err := do(s, d); err != nil {
			return fmt.Errorf("seed: %s[%d] %s: %w", l.member, i, l.name(d), err)
		}
	}
	return nil
}

func (l listOf[D]) dumpObjects(o *state.Org, secrets bool, into reflect.Value) {
	*l.elements(into) = l.dump(o, secrets)
}

// madeDoc holds the members that most objects begin with.
type madeDoc struct {
	ID          string    `json:"id,omitempty"`
	Created     time.Time `json:"created,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
}

// fill generates the members that are missing.
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
