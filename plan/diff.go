package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// changes compares all declared objects with their matched objects. These make references known,
// but a reference to a replaced object is an id that nobody knows yet. Therefore it evaluates again
// until no further objects turn out to be replaced.
func (m *matching) changes(c Config) ([]Change, hcl.Diagnostics) {
	replacements := map[string]Change{}
	for {
		declared, diags := c.Evaluate(m.known).All()
		if diags.HasErrors() {
			return nil, diags
		}
		changes := make([]Change, 0, len(declared))
		var compared hcl.Diagnostics
		for _, d := range declared {
			// The replacement itself was compared while its object was known.
			change, done := replacements[d.Addr.String()]
			if !done && d.Value.IsKnown() {
				var more hcl.Diagnostics
				change, more = m.change(d)
				compared = append(compared, more...)
			}
			if change.Action == Replace {
				replacements[d.Addr.String()] = change
			}
			changes = append(changes, change)
		}
		diags = append(diags, compared...)
		if len(replacements) == len(m.replaced) || diags.HasErrors() {
			return changes, diags
		}
		for addr := range replacements {
			m.replaced[addr] = true
		}
	}
}

// change compares one declared object with its matched object.
func (m *matching) change(d schema.Desired) (Change, hcl.Diagnostics) {
	c := Change{Addr: d.Addr, Kind: d.Kind, Owner: d.Owner, After: d.Value, Range: d.Range,
		Action: Create}
	prior := m.byAddr[d.Addr.String()]
	m.noteDeprovisioned(d)
	if prior == nil {
		c.After = kinds.WithoutGiven(m.refs(d.Kind, c.After))
		c.Generates = missingKeys(d)
		c.AbsentImport = m.identity.Import(d.Addr.String())
		return c, slices.Concat(checkPins(d, c.After), unsureTargets(d, c.After), m.checkPolicy(d, c.Before, c.After), m.checkTaken(d, c.Before, c.After), m.checkUnique(d, prior, c.After), checkInactive(d, c.Before, c.After), m.checkCustomAttributes(d, &c))
	}
	c.ID, c.Prior, c.Action = prior.ID, prior, NoOp
	c.Before = m.refs(d.Kind, d.Kind.Normal(prior.Value))
	c.OpenMembers = d.Kind.Attr("members") != nil && d.Value.GetAttr("members").IsNull()
	d.Value = m.refs(d.Kind, d.Value) // values from the org name other objects differently
	diags := checkKeys(d, c.Before)
	if c.Renews = m.renews(d, prior, c.Before); c.Renews {
		c.Before, c.After = renewed(d, c.Before)
	} else {
		c.Before, c.After = d.Kind.Align(c.Before, afterUpdate(d, c.Before))
	}
	c.Before = m.assumeUnseen(d, prior, c.Before, c.After)
	c.After = d.Kind.WithUnmanaged(c.After, c.Before)
	c.Before = withMarks(d.Kind, c.Before, c.After)
	c.Generates = missingKeys(d)
	diags = append(diags, unsureTargets(d, c.After)...)
	for _, name := range d.Kind.Changed(c.Before, c.After) {
		if c.Action == NoOp {
			c.Action = Update
		}
		a := d.Kind.Attr(name)
		switch {
		case a == nil:
		case a.Fixed:
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Attribute can't be changed",
				Detail: fmt.Sprintf("%s of %s is %q in the org and can't be changed. To use another %[5]s, declare another %[4]s and remove this block.",
					name, d.Addr, schema.Text(c.Before.GetAttr(name)), d.Kind.Title, name),
				Subject: subject(d, name)})
		case a.Immutable:
			c.Action = Replace
			c.Replaces = append(c.Replaces, name)
		}
	}
	if c.Action == NoOp && prior.Owner != d.Owner {
		c.Action = Update
	}
	m.identityOf(&c)
	if c.TakesBack = m.newHalves[d.Addr.String()]; c.TakesBack != nil {
		c.Reason = fmt.Sprintf("its replacement is reverted: %s is deleted after this one is tested", c.TakesBack.ID)
	}
	c.UndeclaredElements = m.undeclaredElements(d)
	c.undeclaredRights = undeclaredRights(d, c.Before)
	if c.Action == Replace && (prior.Owner.Protect || d.Lifecycle.PreventDestroy) {
		diags = append(diags, protected(d.Addr, prior, "replaced, because "+strings.Join(c.Replaces, ", ")+" can't be changed in place", subject(d, c.Replaces[0])))
	}
	diags = append(diags, m.checkPolicy(d, c.Before, c.After)...)
	diags = append(diags, m.checkTrust(d, &c)...)
	diags = slices.Concat(diags, m.checkTaken(d, c.Before, c.After), m.checkUnique(d, prior, c.After), checkInactive(d, c.Before, c.After), m.checkCustomAttributes(d, &c))
	if by := m.imported[d.Addr.String()]; by != "" {
		if len(c.Replaces) > 0 {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Object can't be imported as declared",
				Detail: fmt.Sprintf("%s of the existing %s (%s) differs from what %s declares, and can't be changed. Declare the org's value, or remove the attribute: an import never deletes anything.",
					strings.Join(c.Replaces, ", "), d.Kind.Title, c.ID, d.Addr),
				Subject: subject(d, c.Replaces[0])})
		}
		c.Action = Import
		c.Reason = fmt.Sprintf("matched by %s; no configuration owns it yet", by)
	}
	if c.Action == Update || c.Action == Import {
		c.Overlap = Overlap(d.Kind, c.Before.Unmarked(), c.After)
	}
	c.LostRoles = m.lostRoles(&c, schema.Value{})
	if c.Action == Update && !d.Kind.Owned() && !d.Kind.OnExisting {
		c.reason("existing " + d.Kind.Title)
	}
	for _, role := range unlimited(d.Kind, c.Before, c.After) {
		c.reason(fmt.Sprintf("the role %s loses its targets and will cover the whole org", role))
	}
	if d.Kind.Person && schema.Text(c.Before.GetAttr("status")) == schema.Deprovisioned {
		c.reason("a deprovisioned user with this login will be reactivated")
	}
	return c, diags
}

// assumeUnseen assumes that the attributes that cannot be read already have the declared values,
// and adds a note: they are not changed.
func (m *matching) assumeUnseen(d schema.Desired, prior *schema.Object, before, after schema.Value) schema.Value {
	assumed := schema.Values{}
	for _, name := range prior.Unseen {
		if v := after.GetAttr(name); !v.IsNull() {
			assumed[name] = v
			m.notes = append(m.notes, fmt.Sprintf("not compared: %s of %s. Okta shows it with an API token only.", name, d.Addr))
		}
	}
	return before.With(assumed)
}

// identityOf explains why an object with another mark was matched.
func (m *matching) identityOf(c *Change) {
	was := c.Prior.Owner
	if was.IsZero() || !c.Kind.Owned() {
		return
	}
	var reasons []string
	if was.Addr != c.Owner.Addr && !mismatchedMark(c.Prior) {
		c.PrevAddr, _ = schema.ParseAddr(was.Addr)
		reasons = append(reasons, "moved from "+was.Addr)
	}
	if was.Owner != c.Owner.Owner {
		reasons = append(reasons, "the owner was "+was.Owner)
	}
	switch {
	case c.Renews:
		reasons = append(reasons, "its creation was interrupted, so nobody depends on it yet: before it gains its first right, its client secrets are replaced, and what isn't declared is removed")
	case was.Pending:
		reasons = append(reasons, "its mark says that its creation was interrupted; nothing is replaced because of that")
	}
	c.Reason = strings.Join(reasons, "; ")
}

// undeclaredElements returns the names of undeclared elements in additive sets, and adds a note.
func (m *matching) undeclaredElements(d schema.Desired) map[string][]string {
	left := map[string][]string{}
	for _, name := range slices.Sorted(maps.Keys(d.Undeclared)) {
		var names []string
		for _, v := range d.Undeclared[name] {
			names = append(names, memberName(d.Kind.Block(name), v))
		}
		left[name] = names
		note := fmt.Sprintf("unmanaged: %s of %s also contains %s, not declared here. An additive set (authoritative = false) never revokes, not even what was declared before.",
			name, d.Addr, strings.Join(names, ", "))
		if !slices.Contains(m.notes, note) {
			m.notes = append(m.notes, note)
		}
	}
	return left
}

// memberName returns the name of an element of a set for people.
func memberName(b *schema.Block, v cty.Value) string {
	switch {
	case v.Type().Equals(schema.Ref):
		if name := schema.Text(v.GetAttr("name")); name != "" && name != schema.Text(v.GetAttr("id")) {
			return fmt.Sprintf("%q (%s)", name, schema.Text(v.GetAttr("id")))
		}
		return schema.Text(v.GetAttr("id"))
	case b == nil:
		return schema.Text(v)
	}
	var parts []string
	for _, key := range b.Key {
		switch part := v.GetAttr(key); {
		case part.IsNull():
		case part.Type().Equals(schema.Ref):
			parts = append(parts, memberName(nil, part))
		default:
			parts = append(parts, schema.Text(part))
		}
	}
	return strings.Join(parts, " ")
}

// afterUpdate returns what an existing object will be: the declared value, with what is unmanaged
// or unknown to the configuration taken from before.
func afterUpdate(d schema.Desired, before schema.Value) schema.Value {
	attrs := schema.Values{}
	for i := range d.Kind.Attrs {
		a := &d.Kind.Attrs[i]
		if a.Local || a.VersionOf == "" {
			continue
		}
		if version := d.Value.GetAttr(a.Name); !fulfilled(version, before.GetAttr(a.VersionOf)) {
			attrs[a.VersionOf] = cty.UnknownVal(cty.String)
		} else if !version.IsNull() {
			attrs[a.Name] = cty.NullVal(a.Type)
		}
	}
	if len(attrs) == 0 {
		return d.Value
	}
	return d.Kind.Normal(d.Value.With(attrs))
}

// withMarks marks as sensitive in before what is sensitive in after: the org may still hold the
// previous secret.
func withMarks(k *schema.Kind, before, after schema.Value) schema.Value {
	attrs := schema.Values{}
	for i := range k.Attrs {
		if a := &k.Attrs[i]; !a.Local && after.GetAttr(a.Name).ContainsMarked() {
			attrs[a.Name] = before.GetAttr(a.Name).Mark(schema.Sensitive)
		}
	}
	return before.With(attrs)
}

// fulfilled reports whether something was changed at the requested time or later.
func fulfilled(version, changed cty.Value) bool {
	want, err := schema.ParseMoment(schema.Text(version))
	if err != nil {
		return true // nothing was requested
	}
	have, err := schema.ParseMoment(schema.Text(changed))
	return err == nil && !have.Before(want)
}

// refs replaces the addresses and names in an object's references by those that this configuration
// uses, so that they compare: two ways to name one object are no difference.
func (m *matching) refs(k *schema.Kind, value schema.Value) schema.Value {
	renamed := false
	after := k.MapRefs(value, func(ref cty.Value) (cty.Value, bool) {
		id := schema.Text(ref.GetAttr("id"))
		as, ok := m.byID[id]
		if !ok {
			as.name, ok = m.names[id]
		}
		if !ok || schema.Text(ref.GetAttr("addr")) == as.addr && schema.Text(ref.GetAttr("name")) == as.name {
			return ref, false
		}
		renamed = true
		if m.called[id] == cty.NilVal {
			m.called[id] = cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal(id), "addr": cty.StringVal(as.addr), "name": cty.StringVal(as.name)})
		}
		return m.called[id], true
	})
	if !renamed {
		return value
	}
	return k.Normal(after)
}

// indexLookups records the addresses of data blocks for the objects that they found, unless those
// are declared here.
func (m *matching) indexLookups() {
	for _, addr := range slices.Sorted(maps.Keys(m.snapshot.Data)) {
		object := m.snapshot.Data[addr]
		if _, taken := m.byID[object.ID]; !taken {
			m.byID[object.ID] = declaredAs{addr: addr, name: schema.Text(object.Value.GetAttr(kinds.Named(object.Kind).Label))}
		}
	}
}

// indexNames records the names in the org of objects that others refer to.
func (m *matching) indexNames() {
	for i := range m.snapshot.Objects {
		o := &m.snapshot.Objects[i]
		kinds.Named(o.Kind).EachRef(o.Value, func(ref cty.Value) {
			if id := schema.Text(ref.GetAttr("id")); id != "" {
				m.names[id] = schema.Text(ref.GetAttr("name"))
			}
		})
	}
}

// missingKeys returns the private keys that must be generated before the object is written: those
// with neither a file nor a key in the org.
func missingKeys(d schema.Desired) []schema.PrivateKey {
	var missing []schema.PrivateKey
	for _, pk := range d.Keys {
		if pk.Generate && pk.Absent {
			if key, ok := keyNamed(d.Value, pk.KID); ok && !key.GetAttr("thumbprint").IsKnown() {
				missing = append(missing, pk)
			}
		}
	}
	return missing
}

// checkKeys refuses to replace an existing key by a generated one: only a requested rotation may do
// that.
func checkKeys(d schema.Desired, before schema.Value) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, pk := range d.Keys {
		declared, ok1 := keyNamed(d.Value, pk.KID)
		existing, ok2 := keyNamed(before, pk.KID)
		if !pk.Generate || !ok1 || !ok2 || !declared.GetAttr("thumbprint").IsKnown() ||
			schema.Text(declared.GetAttr("thumbprint")) == schema.Text(existing.GetAttr("thumbprint")) {
			continue
		}
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Private key doesn't belong to the app's key",
			Detail: fmt.Sprintf("The app already has a key %q, and the private key in %s is not its other half. A generated key never replaces an existing one. Somebody may have replaced the key of the app: if nobody whom you know did, declare a new key under a new key id. Else put the right private key there, or delete the file if this machine needs no private key.",
				pk.KID, pk.File),
			Subject: &d.Range})
	}
	return diags
}

func keyNamed(value schema.Value, kid string) (cty.Value, bool) {
	keys := value.GetAttr("public_key")
	for _, key := range schema.Elements(keys) {
		if schema.Text(key.GetAttr("kid")) == kid {
			return key, true
		}
	}
	return cty.NilVal, false
}

// references returns the ids of the objects that a value refers to.
func references(k *schema.Kind, value schema.Value) []string {
	var out []string
	k.EachRef(value, func(ref cty.Value) {
		if id := schema.Text(ref.GetAttr("id")); id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	})
	return out
}
