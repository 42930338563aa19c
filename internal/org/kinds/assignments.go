package kinds

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// detailFields are the fields of an assignment that a configuration can set, by attribute.
var detailFields = map[string][]string{
	"priority":  {"priority"},
	"profile":   {"profile"},
	"user_name": {"credentials", "userName"},
}

// detailBlocks converts assignments to the blocks that describe them.
func detailBlocks(block *schema.Block, members []member) cty.Value {
	var list []cty.Value
	for _, m := range members {
		attrs := map[string]cty.Value{}
		for i := range block.Attrs {
			a := &block.Attrs[i]
			attrs[a.Name] = cty.NullVal(a.Type)
			if a.Name == block.Key[0] {
				attrs[a.Name] = ref(m.named)
			} else if field := at(m.doc, detailFields[a.Name]...); field != nil {
				attrs[a.Name] = detail(a, field)
			}
		}
		list = append(list, cty.ObjectVal(attrs))
	}
	if len(list) == 0 {
		return cty.ListValEmpty(block.ValueType())
	}
	return cty.ListVal(list)
}

// at returns the field of a document at a path; nil if there is none.
func at(doc map[string]any, path ...string) any {
	if len(path) == 0 {
		return nil
	}
	return okta.Object(doc, path[:len(path)-1]...)[path[len(path)-1]]
}

func detail(a *schema.Attr, field any) cty.Value {
	raw, err := json.Marshal(field)
	if err != nil {
		return cty.NullVal(a.Type)
	}
	if a.JSON {
		return cty.StringVal(string(raw))
	}
	v, err := ctyjson.Unmarshal(raw, a.Type)
	if err != nil {
		return cty.NullVal(a.Type)
	}
	return v
}

// setDetails writes the blocks that describe the members of a list.
func (o *Org) setDetails(ctx context.Context, now *Remote, m Membership, want schema.Value) error {
	block := now.Kind.Details(m.Attr)
	if block == nil || m.SetDetails == nil || want.GetAttr(block.Type).IsNull() || want.GetAttr(block.Type).LengthInt() == 0 {
		return nil
	}
	if err := o.readDetails(ctx, now, m, block.Type); err != nil { // some may be new
		return err
	}
	members := now.details[block.Type]
	have, _ := now.Kind.Align(want.With(schema.Values{block.Type: detailBlocks(block, members)}), want)
	settled := have.GetAttr(block.Type).AsValueSlice()
	wanted := now.Kind.WithUnmanaged(want, have).GetAttr(block.Type).AsValueSlice()
	// From the lowest priority on, because setting one moves those behind it.
	slices.SortStableFunc(wanted, func(a, b cty.Value) int { return cmp.Compare(priority(a), priority(b)) })
	changed := false
	for _, w := range wanted {
		if slices.ContainsFunc(settled, func(h cty.Value) bool { return Bare(h).RawEquals(Bare(w)) }) {
			continue
		}
		id := schema.Text(w.GetAttr(block.Key[0]).GetAttr("id"))
		i := slices.IndexFunc(members, func(m member) bool { return m.id == id })
		if i < 0 {
			continue
		}
		call, err := m.SetDetails(o, now.ID(), members[i], w)
		if err == nil {
			err = o.Do(ctx, call)
		}
		if err != nil {
			return err
		}
		changed = true
	}
	if !changed {
		return nil
	}
	return o.readDetails(ctx, now, m, block.Type)
}

// readDetails reads the details of the members of a list.
func (o *Org) readDetails(ctx context.Context, r *Remote, m Membership, typ string) error {
	list, err := m.Details(ctx, o, r.ID())
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.details == nil {
		r.details = map[string][]member{}
	}
	r.details[typ] = list
	return err
}

// member is an element of a set that the org stores beside an object. doc is the org's document
// about the assignment.
type member struct {
	named
	doc map[string]any
}

func priority(v cty.Value) float64 {
	if !v.Type().HasAttribute("priority") || v.GetAttr("priority").IsNull() {
		return -1
	}
	f, _ := v.GetAttr("priority").AsBigFloat().Float64()
	return f
}

// profileOf returns an assignment's profile with the wanted properties set.
func profileOf(m member, want cty.Value) map[string]any {
	profile := maps.Clone(okta.Object(m.doc, "profile"))
	if profile == nil {
		profile = map[string]any{}
	}
	var declared map[string]any
	if json.Unmarshal([]byte(schema.Text(want.GetAttr("profile"))), &declared) == nil {
		maps.Copy(profile, declared)
	}
	return profile
}
