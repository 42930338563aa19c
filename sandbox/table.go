package sandbox

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"time"
)

// table holds the objects of one kind by id, in the order of their creation,
// and remembers which of them changed since the journal was last written.
type table[T any] struct {
	kind  string
	rows  map[string]*T
	order []string
	dirty []string        // ids, in the order of the first change
	known map[string]bool // the same ids

	fresh []string             // ids of rows added since the last call of saved
	veil  map[string]time.Time // rows that reads don't see before a time
	stale map[string]staleRow[T]
	read  time.Time // time of the read under way; zero: all rows are seen, as they are

	before map[string]json.RawMessage // rows as they were when remember was called
}

// staleRow is an object as it was before a change that reads don't see yet.
type staleRow[T any] struct {
	row   *T
	until time.Time
}

func newTable[T any](kind string) *table[T] {
	return &table[T]{kind: kind, rows: map[string]*T{}, known: map[string]bool{}}
}

// get returns the object with this id, or nil.
func (t *table[T]) get(id string) *T {
	if t.hides(id) {
		return nil
	}
	return t.seen(id)
}

// seen is the row as the read under way sees it.
func (t *table[T]) seen(id string) *T {
	if old, isStale := t.stale[id]; isStale && t.rows[id] != nil && !t.read.IsZero() && old.until.After(t.read) {
		return old.row
	}
	return t.rows[id]
}

// remember keeps the rows as they are, for a call of veilNew.
func (t *table[T]) remember() {
	t.before = map[string]json.RawMessage{}
	for id, row := range t.rows {
		if value, err := json.Marshal(row); err == nil {
			t.before[id] = value
		}
	}
}

// hides reports a row that the read under way doesn't see yet.
func (t *table[T]) hides(id string) bool {
	return len(t.veil) > 0 && !t.read.IsZero() && t.veil[id].After(t.read)
}

// veilNew hides from reads the rows added since the last call of saved, and what
// changed of others since the call of remember.
func (t *table[T]) veilNew(until time.Time) {
	for _, id := range t.dirty {
		old, row := t.before[id], new(T)
		if old == nil || t.rows[id] == nil || json.Unmarshal(old, row) != nil {
			continue
		}
		if t.stale == nil {
			t.stale = map[string]staleRow[T]{}
		}
		if earlier, known := t.stale[id]; known {
			row = earlier.row // reads never go back and forth
		}
		t.stale[id] = staleRow[T]{row, until}
	}
	t.before = nil
	for _, id := range t.fresh {
		if t.veil == nil {
			t.veil = map[string]time.Time{}
		}
		t.veil[id] = until
	}
}

// readAt begins a read of the state of this time; zero ends it. Rows that have
// appeared meanwhile are forgotten.
func (t *table[T]) readAt(now time.Time) {
	t.read = now
	if !now.IsZero() {
		maps.DeleteFunc(t.veil, func(_ string, until time.Time) bool { return !until.After(now) })
		maps.DeleteFunc(t.stale, func(_ string, old staleRow[T]) bool { return !old.until.After(now) })
	}
}

// put adds the object, or says that it changed. Whoever changes a row calls
// put before the request ends.
func (t *table[T]) put(id string, row *T) {
	if _, known := t.rows[id]; !known {
		t.order = append(t.order, id)
		t.fresh = append(t.fresh, id)
	}
	t.rows[id] = row
	t.touch(id)
}

// remove deletes the object with this id, if there is one.
func (t *table[T]) remove(id string) {
	if _, known := t.rows[id]; !known {
		return
	}
	delete(t.rows, id)
	t.order = slices.DeleteFunc(t.order, func(o string) bool { return o == id })
	t.touch(id)
}

func (t *table[T]) touch(id string) {
	if !t.known[id] {
		t.known[id] = true
		t.dirty = append(t.dirty, id)
	}
}

// all yields the objects in the order of their creation.
func (t *table[T]) all() iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		for _, id := range t.order {
			if t.hides(id) {
				continue
			}
			if !yield(id, t.seen(id)) {
				return
			}
		}
	}
}

// list is all of them.
func (t *table[T]) list() []*T {
	rows := make([]*T, 0, len(t.order))
	for _, row := range t.all() {
		rows = append(rows, row)
	}
	return rows
}

// find returns the first object that matches, or nil.
func (t *table[T]) find(match func(*T) bool) *T {
	for _, row := range t.all() {
		if match(row) {
			return row
		}
	}
	return nil
}

func (t *table[T]) len() int { return len(t.order) }

// storable is what the journal needs of a table.
type storable interface {
	name() string
	changes() ([]record, error)
	saved()
	dump() ([]record, error)
	load(record) error
}

// record is one object in the journal; without a value it is a deletion.
type record struct {
	Kind  string          `json:"kind"`
	ID    string          `json:"id"`
	Value json.RawMessage `json:"value,omitempty"`
}

func (t *table[T]) name() string { return t.kind }

// changes returns the records of what changed since the last call of saved.
func (t *table[T]) changes() ([]record, error) { return t.records(t.dirty) }

// saved forgets the changes: they are in the data file, or there is none.
func (t *table[T]) saved() {
	t.dirty, t.fresh = t.dirty[:0], t.fresh[:0]
	clear(t.known)
}

// dump returns the records of all objects.
func (t *table[T]) dump() ([]record, error) { return t.records(t.order) }

func (t *table[T]) records(ids []string) ([]record, error) {
	records := make([]record, 0, len(ids))
	for _, id := range ids {
		r := record{Kind: t.kind, ID: id}
		if row, exists := t.rows[id]; exists {
			value, err := json.Marshal(row)
			if err != nil {
				return nil, err
			}
			r.Value = value
		}
		records = append(records, r)
	}
	return records, nil
}

// load applies a record of the journal.
func (t *table[T]) load(r record) error {
	if r.Value == nil {
		t.remove(r.ID)
	} else {
		row := new(T)
		if err := json.Unmarshal(r.Value, row); err != nil {
			return fmt.Errorf("%s %s: %w", r.Kind, r.ID, err)
		}
		if string(r.Value) == "null" {
			return fmt.Errorf("%s %s is null", r.Kind, r.ID)
		}
		if place := nullElement(reflect.ValueOf(row)); place != "" {
			return fmt.Errorf("%s %s: %s is null", r.Kind, r.ID, place)
		}
		t.put(r.ID, row)
	}
	t.saved()
	return nil
}
