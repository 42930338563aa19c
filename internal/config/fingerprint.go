package config

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/functions"
)

// meaning computes fingerprints to compare two versions of a configuration: of a known value, and
// of what an unknown value is computed from.
type meaning struct {
	e    *Evaluation
	text strings.Builder
	seen map[*node]bool
	// repeats are the nodes whose for_each or count was written.
	repeats map[*node]bool
	// chooses is set if an expression chose between values; with defaults, the current values of
	// variables and the contents of files are written, too.
	chooses, defaults bool
	// variables collects the root variables involved; nil if they are not needed.
	variables map[string]bool
}

func (e *Evaluation) meaning() *meaning {
	return &meaning{e: e, seen: map[*node]bool{}, repeats: map[*node]bool{}}
}

// fingerprint returns a key that is the same in two versions if the value is the same, or if it is
// unknown and computed in the same way from the same values.
func (e *Evaluation) fingerprint(in *instance, v cty.Value, expr hcl.Expression) string {
	m := e.meaning()
	if !m.known(v) {
		m.expression(in, expr)
	}
	return m.sum()
}

// blockFingerprint returns a key that is the same in two versions if the block, and everything that
// it refers to, is the same.
func (e *Evaluation) blockFingerprint(in *instance) string {
	m := e.meaning()
	m.block(in)
	return m.sum()
}

// sum returns a hash, because the values may be secrets.
func (m *meaning) sum() string {
	sum := sha256.Sum256([]byte(m.text.String()))
	return hex.EncodeToString(sum[:])
}

func (m *meaning) write(format string, args ...any) { fmt.Fprintf(&m.text, format+"\n", args...) }

// known writes the value if it is fully known.
func (m *meaning) known(v cty.Value) bool {
	bare, _ := v.UnmarkDeep()
	if !bare.IsWhollyKnown() {
		return false
	}
	m.write("value %#v", bare)
	return true
}

func (m *meaning) expression(in *instance, expr hcl.Expression) {
	m.source(expr.Range())
	m.choices(in, expr)
	for _, t := range expr.Variables() {
		m.reference(in, t)
	}
}

// choices looks for expressions that choose between values, and writes the contents of files if
// they count.
func (m *meaning) choices(in *instance, expr hcl.Expression) {
	if m.e.c.namesKeyFile(expr) {
		m.chooses = true
		if m.defaults || m.variables == nil {
			m.keyFile(in, expr)
		}
	}
	tree, ok := expr.(hclsyntax.Expression)
	if !ok { // JSON: it may contain a template
		m.chooses = true
		var diags hcl.Diagnostics
		if tree, diags = nativeExpression(expr); diags.HasErrors() {
			return
		}
	}
	_ = hclsyntax.VisitAll(tree, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.ConditionalExpr, *hclsyntax.IndexExpr, *hclsyntax.ForExpr, *hclsyntax.BinaryOpExpr:
			m.chooses = true
		case *hclsyntax.FunctionCallExpr:
			m.chooses = m.chooses || !slices.Contains(joining, n.Name)
			if readsFiles(n.Name) && (m.defaults || m.variables == nil) {
				m.read(in, n)
			}
		}
		return nil
	})
}

// joining are functions whose result contains all of their arguments.
var joining = []string{"concat", "distinct", "flatten", "format", "join", "jsonencode", "merge", "setunion", "sort", "tolist", "tomap", "toset", "tostring"}

// repeated writes the for_each and count around an instance.
func (m *meaning) repeated(in *instance) {
	for _, each := range append(calls(in.scope), in) {
		if each.node.repeated() {
			_, expr := each.node.argument()
			m.expression(&instance{node: each.node, scope: each.scope}, expr)
		}
	}
}

// source writes the source text without spaces and comments.
func (m *meaning) source(at hcl.Range) {
	text := []byte(m.e.c.source(at))
	for token := range tokens(text, strings.HasSuffix(at.Filename, ".json")) {
		m.text.WriteString(token + " ")
	}
	m.text.WriteByte('\n')
}

// block writes an instance's block.
func (m *meaning) block(in *instance) {
	if m.seen[in.node] {
		return
	}
	m.seen[in.node] = true
	n := in.node
	if n.block == nil {
		m.source(n.rng)
	} else if tree, ok := n.block.Body.(*hclsyntax.Body); ok {
		m.source(tree.SrcRange)
		for _, expr := range expressions(tree) {
			m.choices(in, expr)
		}
	} else if file := m.e.c.parser.Files()[n.rng.Filename]; file != nil {
		m.text.Write(file.Bytes)
		if m.chooses = m.chooses || bytes.Contains(file.Bytes, []byte("file\"")); m.defaults || m.variables == nil {
			m.write("files %s", m.e.c.filesDigest(functions.Selection{}))
		}
		attrs, _ := n.block.Body.JustAttributes()
		for _, a := range sortedAttributes(attrs) {
			m.choices(in, a.Expr)
		}
	}
	for _, t := range append(n.repeatTraversals(), n.traversals()...) {
		m.reference(in, t)
	}
}

// reference writes the value of a reference, or what it is computed from.
func (m *meaning) reference(in *instance, t hcl.Traversal) {
	ctx := m.e.context(in)
	if v, diags := t.TraverseAbs(ctx); !diags.HasErrors() && m.known(v) {
		return
	}
	to, rest, diag := m.e.c.resolve(in.node.home(), t)
	s, _ := in.outer()
	switch root := t.RootName(); {
	case root == "path":
		return
	case root == "each" || root == "count":
		if by := in.node.repeater(); by.repeated() && !m.repeats[by] {
			m.repeats[by] = true
			_, expr := by.argument()
			m.expression(&instance{node: by, scope: s}, expr)
		}
		return
	case diag != nil: // the iterator of a dynamic block
		if m.variables == nil {
			m.block(in)
		}
		return
	}
	m.write("%s of %s", to.key, s.path)
	switch to.class {
	case classLocal, classVar:
		m.argument(s, to)
	case classModule:
		m.outputs(m.e.expand(s, to), rest)
	case classData:
		m.block(&instance{node: to, scope: s})
	case classObject:
		m.attribute(s, to, rest)
		// The object is compared separately; here only its identity counts.
		for _, target := range m.e.expand(s, to).instances {
			if v := m.e.objectValue(target); v.IsKnown() && v.Type().IsObjectType() && v.Type().HasAttribute("name") {
				m.known(v.GetAttr("name"))
			}
		}
	}
}

// argument writes the expression of a local value, or the argument of a module call for a variable.
func (m *meaning) argument(s *scope, to *node) {
	if to.class == classVar && s.call == nil && m.variables != nil && m.e.openVariables[to.name] {
		m.variables[to.name] = true
		if m.defaults {
			m.known(m.e.c.values[to.name])
		}
	}
	if to.expr == nil || m.seen[to] {
		return // a variable without a value
	}
	m.seen[to] = true
	m.expression(m.e.only(s, to), to.expr)
}

// outputs writes the outputs of a module that a reference uses.
func (m *meaning) outputs(x *expansion, rest hcl.Traversal) {
	named := map[string]bool{}
	for _, step := range rest {
		if attr, ok := step.(hcl.TraverseAttr); ok {
			named["output."+attr.Name] = true
		}
	}
	for _, call := range x.instances {
		m.write("instance %s", call.key)
		for _, n := range call.node.called.outputs() {
			if !named[n.key] && len(named) > 0 {
				continue
			}
			in := m.e.only(call.inner, n)
			if !m.known(m.e.plainValue(in)) {
				m.block(in)
			}
		}
	}
}

// attribute writes the attribute of an object that a reference uses.
func (m *meaning) attribute(s *scope, to *node, rest hcl.Traversal) {
	for _, step := range rest {
		attr, ok := step.(hcl.TraverseAttr)
		if !ok {
			continue
		}
		for _, target := range m.e.expand(s, to).instances {
			if m.seen[to] {
				return
			}
			m.seen[to] = true
			content, _ := to.content(m.e.context(target))
			if a := content.Attributes[attr.Name]; a != nil {
				m.expression(target, a.Expr)
			}
			for _, block := range content.Blocks.OfType(attr.Name) {
				inner, _ := block.Body.JustAttributes()
				for _, a := range sortedAttributes(inner) {
					m.expression(target, a.Expr)
				}
			}
			delete(m.seen, to)
		}
		return
	}
}
