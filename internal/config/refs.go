package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"

	"github.com/oktaform/oktaform/schema"
)

// link resolves every reference in the configuration to the node that it
// names, and says what is wrong with those that name none.
func (c *Config) link() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, n := range c.order {
		for _, traversal := range n.traversals() {
			to, diag := c.resolve(traversal)
			if diag != nil {
				diags = append(diags, diag)
				n.broken = true
				continue
			}
			n.refs = append(n.refs, reference{to: to, traversal: traversal})
		}
	}
	return diags
}

// traversals lists the node's references as they stand in the file.
func (n *node) traversals() []hcl.Traversal {
	var list []hcl.Traversal
	switch n.class {
	case "local":
		list = n.expr.Variables()
	case "object":
		list = append(hcldec.Variables(n.body, n.kind.Spec()), n.metaVariables()...)
	case "smoke_test":
		list = hcldec.Variables(n.block.Body, schema.SmokeTestBlock().Spec())
	case "output":
		list = hcldec.Variables(n.block.Body, outputSpec)
	case "org":
		list = hcldec.Variables(n.block.Body, orgSpec)
	} // a variable refers to nothing
	slices.SortFunc(list, func(a, b hcl.Traversal) int { return a.SourceRange().Start.Byte - b.SourceRange().Start.Byte })
	return list
}

// resolve finds the node that a traversal begins with.
func (c *Config) resolve(t hcl.Traversal) (*node, *hcl.Diagnostic) {
	root := t.RootName()
	if root == "org" {
		if n := c.nodes["org"]; n != nil {
			return n, nil
		}
	}
	kind := schema.KindNamed(root)
	if root != "var" && root != "local" && kind == nil {
		return nil, c.unknownRoot(t)
	}
	if len(t) < 2 {
		return nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid reference",
			Detail:  fmt.Sprintf("A reference to a %s needs a name: %s.NAME.", root, root),
			Subject: t.SourceRange().Ptr()}
	}
	step, ok := t[1].(hcl.TraverseAttr)
	if !ok {
		return nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid reference",
			Detail:  fmt.Sprintf("After %s comes a dot and a name: %s.NAME.", root, root),
			Subject: t.SourceRange().Ptr()}
	}
	key := root + "." + step.Name
	n := c.nodes[key]
	if n == nil {
		return nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Reference to undeclared " + titleOf(root),
			Detail:  fmt.Sprintf("%s is not declared in this configuration.%s", key, didYouMean(key, c.keys())),
			Subject: t.SourceRange().Ptr()}
	}
	if kind != nil && len(t) > 2 {
		if attr, ok := t[2].(hcl.TraverseAttr); ok && !slices.Contains(scopeNames(kind), attr.Name) {
			return nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unsupported attribute",
				Detail:  fmt.Sprintf("A %s has no attribute %q.%s", kind.Title, attr.Name, didYouMean(attr.Name, scopeNames(kind))),
				Subject: attr.SrcRange.Ptr(), Context: t.SourceRange().Ptr()}
		}
	}
	return n, nil
}

func (c *Config) unknownRoot(t hcl.Traversal) *hcl.Diagnostic {
	root := t.RootName()
	names := []string{"var", "local", "org"}
	for _, k := range schema.Kinds() {
		names = append(names, k.Name)
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unknown reference",
		Detail: fmt.Sprintf("There is nothing called %q here. A reference begins with var, local, org or a kind of object, for example service_app.NAME.%s",
			root, didYouMean(root, names)),
		Subject: t.SourceRange().Ptr()}
}

func titleOf(root string) string {
	switch root {
	case "var":
		return "input variable"
	case "local":
		return "local value"
	}
	return schema.KindNamed(root).Title
}

func (c *Config) keys() []string {
	var keys []string
	for _, n := range c.order {
		keys = append(keys, n.key)
	}
	return keys
}

// scopeNames lists what can be asked of a reference to an object of the kind.
func scopeNames(k *schema.Kind) []string {
	names := []string{"id", "addr", "name"}
	for name := range k.Type().AttributeTypes() {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// didYouMean suggests the name that differs by fewer than three letters, as a
// sentence with a leading space, or nothing.
func didYouMean(given string, names []string) string {
	best, distance := "", 3
	for _, name := range names {
		if d := levenshtein.Distance(given, name, nil); d < distance {
			best, distance = name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" Did you mean %q?", best)
}

// checkCycles reports each circle of references, with the way round it.
func (c *Config) checkCycles() hcl.Diagnostics {
	const visiting, done = 1, 2
	state := map[*node]int{}
	var diags hcl.Diagnostics
	var path []*node
	var visit func(n *node)
	visit = func(n *node) {
		switch state[n] {
		case done:
			return
		case visiting:
			circle := path[slices.Index(path, n):]
			diags = append(diags, cycle(circle))
			for _, member := range circle {
				member.broken = true
			}
			return
		}
		state[n] = visiting
		path = append(path, n)
		for _, ref := range n.refs {
			visit(ref.to)
		}
		path = path[:len(path)-1]
		state[n] = done
	}
	for _, n := range c.order {
		visit(n)
	}
	return diags
}

func cycle(path []*node) *hcl.Diagnostic {
	var keys []string
	for _, n := range path {
		keys = append(keys, n.key)
	}
	keys = append(keys, path[0].key)
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Cycle",
		Detail:  fmt.Sprintf("These refer to each other in a circle: %s. One of the references has to go.", strings.Join(keys, " -> ")),
		Subject: &path[0].rng}
}
