package kinds

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Remote is one object as read from the org.
type Remote struct {
	Kind *Kind
	Doc  map[string]any // Okta's document, without secrets
	// Complete reports whether the parts beside the document were read.
	Complete bool
	// Unread names what could not be read because a right is missing.
	Unread []string
	// claimUnseen says that the credential may not see the groups claim, which is declared.
	claimUnseen bool
	// Cached are the parts known from an earlier read; nil if they were read now.
	Cached schema.Values

	grants   []grant
	roles    []assignment
	secrets  []secret // of an app; nil: not read
	looked   sync.Once
	policy   *named              // of an app; nil: not read, or none
	claim    *claim              // of an app; nil: not read
	lock     sync.Mutex          // guards the fields below
	members  []memberList        // members, assigned_groups, assigned_users
	details  map[string][]member // of assignments, by the type of block
	entries  []resourceEntry     // of a resource set
	allowed  []permission        // of a custom role
	partVals schema.Values       // of PartValues
}

// named is an object that another one refers to.
type named struct{ id, name string }

// memberList is the list in one attribute of an object.
type memberList struct {
	attr string
	list []named
}

// setMembers sets a list of members. Several jobs may read lists of one object concurrently.
func (r *Remote) setMembers(attr string, list []named) {
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

// Users returns the ids of the users in the object's lists of members.
func (r *Remote) Users() (ids []string) {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, m := range r.members {
		if a := r.Kind.Attr(m.attr); slices.ContainsFunc(a.Refs, isPerson) {
			for _, member := range m.list {
				ids = append(ids, member.id)
			}
		}
	}
	for _, entry := range r.entries {
		if resource := entry.resource(); resource.Attr == "users" {
			ids = append(ids, resource.Value)
		}
	}
	return ids
}

func (r *Remote) membersOf(attr string) []named {
	r.lock.Lock()
	defer r.lock.Unlock()
	for _, m := range r.members {
		if m.attr == attr {
			return m.list
		}
	}
	return nil
}

// Forget drops the unmanaged parts except these.
func (r *Remote) Forget(except []string) {
	r.members = slices.DeleteFunc(r.members, func(m memberList) bool { return !slices.Contains(except, m.attr) })
	maps.DeleteFunc(r.details, func(typ string, _ []member) bool { return !slices.Contains(except, typ) })
}

// RefreshNames updates the names in lists of members that were read since.
func (r *Remote) RefreshNames(o *Org) {
	for _, list := range r.details {
		for i := range list {
			list[i].name = o.NameOf(list[i].id)
		}
	}
	if r.partVals != nil {
		r.partVals = r.Kind.PartValues(o, r)
	}
}

// ID returns the object's id.
func (r *Remote) ID() string { return okta.Text(r.Doc, "id") }

// Name returns the label, name or login, without a mark.
func (r *Remote) Name() string {
	label := r.Kind.Attr(r.Kind.Label)
	name := okta.Text(r.Doc, strings.Split(label.Path, ".")...)
	if r.Kind.MarkedAttr() == label {
		name, _ = schema.OwnerFromText(name)
	}
	return name
}

// ClientID returns the client id of an app; "" for other objects.
func (r *Remote) ClientID() string {
	if !r.Kind.IsApp() {
		return ""
	}
	return okta.Text(r.Doc, "credentials", "oauthClient", "client_id")
}

// Owner returns the object's mark.
func (r *Remote) Owner() schema.Owner { return r.Kind.OwnerIn(r.Doc) }

// Title names the object in messages.
func (r *Remote) Title() string {
	return fmt.Sprintf("%s %q (%s)", r.Kind.Title, r.Name(), r.ID())
}

// HasRights reports whether the object has scopes or admin roles.
func (r *Remote) HasRights() bool { return len(r.grants)+len(r.roles) > 0 }

// fields returns the attributes and blocks in the object's document.
func (r *Remote) fields() (schema.Value, schema.Owner, error) {
	value, owner, err := r.Kind.Decode(r.Doc)
	if err != nil {
		return schema.Value{}, owner, fmt.Errorf("%s: %w", r.Title(), err)
	}
	if block := r.Kind.Block(keyBlock); block != nil {
		value = value.With(schema.Values{block.Type: keyBlocks(block, okta.PublicKeys(r.Doc))})
	}
	return value, owner, nil
}

// Object converts the object to a schema.Object.
func (r *Remote) Object() (schema.Object, error) {
	if r.ID() == "" {
		return schema.Object{}, fmt.Errorf("%s: the org's answer has no id", r.Kind.Title)
	}
	value, owner, err := r.fields()
	if err != nil {
		return schema.Object{}, err
	}
	if r.Complete {
		value = value.With(r.sideData())
	}
	value = r.Kind.Normal(value)
	if !r.Complete {
		value = unread(r.Kind, value)
	}
	o := schema.Object{Kind: r.Kind.Name, ID: r.ID(), Owner: owner, Complete: r.Complete, Value: value}
	o.Created, _ = time.Parse(time.RFC3339, okta.Text(r.Doc, "created")) // zero where it is none
	if r.claimUnseen && r.claim == nil {
		o.Unseen = []string{claimBlock}
	}
	if r.Kind.OnExisting {
		o.ClientID = okta.Text(r.Doc, "client_id")
		o.Deprovisioned = okta.Text(r.Doc, "status") == schema.Deprovisioned
	}
	return o, nil
}

// sideData returns the attributes and blocks that are not in the object's document.
func (r *Remote) sideData() schema.Values {
	attrs := schema.Values{}
	if r.policy != nil {
		attrs[policyAttr] = ref(*r.policy)
	}
	if r.claim != nil {
		attrs[claimBlock] = claimBlocks(r.Kind.Block(claimBlock), r.claim)
	}
	if r.Cached != nil {
		maps.Copy(attrs, r.Cached)
		return attrs
	}
	if r.Kind.Attr(ScopesAttr) != nil {
		attrs[ScopesAttr] = scopeList(r.grants)
	}
	if block := r.Kind.Block(RoleBlock); block != nil {
		attrs[RoleBlock] = roleBlocks(block, r.roles)
	}
	if block := r.Kind.Block(SecretBlock); block != nil && r.secrets != nil {
		attrs[SecretBlock] = secretBlocks(block, r.secrets)
	}
	for _, m := range r.members {
		attrs[m.attr] = refs(m.list)
	}
	for typ, members := range r.details {
		attrs[typ] = detailBlocks(r.Kind.Block(typ), members)
	}
	maps.Copy(attrs, r.partVals)
	return attrs
}

// unread sets to null what was not read, which Normal would otherwise take as omitted.
func unread(kind *Kind, value schema.Value) schema.Value {
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

// Part is an attribute, or a list of blocks, that is not in the object's document.
type Part struct {
	Name      string
	Type      cty.Type
	Unmanaged bool // read only if it is declared
}

// PartList returns the parts of objects of the kind, without the policy of an app, which the app's
// document links to, and its groups claim, whose changes the System Log does not show.
func (k *Kind) PartList() []Part {
	var list []Part
	for i := range k.Attrs {
		if a := &k.Attrs[i]; a.Path == "" && !a.Local && a.Name != policyAttr {
			list = append(list, Part{a.Name, a.Type, a.Unmanaged})
		}
	}
	for i := range k.Blocks {
		if b := &k.Blocks[i]; !b.KeyMaterial && b.Type != claimBlock {
			list = append(list, Part{b.Type, cty.List(b.ValueType()), b.Unmanaged})
		}
	}
	return list
}
