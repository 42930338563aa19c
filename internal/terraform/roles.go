package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// roles writes admin_role blocks.
func (w *blockWriter) roles(p *resource, rep repetition) {
	if w.r.kind.Block("admin_role") == nil || rep.condition != "" {
		w.leave(p, p.block.TypeRange, "write admin_role blocks into %s", w.r.address())
		return
	}
	switch p.typ {
	case "okta_app_oauth_role_assignment":
		w.role(p, p.attr("type"), [][2]string{{"role", "role"}, {"resource_set", "resource_set"}}, rep)
	case "okta_group_role":
		w.role(p, p.attr("role_type"), [][2]string{{"target_group_list", "target_groups"}, {"role_id", "role"}, {"resource_set_id", "resource_set"}}, rep)
	case "okta_admin_role_targets":
		w.role(p, p.attr("role_type"), [][2]string{{"groups", "target_groups"}}, rep)
	case "okta_user_admin_roles":
		w.roleList(p, rep)
	case "okta_admin_role_custom_assignments":
		w.role(p, nil, [][2]string{{"custom_role_id", "role"}, {"resource_set_id", "resource_set"}}, rep)
	}
}

// custom is the type of assignments of custom roles.
const custom = "CUSTOM"

// role writes one admin role, or a dynamic block for several. Targets of an existing role are added
// to it. Without typ it is a custom role.
func (w *blockWriter) role(p *resource, typ hclsyntax.Expression, attrs [][2]string, rep repetition) {
	name, label := custom, quoted(custom)
	if typ != nil {
		var literal bool
		if name, literal = literalText(typ); !literal && rep.forEach == "" {
			w.leave(p, typ.Range(), "the type of the role is no text without references: write admin_role blocks into %s", w.r.address())
			return
		}
		var err error
		if label, err = w.expr(typ, nil, rep.scope); err != nil {
			w.leave(p, typ.Range(), "%v", err)
			return
		}
	}
	var lines []string
	for _, names := range attrs {
		e := p.attr(names[0])
		if e == nil {
			continue
		}
		text, err := w.value(w.r.kind.Block("admin_role").Attr(names[1]), e, rep.scope, p.name+"_"+names[1], p)
		if err != nil {
			w.leave(p, p.block.TypeRange, "%s: %v", names[0], err)
			return
		}
		if text != "[]" && text != "null" {
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
	body := "{}"
	if len(lines) > 0 {
		body = "{\n" + strings.Join(lines, "\n") + "\n}"
	}
	if rep.forEach != "" {
		w.blocks = append(w.blocks, dynamicRole(rep.forEach, label, body))
		return
	}
	text := "admin_role " + quoted(name) + " " + body
	if name != custom {
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

// dynamicRole writes a dynamic block for admin roles.
func dynamicRole(forEach, label, body string) string {
	return strings.ReplaceAll("dynamic \"admin_role\" {\nfor_each = "+forEach+"\nlabels = ["+label+"]\ncontent "+body+"\n}", "ITERATOR", "admin_role")
}

// targetApps writes the apps that a role is limited to: "oidc_client.ID", or the name of an
// entry in Okta's catalog.
func (w *blockWriter) targetApps(e hclsyntax.Expression) ([]string, error) {
	if e == nil {
		return nil, nil
	}
	list, ok := e.(*hclsyntax.TupleConsExpr)
	if !ok {
		return nil, fmt.Errorf("it is not a list of strings: write target_apps and target_catalog_apps")
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
			return nil, fmt.Errorf("an element does not refer to a single app: write it into target_apps")
		}
		name, _ := attrName(of[0], 1)
		app := w.resources[of[0].RootName()+"."+name]
		if app == nil || app.kind == nil || !app.kind.IsApp() || len(of[0]) != 3 {
			return nil, fmt.Errorf("an element refers to an app that is not declared here")
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
func (w *blockWriter) roleList(p *resource, rep repetition) {
	e := p.attr("admin_roles")
	if list, ok := e.(*hclsyntax.TupleConsExpr); ok && rep.forEach == "" {
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
	text, err := w.expr(e, nil, rep.scope)
	if err == nil && rep.forEach != "" {
		err = fmt.Errorf("for_each over lists of roles: write admin_role blocks into %s", w.r.address())
	}
	if err != nil {
		w.leave(p, p.block.TypeRange, "%v", err)
		return
	}
	w.blocks = append(w.blocks, dynamicRole("toset("+text+")", "ITERATOR.value", "{}"))
}
