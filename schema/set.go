package schema

import (
	"maps"
	"sync"
)

// Set is the kinds of a language. They can refer to each other by name.
type Set struct {
	Declared []*Kind // in the order of the language reference
	Data     []*Kind // of data blocks
	byName   map[string]*Kind
	nulls    func() map[string]Values // by data source; see Referenced
}

// NewSet makes the kinds ready for use; they must not be modified afterwards. A kind has values
// only as a part of a set.
func NewSet(declared, data []*Kind) *Set {
	s := &Set{Declared: declared, Data: data, byName: map[string]*Kind{}}
	s.nulls = sync.OnceValue(s.nullsOf)
	ofAny := map[string]bool{}
	for _, k := range declared {
		k.addNames(ofAny)
	}
	ofData := maps.Clone(ofAny)
	for _, k := range data {
		k.addNames(ofData)
	}
	for _, k := range declared {
		s.add(k, ofAny)
	}
	for _, k := range data {
		s.add(k, ofData)
	}
	return s
}

func (s *Set) add(k *Kind, ofAny map[string]bool) {
	k.compiled = compile(k.Attrs, k.Blocks, "")
	k.compiled.ofAny, k.compiled.set = ofAny, s
	s.byName[k.Name] = k
}

// addNames adds the names of the attributes and blocks of the kind.
func (k *Kind) addNames(names map[string]bool) {
	for i := range k.Attrs {
		names[k.Attrs[i].Name] = true
	}
	for i := range k.Blocks {
		names[k.Blocks[i].Type] = true
	}
}

// Named returns the kind with that name, or nil.
func (s *Set) Named(name string) *Kind { return s.byName[name] }

// IsPerson reports whether objects of the kind with that name are people.
func (s *Set) IsPerson(name string) bool {
	k := s.Named(name)
	return k != nil && k.Person
}
