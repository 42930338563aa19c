package config

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema/kinds"
)

// topLevel describes the blocks of a file.
func topLevel() *hcl.BodySchema {
	s := &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "org"}, {Type: "locals"},
		{Type: "variable", LabelNames: []string{"name"}},
		{Type: "output", LabelNames: []string{"name"}},
		{Type: "module", LabelNames: []string{"name"}},
		{Type: "smoke_test", LabelNames: []string{"name"}},
		{Type: "data", LabelNames: []string{"type", "name"}},
		{Type: "moved"}, {Type: "removed"}, {Type: "import"},
		{Type: "rule", LabelNames: []string{"name"}}, {Type: "waiver"},
	}}
	for _, k := range kinds.All() {
		s.Blocks = append(s.Blocks, hcl.BlockHeaderSchema{Type: k.Name, LabelNames: []string{"name"}})
	}
	return s
}

// reserved are names that a module's variable must not have, because they have a meaning in module
// blocks.
var reserved = []string{"source", "version", "providers", "for_each", "count", "depends_on", "lifecycle", "locals"}

// declare creates nodes for the blocks of a file.
func (c *Config) declare(body hcl.Body, m *module) hcl.Diagnostics {
	content, diags := body.Content(topLevel())
	if c.blocks += len(content.Blocks); c.blocks > budget.MaxBlocks {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Too many blocks",
			Detail:  fmt.Sprintf("With the blocks of its modules, counted for each call, the configuration has more than %d blocks. Call modules with for_each instead of many calls, or split the configuration.", budget.MaxBlocks),
			Subject: body.MissingItemRange().Ptr()}}
	}
	fromTerraform(body, suggest(diags, topLevel()))
	for _, block := range content.Blocks {
		if block.Type == "locals" {
			diags = append(diags, declareLocals(block, m)...)
			continue
		}
		if slices.Contains(policyBlocks, block.Type) {
			if block.Type == "waiver" {
				c.waivers = append(c.waivers, block)
				continue
			}
			n := &node{block: block, body: block.Body, rng: block.DefRange, class: classRule, name: block.Labels[0]}
			n.key = fmt.Sprintf("rule %d", len(m.order)+1)
			diags = append(diags, m.add(n)...)
			continue
		}
		if slices.Contains(identityBlocks, block.Type) {
			c.identity = true
			diags = append(diags, declareIdentity(block, m)...)
			continue
		}
		n := &node{block: block, body: block.Body, rng: block.DefRange, kind: kinds.Named(block.Type)}
		n.key = block.Type
		if len(block.Labels) > 0 {
			n.name, n.key = block.Labels[0], block.Type+"."+block.Labels[0]
		}
		if block.Type == "data" {
			diags = append(diags, c.declareData(n)...)
			diags = append(diags, m.add(n)...)
			continue
		}
		if block.Type != "smoke_test" && len(block.Labels) > 0 && !hclsyntax.ValidIdentifier(n.name) {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid name",
				Detail:  fmt.Sprintf("%q is not a valid name: a name starts with a letter and contains only letters, digits, underscores and dashes.", n.name),
				Subject: &block.LabelRanges[0]})
			continue
		}
		var more hcl.Diagnostics
		switch {
		case n.kind != nil:
			n.class = classObject
			more = n.splitMeta()
		case block.Type == "org":
			n.class = classOrg
			if m.parent != nil {
				diags = append(diags, notInModule(block, "A module uses the org and owner of the configuration that calls it. Move the block there; modules can refer to org.owner."))
				continue
			}
		case block.Type == "variable":
			n.class, n.key = classVar, "var."+n.name
			n.variable, more = decodeVariable(n)
			if m.parent != nil && slices.Contains(reserved, n.name) {
				more = append(more, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid variable name",
					Detail: fmt.Sprintf("The variable name %q is reserved due to its special meaning inside module blocks.", n.name), Subject: &block.LabelRanges[0]})
			}
		case block.Type == "module":
			n.class = classModule
		case block.Type == "smoke_test":
			n.class = classSmoke
			more = n.splitRepeat()
		default:
			n.class = classOutput
			more = n.splitOutput()
		}
		diags = append(diags, more...)
		more = m.add(n)
		if more.HasErrors() {
			diags = append(diags, more...)
			continue
		}
		switch n.class {
		case classModule:
			more = c.declareCall(n, m)
		case classVar:
			more = declareValidations(n, m)
		}
		diags = append(diags, more...)
	}
	return diags
}

func declareLocals(block *hcl.Block, m *module) hcl.Diagnostics {
	attrs, diags := block.Body.JustAttributes()
	for _, a := range sortedAttributes(attrs) {
		diags = append(diags, m.add(&node{key: "local." + a.Name, class: classLocal, name: a.Name, expr: a.Expr, rng: a.NameRange})...)
	}
	return diags
}

func notInModule(block *hcl.Block, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: block.Type + " block in a module", Detail: detail, Subject: &block.DefRange}
}

// splitMeta separates the meta-arguments from an object's block.
func (n *node) splitMeta() hcl.Diagnostics {
	n.dynamic = hasDynamic(n.block.Body)
	var diags hcl.Diagnostics
	n.meta, n.body, diags = n.block.Body.PartialContent(metaArguments)
	diags = append(diags, n.declareConditions()...)
	return append(diags, n.setMeta(n.meta)...)
}

// splitRepeat separates for_each and count from a smoke test's block.
func (n *node) splitRepeat() hcl.Diagnostics {
	n.dynamic = hasDynamic(n.block.Body)
	content, rest, diags := n.block.Body.PartialContent(&hcl.BodySchema{Attributes: repeatArguments[:2]})
	n.body = rest
	return append(diags, n.setMeta(content)...)
}

var outputMeta = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "depends_on"}}, Blocks: []hcl.BlockHeaderSchema{{Type: "precondition"}}}

// splitOutput separates what is not the value from an output's block.
func (n *node) splitOutput() hcl.Diagnostics {
	content, rest, diags := n.block.Body.PartialContent(outputMeta)
	n.body = rest
	for _, block := range content.Blocks {
		r, more := decodeRule(block)
		diags = append(diags, more...)
		if !more.HasErrors() {
			n.rules = append(n.rules, r)
		}
	}
	return append(diags, n.setMeta(content)...)
}

// setMeta stores the meta-arguments of an object or a module call.
func (n *node) setMeta(content *hcl.BodyContent) hcl.Diagnostics {
	var diags hcl.Diagnostics
	if a, ok := content.Attributes["for_each"]; ok {
		n.forEach = a.Expr
	}
	if a, ok := content.Attributes["count"]; ok {
		if n.forEach != nil {
			return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: `Invalid combination of "count" and "for_each"`,
				Detail:  `The "count" and "for_each" meta-arguments are mutually-exclusive, only one should be used to be explicit about the number of instances to be created.`,
				Subject: &a.NameRange}}
		}
		n.count = a.Expr
	}
	if a, ok := content.Attributes["depends_on"]; ok {
		n.orders, diags = traversalList(a.Expr)
	}
	return diags
}

// traversalList reads a list of references without evaluating them.
func traversalList(expr hcl.Expression) ([]hcl.Traversal, hcl.Diagnostics) {
	exprs, diags := hcl.ExprList(expr)
	var list []hcl.Traversal
	for _, expr := range exprs {
		traversal, more := hcl.AbsTraversalForExpr(expr)
		diags = append(diags, more...)
		if !more.HasErrors() {
			list = append(list, traversal)
		}
	}
	return list, diags
}
