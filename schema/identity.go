package schema

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Identity says which object in the org is which declared object: moved, removed and import blocks,
// and the previous owner.
type Identity struct {
	PreviousOwner string
	Moves         []Move
	Removals      []Removal
	Imports       []Import
}

// Move gives objects marked with one address another one. The addresses are of an object, of a
// block with all its instances, or of a module with everything in it.
type Move struct {
	From, To string
	// Exact means that From stands for one object without an instance key, not for all instances of
	// its block.
	Exact bool
	Range hcl.Range
}

// Removal says what happens to objects that are no longer declared.
type Removal struct {
	From    string // as in Move
	Destroy bool   // false: the object stays, without the mark
	// Principal names the principal, in the form of kinds.Principal, that loses its roles:
	// an admin block leaves no mark in the org.
	Principal string
	Range     hcl.Range
}

// Wants returns queries for the principals of removed admin blocks, which no mark identifies.
func (id Identity) Wants() []ObjectQuery {
	var wants []ObjectQuery
	for _, r := range id.Removals {
		if addr, err := ParseAddr(r.From); err == nil && r.Principal != "" && r.Destroy {
			wants = append(wants, ObjectQuery{Addr: addr, Name: r.Principal})
		}
	}
	return wants
}

// Import names an existing object that will be managed as To.
type Import struct {
	To    string
	ID    string // id, client id, name or login
	Label string // or the label alone
	Range hcl.Range
}

// Name returns the name of the object in the block.
func (a Import) Name() string {
	if a.ID != "" {
		return a.ID
	}
	return a.Label
}

// To returns the current address for the address in a mark, after all moves.
func (id Identity) To(addr string) string {
	for range id.Moves { // each applies at most once
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

// From returns the other addresses that an object with this address may be marked with.
func (id Identity) From(addr string) []string {
	all := []string{addr}
	for i := 0; i < len(all) && len(all) < 100; i++ { // a module moved into itself would not end
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

// Removal returns the removed block that applies to the object with an address, also if the block
// names its address after all moves; nil if there is none.
func (id Identity) Removal(addr string) *Removal {
	for _, addr := range [...]string{addr, id.To(addr)} {
		for i := range id.Removals {
			if Under(id.Removals[i].From, addr) {
				return &id.Removals[i]
			}
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

// Covers reports whether the move applies to the object with that address.
func (m Move) Covers(addr string) bool { _, ok := m.covers(addr); return ok }

// Under reports whether addr is prefix, an instance of it, or inside it.
func Under(prefix, addr string) bool { _, ok := under(prefix, addr); return ok }

func under(prefix, addr string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(addr, prefix)
	return rest, ok && (rest == "" || rest[0] == '[' || rest[0] == '.')
}

// Declared returns the declared address of the object that is marked with addr: after all moves
// and, for a block that gained or lost count, its first instance. If none is declared, it returns
// the address after all moves.
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
