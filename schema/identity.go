package schema

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Identity is what a configuration says about which object is which: moved,
// removed and import blocks, and under which name it owned its objects before.
type Identity struct {
	PreviousOwner string
	Moves         []Move
	Removals      []Removal
	Imports       []Import
}

// Move says that what is marked with one address has another now. The
// addresses are of an object, of a whole block with all its instances, or of a
// module with all that is in it.
type Move struct {
	From, To string
	// Exact says that From stands for one object without an instance key, not
	// for all instances of its block.
	Exact bool
	Range hcl.Range
}

// Removal says what becomes of objects that are no longer declared.
type Removal struct {
	From    string // as in Move
	Destroy bool   // false: the object stays, without our mark
	// Principal is whose roles are taken away, as schema.Principal names it: an
	// admin block leaves no mark in the org.
	Principal string
	Range     hcl.Range
}

// Wants are the principals of admin blocks that were removed: no mark tells of
// them.
func (id Identity) Wants() []ObjectQuery {
	var wants []ObjectQuery
	for _, r := range id.Removals {
		if addr, err := ParseAddr(r.From); err == nil && r.Principal != "" && r.Destroy {
			wants = append(wants, ObjectQuery{Addr: addr, Name: r.Principal})
		}
	}
	return wants
}

// Import names an existing object that is to be managed as To.
type Import struct {
	To    string
	ID    string // id, client id, name or login
	Label string // or the label alone
	Range hcl.Range
}

// Name is what the block calls the object.
func (a Import) Name() string {
	if a.ID != "" {
		return a.ID
	}
	return a.Label
}

// To is the address under which a mark's address is known now, after all moves.
func (id Identity) To(addr string) string {
	for range id.Moves { // each can apply once
		before := addr
		for _, m := range id.Moves {
			if rest, ok := m.covers(addr); ok {
				addr = m.To + rest
				break
			}
		}
		if addr == before {
			break
		}
	}
	return addr
}

// From lists the addresses that an object with this address may be marked with,
// besides it.
func (id Identity) From(addr string) []string {
	all := []string{addr}
	for i := 0; i < len(all) && len(all) < 100; i++ { // a module moved into itself has no end
		for _, m := range id.Moves {
			rest, ok := under(m.To, all[i])
			if !ok || m.Exact && strings.HasPrefix(rest, "[") {
				continue
			}
			if was := m.From + rest; !slices.Contains(all, was) {
				all = append(all, was)
			}
		}
	}
	return all[1:]
}

// Removal returns the removed block that an address falls under, or nil.
func (id Identity) Removal(addr string) *Removal {
	for i := range id.Removals {
		if _, ok := under(id.Removals[i].From, addr); ok {
			return &id.Removals[i]
		}
	}
	return nil
}

// Import returns the import block for an address, or nil.
func (id Identity) Import(addr string) *Import {
	for i := range id.Imports {
		if id.Imports[i].To == addr {
			return &id.Imports[i]
		}
	}
	return nil
}

func (m Move) covers(addr string) (rest string, ok bool) {
	rest, ok = under(m.From, addr)
	if m.Exact && strings.HasPrefix(rest, "[") {
		return "", false
	}
	return rest, ok
}

// Covers reports whether the move is about the object with that address.
func (m Move) Covers(addr string) bool { _, ok := m.covers(addr); return ok }

// Under reports whether addr is prefix, an instance of it, or in it.
func Under(prefix, addr string) bool { _, ok := under(prefix, addr); return ok }

func under(prefix, addr string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(addr, prefix)
	return rest, ok && (rest == "" || rest[0] == '[' || rest[0] == '.')
}

// Declared is the declared address of the object that is marked with addr: after all
// moves, and of a block that gained or lost its count, its first instance. Where none is
// declared, it is the address after all moves.
func (id Identity) Declared(addr string, declared map[string]bool) string {
	addr = id.To(addr)
	if declared[addr] {
		return addr
	}
	if single, ok := strings.CutSuffix(addr, "[0]"); ok && declared[single] {
		return single
	}
	if first := addr + "[0]"; declared[first] {
		return first
	}
	return addr
}
