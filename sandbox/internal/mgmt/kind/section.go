package kind

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// Section is the list of a kind in seeds and dumps; ListOf implements it.
type Section interface {
	Field() reflect.StructField // the list's field in a document
	CompleteDoc(*Seeding)
	SeedObjects(*Seeding) error
	SeedReferences(*Seeding) error
	DumpObjects(o *state.Org, secrets bool, into reflect.Value)
}

// ListOf is a section whose elements are of type D.
type ListOf[D any] struct {
	// Member is the name of the list in the document.
	Member string
	// Name returns the name of an element, for errors.
	Name func(*D) string
	// Complete adds the elements that every org has before any object is created; it may be nil.
	Complete func(*Seeding, *[]*D)
	// Seed creates the object of an element. It may refer to objects of kinds that come earlier in
	// Kinds.
	Seed func(*Seeding, *D) error
	// Refer adds references to objects of any kind after all objects exist; it may be nil.
	Refer func(*Seeding, *D) error
	// Dump returns the elements for the objects of an org.
	Dump func(o *state.Org, secrets bool) []*D
}

// Field returns the field of a document that holds the list.
func (l ListOf[D]) Field() reflect.StructField {
	return reflect.StructField{Name: l.fieldName(), Type: reflect.TypeFor[[]*D](),
		Tag: reflect.StructTag(`json:"` + l.Member + `,omitempty"`)}
}

func (l ListOf[D]) fieldName() string { return strings.ToUpper(l.Member[:1]) + l.Member[1:] }

// elements returns the list in a document.
func (l ListOf[D]) elements(doc reflect.Value) *[]*D {
	return doc.FieldByName(l.fieldName()).Addr().Interface().(*[]*D)
}

// CompleteDoc adds to a document what every org has.
func (l ListOf[D]) CompleteDoc(s *Seeding) {
	if l.Complete != nil {
		l.Complete(s, l.elements(s.Doc))
	}
}

// SeedObjects creates the objects of a document.
func (l ListOf[D]) SeedObjects(s *Seeding) error { return l.each(s, l.Seed) }

// SeedReferences connects them with the objects of other kinds.
func (l ListOf[D]) SeedReferences(s *Seeding) error {
	if l.Refer == nil {
		return nil
	}
	return l.each(s, l.Refer)
}

func (l ListOf[D]) each(s *Seeding, do func(*Seeding, *D) error) error {
	for i, d := range *l.elements(s.Doc) {
		if err := do(s, d); err != nil {
			return fmt.Errorf("seed: %s[%d] %s: %w", l.Member, i, l.Name(d), err)
		}
	}
	return nil
}

// DumpObjects writes the objects of an org into a document.
func (l ListOf[D]) DumpObjects(o *state.Org, secrets bool, into reflect.Value) {
	*l.elements(into) = l.Dump(o, secrets)
}

// MadeDoc holds the members that most objects begin with.
type MadeDoc struct {
	ID          string    `json:"id,omitempty"`
	Created     time.Time `json:"created,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
}

// Fill generates the members that are missing.
func (m *MadeDoc) Fill(prefix string, now time.Time) {
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
