package schema

import (
	"math/bits"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// draft is a value that is being changed: with the first change, all that it holds is
// laid out.
type draft struct {
	Value
	all     *layout
	touched uint64 // the places that were set
}

// layout has room for what stands at each place. Kinds have no more places than that.
type layout [64]cty.Value

func (v Value) draft() *draft { return &draft{Value: v} }

// draft is one that holds nothing but null.
func (k *Kind) draft() *draft {
	d := &draft{Value: Value{kind: k, known: true, apart: k.form.notNull}}
	d.all = d.spare()
	copy(d.all[:], k.form.nulls)
	return d
}

// spare is a layout that nobody uses: of thousands of objects each needs one for a
// moment.
func (d *draft) spare() *layout {
	if l, ok := d.kind.form.spare.Get().(*layout); ok {
		return l
	}
	return new(layout)
}

func (d *draft) at(place int) cty.Value {
	if d.all != nil {
		return d.all[place]
	}
	return d.Value.at(place)
}

func (d *draft) set(place int, v cty.Value) {
	if d.all == nil {
		d.all = d.spare()
		copy(d.all[:], d.kind.form.base)
		for i := range d.kind.form.names {
			if d.differs(i) {
				d.all[i] = d.Value.at(i)
			}
		}
	}
	d.all[place] = v
	d.touched |= 1 << place
}

func (d *draft) setAll(attrs Values) {
	for name, v := range attrs {
		if i, ok := d.kind.form.place(name); ok {
			d.set(i, v)
		}
	}
}

// value is the value with all changes. The draft is of no use afterwards.
func (d *draft) value() Value {
	if d.all == nil {
		return d.Value
	}
	out := Value{kind: d.kind, known: true, apart: d.apart &^ d.touched, normal: d.normal && d.touched&^d.kind.form.inert == 0}
	for i, base := range d.kind.form.base {
		if d.touched&(1<<i) != 0 && !RawEquals(d.all[i], base) {
			out.apart |= 1 << i
		}
	}
	out.held = make([]cty.Value, 0, bits.OnesCount64(out.apart))
	for i := range d.kind.form.base {
		if out.differs(i) {
			out.held = append(out.held, d.all[i])
		}
	}
	d.kind.form.spare.Put(d.all)
	return out
}

// baseOf is what stands in an object of which nothing is declared.
func (k *Kind) baseOf() []cty.Value {
	normal := k.Normal(Value{kind: k, known: true}) // as the base is null so far
	base := slices.Clone(k.form.nulls)
	for i := range base {
		base[i] = normal.at(i)
	}
	return base
}
