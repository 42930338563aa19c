package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema/kinds"
)

// joinParts adds every resource that declares a part of an object to the object.
func (f *folder) joinParts() {
	for _, key := range sortedKeys(f.resources) {
		r := f.resources[key]
		if r.data || r.kind != nil {
			continue
		}
		for _, owner := range f.owners(r) {
			owner.parts = append(owner.parts, r)
			r.joined = true
			if r.owner == nil {
				r.owner = owner
			}
		}
		if !r.joined {
			f.joinAdmin(r)
		}
	}
}

func sortedKeys(m map[string]*resource) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// incompleteOwner returns an incomplete object that a resource refers to; "" if there is none.
func (f *folder) incompleteOwner(r *resource) string {
	for _, a := range inOrder(r.block.Body.Attributes) {
		for _, t := range a.Expr.Variables() {
			name, _ := attrName(t, 1)
			if of := f.resources[t.RootName()+"."+name]; of != nil && of.incomplete != nil {
				return of.terraform()
			}
		}
	}
	return ""
}

// leaveIncomplete leaves objects with Terraform if a required attribute, or their repetition,
// cannot be expressed. What refers to them cannot be expressed either.
func (f *folder) leaveIncomplete() {
	for again := true; again; {
		again = false
		for _, key := range sortedKeys(f.resources) {
			r := f.resources[key]
			if r.data || r.kind == nil {
				continue
			}
			if r.incomplete = f.needs(r); r.incomplete != nil {
				r.kind, again = nil, true
			}
		}
	}
}

// needs says what can't be expressed of what the object needs.
func (f *folder) needs(r *resource) error {
	for _, a := range inOrder(r.block.Body.Attributes) {
		if a.Name != "for_each" && a.Name != "count" {
			ours := r.attribute(a.Name)
			if ours == "" || ours == "id" || !r.kind.Attr(ours).Required {
				continue
			}
		}
		if _, err := f.expr(a.Expr, nil, f.eachOf(r)); err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
	}
	return nil
}

// owners returns the objects of which a resource declares a part.
func (f *folder) owners(r *resource) []*resource {
	var owners []*resource
	for _, kind := range kinds.All() {
		for _, form := range kind.TerraformTypes(r.typ) {
			e := r.attr(form.ID)
			if form.Part == "" || e == nil {
				continue
			}
			for _, t := range e.Variables() {
				name, ok := attrName(t, 1)
				if !ok {
					continue
				}
				owner := f.resources[t.RootName()+"."+name]
				if t.RootName() == "each" && name == "value" {
					owner = f.collection(r.attr("for_each"))
				}
				if owner != nil && owner.kind == kind && !slices.Contains(owners, owner) {
					owners = append(owners, owner)
				}
			}
		}
	}
	return owners
}

// partBlock returns what replaces a resource that declares a part, which is in the object's block
// now.
func (f *folder) partBlock(r *resource) string {
	if r.joined {
		return ""
	}
	if r.admin != nil {
		return f.adminBlock(r.admin)
	}
	known := false
	for _, kind := range kinds.All() {
		known = known || len(kind.TerraformTypes(r.typ)) > 0
	}
	switch {
	case r.incomplete != nil:
		f.remark(r.block.TypeRange, "%s stays with Terraform: %v", r.terraform(), r.incomplete)
	case r.typ == "okta_app_oauth":
		f.remark(r.block.TypeRange, "%s: its type must be web, service, browser or native, without references", r.terraform())
	case f.incompleteOwner(r) != "":
		f.remark(r.block.TypeRange, "%s stays with Terraform, as %s does, of which it is a part", r.terraform(), f.incompleteOwner(r))
	case known:
		f.remark(r.block.TypeRange, "%s: it belongs to an object that these files do not declare: write it into that object's block (an admin block for the roles of a user or group)", r.terraform())
	default:
		f.remark(r.block.TypeRange, "%s: oktaform can't declare resources of this type; it stays with Terraform", r.terraform())
	}
	return ""
}

// part writes what another resource declares about the object.
func (w *blockWriter) part(p *resource) {
	rep, ok := w.repetition(p)
	if !ok {
		return
	}
	w.partMeta(p)
	attr := func(name, ours string) string {
		e := p.attr(name)
		if e == nil {
			return ""
		}
		text, err := w.value(w.r.kind.Attr(ours), e, rep.scope, p.name+"_"+name, p)
		if err != nil {
			w.leave(p, p.block.TypeRange, "%v; write it into the block of %s", err, w.r.address())
		}
		return text
	}
	var element string
	switch p.typ {
	case "okta_app_oauth_api_scope":
		w.whole(p, "okta_api_scopes", attr("scopes", "okta_api_scopes"), rep)
		return
	case "okta_group_memberships":
		w.whole(p, "members", attr("users", "members"), rep)
		return
	case "okta_app_oauth_redirect_uri":
		w.element(p, "redirect_uris", attr("uri", "redirect_uris"), rep)
		return
	case "okta_app_oauth_post_logout_redirect_uri":
		w.element(p, "post_logout_redirect_uris", attr("uri", "post_logout_redirect_uris"), rep)
		return
	case "okta_app_group_assignment":
		if rep.forEach == "" && p.attr("priority") == nil && p.attr("profile") == nil {
			w.element(p, "assigned_groups", attr("group_id", "assigned_groups"), rep)
			return
		}
		element = w.assigned(p, "assigned_group", p.block.Body, [][2]string{{"group_id", "group"}, {"priority", "priority"}, {"profile", "profile"}}, rep.scope, nil)
	case "okta_app_user":
		if rep.forEach == "" && p.attr("username") == nil && p.attr("profile") == nil {
			w.element(p, "assigned_users", attr("user_id", "assigned_users"), rep)
			return
		}
		element = w.assigned(p, "assigned_user", p.block.Body, [][2]string{{"user_id", "user"}, {"username", "user_name"}, {"profile", "profile"}}, rep.scope, nil)
	case "okta_app_group_assignments":
		w.groupBlocks(p, rep)
		return
	default:
		w.roles(p, rep)
		return
	}
	if element != "" {
		w.blocks = append(w.blocks, wrapped(rep.forEach, element))
	}
}

// partMeta keeps what a part says about changes, and names what is lost of it.
func (w *blockWriter) partMeta(p *resource) {
	known := []string{"for_each", "count", "provider", "depends_on", "timeouts", "lifecycle", "group", "dynamic"}
	part := ""
	for _, form := range w.r.kind.TerraformTypes(p.typ) {
		known = append(append(known, form.ID), form.Ignore...)
		known = append(known, form.Attrs...)
		part = form.Part
	}
	for _, a := range inOrder(p.block.Body.Attributes) {
		switch {
		case !slices.Contains(known, a.Name):
			w.remark(a.SrcRange, "%s: %s: %s has no such attribute; its value in the org does not change", p.terraform(), a.Name, w.r.kind.Name)
		case a.Name == "password":
			w.remark(a.SrcRange, "%s: %s: the secret is not copied and does not change in the org", p.terraform(), a.Name)
		}
	}
	for _, b := range p.block.Body.Blocks {
		if b.Type != "lifecycle" {
			if !slices.Contains(known, b.Type) {
				w.remark(b.TypeRange, "%s: %s block: %s has none", p.terraform(), b.Type, w.r.kind.Name)
			}
			continue
		}
		for _, a := range inOrder(b.Body.Attributes) {
			if a.Name == "ignore_changes" && part != "" {
				w.ignores = append(w.ignores, part)
				continue
			}
			w.remark(a.SrcRange, "%s: lifecycle: %s is not kept: lifecycle is about the whole %s here", p.terraform(), a.Name, w.r.address())
		}
	}
}

// leave says why a resource, or something of it, is not translated. It stays with Terraform.
func (w *blockWriter) leave(p *resource, at hcl.Range, format string, args ...any) {
	p.failed = true
	w.remark(at, "%s: %s", p.terraform(), fmt.Sprintf(format, args...))
}

// whole sets a list that one resource declares.
func (w *blockWriter) whole(p *resource, name, text string, rep repetition) {
	switch {
	case text == "":
	case rep.forEach != "" || w.exprs[name] != "":
		w.leave(p, p.block.TypeRange, "several resources declare %s of %s: write one list", name, w.r.address())
	default:
		if rep.condition != "" {
			text = rep.condition + " ? " + text + " : " + rep.otherwise(w.r.kind.Attr(name))
		}
		w.exprs[name] = text
		w.lines = append(w.lines, "\x00"+name)
	}
}

// element adds an element that one resource declares.
func (w *blockWriter) element(p *resource, name, text string, rep repetition) {
	switch {
	case text == "":
	case rep.forEach != "":
		w.leave(p, p.block.TypeRange, "for_each over elements of %s: write a for expression into %s", name, w.r.address())
	case rep.condition != "":
		w.leave(p, p.block.TypeRange, "it is a part of some instances of %s: write a condition into %s", w.r.address(), name)
	default:
		w.add(name, text)
	}
}

// repetition says how a repeated part is written.
type repetition struct {
	scope
	// forEach is the expression of a dynamic block; "" for none.
	forEach string
	// condition chooses the instances of the object that have the part; "" for all.
	condition string
}

// assigned writes an assigned_group or assigned_user block.
func (w *blockWriter) assigned(p *resource, typ string, body *hclsyntax.Body, attrs [][2]string, s scope, given map[string]string) string {
	block := w.r.kind.Block(typ)
	if block == nil {
		w.leave(p, p.block.TypeRange, "%s has no %s blocks", w.r.kind.Name, typ)
		return ""
	}
	var lines []string
	for _, names := range attrs {
		a := body.Attributes[names[0]]
		if a == nil {
			continue
		}
		if given[a.Name] != "" {
			lines = append(lines, names[1]+" = "+given[a.Name])
			continue
		}
		text, err := w.value(block.Attr(names[1]), a.Expr, s, p.name+"_"+names[1], p)
		if err != nil {
			w.leave(p, a.SrcRange, "%s: %v", a.Name, err)
			return ""
		}
		lines = append(lines, names[1]+" = "+text)
	}
	return typ + " {\n" + strings.Join(lines, "\n") + "\n}"
}

// groupBlocks writes the group blocks of okta_app_group_assignments.
func (w *blockWriter) groupBlocks(p *resource, rep repetition) {
	if rep.forEach != "" || rep.condition != "" {
		w.leave(p, p.block.TypeRange, "several resources declare the groups of %s: write one list", w.r.address())
		return
	}
	names := [][2]string{{"id", "group"}, {"priority", "priority"}, {"profile", "profile"}}
	for i, b := range p.block.Body.Blocks {
		switch {
		case b.Type == "group" && len(b.Body.Attributes) == 1 && b.Body.Attributes["id"] != nil:
			text, err := w.value(w.r.kind.Block("assigned_group").Attr("group"), b.Body.Attributes["id"].Expr, rep.scope, fmt.Sprintf("%s_%d", p.name, i), p)
			if err != nil {
				w.leave(p, b.TypeRange, "%v", err)
				continue
			}
			w.add("assigned_groups", text)
		case b.Type == "group":
			if text := w.assigned(p, "assigned_group", b.Body, names, rep.scope, nil); text != "" {
				w.blocks = append(w.blocks, text)
			}
		case b.Type == "dynamic" && slices.Equal(b.Labels, []string{"group"}):
			w.dynamicGroup(p, b, names, rep.scope)
		}
	}
}

func (w *blockWriter) dynamicGroup(p *resource, b *hclsyntax.Block, names [][2]string, s scope) {
	i := slices.IndexFunc(b.Body.Blocks, func(inner *hclsyntax.Block) bool { return inner.Type == "content" })
	forEach := attrOf(b, "for_each")
	if i < 0 || forEach == nil {
		return
	}
	text, err := w.expr(forEach, nil, s)
	if err != nil {
		w.leave(p, b.TypeRange, "%v", err)
		return
	}
	iterator := iteratorOf(b)
	within := scope{roots: map[string]string{iterator: "ITERATOR"}}
	if of := w.collection(forEach); of != nil {
		within.values = map[string]*resource{iterator: of}
	}
	given := map[string]string{}
	if t, diags := hcl.AbsTraversalForExpr(attrOf(b.Body.Blocks[i], "id")); !diags.HasErrors() && within.values == nil && t.RootName() == iterator && len(t) == 2 && w.madeHere(forEach, p, 0) == "" && len(s.roots) == 0 && !slices.Contains(variableRoots(forEach), "each") {
		// A list of ids: what they name is looked up.
		source := kinds.DataNamed(kinds.Named("group").DataSource())
		name := w.lookupName(source, p.name+"_group")
		w.lookupBlock(source, name, "for_each = toset("+text+")\nid = each.value\n")
		given["id"] = source.Name + "." + name + "[ITERATOR.value]"
	}
	if element := w.assigned(p, "assigned_group", b.Body.Blocks[i].Body, names, within, given); element != "" {
		w.blocks = append(w.blocks, wrapped(text, element))
	}
}
