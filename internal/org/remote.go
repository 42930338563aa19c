package org

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
)

// remote is one object as the org holds it, with the ids that changing it takes.
type remote struct {
	kind     *schema.Kind
	doc      map[string]any // Okta's document, without secrets; nil once it was distilled
	read     *distilled
	complete bool // whether what follows was read
	grants   []grant
	roles    []assignment
	members  []memberList        // members, assigned_groups, assigned_users
	secrets  []secret            // of an app; nil: not read
	looked   sync.Once           // for secrets
	policy   *named              // that an app signs people in by; nil: not read, or none
	details  map[string][]member // of its assignments, by the type of block
	unread   []string            // what could not be read for want of a right
	// recalled is what the object has beside its document, where that is known from
	// an earlier read; nil: it was read.
	recalled map[string]cty.Value
	lock     sync.Mutex // guards members

	permissions []permission         // of a custom role
	resources   []resourceEntry      // of a resource set
	more        map[string]cty.Value // what of the value is made of these
}

// named is an object that another one refers to.
type named struct{ id, name string }

// memberList is what an object has in one of its attributes.
type memberList struct {
	attr string
	list []named
}

// setMembers takes note of a list of members. Several jobs may read lists of one
// object.
func (r *remote) setMembers(attr string, list []named) {
	r.lock.Lock()
	defer r.lock.Unlock()
	for i := range r.members {
		if r.members[i].attr == attr {
			r.members[i].list = list
			return
		}
	}
	r.members = append(r.members, memberList{attr, list})
}

func (r *remote) membersOf(attr string) []named {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, m := range r.members {
		if m.attr == attr {
			return m.list
		}
	}
	return nil
}

func (r *remote) id() string {
	if r.read != nil {
		return r.read.id
	}
	return okta.Text(r.doc, "id")
}

// name is the label, name or login, without a mark.
func (r *remote) name() string {
	name := r.said(r.kind.Label, strings.Split(r.kind.Attr(r.kind.Label).Path, ".")...)
	if r.kind.MarkedAttr() == r.kind.Attr(r.kind.Label) {
		name, _ = schema.OwnerFromText(name)
	}
	return name
}

// fields are what the document says, without what the org keeps beside it.
func (r *remote) fields() (schema.Value, schema.Owner, error) {
	if r.read != nil {
		return r.read.value, r.read.owner, nil
	}
	value, owner, err := r.kind.Decode(r.doc)
	if err != nil {
		return schema.Value{}, owner, fmt.Errorf("%s: %w", r.title(), err)
	}
	if block := r.kind.Block("public_key"); block != nil {
		value = value.With(schema.Values{block.Type: keyBlocks(block, okta.PublicKeys(r.doc))})
	}
	return value, owner, nil
}

// owner is the mark that the object carries.
func (r *remote) owner() schema.Owner {
	if r.read != nil {
		return r.read.owner
	}
	return r.kind.OwnerIn(r.doc)
}

// title names the object in messages.
func (r *remote) title() string {
	return fmt.Sprintf("%s %q (%s)", r.kind.Title, r.name(), r.id())
}

// resource is how the objects of a kind are reached in the org.
type resource interface {
	get(ctx context.Context, id string) (map[string]any, error)
	create(ctx context.Context, doc map[string]any, want schema.Value) (map[string]any, error)
	// update writes the document, unless it is nil, and what is not a field of
	// it: status, password.
	update(ctx context.Context, now *remote, doc map[string]any, want schema.Value) error
	remove(ctx context.Context, now *remote, onDestroy string) error
	// principal is where the object's role assignments are, and the type that its
	// own ones have, unlike those that come to it through a group. An empty path:
	// it can't have roles.
	principal(r *remote) (path, assignmentType string)
	memberships() []membership
}

// detailed is a resource with more to read than its document, roles, scopes and
// members.
type detailed interface {
	details(ctx context.Context, now *remote) error
	values(now *remote) map[string]cty.Value
}

func (c *Client) resource(kind *schema.Kind) resource {
	switch {
	case kind.IsApp():
		return apps{c, kind}
	case kind.Name == "group":
		return groups{c, kind}
	case kind.Name == "admin":
		return admins{c, kind}
	case kind.Name == "custom_role":
		return customRoles{c, kind}
	case kind.Name == "resource_set":
		return resourceSets{c, kind}
	default:
		return users{c, kind}
	}
}

// fetch reads an object completely, with those unmanaged attributes that parts
// names.
func (c *Client) fetch(ctx context.Context, kind *schema.Kind, id string, parts []string) (*remote, error) {
	doc, err := c.resource(kind).get(ctx, id)
	if err != nil {
		return nil, err
	}
	r := &remote{kind: kind, doc: doc}
	return r, okta.RunJobs(ctx, c.jobs(r, asked{parts: parts}))
}

// object brings what was read to the vocabulary's form.
func (r *remote) object() (schema.Object, error) { return r.objectAmong(nil) }

// objectAmong is object for one of many that were read together.
func (r *remote) objectAmong(others alike) (schema.Object, error) {
	if r.id() == "" {
		return schema.Object{}, fmt.Errorf("%s: the org's answer has no id", r.kind.Title)
	}
	value, owner, err := r.fields()
	if err != nil {
		return schema.Object{}, err
	}
	if r.complete {
		value = value.With(r.beside(others))
	}
	value = r.kind.Normal(value)
	if !r.complete {
		value = unread(r.kind, value)
	}
	o := schema.Object{Kind: r.kind.Name, ID: r.id(), Owner: owner, Complete: r.complete, Value: value}
	if r.kind.OnExisting {
		o.ClientID = okta.Text(r.doc, "client_id")
		o.Deprovisioned = okta.Text(r.doc, "status") == schema.Deprovisioned
	}
	return o, nil
}

// beside is what the org keeps beside the object's document.
func (r *remote) beside(others alike) schema.Values {
	attrs := schema.Values{}
	if r.policy != nil {
		attrs["access_policy"] = ref(*r.policy)
	}
	if r.recalled != nil {
		maps.Copy(attrs, r.recalled)
		return attrs
	}
	if r.kind.Attr("okta_api_scopes") != nil {
		attrs["okta_api_scopes"] = others.scopes(r.grants)
	}
	if r.kind.Block("admin_role") != nil {
		attrs["admin_role"] = others.roles(r.kind, r.roles)
	}
	if block := r.kind.Block("client_secret"); block != nil && r.secrets != nil {
		attrs["client_secret"] = secretBlocks(block, r.secrets)
	}
	for _, m := range r.members {
		attrs[m.attr] = others.refs(m.list)
	}
	for typ, members := range r.details {
		attrs[typ] = detailBlocks(r.kind.Block(typ), members)
	}
	maps.Copy(attrs, r.more)
	return attrs
}

// unread sets null what was not read, which Normal takes for left out.
func unread(kind *schema.Kind, value schema.Value) schema.Value {
	attrs := schema.Values{}
	for _, a := range kind.Attrs {
		if a.Path == "" && !a.Local {
			attrs[a.Name] = cty.NullVal(a.Type)
		}
	}
	for i := range kind.Blocks {
		if block := &kind.Blocks[i]; !block.KeyMaterial { // keys are in the document
			attrs[block.Type] = cty.NullVal(cty.List(block.ValueType()))
		}
	}
	return value.With(attrs)
}

// refs makes the list of references to objects.
func refs(members []named) cty.Value {
	if len(members) == 0 {
		return cty.ListValEmpty(schema.Ref)
	}
	var list []cty.Value
	for _, m := range members {
		list = append(list, ref(m))
	}
	return cty.ListVal(list)
}

// ref is the reference to an object as the org knows it.
func ref(m named) cty.Value {
	return cty.ObjectVal(map[string]cty.Value{
		"id": cty.StringVal(m.id), "addr": cty.StringVal(""), "name": cty.StringVal(m.name),
	})
}

// ids are the ids in a list of references. A reference without one is an error
// of the caller: it refers to what doesn't exist yet.
func ids(list cty.Value) ([]string, error) {
	if list.IsNull() {
		return nil, nil
	}
	var out []string
	for it := list.ElementIterator(); it.Next(); {
		_, ref := it.Element()
		id := text(ref.GetAttr("id"))
		if id == "" {
			return nil, fmt.Errorf("%s has no id in the org yet", text(ref.GetAttr("addr")))
		}
		out = append(out, id)
	}
	return out, nil
}

// text is the string in v, or "" where there is none.
func text(v cty.Value) string {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}
