package config

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/schema"
)

// Options are the inputs of a configuration besides its files.
type Options struct {
	Environ  []string // NAME=value, as os.Environ gives them
	VarFiles []string // --var-file, in order
	Vars     []string // --var name=value, in order
	// Generate makes a value for a sensitive string variable that has none; nil
	// where that is an error. The embedded org's configuration needs no input.
	Generate func(name string) (string, error)
	// Incomplete makes variables without a value unknown instead of an error, and
	// asks for no file that could be missing for a good reason: for validate.
	Incomplete bool
	// Now is the time of the run; zero leaves out the checks that need it.
	Now time.Time
}

// Config is a loaded configuration.
type Config struct {
	Dir           string
	Owner         string
	URL           string // org.url: an assertion about which org this is for; may be empty
	PreviousOwner string // org.previous_owner; "" where there was no other
	NameSuffix    string // org.name_suffix
	// URLRange is where org.url stands.
	URLRange hcl.Range

	parsed bool // the files could be parsed, so that blocks can be evaluated
	opts   Options
	root   *os.Root // every file that the configuration names lies below it
	parser *hclparse.Parser
	nodes  map[string]*node
	order  []*node // as declared: by file name, then position
	values map[string]cty.Value
	funcs  map[string]function.Function
	// identity holds the moved, removed and adopt blocks.
	identity []*hcl.Block
}

// node is one named thing of the configuration: a variable, a local value, an
// object, a smoke test, an output.
type node struct {
	key   string // "var.region", "service_app.reporter"
	class string // "var", "local", "object", "smoke_test", "output", "org"
	name  string
	kind  *schema.Kind // of an object
	block *hcl.Block
	body  hcl.Body // of an object: what remains without the meta-arguments
	meta  *hcl.BodyContent
	expr  hcl.Expression // of a local value
	rng   hcl.Range
	refs  []reference
	// broken says that a reference names nothing, or goes in a circle: the node
	// has no value, and nothing more is said about it.
	broken bool
}

// reference is one mention of another node in a node's expressions.
type reference struct {
	to        *node
	traversal hcl.Traversal
}

// Load reads the configuration in dir. The Config is usable for showing
// diagnostics even when they hold errors.
func Load(dir string, opts Options) (*Config, hcl.Diagnostics) {
	c := &Config{Dir: dir, opts: opts, parser: hclparse.NewParser(), nodes: map[string]*node{}}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return c, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Configuration folder can't be read",
			Detail: fmt.Sprintf("%s. Name the folder that holds the .hcl files.", err)}}
	}
	c.root = root
	c.funcs = c.functions()
	bodies, diags := c.parse()
	if diags.HasErrors() {
		return c, diags
	}
	for _, body := range bodies {
		diags = append(diags, c.declare(body)...)
	}
	// What is wrong so far doesn't keep the rest from being checked: one run
	// finds all that it can.
	diags = append(diags, c.link()...)
	diags = append(diags, c.checkCycles()...)
	diags = append(diags, c.setVariables()...)
	c.parsed = true
	return c, append(diags, c.evalOrg()...)
}

// Files gives the sources for the snippets of diagnostics.
func (c *Config) Files() map[string]*hcl.File { return c.parser.Files() }

// Close releases the configuration's folder.
func (c *Config) Close() error {
	if c.root == nil {
		return nil
	}
	return c.root.Close()
}

// SourceFiles lists the configuration's files in dir: *.hcl and *.hcl.json,
// without those whose names begin with a dot.
func SourceFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || strings.HasPrefix(name, ".") {
			continue
		}
		if strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".hcl.json") {
			files = append(files, filepath.Join(dir, name))
		}
	}
	return files, nil
}

func (c *Config) parse() ([]hcl.Body, hcl.Diagnostics) {
	files, err := SourceFiles(c.Dir)
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Configuration folder can't be read", Detail: err.Error() + "."}}
	}
	if len(files) == 0 {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "No configuration files",
			Detail: fmt.Sprintf("The folder %s holds no .hcl files. Name the folder with the configuration as the command's argument.", c.Dir)}}
	}
	var bodies []hcl.Body
	var diags hcl.Diagnostics
	for _, name := range files {
		var file *hcl.File
		var more hcl.Diagnostics
		if strings.HasSuffix(name, ".json") {
			file, more = c.parser.ParseJSONFile(name)
		} else {
			file, more = c.parser.ParseHCLFile(name)
		}
		diags = append(diags, more...)
		if file != nil {
			bodies = append(bodies, file.Body)
		}
	}
	return bodies, diags
}

func topLevel() *hcl.BodySchema {
	s := &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{
		{Type: "org"}, {Type: "locals"},
		{Type: "variable", LabelNames: []string{"name"}},
		{Type: "output", LabelNames: []string{"name"}},
		{Type: "smoke_test", LabelNames: []string{"name"}},
		{Type: "moved"}, {Type: "removed"}, {Type: "adopt"},
	}}
	for _, k := range schema.Kinds() {
		s.Blocks = append(s.Blocks, hcl.BlockHeaderSchema{Type: k.Name, LabelNames: []string{"name"}})
	}
	return s
}

func (c *Config) declare(body hcl.Body) hcl.Diagnostics {
	content, diags := body.Content(topLevel())
	for _, block := range content.Blocks {
		n := &node{block: block, rng: block.DefRange, kind: schema.KindNamed(block.Type)}
		switch {
		case block.Type == "locals":
			diags = append(diags, c.declareLocals(block)...)
			continue
		case slices.Contains(identityBlocks, block.Type):
			c.identity = append(c.identity, block)
			continue
		case block.Type == "org":
			n.class, n.key = "org", "org"
		case n.kind != nil:
			n.class, n.name, n.key = "object", block.Labels[0], block.Type+"."+block.Labels[0]
			var more hcl.Diagnostics
			n.meta, n.body, more = block.Body.PartialContent(metaArguments)
			diags = append(diags, more...)
		case block.Type == "variable":
			n.class, n.name, n.key = "var", block.Labels[0], "var."+block.Labels[0]
		default: // output, smoke_test
			n.class, n.name, n.key = block.Type, block.Labels[0], block.Type+"."+block.Labels[0]
		}
		if n.class != "smoke_test" && n.class != "org" && !hclsyntax.ValidIdentifier(n.name) {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid name",
				Detail:  fmt.Sprintf("%q is not a valid name: a name starts with a letter and holds letters, digits, underscores and dashes.", n.name),
				Subject: &block.LabelRanges[0]})
			continue
		}
		diags = append(diags, c.add(n)...)
	}
	return diags
}

func (c *Config) declareLocals(block *hcl.Block) hcl.Diagnostics {
	attrs, diags := block.Body.JustAttributes()
	names := slices.SortedFunc(maps.Keys(attrs), func(a, b string) int {
		return attrs[a].Range.Start.Byte - attrs[b].Range.Start.Byte
	})
	for _, name := range names {
		a := attrs[name]
		diags = append(diags, c.add(&node{key: "local." + name, class: "local", name: name, expr: a.Expr, rng: a.NameRange})...)
	}
	return diags
}

func (c *Config) add(n *node) hcl.Diagnostics {
	if first, ok := c.nodes[n.key]; ok {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Duplicate declaration",
			Detail:  fmt.Sprintf("%s was already declared at %s. Each name may be declared once in a configuration.", n.key, first.rng),
			Subject: &n.rng}}
	}
	c.nodes[n.key] = n
	c.order = append(c.order, n)
	return nil
}

// Validate finds every error that can be known without the org, beyond those
// that Load found.
func (c *Config) Validate() hcl.Diagnostics {
	if !c.parsed {
		return nil
	}
	eval := c.Evaluate(nil)
	declared, diags := eval.All()
	diags = append(diags, duplicateLabels(declared)...)
	diags = append(diags, additiveSets(declared)...)
	_, identity := eval.Identity()
	diags = append(diags, identity...)
	diags = append(diags, twoBlocks(declared)...)
	_, more := eval.SmokeTests()
	diags = append(diags, more...)
	_, more = eval.Outputs()
	return append(diags, more...)
}

// duplicateLabels finds objects that can't be in an org together.
func duplicateLabels(declared []schema.Desired) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[string]schema.Addr{}
	for _, d := range declared {
		if !d.Kind.Unique || !d.Value.IsKnown() {
			continue
		}
		label := str(d.Value.GetAttr(d.Kind.Label))
		key := d.Kind.Name + " " + strings.ToLower(label)
		first, ok := seen[key]
		if ok && label != "" {
			subject := d.Range
			if r, ok := d.Ranges[d.Kind.Label]; ok {
				subject = r
			}
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Duplicate " + d.Kind.Label,
				Detail:  fmt.Sprintf("%s and %s both declare the %s %q, and a %s of a %s is unique in an org.", first, d.Addr, d.Kind.Label, label, d.Kind.Label, d.Kind.Title),
				Subject: &subject})
		}
		seen[key] = d.Addr
	}
	return diags
}
