package org

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// detailFields are the fields of an assignment that a configuration can set, by
// attribute.
var detailFields = map[string][]string{
	"priority":  {"priority"},
	"profile":   {"profile"},
	"user_name": {"credentials", "userName"},
}

// detailBlocks brings assignments to the blocks that say more about them.
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

// at is the field of a document at a path; nil where there is none.
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

// setDetails writes what blocks say more about the members of a list. have is how
// the org has them, in want's way of telling them apart.
func (c *Client) setDetails(ctx context.Context, now *remote, m membership, want schema.Value) error {
	block := now.kind.Details(m.attr)
	if block == nil || m.detail == nil || want.GetAttr(block.Type).IsNull() || want.GetAttr(block.Type).LengthInt() == 0 {
		return nil
	}
	if err := now.readDetails(ctx, m, block.Type); err != nil { // some may be new
		return err
	}
	members := now.details[block.Type]
	have, _ := now.kind.Align(want.With(schema.Values{block.Type: detailBlocks(block, members)}), want)
	settled := have.GetAttr(block.Type).AsValueSlice()
	wanted := now.kind.WithUnmanaged(want, have).GetAttr(block.Type).AsValueSlice()
	// From the lowest priority on: setting one moves those behind it.
	slices.SortStableFunc(wanted, func(a, b cty.Value) int { return cmp.Compare(priority(a), priority(b)) })
	changed := false
	for _, w := range wanted {
		if slices.ContainsFunc(settled, func(h cty.Value) bool { return bare(h).RawEquals(bare(w)) }) {
			continue
		}
		id := text(w.GetAttr(block.Key[0]).GetAttr("id"))
		i := slices.IndexFunc(members, func(m member) bool { return m.id == id })
		if i < 0 {
			continue
		}
		if err := m.detail(ctx, now.id(), members[i], w); err != nil {
			return err
		}
		changed = true
	}
	if !changed {
		return nil
	}
	return now.readDetails(ctx, m, block.Type)
}

// readDetails reads what the org says more about the members of a list.
func (r *remote) readDetails(ctx context.Context, m membership, typ string) error {
	list, err := m.details(ctx, r.id())
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.details == nil {
		r.details = map[string][]member{}
	}
	r.details[typ] = list
	return err
}

// member is one of a set that the org keeps beside an object. doc is what the org
// says of the two.
type member struct {
	named
	doc map[string]any
}

// groupDetails lists the groups of an app, each with its priority and profile.
func (a apps) groupDetails(ctx context.Context, id string) ([]member, error) {
	return a.detailsOf(ctx, appsPath+"/"+url.PathEscape(id)+"/groups", func(map[string]any) bool { return true })
}

// userDetails lists the users who are assigned to an app themselves, each with
// what he is called there and his profile.
func (a apps) userDetails(ctx context.Context, id string) ([]member, error) {
	return a.detailsOf(ctx, appsPath+"/"+url.PathEscape(id)+"/users", func(doc map[string]any) bool { return okta.Text(doc, "scope") == "USER" })
}

func (a apps) detailsOf(ctx context.Context, path string, counts func(map[string]any) bool) ([]member, error) {
	docs, err := a.c.Pages(ctx, func(ctx context.Context, after string) error {
		query := url.Values{"limit": {strconv.Itoa(pageSize)}}
		if after != "" {
			query.Set("after", after)
		}
		return a.c.Request(http.MethodGet, path+"?"+query.Encode(), nil)(ctx)
	})
	var out []member
	for _, doc := range docs {
		if id := okta.Text(doc, "id"); counts(doc) {
			out = append(out, member{named{id, a.c.nameOf(id)}, doc})
		}
	}
	return out, err
}

func priority(v cty.Value) float64 {
	if !v.Type().HasAttribute("priority") || v.GetAttr("priority").IsNull() {
		return -1
	}
	f, _ := v.GetAttr("priority").AsBigFloat().Float64()
	return f
}

// profileOf is an assignment's profile with what is wanted of it.
func profileOf(m member, want cty.Value) map[string]any {
	profile := maps.Clone(okta.Object(m.doc, "profile"))
	if profile == nil {
		profile = map[string]any{}
	}
	var declared map[string]any
	if json.Unmarshal([]byte(text(want.GetAttr("profile"))), &declared) == nil {
		maps.Copy(profile, declared)
	}
	return profile
}

func (a apps) setGroup(ctx context.Context, id string, m member, want cty.Value) error {
	body := map[string]any{"profile": profileOf(m, want)}
	if !want.GetAttr("priority").IsNull() {
		n, _ := want.GetAttr("priority").AsBigFloat().Int64()
		body["priority"] = n
	}
	_, err := a.c.Call(ctx, a.c.Request(http.MethodPut, appsPath+"/"+url.PathEscape(id)+"/groups/"+url.PathEscape(m.id), body))
	return err
}

func (a apps) setUser(ctx context.Context, id string, m member, want cty.Value) error {
	body := map[string]any{}
	if profile := want.GetAttr("profile"); !profile.IsNull() {
		var declared map[string]any
		if err := json.Unmarshal([]byte(text(profile)), &declared); err != nil {
			return err
		}
		body["profile"] = declared
	}
	if name := text(want.GetAttr("user_name")); name != "" {
		body["credentials"] = map[string]any{"userName": name}
	}
	_, err := a.c.Call(ctx, okta.Repeatable(a.c.Request(http.MethodPost, appsPath+"/"+url.PathEscape(id)+"/users/"+url.PathEscape(m.id), body)))
	return err
}
