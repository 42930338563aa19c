package state

import "slices"

// nameIndex finds the rows of a table by name. A nil index is empty.
type nameIndex[T any] struct {
	name func(*T) string
	ids  map[string][]string // of rows, by folded name
	of   map[string]string   // folded names, by id
}

// indexByName makes the rows of a new table findable by name.
func (t *Table[T]) indexByName(name func(*T) string) *Table[T] {
	t.index = &nameIndex[T]{name: name, ids: map[string][]string{}, of: map[string]string{}}
	return t
}

// update records the name of a row that was added, changed or, with nil, removed.
func (x *nameIndex[T]) update(id string, row *T) {
	if x == nil {
		return
	}
	if old, known := x.of[id]; known {
		rest := slices.DeleteFunc(x.ids[old], func(other string) bool { return other == id })
		x.ids[old] = rest
		if len(rest) == 0 {
			delete(x.ids, old)
		}
		delete(x.of, id)
	}
	if row != nil {
		name := foldedName(x.name(row))
		x.ids[name] = append(x.ids[name], id)
		x.of[id] = name
	}
}

// Named returns the rows with a name, as SameName compares names. While reads see the former state
// of rows, it looks at all of them.
func (t *Table[T]) Named(name string) (found []*T) {
	if len(t.stale) > 0 {
		for _, row := range t.All() {
			if SameName(t.index.name(row), name) {
				found = append(found, row)
			}
		}
		return found
	}
	for _, id := range t.index.ids[foldedName(name)] {
		if row := t.Get(id); row != nil {
			found = append(found, row)
		}
	}
	return found
}
