package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// dataMeta are the meta-arguments of a data block.
var dataMeta = &hcl.BodySchema{Attributes: repeatArguments}

// declareData makes a node of a data block.
func (c *Config) declareData(n *node) hcl.Diagnostics {
	n.class, n.name = classData, n.block.Labels[1]
	n.key = "data." + n.block.Labels[0] + "." + n.name
	n.kind = kinds.DataNamed(n.block.Labels[0])
	c.data = true
	if n.kind == nil {
		n.broken = true
		var names []string
		for _, k := range kinds.Data() {
			names = append(names, k.Source())
		}
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Unknown data source",
			Detail:  fmt.Sprintf("There is no data source %q; there are %s.%s", n.block.Labels[0], strings.Join(names, ", "), DidYouMean(n.block.Labels[0], names)),
			Subject: &n.block.LabelRanges[0]}}
	}
	if !hclsyntax.ValidIdentifier(n.name) {
		n.broken = true
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Invalid name",
			Detail:  fmt.Sprintf("%q is not a valid name: a name starts with a letter and contains only letters, digits, underscores and dashes.", n.name),
			Subject: &n.block.LabelRanges[1]}}
	}
	var diags hcl.Diagnostics
	n.meta, n.body, diags = n.block.Body.PartialContent(dataMeta)
	return append(diags, n.setMeta(n.meta)...)
}

// Lookups evaluates the data blocks that can be looked up now: those with known arguments and
// without a result.
func (e *Evaluation) Lookups() ([]schema.Lookup, hcl.Diagnostics) {
	all, diags := e.DataSources()
	return slices.DeleteFunc(all, func(l schema.Lookup) bool { return l.Value == "" || e.known(l.Addr) != nil }), diags
}

// DataSources evaluates all data blocks. Those with an unknown argument have no value.
func (e *Evaluation) DataSources() ([]schema.Lookup, hcl.Diagnostics) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []schema.Lookup
	var diags hcl.Diagnostics
	e.walk(func(in *instance) {
		if in.node.class != classData || in.placeholder || in.node.broken {
			return
		}
		l, more := e.lookup(in)
		diags = append(diags, more...)
		if !more.HasErrors() {
			list = append(list, l)
		}
	})
	return list, distinct(diags)
}

// UnresolvedData returns errors for the data blocks that cannot be looked up before an apply, after
// all others were.
func (e *Evaluation) UnresolvedData() hcl.Diagnostics {
	e.mu.Lock()
	defer e.mu.Unlock()
	var diags hcl.Diagnostics
	e.walk(func(in *instance) {
		if in.node.class != classData || in.placeholder || in.node.broken {
			return
		}
		if l, more := e.lookup(in); l.Value == "" && !more.HasErrors() {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Data source depends on the apply",
				Detail:  fmt.Sprintf("%s of %s depends on a value that is known only after apply. A data source finds existing objects; refer to an object of this configuration directly.", l.By, l.Addr),
				Subject: &l.Range})
		}
	})
	return distinct(diags)
}

// lookup evaluates one data block. Its value is "" if it is unknown.
func (e *Evaluation) lookup(in *instance) (schema.Lookup, hcl.Diagnostics) {
	n := in.node
	l := schema.Lookup{Addr: in.addr(), Kind: n.kind, By: n.kind.Label, Range: n.rng}
	ctx := e.context(in)
	spec := n.kind.Spec()
	raw, diags := decodeBody(n.body, spec, ctx)
	if diags.HasErrors() {
		return l, suggest(diags, hcldec.ImpliedSchema(spec))
	}
	content, _ := n.body.Content(hcldec.ImpliedSchema(spec))
	dec := &decoder{ctx: ctx}
	var given []*hcl.Attribute
	for _, name := range []string{n.kind.Label, "id"} {
		a, ok := content.Attributes[name]
		v := raw.GetAttr(name)
		if ok && v.IsMarked() {
			dec.error(a, "Sensitive value for "+name, "%s names an object, which plans and messages show, so its value must not be sensitive.", name)
			return l, dec.diags
		}
		if ok && !(v.IsKnown() && v.IsNull()) {
			given = append(given, a)
			l.By, l.Value, l.Range = name, schema.Text(v), a.Expr.Range()
			if !v.IsKnown() && e.c.opts.Elsewhere {
				l.Print = e.fingerprint(in, v, a.Expr)
			}
			if v.IsKnown() && l.Value == "" {
				dec.error(a, "Missing value", "%s must not be empty.", name)
			}
		}
	}
	if len(given) != 1 {
		dec.error(&hcl.Attribute{Range: n.rng}, "Which "+n.kind.Title+"?", "A data source needs either %s or id to find its object.", n.kind.Label)
	}
	return l, dec.diags
}

// dataValue returns the value of a data block: the result of its lookup, or unknown values. If the
// configuration will be applied elsewhere, even the arguments are unknown: Okta finds names in any
// case, and under other names, and the object has its own.
func (e *Evaluation) dataValue(in *instance) (cty.Value, hcl.Diagnostics) {
	l, diags := e.lookup(in)
	attrs, id := schema.Values{}, cty.UnknownVal(cty.String).RefineNotNull()
	for _, a := range in.node.kind.Attrs {
		attrs[a.Name] = cty.UnknownVal(a.Type)
	}
	if l.Value != "" && !e.c.opts.Elsewhere {
		attrs[l.By] = cty.StringVal(l.Value)
		if l.By == "id" {
			id = attrs["id"]
		}
	}
	if found := e.known(l.Addr); found != nil {
		attrs, id = found.Value.Values(), cty.StringVal(found.ID)
	}
	return in.node.kind.Referenced(attrs, id, cty.StringVal(l.Addr.String())), diags
}

// resolveData returns the node of a reference such as data.group.everyone.
func resolveData(m *module, t hcl.Traversal) (*node, hcl.Traversal, *hcl.Diagnostic) {
	var steps []string
	for _, step := range t[1:min(3, len(t))] {
		if attr, ok := step.(hcl.TraverseAttr); ok {
			steps = append(steps, attr.Name)
		}
	}
	if len(steps) < 2 {
		return nil, nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid reference",
			Detail:  "A reference to a data source names its type and its name: data.group.NAME.",
			Subject: t.SourceRange().Ptr()}
	}
	key := "data." + strings.Join(steps, ".")
	if n := m.nodes[key]; n != nil {
		return n, t[3:], nil
	}
	keys := slices.DeleteFunc(m.keys(), func(key string) bool { return !strings.HasPrefix(key, "data.") })
	return nil, nil, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Reference to undeclared data source",
		Detail:  fmt.Sprintf("%s is not declared in %s.%s", key, m.where(), DidYouMean(key, keys)),
		Subject: t.SourceRange().Ptr()}
}
