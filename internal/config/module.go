package config

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
)

// module is one scope of names: the root module, or the folder that a module block calls. A folder
// that is called twice is two modules. The instances of a module (for_each, count) share it: see
// [scope].
type module struct {
	path   string // the calls that lead here, without instance keys; "" for the root module
	dir    string // relative to the configuration's folder, with slashes: the value of path.module
	parent *module
	call   *node // the module block; nil for the root module
	nodes  map[string]*node
	order  []*node // in order of declaration: by file name, then position
}

func newModule(path, dir string) *module {
	return &module{path: path, dir: dir, nodes: map[string]*node{}}
}

// named returns the name of a node of the module for messages.
func (m *module) named(key string) string {
	if m.path == "" {
		return key
	}
	return m.path + "." + key
}

func (m *module) add(n *node) hcl.Diagnostics {
	n.module = m
	if first, ok := m.nodes[n.key]; ok {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Duplicate declaration",
			Detail:  fmt.Sprintf("%s was already declared at %s. Each name may be declared once in a configuration.", m.named(n.key), first.rng),
			Subject: &n.rng}}
	}
	m.nodes[n.key] = n
	m.order = append(m.order, n)
	return nil
}

// where describes the module for messages.
func (m *module) where() string {
	if m.parent != nil {
		return "the module in " + m.dir
	}
	return "this configuration"
}

func (m *module) keys() []string {
	var keys []string
	for _, n := range m.order {
		if n.key != "" {
			keys = append(keys, n.key)
		}
	}
	return keys
}

// node is one named thing in a module: a variable, a local value, an object, a smoke test, an
// output, a module call.
type node struct {
	key    string // "var.region", "service_app.reporter", "module.team"
	class  class
	name   string
	module *module
	kind   *schema.Kind // of an object
	block  *hcl.Block
	rng    hcl.Range
	// body is the block without its meta-arguments.
	body    hcl.Body
	meta    *hcl.BodyContent // the meta-arguments of an object
	dynamic bool             // whether body may contain dynamic blocks
	expr    hcl.Expression   // of a local value; of a module's variable, the call's argument or nil
	repeat
	orders         []hcl.Traversal // depends_on
	variable       *variable
	rules          []rule                    // of an output or a validation; preconditions of an object
	postconditions []rule                    // of an object
	called         *module                   // of a module block
	args           map[string]*hcl.Attribute // of a module block: the values of the module's variables
	uses           []*use
	repeatUses     []*use            // those of for_each or count
	indexed        map[string]access // see accesses
	// broken means that a reference names nothing, or is part of a cycle: the node has no value,
	// and no further errors are reported for it.
	broken bool
}

// class is the kind of node.
type class string

const (
	classOrg    class = "org"
	classVar    class = "var"
	classLocal  class = "local"
	classObject class = "object"
	classData   class = "data"
	classModule class = "module"
	classOutput class = "output"
	classSmoke  class = "smoke_test"

	classValidation class = "validation" // of a variable
	classIdentity   class = "identity"   // a moved, removed or import block
	classRule       class = "rule"       // a policy rule
)

// home returns the module whose names the node's expressions use. The argument for a module's
// variable is written in the calling module.
func (n *node) home() *module {
	if n.class == classVar && n.module.parent != nil {
		return n.module.parent
	}
	return n.module
}

// repeater returns the node whose for_each or count defines each and count in the node's
// expressions.
func (n *node) repeater() *node {
	if n.class == classVar && n.module.call != nil {
		return n.module.call
	}
	return n
}

// moduleMeta are the arguments of a module block that are not passed to the module.
var moduleMeta = &hcl.BodySchema{Attributes: append(slices.Clone(repeatArguments),
	hcl.AttributeSchema{Name: "source", Required: true}, hcl.AttributeSchema{Name: "version"}, hcl.AttributeSchema{Name: "providers"})}

// declareCall declares a module block and everything in the folder that it calls.
func (c *Config) declareCall(n *node, m *module) hcl.Diagnostics {
	content, body, diags := n.block.Body.PartialContent(moduleMeta)
	n.body = body
	diags = append(diags, n.setMeta(content)...)
	for name, instead := range map[string]string{
		"version":   "Modules are local folders, which have no versions: put the right version into the source folder, for example by checking out a tag.",
		"providers": "There are no providers here: a module uses the org of the run.",
	} {
		if a, ok := content.Attributes[name]; ok {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unsupported argument", Detail: instead, Subject: &a.NameRange})
		}
	}
	args, more := body.JustAttributes()
	n.args = args
	diags = append(diags, more...)
	source, ok := content.Attributes["source"]
	if !ok {
		n.broken = true
		return diags
	}
	dir, diag := c.moduleDir(source, m)
	if diag != nil {
		n.broken = true
		return append(diags, diag)
	}
	for outer := m; outer != nil; outer = outer.parent {
		if outer.dir == dir {
			n.broken = true
			return append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Module calls itself",
				Detail:  fmt.Sprintf("%s calls the folder %s from within that folder, which would never end.", m.named(n.key), dir),
				Subject: source.Expr.Range().Ptr()})
		}
	}
	if diag := c.tooManyModules(n, m); diag != nil {
		n.broken = true
		return append(diags, diag)
	}
	n.called = newModule(m.named(n.key), dir)
	n.called.parent, n.called.call = m, n
	bodies, more := c.parse(dir)
	if more.HasErrors() {
		n.broken = true
		for _, d := range more {
			if d.Subject == nil {
				d.Subject = source.Expr.Range().Ptr()
			}
		}
		return append(diags, more...)
	}
	for _, body := range bodies {
		diags = append(diags, c.declare(body, n.called)...)
	}
	return append(diags, n.bindArguments()...)
}

// tooManyModules counts a call and returns an error above the limit.
func (c *Config) tooManyModules(n *node, m *module) *hcl.Diagnostic {
	depth := 1
	for outer := m; outer.parent != nil; outer = outer.parent {
		depth++
	}
	switch c.modules++; {
	case c.modules > budget.MaxModules:
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Too many modules",
			Detail: fmt.Sprintf("The modules of the configuration call each other more than %d times in all, and %d is the maximum. Call a module with for_each instead of many calls.", budget.MaxModules, budget.MaxModules)}
	case depth > budget.MaxModuleDepth:
		return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Modules nested too deep",
			Detail: fmt.Sprintf("%s is a module call nested in %d others, and %d is the maximum. Call modules beside each other, and pass values between them.", m.named(n.key), depth-1, budget.MaxModuleDepth), Subject: &n.rng}
	}
	return nil
}

// moduleDir returns the folder that a source names, relative to the configuration's.
func (c *Config) moduleDir(source *hcl.Attribute, m *module) (string, *hcl.Diagnostic) {
	bad := func(format string, args ...any) (string, *hcl.Diagnostic) {
		return "", &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid module source", Detail: fmt.Sprintf(format, args...), Subject: source.Expr.Range().Ptr()}
	}
	v, diags := source.Expr.Value(nil)
	if diags.HasErrors() || v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
		return bad("The source of a module must be a quoted string without references and functions, for example \"./modules/team\": the files of a configuration can't depend on values.")
	}
	text := filepath.ToSlash(v.AsString())
	if !strings.HasPrefix(text, "./") && !strings.HasPrefix(text, "../") {
		return bad("%q is not a local folder: a module's source begins with ./ or ../. Nothing is downloaded; to use a module of another repository, add it with git, for example as a submodule.", v.AsString())
	}
	dir := path.Join(m.dir, text)
	if err := c.folders.addModule(dir); err != nil {
		return bad("%q can't be used as a module: %s.", v.AsString(), err)
	}
	return dir, nil
}

// bindArguments passes the call's arguments to the variables of the called module.
func (n *node) bindArguments() hcl.Diagnostics {
	var diags hcl.Diagnostics
	var names []string
	for _, v := range n.called.order {
		if v.class != classVar {
			continue
		}
		names = append(names, v.name)
		arg, ok := n.args[v.name]
		if ok {
			v.expr = arg.Expr
		} else if v.variable.def == cty.NilVal {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Missing required argument",
				Detail:  fmt.Sprintf("The argument %q is required, but no definition was found: the module in %s declares the variable without a default.", v.name, n.called.dir),
				Subject: &n.rng})
			v.broken = true
		}
	}
	for _, arg := range sortedAttributes(n.args) {
		if !slices.Contains(names, arg.Name) {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Unsupported argument",
				Detail:  fmt.Sprintf("The module in %s has no variable %q.%s", n.called.dir, arg.Name, DidYouMean(arg.Name, names)),
				Subject: &arg.NameRange})
		}
	}
	return diags
}

// outputs lists the output nodes of the called module.
func (m *module) outputs() []*node {
	return slices.DeleteFunc(slices.Clone(m.order), func(n *node) bool { return n.class != classOutput })
}

func sortedAttributes(attrs hcl.Attributes) []*hcl.Attribute {
	list := make([]*hcl.Attribute, 0, len(attrs))
	for _, a := range attrs {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b *hcl.Attribute) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return list
}

// hasDynamic reports whether a body may contain dynamic blocks. A JSON body does not show it.
func hasDynamic(body hcl.Body) bool {
	tree, ok := body.(*hclsyntax.Body)
	if !ok {
		return true
	}
	return slices.ContainsFunc(tree.Blocks, func(b *hclsyntax.Block) bool { return b.Type == "dynamic" || hasDynamic(b.Body) })
}
