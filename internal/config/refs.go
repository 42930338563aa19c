package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
	"github.com/hashicorp/hcl/v2/hcldec"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// use is what a node uses of another one.
type use struct {
	to *node
	// order means that the node only waits for the other one (depends_on).
	order bool
	// keys are the used instances; nil means all of them.
	keys []hcl.Expression
	// outputs are the used outputs of a module; nil means all of them.
	outputs []string
}

// link resolves every reference in the configuration to its node, and reports those without one.
func (c *Config) link() hcl.Diagnostics {
	var diags hcl.Diagnostics
	c.main.each(func(n *node) {
		l := linker{config: c, node: n, uses: map[*node]*use{}}
		for _, t := range n.repeatTraversals() {
			l.link(t, true)
		}
		for _, u := range n.uses {
			only := *u
			n.repeatUses = append(n.repeatUses, &only)
		}
		for _, t := range n.traversals() {
			l.link(t, false)
		}
		for _, t := range n.orders {
			l.order(t)
		}
		diags = append(diags, l.diags...)
	})
	return diags
}

// each calls f for every node of the module, in the order of the files; the nodes of called modules
// follow the call.
func (m *module) each(f func(*node)) {
	for _, n := range m.order {
		f(n)
		if n.called != nil {
			n.called.each(f)
		}
	}
}

// traversals returns the references in what the node declares.
func (n *node) traversals() []hcl.Traversal {
	var list []hcl.Traversal
	switch n.class {
	case classLocal, classVar:
		if n.expr != nil {
			list = n.expr.Variables()
		}
	case classObject:
		list = append(n.blockVariables(n.kind.Spec()), n.metaVariables()...)
	case classData:
		if n.kind == nil {
			return nil
		}
		list = hcldec.Variables(n.body, n.kind.Spec())
	case classSmoke:
		list = n.blockVariables(kinds.SmokeTestBlock().Spec())
	case classOutput:
		list = hcldec.Variables(n.body, outputSpec)
	case classIdentity:
		list = n.identityVariables()
	case classRule:
		list = n.ruleVariables()
	case classOrg:
		list = hcldec.Variables(n.body, orgSpec)
	}
	for _, r := range n.rules {
		list = append(list, r.variables()...)
	}
	return inOrder(list)
}

func (n *node) blockVariables(spec hcldec.Spec) []hcl.Traversal {
	if n.dynamic {
		return dynblock.VariablesHCLDec(n.body, spec)
	}
	return hcldec.Variables(n.body, spec)
}

// repeatTraversals returns the references in for_each or count.
func (n *node) repeatTraversals() []hcl.Traversal {
	if !n.repeated() {
		return nil
	}
	_, expr := n.argument()
	return inOrder(expr.Variables())
}

func inOrder(list []hcl.Traversal) []hcl.Traversal {
	slices.SortFunc(list, func(a, b hcl.Traversal) int { return a.SourceRange().Start.Byte - b.SourceRange().Start.Byte })
	return list
}

// linker resolves the references of one node.
type linker struct {
	config *Config
	node   *node
	uses   map[*node]*use
	diags  hcl.Diagnostics
}

func (l *linker) fail(d *hcl.Diagnostic) {
	l.diags = append(l.diags, d)
	l.node.broken = true
}

// link resolves one reference; repeating means that it is in for_each or count.
func (l *linker) link(t hcl.Traversal, repeating bool) {
	switch t.RootName() {
	case "each", "count":
		if d := l.repetition(t, repeating); d != nil {
			l.fail(d)
		}
		return
	case "path":
		if d := checkPath(t); d != nil {
			l.fail(d)
		}
		return
	}
	to, rest, diag := l.config.resolve(l.node.home(), t)
	if diag != nil {
		l.fail(diag)
		return
	}
	a := l.access(t, to, rest)
	if diag := a.check(to, t, rest); diag != nil {
		l.fail(diag)
		return
	}
	l.use(to, a)
}

// order resolves one reference of depends_on.
func (l *linker) order(t hcl.Traversal) {
	to, _, diag := l.config.resolve(l.node.home(), t)
	if diag != nil {
		l.fail(diag)
		return
	}
	l.node.uses = append(l.node.uses, &use{to: to, order: true})
}

// use adds to what the node uses of another one.
func (l *linker) use(to *node, a access) {
	u, ok := l.uses[to]
	if !ok {
		u = &use{to: to}
		l.uses[to] = u
		l.node.uses = append(l.node.uses, u)
		if a.key != nil {
			u.keys = []hcl.Expression{a.key}
		}
		if a.attr != "" {
			u.outputs = []string{a.attr}
		}
		return
	}
	if a.key == nil {
		u.keys = nil
	} else if u.keys != nil {
		u.keys = append(u.keys, a.key)
	}
	if a.attr == "" {
		u.outputs = nil
	} else if u.outputs != nil && !slices.Contains(u.outputs, a.attr) {
		u.outputs = append(u.outputs, a.attr)
	}
}

// repetition checks a reference to each or count.
func (l *linker) repetition(t hcl.Traversal, repeating bool) *hcl.Diagnostic {
	r := l.node.repeater().repeat
	bad := func(summary, detail string) *hcl.Diagnostic {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: t.SourceRange().Ptr()}
	}
	root, names := "each", []string{"key", "value"}
	if t.RootName() == "count" {
		root, names = "count", []string{"index"}
	}
	if set := r.forEach != nil && root == "each" || r.count != nil && root == "count"; !set || repeating {
		if root == "each" {
			return bad(`Reference to "each" in context without for_each`, `The "each" object can be used only in blocks of objects, modules, smoke tests and import, and only when their "for_each" argument is set.`)
		}
		return bad(`Reference to "count" in non-counted context`, `The "count" object can be used only in blocks of objects, modules and smoke tests, and only when their "count" argument is set.`)
	}
	if len(t) > 1 {
		if attr, ok := t[1].(hcl.TraverseAttr); ok && slices.Contains(names, attr.Name) {
			return nil
		}
	}
	return bad(fmt.Sprintf("Invalid %q attribute", root), fmt.Sprintf("The %q object has only %s.%s.", root, root, strings.Join(names, " and "+root+".")))
}

func checkPath(t hcl.Traversal) *hcl.Diagnostic {
	if len(t) > 1 {
		if attr, ok := t[1].(hcl.TraverseAttr); ok && (attr.Name == "module" || attr.Name == "root") {
			return nil
		}
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: `Invalid "path" attribute`,
		Detail:  "Use path.module, the folder of the module, or path.root, the folder of the configuration. All paths are relative to the configuration's folder; the current folder has no influence.",
		Subject: t.SourceRange().Ptr()}
}

// resolve returns the node that a traversal begins with, and the rest of the traversal.
func (c *Config) resolve(m *module, t hcl.Traversal) (*node, hcl.Traversal, *hcl.Diagnostic) {
	root := t.RootName()
	if root == "org" {
		if n := c.main.nodes["org"]; n != nil {
			return n, t[1:], nil
		}
	}
	if root == "data" {
		return resolveData(m, t)
	}
	if root != "var" && root != "local" && root != "module" && kinds.Named(root) == nil {
		return nil, nil, unknownRoot(t)
	}
	if len(t) < 2 {
		return nil, nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid reference",
			Detail:  fmt.Sprintf("A reference to a %s needs a name: %s.NAME.", root, root),
			Subject: t.SourceRange().Ptr()}
	}
	step, ok := t[1].(hcl.TraverseAttr)
	if !ok {
		return nil, nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid reference",
			Detail:  fmt.Sprintf("%s must be followed by a dot and a name: %s.NAME.", root, root),
			Subject: t.SourceRange().Ptr()}
	}
	key := root + "." + step.Name
	n := m.nodes[key]
	if n == nil {
		return nil, nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Reference to undeclared " + titleOf(root),
			Detail:  fmt.Sprintf("%s is not declared in %s.%s", key, m.where(), DidYouMean(key, m.keys())),
			Subject: t.SourceRange().Ptr()}
	}
	return n, t[2:], nil
}

func unknownRoot(t hcl.Traversal) *hcl.Diagnostic {
	root := t.RootName()
	if instead := terraformReference(root); instead != "" {
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown reference", Detail: instead, Subject: t.SourceRange().Ptr()}
	}
	names := []string{"var", "local", "org", "module", "data", "each", "count", "path"}
	for _, k := range kinds.All() {
		names = append(names, k.Name)
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown reference",
		Detail: fmt.Sprintf("Nothing is named %q. A reference begins with var, local, module, data, org or a kind of object, for example service_app.NAME.%s",
			root, DidYouMean(root, names)),
		Subject: t.SourceRange().Ptr()}
}

func titleOf(root string) string {
	switch root {
	case "var":
		return "input variable"
	case "local":
		return "local value"
	case "module":
		return "module"
	}
	if source, ok := strings.CutPrefix(root, "data."); ok {
		return "data source " + source
	}
	return kinds.Named(root).Title
}

// ReferenceNames returns what a reference to an object of the kind can be followed by.
func ReferenceNames(k *schema.Kind) []string {
	names := []string{"id", "addr", "name"}
	for name := range k.Type().AttributeTypes() {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
