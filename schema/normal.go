package schema

import (
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Normal returns a value in the form in which values are compared: defaults are filled in, lists
// that Okta treats as sets are sorted without duplicates, and nested blocks are sorted by their
// keys.
func (k *Kind) Normal(value Value) Value {
	if value.IsNull() || !value.IsKnown() {
		return value
	}
	if k.Canonical != nil {
		value = value.With(k.Canonical(value))
	}
	attrs := normalAttrs(k.Attrs, value)
	for i := range k.Blocks {
		b := &k.Blocks[i]
		if list, other := normalBlocks(b, value.GetAttr(b.Type)); other {
			attrs = set(attrs, b.Type, list)
		}
	}
	value = value.With(attrs)
	return value.With(k.withTargets(value))
}

// Object returns the normal value with these attributes and blocks.
func (k *Kind) Object(attrs Values) Value { return k.Normal(k.New(attrs)) }

// set adds an attribute to a map, which may be nil.
func set(attrs Values, name string, v cty.Value) Values {
	if attrs == nil {
		attrs = Values{}
	}
	attrs[name] = v
	return attrs
}

// Rebuilt returns the nested block with other attributes; the block itself if nothing has changed.
func Rebuilt(block cty.Value, changed Values) cty.Value {
	if len(changed) == 0 {
		return block
	}
	attrs := block.AsValueMap()
	maps.Copy(attrs, changed)
	return cty.ObjectVal(attrs)
}

// normalAttrs returns the attributes that differ in normal form.
func normalAttrs(all []Attr, of attributes) (attrs Values) {
	for i := range all {
		a := &all[i]
		if !a.adjusts() {
			continue
		}
		if v, changed := normalAttr(a, all, of.GetAttr(a.Name), of); changed {
			attrs = set(attrs, a.Name, v)
		}
	}
	return attrs
}

// normalAttr returns an attribute in normal form, and whether it has changed.
func normalAttr(a *Attr, all []Attr, v cty.Value, of attributes) (_ cty.Value, changed bool) {
	if a.emptyIsNull() && isEmptyText(v) {
		v, changed = cty.NullVal(a.Type), true
	}
	if v.IsNull() && !a.Unmanaged {
		switch {
		case a.Default != cty.NilVal:
			switch applies, known := needed(all, a, of); {
			case !known:
				v, changed = cty.UnknownVal(a.Type), true
			case applies:
				v, changed = a.Default, true
			}
		case a.DefaultFrom != "":
			v, changed = of.GetAttr(a.DefaultFrom), true
		}
	}
	if a.Unordered {
		var moved bool
		v, moved = sorted(v, elementKey)
		changed = changed || moved
	}
	return v, changed
}

// adjusts reports whether Normal may change the attribute.
func (a *Attr) adjusts() bool {
	return !a.Local && (a.emptyIsNull() || a.Default != cty.NilVal || a.DefaultFrom != "" || a.Unordered)
}

// emptyIsNull reports whether an empty string equals null: Okta's answers do not distinguish them.
func (a *Attr) emptyIsNull() bool {
	return a.Type == cty.String && a.Path != "" && !a.Required && !a.WriteOnly
}

func isEmptyText(v cty.Value) bool {
	v, _ = v.Unmark()
	return v.IsKnown() && !v.IsNull() && v.AsString() == ""
}

// needed reports whether the default of an attribute applies, and whether that is known: the list
// that decides it may have unknown elements.
func needed(attrs []Attr, a *Attr, value attributes) (applies, known bool) {
	if a.Needs[0] == "" {
		return true, true
	}
	list, _ := value.GetAttr(a.Needs[0]).Unmark()
	if list.IsNull() {
		list = findAttr(attrs, a.Needs[0]).Default
	}
	if Holds(list, a.Needs[1]) {
		return true, true
	}
	return false, list.IsKnown() && !slices.ContainsFunc(Elements(list), func(e cty.Value) bool { return !e.IsKnown() })
}

func normalBlocks(b *Block, list cty.Value) (normal cty.Value, changed bool) {
	if list.IsNull() {
		if b.Unmanaged {
			return list, false
		}
		return cty.ListValEmpty(b.ValueType()), true
	}
	if !list.IsKnown() || list.LengthInt() == 0 {
		return list, false
	}
	blocks := Elements(list)
	for i, v := range blocks {
		if attrs := normalAttrs(b.Attrs, v); len(attrs) > 0 {
			blocks[i], changed = Rebuilt(v, attrs), true
		}
	}
	if changed {
		list = cty.ListVal(blocks)
	}
	list, moved := sorted(list, b.KeyOf)
	return list, changed || moved
}

// KeyOf returns the key by which a nested block is matched: the values of its key attributes,
// separated by spaces.
func (b *Block) KeyOf(v cty.Value) string {
	var parts []string
	for _, name := range b.Key {
		if part := v.GetAttr(name); part.Type().Equals(Ref) {
			parts = append(parts, RefKey(part))
		} else {
			parts = append(parts, Text(part))
		}
	}
	return strings.TrimRight(strings.Join(parts, " "), " ")
}

// RefKey returns the key of a reference: the id if it is known, else the address.
func RefKey(ref cty.Value) string {
	if ref.IsNull() || !ref.IsKnown() {
		return ""
	}
	if id := Text(ref.GetAttr("id")); id != "" {
		return id
	}
	return Text(ref.GetAttr("addr"))
}

func elementKey(v cty.Value) string {
	if v.Type().IsObjectType() { // a reference: no other objects are sorted by this
		// Declared objects first, by address, then others by name.
		return Text(v.GetAttr("addr")) + "\x00" + Text(v.GetAttr("name")) + "\x00" + Text(v.GetAttr("id"))
	}
	return Text(v)
}

// sorted sorts the elements of a list by key and removes duplicates; changed is false if there was
// nothing to do.
func sorted(list cty.Value, key func(cty.Value) string) (ordered cty.Value, changed bool) {
	if list.IsNull() || !list.IsKnown() {
		return list, false
	}
	bare, marks := list.Unmark()
	if bare.LengthInt() < 2 {
		return list, false
	}
	elems := Elements(bare)
	refs := bare.Type().ElementType().Equals(Ref)
	if inOrder(elems, key) && !(refs && anyTwice(elems)) {
		return list, false
	}
	slices.SortStableFunc(elems, func(a, b cty.Value) int { return strings.Compare(key(a), key(b)) })
	elems = slices.CompactFunc(elems, cty.Value.RawEquals)
	if refs {
		elems = eachOnce(elems)
	}
	return cty.ListVal(elems).WithMarks(marks), true
}

// anyTwice reports whether two references have the same id.
func anyTwice(refs []cty.Value) bool {
	seen := make(map[string]bool, len(refs))
	for _, ref := range refs {
		id := idOf(ref)
		if id != "" && seen[id] {
			return true
		}
		seen[id] = true
	}
	return false
}

// eachOnce keeps one reference to each object: an object can be referred to by its block, by
// several data sources and by its id. The address of a block takes precedence.
func eachOnce(refs []cty.Value) []cty.Value {
	at := make(map[string]int, len(refs)) // by id
	var out []cty.Value
	for _, ref := range refs {
		id := idOf(ref)
		i, again := at[id]
		switch {
		case id == "" || !again:
			at[id] = len(out)
			out = append(out, ref)
		case declared(ref) && !declared(out[i]):
			out[i] = ref
		}
	}
	slices.SortStableFunc(out, func(a, b cty.Value) int { return strings.Compare(elementKey(a), elementKey(b)) })
	return out
}

// idOf returns the id of a reference; "" if it is unknown.
func idOf(ref cty.Value) string {
	if bare, _ := ref.Unmark(); !bare.IsNull() && bare.IsKnown() {
		return Text(bare.GetAttr("id"))
	}
	return ""
}

// declared reports whether a reference names a block rather than a data source or an id.
func declared(ref cty.Value) bool {
	addr, err := ParseAddr(Text(ref.GetAttr("addr")))
	return err == nil && !addr.Data
}

// inOrder reports whether the keys of the elements are strictly increasing.
func inOrder(elems []cty.Value, key func(cty.Value) string) bool {
	for i, last := 0, ""; i < len(elems); i++ {
		next := key(elems[i])
		if i > 0 && next <= last {
			return false
		}
		last = next
	}
	return true
}

// withTargets returns the sets with the targets of their blocks added.
func (k *Kind) withTargets(value Value) (sets Values) {
	for i := range k.Blocks {
		b := &k.Blocks[i]
		if b.Of == "" || !b.Attr(b.Key[0]).Type.Equals(Ref) {
			continue
		}
		blocks, list := value.GetAttr(b.Type), value.GetAttr(b.Of)
		switch {
		case !blocks.IsKnown(): // dynamic blocks over unknown values
			sets = set(sets, b.Of, cty.UnknownVal(list.Type()))
		case length(blocks) > 0 && (list.IsNull() || list.IsKnown()):
			var targets []cty.Value
			for _, block := range Elements(blocks) {
				targets = append(targets, block.GetAttr(b.Key[0]))
			}
			list, _ = sorted(union(list, targets, memberKey), elementKey)
			sets = set(sets, b.Of, list)
		}
	}
	return sets
}
