package org

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Memory is what a read of the org leaves behind for the next one: what was read
// beside the documents of objects, and the place in the System Log from which on
// changes count. It holds no secrets.
type Memory struct {
	Format    int       `json:"format"` // memoryFormat
	Version   string    `json:"oktaform_version"`
	OrgID     string    `json:"org_id"`
	Principal string    `json:"principal"`
	Scopes    []string  `json:"scopes,omitempty"` // that limit what the principal sees, in order
	Read      time.Time `json:"read"`             // the org's time before the last read of everything
	Cursor    string    `json:"cursor"`
	// Recent are the events of the last minutes before the last read, which may
	// tell of more than that read saw.
	Recent  []okta.Event `json:"recent,omitempty"`
	Objects []remembered `json:"objects"`

	useless string // why nothing in it counts; "": it does
}

const (
	memoryFormat = 1
	// MemoryAge is how long a read of everything holds.
	MemoryAge = 24 * time.Hour
)

// remembered is what was read of one object: by attribute, what it has beside its
// document. What is missing was not read.
type remembered struct {
	Kind   string                     `json:"kind"`
	ID     string                     `json:"id"`
	Holder bool                       `json:"holder,omitempty"` // read as one who may hold admin roles
	Dates  dates                      `json:"dates"`
	Beside map[string]json.RawMessage `json:"beside"`
}

// dates are when an object was last changed, as lists tell it: of some changes there
// is no event, and of others it comes late.
type dates struct {
	Updated string `json:"updated,omitempty"`
	Members string `json:"members,omitempty"` // of a group
}

func datesOf(r *remote) dates {
	if r.read != nil {
		return r.read.changed
	}
	return dates{okta.Text(r.doc, "lastUpdated"), okta.Text(r.doc, "lastMembershipUpdated")}
}

func (m *remembered) key() string { return memoryKey(m.Kind, m.ID, m.Holder) }

func memoryKey(kind, id string, holder bool) string { return fmt.Sprintf("%s %s %t", kind, id, holder) }

// Identity is who reads which org.
type Identity struct{ OrgID, Principal string }

// fits says why what is remembered is of no use to the read that begins next; nil if
// it is.
func (m *Memory) fits(next *Memory) error {
	switch {
	case m == nil:
		return &okta.LogGap{Reason: "nothing is kept of an earlier read"}
	case m.useless != "":
		return &okta.LogGap{Reason: "nothing is known of an earlier read: " + m.useless}
	case m.Format != memoryFormat || m.Version != next.Version:
		return &okta.LogGap{Reason: fmt.Sprintf("what is kept is of oktaform %s, and this is %s", m.Version, next.Version)}
	case m.OrgID != next.OrgID:
		return &okta.LogGap{Reason: fmt.Sprintf("what is kept is of another org (%s), and this is %s", m.OrgID, next.OrgID)}
	case m.Principal != next.Principal:
		return &okta.LogGap{Reason: fmt.Sprintf("what is kept was read by %s, and this is %s", m.Principal, next.Principal)}
	case !slices.Equal(m.Scopes, next.Scopes):
		return &okta.LogGap{Reason: fmt.Sprintf("what is kept was read with other scopes (%s) than now (%s)", strings.Join(m.Scopes, " "), strings.Join(next.Scopes, " "))}
	case m.Cursor == "":
		return &okta.LogGap{Reason: "what is kept names no place in the System Log"}
	case next.Read.Sub(m.Read) > MemoryAge || m.Read.Sub(next.Read) > overlap:
		return &okta.LogGap{Reason: fmt.Sprintf("the last read of everything was at %s, which isn't within the last 24 hours", m.Read.UTC().Format(time.RFC3339))}
	}
	return nil
}

// besideAttr is one attribute, or list of blocks, that the org keeps beside an
// object's document.
type besideAttr struct {
	name      string
	typ       cty.Type
	unmanaged bool // read where it is asked for
}

func beside(kind *schema.Kind) []besideAttr {
	var list []besideAttr
	for i := range kind.Attrs {
		// A policy is linked in the document of its app.
		if a := &kind.Attrs[i]; a.Path == "" && !a.Local && a.Name != "access_policy" {
			list = append(list, besideAttr{a.Name, a.Type, a.Unmanaged})
		}
	}
	for i := range kind.Blocks {
		if b := &kind.Blocks[i]; !b.KeyMaterial {
			list = append(list, besideAttr{b.Type, cty.List(b.ValueType()), b.Unmanaged})
		}
	}
	return list
}

// remember keeps what was read of an object.
func remember(kind *schema.Kind, o schema.Object, holder bool, changed dates) (remembered, error) {
	out := remembered{Kind: o.Kind, ID: o.ID, Holder: holder, Dates: changed, Beside: map[string]json.RawMessage{}}
	for _, a := range beside(kind) {
		v, _ := o.Value.GetAttr(a.name).UnmarkDeep()
		if v.IsNull() || !v.IsWhollyKnown() {
			continue
		}
		raw, err := ctyjson.Marshal(v, a.typ)
		if err != nil {
			return out, fmt.Errorf("%s of %s %s: %w", a.name, o.Kind, o.ID, err)
		}
		out.Beside[a.name] = raw
	}
	return out, nil
}

// recall answers from memory what has not changed since. A nil one answers
// nothing.
type recall struct {
	c       *Client
	objects map[string]*remembered
	touched *touched
	read    int              // objects that it could not answer for
	dates   map[string]dates // of all that was asked for
}

func newRecall(c *Client, m *Memory, t *touched) *recall {
	r := &recall{c: c, objects: map[string]*remembered{}, touched: t, dates: map[string]dates{}}
	for i := range m.Objects {
		r.objects[m.Objects[i].key()] = &m.Objects[i]
	}
	return r
}

// answers gives an object what is remembered of it, if that is all that is asked
// and still so.
func (r *recall) answers(now *remote, ask asked, holder bool) bool {
	if r == nil {
		return false
	}
	r.dates[memoryKey(now.kind.Name, now.id(), holder)] = datesOf(now)
	if now.recalled = r.values(now, ask, holder); now.recalled == nil {
		if !holder {
			r.read++
		}
		return false
	}
	now.complete = true
	return true
}

// values are what is remembered of an object; nil where it has to be read.
func (r *recall) values(now *remote, ask asked, holder bool) map[string]cty.Value {
	m := r.objects[memoryKey(now.kind.Name, now.id(), holder)]
	ids := []string{now.id(), clientID(now), okta.Text(now.doc, "client_id")}
	if m == nil || r.touched.has(slices.DeleteFunc(ids, func(id string) bool { return id == "" }), ask) {
		return nil
	}
	if is := datesOf(now); is.Updated != m.Dates.Updated || is.Members != m.Dates.Members && slices.Contains(ask.parts, "members") {
		return nil
	}
	values := map[string]cty.Value{}
	for _, a := range beside(now.kind) {
		raw, known := m.Beside[a.name]
		wanted := !a.unmanaged || slices.Contains(ask.parts, a.name) || a.name == "client_secret" && lacks(m, ask.rights)
		switch {
		case !wanted:
			continue
		case !known && a.name == "client_secret" && !now.usesSecret() && !slices.Contains(ask.parts, a.name):
			continue
		case !known && a.unmanaged || known && r.outdated(raw):
			return nil
		case !known:
			continue
		}
		v, err := ctyjson.Unmarshal(raw, a.typ)
		if err != nil || !sound(v) {
			return nil
		}
		values[a.name] = r.named(v)
	}
	return values
}

// lacks reports whether an object lacks one of the rights.
func lacks(m *remembered, rights schema.Rights) bool {
	var scopes, types []string
	var roles []struct {
		Type string `json:"type"`
	}
	if json.Unmarshal(orEmpty(m.Beside["okta_api_scopes"]), &scopes) != nil || json.Unmarshal(orEmpty(m.Beside["admin_role"]), &roles) != nil {
		return true
	}
	for _, role := range roles {
		types = append(types, role.Type)
	}
	return len(without(rights.Scopes, scopes))+len(without(rights.Roles, types)) > 0
}

func orEmpty(list json.RawMessage) json.RawMessage {
	if list == nil {
		return json.RawMessage("[]")
	}
	return list
}

// outdated reports whether a value refers to what is gone, or to what has another
// name that no list tells.
func (r *recall) outdated(raw json.RawMessage) bool {
	text := string(raw)
	for id := range r.touched.gone {
		if strings.Contains(text, id) {
			return true
		}
	}
	for id := range r.touched.renamed {
		if _, told := r.c.names.of(id); !told && strings.Contains(text, id) {
			return true
		}
	}
	return false
}

// named is a value with the names that the lists of this run have told.
func (r *recall) named(v cty.Value) cty.Value {
	v, _ = cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if !v.Type().Equals(schema.Ref) || v.IsNull() {
			return v, nil
		}
		name, told := r.c.names.of(text(v.GetAttr("id")))
		if !told {
			return v, nil
		}
		attrs := v.AsValueMap()
		attrs["name"] = cty.StringVal(name)
		return cty.ObjectVal(attrs), nil
	})
	return v
}

// sound reports whether lists have no holes, which nothing here makes.
func sound(v cty.Value) bool {
	ok := !v.IsNull()
	_ = cty.Walk(v, func(path cty.Path, v cty.Value) (bool, error) {
		if len(path) > 0 {
			if _, element := path[len(path)-1].(cty.IndexStep); element && v.IsNull() {
				ok = false
			}
		}
		return ok, nil
	})
	return ok
}
