package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema"
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

// owners returns the objects of which a resource declares a part.
func (f *folder) owners(r *resource) []*resource {
	var owners []*resource
	for _, kind := range schema.Kinds() {
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
	for _, kind := range schema.Kinds() {
		known = known || len(kind.TerraformTypes(r.typ)) > 0
	}
	switch {
	case r.typ == "okta_app_oauth":
		f.remark(r.block.TypeRange, "%s: its type must be one of web, service, browser and native, without references", r.terraform())
	case known:
		f.remark(r.block.TypeRange, "%s: it is a part of an object that these files do not declare: write it into that object's block (an admin block for the roles of a user or group)", r.terraform())
	default:
		f.remark(r.block.TypeRange, "%s: oktaform does not declare resources of this type; it stays with Terraform", r.terraform())
	}
	return ""
}

// part writes what another resource declares about the object.
func (w *blockWriter) part(p *resource) {
	roots, forEach, ok := w.repetition(p)
	if !ok {
		return
	}
	fail := func(err error) {
		w.leave(p, p.block.TypeRange, "%v; write it into the block of %s", err, w.r.address())
	}
	attr := func(name, ours string) string {
		e := p.attr(name)
		if e == nil {
			return ""
		}
		text, err := w.value(w.r.kind.Attr(ours), e, roots)
		if err != nil {
			fail(err)
		}
		return text
	}
	var element string
	switch p.typ {
	case "okta_app_oauth_api_scope":
		w.whole(p, "okta_api_scopes", attr("scopes", "okta_api_scopes"), forEach)
		return
	case "okta_group_memberships":
		w.whole(p, "members", attr("users", "members"), forEach)
		return
	case "okta_app_oauth_redirect_uri":
		w.each(p, "redirect_uris", attr("uri", "redirect_uris"), forEach)
		return
	case "okta_app_oauth_post_logout_redirect_uri":
		w.each(p, "post_logout_redirect_uris", attr("uri", "post_logout_redirect_uris"), forEach)
		return
	case "okta_app_group_assignment":
		if forEach == "" && p.attr("priority") == nil && p.attr("profile") == nil {
			w.each(p, "assigned_groups", attr("group_id", "assigned_groups"), forEach)
			return
		}
		element = w.assigned(p, "assigned_group", p.block.Body, [][2]string{{"group_id", "group"}, {"priority", "priority"}, {"profile", "profile"}}, roots)
	case "okta_app_user":
		if forEach == "" && p.attr("username") == nil && p.attr("profile") == nil {
			w.each(p, "assigned_users", attr("user_id", "assigned_users"), forEach)
			return
		}
		element = w.assigned(p, "assigned_user", p.block.Body, [][2]string{{"user_id", "user"}, {"username", "user_name"}, {"profile", "profile"}}, roots)
	case "okta_app_group_assignments":
		w.groupBlocks(p, forEach)
		return
	default:
		w.roles(p, roots, forEach)
		return
	}
	if element != "" {
		w.blocks = append(w.blocks, wrapped(forEach, element))
	}
}

// leave says why a resource, or something of it, is not translated. It stays with Terraform.
func (w *blockWriter) leave(p *resource, at hcl.Range, format string, args ...any) {
	p.failed = true
	w.remark(at, "%s: %s", p.terraform(), fmt.Sprintf(format, args...))
}

// whole sets a list that one resource declares.
func (w *blockWriter) whole(p *resource, name, text, forEach string) {
	switch {
	case text == "":
	case forEach != "" || w.exprs[name] != "":
		w.leave(p, p.block.TypeRange, "several resources declare %s of %s: write one list", name, w.r.address())
	default:
		w.exprs[name] = text
		w.lines = append(w.lines, "\x00"+name)
	}
}

// each adds an element that one resource declares.
func (w *blockWriter) each(p *resource, name, text, forEach string) {
	switch {
	case text == "":
	case forEach != "":
		w.leave(p, p.block.TypeRange, "for_each over elements of %s: write a for expression into %s", name, w.r.address())
	default:
		w.add(name, text)
	}
}

// repetition returns how to write a repeated part: unchanged if the object is repeated in the same
// way, else as a dynamic block.
func (w *blockWriter) repetition(p *resource) (roots map[string]string, forEach string, ok bool) {
	for _, name := range []string{"for_each", "count"} {
		e := p.attr(name)
		if e == nil {
			continue
		}
		text, err := w.expr(e, nil, nil)
		if err != nil {
			w.leave(p, e.Range(), "%s: %v", name, err)
			return nil, "", false
		}
		if w.repeat == text && w.count == (name == "count") {
			return nil, "", true
		}
		if w.repeat != "" {
			w.leave(p, e.Range(), "it is repeated in another way than %s, of which it is a part", w.r.address())
			return nil, "", false
		}
		if name == "count" {
			return map[string]string{"count": "ITERATOR.value"}, "range(" + text + ")", true
		}
		roots = map[string]string{"each": "ITERATOR"}
		if w.object(e) {
			roots["each"+objectValue] = "each.value"
		}
		return roots, text, true
	}
	if w.repeat == "" {
		return nil, "", true
	}
	// The resource is a part of one of the instances.
	for _, form := range w.r.kind.TerraformTypes(p.typ) {
		if e := p.attr(form.ID); e != nil && len(e.Variables()) > 0 {
			w.leave(p, p.block.TypeRange, "it is a part of one instance of %s: let a value of for_each say it", w.r.address())
			return nil, "", false
		}
	}
	return nil, "", true
}

// wrapped returns the body of a block as a dynamic block, if forEach is given. The first word of
// element is the type.
func wrapped(forEach, element string) string {
	if forEach == "" {
		return element
	}
	typ, body, _ := strings.Cut(element, " ")
	return "dynamic " + quoted(typ) + " {\nfor_each = " + forEach + "\ncontent " + strings.ReplaceAll(body, "ITERATOR", typ) + "\n}"
}

// assigned writes an assigned_group or assigned_user block.
func (w *blockWriter) assigned(p *resource, typ string, body *hclsyntax.Body, attrs [][2]string, roots map[string]string) string {
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
		text, err := w.value(block.Attr(names[1]), a.Expr, roots)
		if err != nil {
			w.leave(p, a.SrcRange, "%s: %v", a.Name, err)
			return ""
		}
		lines = append(lines, names[1]+" = "+text)
	}
	return typ + " {\n" + strings.Join(lines, "\n") + "\n}"
}

// groupBlocks writes the group blocks of okta_app_group_assignments.
func (w *blockWriter) groupBlocks(p *resource, forEach string) {
	if forEach != "" {
		w.leave(p, p.block.TypeRange, "several resources declare the groups of %s: write one list", w.r.address())
		return
	}
	names := [][2]string{{"id", "group"}, {"priority", "priority"}, {"profile", "profile"}}
	for _, b := range p.block.Body.Blocks {
		switch {
		case b.Type == "group" && len(b.Body.Attributes) == 1 && b.Body.Attributes["id"] != nil:
			text, err := w.value(w.r.kind.Attr("assigned_groups"), b.Body.Attributes["id"].Expr, nil)
			if err != nil {
				w.leave(p, b.TypeRange, "%v", err)
				continue
			}
			w.add("assigned_groups", text)
		case b.Type == "group":
			if text := w.assigned(p, "assigned_group", b.Body, names, nil); text != "" {
				w.blocks = append(w.blocks, text)
			}
		case b.Type == "dynamic" && slices.Equal(b.Labels, []string{"group"}):
			w.dynamicGroup(p, b, names)
		}
	}
}

func (w *blockWriter) dynamicGroup(p *resource, b *hclsyntax.Block, names [][2]string) {
	i := slices.IndexFunc(b.Body.Blocks, func(inner *hclsyntax.Block) bool { return inner.Type == "content" })
	forEach := attrOf(b, "for_each")
	if i < 0 || forEach == nil {
		return
	}
	iterator := "group"
	if e := attrOf(b, "iterator"); e != nil {
		iterator = hcl.ExprAsKeyword(e)
	}
	text, err := w.expr(forEach, nil, nil)
	if err != nil {
		w.leave(p, b.TypeRange, "%v", err)
		return
	}
	roots := map[string]string{iterator: "ITERATOR"}
	if w.object(forEach) {
		roots[iterator+objectValue] = "ITERATOR.value"
	}
	if element := w.assigned(p, "assigned_group", b.Body.Blocks[i].Body, names, roots); element != "" {
		w.blocks = append(w.blocks, wrapped(text, element))
	}
}

// roles writes admin_role blocks.
func (w *blockWriter) roles(p *resource, roots map[string]string, forEach string) {
	if w.r.kind.Block("admin_role") == nil || forEach != "" {
		w.leave(p, p.block.TypeRange, "write admin_role blocks into %s", w.r.address())
		return
	}
	switch p.typ {
	case "okta_app_oauth_role_assignment":
		w.role(p, "type", [][2]string{{"role", "role"}, {"resource_set", "resource_set"}})
	case "okta_group_role":
		w.role(p, "role_type", [][2]string{{"target_group_list", "target_groups"}, {"role_id", "role"}, {"resource_set_id", "resource_set"}})
	case "okta_admin_role_targets":
		w.role(p, "role_type", [][2]string{{"groups", "target_groups"}})
	case "okta_user_admin_roles":
		w.roleList(p)
	case "okta_admin_role_custom_assignments":
		role, err1 := w.optional(p.attr("custom_role_id"), "role")
		set, err2 := w.optional(p.attr("resource_set_id"), "resource_set")
		if err1 != nil || err2 != nil || role == "" || set == "" {
			w.leave(p, p.block.TypeRange, "its role or resource set can't be written here")
			return
		}
		w.blocks = append(w.blocks, "admin_role \"CUSTOM\" {\nrole = "+role+"\nresource_set = "+set+"\n}")
	}
}

// optional writes the value of an attribute of admin_role; "" without one.
func (w *blockWriter) optional(e hclsyntax.Expression, attr string) (string, error) {
	if e == nil {
		return "", nil
	}
	return w.value(w.r.kind.Block("admin_role").Attr(attr), e, nil)
}

// role writes one admin role. Targets of an existing role are added to it.
func (w *blockWriter) role(p *resource, typ string, attrs [][2]string) {
	name, ok := literalText(p.attr(typ))
	if !ok {
		w.leave(p, p.block.TypeRange, "%s is no text without references: write admin_role blocks into %s", typ, w.r.address())
		return
	}
	var lines []string
	for _, names := range attrs {
		text, err := w.optional(p.attr(names[0]), names[1])
		if err != nil {
			w.leave(p, p.block.TypeRange, "%s: %v", names[0], err)
			return
		}
		if text != "" && text != "[]" {
			lines = append(lines, names[1]+" = "+text)
		}
	}
	for _, apps := range []string{"apps", "target_app_list"} {
		more, err := w.targetApps(p.attr(apps))
		if err != nil {
			w.leave(p, p.block.TypeRange, "%s: %v", apps, err)
			return
		}
		lines = append(lines, more...)
	}
	text := "admin_role " + quoted(name) + " {}"
	if len(lines) > 0 {
		text = "admin_role " + quoted(name) + " {\n" + strings.Join(lines, "\n") + "\n}"
	}
	if name != "CUSTOM" {
		prefix := "admin_role " + quoted(name) + " {"
		if i := slices.IndexFunc(w.blocks, func(b string) bool { return strings.HasPrefix(b, prefix) }); i >= 0 {
			if len(lines) > 0 {
				w.blocks[i] = text
			}
			return
		}
	}
	w.blocks = append(w.blocks, text)
}

// targetApps writes the apps that a role is limited to: "oidc_client.ID", or the name of an
// entry in Okta's catalog.
func (w *blockWriter) targetApps(e hclsyntax.Expression) ([]string, error) {
	if e == nil {
		return nil, nil
	}
	list, ok := e.(*hclsyntax.TupleConsExpr)
	if !ok {
		return nil, fmt.Errorf("it is no list of texts: write target_apps and target_catalog_apps")
	}
	var apps, catalog []string
	for _, element := range list.Exprs {
		if text, ok := literalText(element); ok {
			if strings.Contains(text, ".") {
				return nil, fmt.Errorf("%q names an app by its id: write a reference into target_apps", text)
			}
			catalog = append(catalog, quoted(text))
			continue
		}
		of := element.Variables()
		if len(of) != 1 {
			return nil, fmt.Errorf("an element refers to no single app: write it into target_apps")
		}
		name, _ := attrName(of[0], 1)
		app := w.resources[of[0].RootName()+"."+name]
		if app == nil || app.kind == nil || !app.kind.IsApp() || len(of[0]) != 3 {
			return nil, fmt.Errorf("an element refers to no app that is declared here")
		}
		apps = append(apps, app.address())
	}
	var lines []string
	if len(apps) > 0 {
		lines = append(lines, "target_apps = ["+strings.Join(apps, ", ")+"]")
	}
	if len(catalog) > 0 {
		lines = append(lines, "target_catalog_apps = ["+strings.Join(catalog, ", ")+"]")
	}
	return lines, nil
}

// roleList writes the roles of okta_user_admin_roles.
func (w *blockWriter) roleList(p *resource) {
	e := p.attr("admin_roles")
	if list, ok := e.(*hclsyntax.TupleConsExpr); ok {
		var names []string
		for _, element := range list.Exprs {
			name, ok := literalText(element)
			if !ok {
				names = nil
				break
			}
			names = append(names, name)
		}
		for _, name := range names {
			block := "admin_role " + quoted(name) + " {}"
			if !slices.ContainsFunc(w.blocks, func(b string) bool { return strings.HasPrefix(b, strings.TrimSuffix(block, "}")) }) {
				w.blocks = append(w.blocks, block)
			}
		}
		if names != nil || len(list.Exprs) == 0 {
			return
		}
	}
	text, err := w.expr(e, nil, nil)
	if err != nil {
		w.leave(p, p.block.TypeRange, "%v", err)
		return
	}
	w.blocks = append(w.blocks, "dynamic \"admin_role\" {\nfor_each = toset("+text+")\nlabels = [admin_role.value]\ncontent {}\n}")
}

// object reports whether an expression refers to the instances of a declared object.
func (f *folder) object(e hclsyntax.Expression) bool {
	t, ok := e.(*hclsyntax.ScopeTraversalExpr)
	if !ok || len(t.Traversal) != 2 {
		return false
	}
	name, _ := attrName(t.Traversal, 1)
	r := f.resources[t.Traversal.RootName()+"."+name]
	return r != nil && r.kind != nil
}
