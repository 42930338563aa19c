package state

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// Table holds the objects of one kind by id, in order of their creation, and records which of them
// changed since the journal was last written.
type Table[T any] struct {
	kind  string
	rows  map[string]*T
	Order []string
	dirty []string        // ids of changed rows, in order of their first change
	known map[string]bool // the same ids

	fresh     []string             // ids of rows added since the last call of Saved
	hideUntil map[string]time.Time // rows hidden from reads until a time
	stale     map[string]staleRow[T]
	read      time.Time // time of the current read; zero: all rows are visible in their current state

	before map[string]json.RawMessage // rows at the call of RememberRows

	index *nameIndex[T] // nil if rows are looked up by id alone
}

// staleRow is a row as it was before a change that reads do not see yet.
type staleRow[T any] struct {
	row   *T
	until time.Time
}

func newTable[T any](kind string) *Table[T] {
	return &Table[T]{kind: kind, rows: map[string]*T{}, known: map[string]bool{}}
}

// Get returns the object with this id, or nil.
func (t *Table[T]) Get(id string) *T {
	if t.hides(id) {
		return nil
	}
	return t.seen(id)
}

// seen returns the row as the current read sees it.
func (t *Table[T]) seen(id string) *T {
	if old, isStale := t.stale[id]; isStale && t.rows[id] != nil && !t.read.IsZero() && old.until.After(t.read) {
		return old.row
	}
	return t.rows[id]
}

// RememberRows stores the current rows for a later call of HideNew.
func (t *Table[T]) RememberRows() {
	t.before = map[string]json.RawMessage{}
	for id, row := range t.rows {
		if value, err := json.Marshal(row); err == nil {
			t.before[id] = value
		}
	}
}

// hides reports whether the current read does not see a row yet.
func (t *Table[T]) hides(id string) bool {
	return len(t.hideUntil) > 0 && !t.read.IsZero() && t.hideUntil[id].After(t.read)
}

// HideNew hides from reads, until the given time, the rows added since the last call of Saved and
// the changes made to others since the call of RememberRows.
func (t *Table[T]) HideNew(until time.Time) {
	for _, id := range t.dirty {
		old, row := t.before[id], new(T)
		if old == nil || t.rows[id] == nil || json.Unmarshal(old, row) != nil {
			continue
		}
		if t.stale == nil {
			t.stale = map[string]staleRow[T]{}
		}
		if earlier, known := t.stale[id]; known {
			row = earlier.row // so that reads never alternate between old and new
		}
		t.stale[id] = staleRow[T]{row, until}
	}
	t.before = nil
	for _, id := range t.fresh {
		if t.hideUntil == nil {
			t.hideUntil = map[string]time.Time{}
		}
		t.hideUntil[id] = until
	}
}

// readAt begins a read at this time; the zero time ends it. It drops the entries of rows that have
// become visible.
func (t *Table[T]) readAt(now time.Time) {
	t.read = now
	if !now.IsZero() {
		maps.DeleteFunc(t.hideUntil, func(_ string, until time.Time) bool { return !until.After(now) })
		maps.DeleteFunc(t.stale, func(_ string, old staleRow[T]) bool { return !old.until.After(now) })
	}
}

// Put adds the object, or records that it changed. Code that changes a row must call Put before the
// request ends.
func (t *Table[T]) Put(id string, row *T) {
	if _, known := t.rows[id]; !known {
		t.Order = append(t.Order, id)
		t.fresh = append(t.fresh, id)
	}
	t.rows[id] = row
	t.index.update(id, row)
	t.touch(id)
}

// Remove deletes the object with this id, if there is one.
func (t *Table[T]) Remove(id string) {
	if _, known := t.rows[id]; !known {
		return
	}
	delete(t.rows, id)
	t.index.update(id, nil)
	t.Order = slices.DeleteFunc(t.Order, func(o string) bool { return o == id })
	t.touch(id)
}

// replace makes the table hold the rows of another one.
func (t *Table[T]) replace(with Storable) {
	other := with.(*Table[T])
	for _, id := range t.Order {
		t.index.update(id, nil)
		t.touch(id)
	}
	t.rows, t.Order = other.rows, other.Order
	for _, id := range t.Order {
		t.index.update(id, t.rows[id])
		t.touch(id)
	}
	t.fresh, t.hideUntil, t.stale = nil, nil, nil
}

func (t *Table[T]) touch(id string) {
	if !t.known[id] {
		t.known[id] = true
		t.dirty = append(t.dirty, id)
	}
}

// All yields the objects in order of their creation.
func (t *Table[T]) All() iter.Seq2[string, *T] {
	return func(yield func(string, *T) bool) {
		for _, id := range t.Order {
			if t.hides(id) {
				continue
			}
			if !yield(id, t.seen(id)) {
				return
			}
		}
	}
}

// List returns all objects in order of their creation.
func (t *Table[T]) List() []*T {
	rows := make([]*T, 0, len(t.Order))
	for _, row := range t.All() {
		rows = append(rows, row)
	}
	return rows
}

// Find returns the first object that matches, or nil.
func (t *Table[T]) Find(match func(*T) bool) *T {
	for _, row := range t.All() {
		if match(row) {
			return row
		}
	}
	return nil
}

// Len returns the number of objects.
func (t *Table[T]) Len() int { return len(t.Order) }

// Storable is a table as the journal sees it.
type Storable interface {
	Name() string
	changes() ([]Record, error)
	Saved()
	Dump() ([]Record, error)
	load(Record) error
	replace(with Storable)
}

// Record is one object in the journal. A record without a value is a deletion.
type Record struct {
	Kind  string          `json:"kind"`
	ID    string          `json:"id"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Name returns the kind of the objects.
func (t *Table[T]) Name() string { return t.kind }

// changes returns the records of the rows changed since the last call of Saved.
func (t *Table[T]) changes() ([]Record, error) { return t.records(t.dirty) }

// Saved clears the list of changes, after they are written to the data file or if there is none.
func (t *Table[T]) Saved() {
	t.dirty, t.fresh = t.dirty[:0], t.fresh[:0]
	clear(t.known)
}

// Dump returns the records of all objects.
func (t *Table[T]) Dump() ([]Record, error) { return t.records(t.Order) }

func (t *Table[T]) records(ids []string) ([]Record, error) {
	records := make([]Record, 0, len(ids))
	for _, id := range ids {
		r := Record{Kind: t.kind, ID: id}
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

// load applies a record of the journal to the table.
func (t *Table[T]) load(r Record) error {
	if r.Value == nil {
		t.Remove(r.ID)
	} else {
		row := new(T)
		if err := json.Unmarshal(r.Value, row); err != nil {
			return fmt.Errorf("%s %s: %w", r.Kind, r.ID, err)
		}
		if string(r.Value) == "null" {
			return fmt.Errorf("%s %s is null", r.Kind, r.ID)
		}
		if place := jsondoc.NullElement(reflect.ValueOf(row)); place != "" {
			return fmt.Errorf("%s %s: %s is null", r.Kind, r.ID, place)
		}
		t.Put(r.ID, row)
	}
	t.Saved()
	return nil
}
