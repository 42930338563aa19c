package config

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/schema"
)

// Options are the inputs of a configuration besides its files.
type Options struct {
	Environ []string // NAME=value, as os.Environ gives them
	Inputs  []Input  // --var and --var-file, in order
	// Sources replace the contents of files of the configuration and of variables, by path, and of
	// private keys, by absolute path. They may also be files that do not exist yet.
	Sources map[string][]byte
	// Generate generates a value for a sensitive string variable without one; if nil, that is an
	// error. It is for the embedded org, whose configuration needs no input.
	Generate func(name string) (string, error)
	// PromptVariable asks a person for the value of a variable without one; if nil, that is an
	// error.
	PromptVariable func(Question) (string, error)
	// SecretsUnknown makes sensitive variables without a value unknown, and asks nobody for them:
	// most are secrets that the org never shows, so a command that only reads it doesn't need them.
	// What depends on one has the mark schema.Unset.
	SecretsUnknown bool
	// NewKey makes the private key of a missing file with generate = true, as PEM; nil means an RSA
	// key of 2048 bits.
	NewKey func() ([]byte, error)
	// TestKeys, if set, stand for all private key files, which are then neither read nor written.
	TestKeys *TestKeys
	// Incomplete, for validate, makes variables without a value unknown instead of an error, and
	// does not require files that may be missing for a good reason.
	Incomplete bool
	// Elsewhere, for review, means that the configuration will be applied on another machine, so
	// that everything that depends on this one, such as missing files, is unknown.
	Elsewhere bool
	// Untracked, for review, reports whether git has no file of this name, relative to the
	// configuration's folder and with slashes. The private key in such a file is this machine's and
	// not of the version that is reviewed.
	Untracked func(name string) bool
	// Checkout says where the repository of the configuration may be.
	Checkout checkout.Options
	// Now is this machine's time, for warnings without an org; zero for none.
	Now time.Time
}

// Config is a loaded configuration.
type Config struct {
	Dir           string
	Owner         string
	URL           string // org.url: the org that the configuration must be used with; may be ""
	PreviousOwner string // org.previous_owner; "" if there is none
	NameSuffix    string // org.name_suffix
	// AuthoritativeAdmins is org.authoritative_admins: undeclared principals have no admin roles.
	AuthoritativeAdmins bool
	// OrgRange is the position of the org block.
	OrgRange hcl.Range
	// URLRange is the position of org.url.
	URLRange hcl.Range

	abs         string // the absolute path of Dir
	parsed      bool   // whether the files could be parsed, so that blocks can be evaluated
	faulty      bool   // whether something may be unknown because of an error
	data        bool   // whether there are data blocks
	opts        Options
	folders     *folders
	parser      *hclparse.Parser
	main        *module
	values      map[string]cty.Value // of the root variables
	unset       bool                 // whether a variable without a value is unknown
	fromOptions map[string]bool      // variables set by a command-line option
	funcs       map[string]function.Function
	digests     map[[3]string]string // see filesDigest
	meter       budget.Meter
	modules     int          // number of module calls, nested ones included
	blocks      int          // number of blocks in them
	withoutOrg  *Evaluation  // with nothing known of the org; nil until everything is loaded
	identity    bool         // whether there are moved, removed or import blocks
	waivers     []*hcl.Block // the waiver blocks
	// unconditional disables the conditions of objects.
	unconditional bool
	held          heldKeys
	keyFiles      map[hcl.Range]bool // see namesKeyFile; nil: not needed yet
}

// Load reads the configuration in dir. Even if the diagnostics contain errors, the Config can be
// used to show them.
func Load(dir string, opts Options) (*Config, hcl.Diagnostics) {
	c := &Config{Dir: dir, abs: absolute(dir), opts: opts, parser: hclparse.NewParser(), main: newModule("", ".")}
	folders, err := openFolders(dir, opts.Checkout)
	c.folders = folders
	if err != nil {
		return c, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Configuration folder can't be read",
			Detail: fmt.Sprintf("%s. Name the folder that contains the .hcl files.", err)}}
	}
	bodies, diags := c.parse(".")
	diags = append(diags, c.unread()...)
	if diags.HasErrors() {
		return c, diags
	}
	for _, body := range bodies {
		diags = append(diags, c.declare(body, c.main)...)
	}
	c.funcs = c.functions()
	// Errors so far do not prevent the remaining checks: one run reports all errors that it can
	// find.
	diags = append(diags, c.link()...)
	diags = append(diags, c.checkCycles()...)
	diags = append(diags, c.setVariables()...)
	c.parsed = true
	diags = distinct(append(diags, c.evalOrg()...))
	c.faulty = diags.HasErrors()
	c.withoutOrg = c.newEvaluation(nil)
	return c, diags
}

// Empty returns a configuration of an owner that declares nothing.
func Empty(owner string) *Config {
	c := &Config{Owner: owner, parser: hclparse.NewParser(), main: newModule("", "."), parsed: true}
	c.withoutOrg = c.newEvaluation(nil)
	return c
}

// Evaluable reports whether blocks can be evaluated: a Config with syntax errors declares nothing.
func (c *Config) Evaluable() bool { return c.parsed }

// Files returns the sources for the snippets of diagnostics.
func (c *Config) Files() map[string]*hcl.File { return c.parser.Files() }

// Close closes the configuration's folder.
func (c *Config) Close() error {
	if c.folders == nil {
		return nil
	}
	return c.folders.close()
}

// IsSourceFile reports whether a file with this name in a configuration's folder is part of it:
// *.hcl and *.hcl.json, except test files and names that begin with a dot.
func IsSourceFile(name string) bool {
	return !strings.HasPrefix(name, ".") && (strings.HasSuffix(name, ".hcl") || strings.HasSuffix(name, ".hcl.json")) && !IsTestFile(name)
}

// IsTestFile reports whether a file with this name is a test of the configuration beside it:
// *.oktest.hcl.
func IsTestFile(name string) bool {
	return !strings.HasPrefix(name, ".") && strings.HasSuffix(strings.TrimSuffix(name, ".json"), ".oktest.hcl")
}

// sourceFiles returns the configuration's files among those of a folder.
func sourceFiles(entries []fs.DirEntry) []string {
	var names []string
	for _, e := range entries {
		if name := e.Name(); IsSourceFile(name) {
			names = append(names, name)
		}
	}
	return names
}

// withSources adds the files of a folder that exist only in Sources.
func (c *Config) withSources(dir string, names []string) []string {
	existing := len(names)
	for path := range c.opts.Sources {
		if name := filepath.Base(path); filepath.Dir(path) == dir && IsSourceFile(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) > existing {
		slices.Sort(names)
	}
	return names
}

// parse parses the files of a folder, given relative to the configuration's. A folder that several
// module blocks call is read once.
func (c *Config) parse(dir string) ([]hcl.Body, hcl.Diagnostics) {
	shown := filepath.Join(c.Dir, filepath.FromSlash(dir))
	entries, err := c.folders.list(dir)
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Configuration folder can't be read", Detail: fmt.Sprintf("%s: %s.", shown, fileError(err))}}
	}
	if diags := checkPendingImport(shown, entries); diags.HasErrors() {
		return nil, diags
	}
	names := c.withSources(shown, sourceFiles(entries))
	if override := overrideFile(names); override != "" {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Override file",
			Detail: fmt.Sprintf("Terraform would merge %s into the other files; oktaform has no override files. Change the blocks themselves, or use a variable for the differences and set it with --var-file. If the file has its own blocks, rename it.", filepath.Join(shown, override))}}
	}
	if len(names) == 0 {
		hint := "Name the folder with the configuration as the command's argument, or begin one with oktaform init."
		if dir != "." {
			hint = "A module's source must name the folder that contains them."
		}
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "No configuration files",
			Detail: fmt.Sprintf("The folder %s contains no .hcl files. %s", shown, hint)}}
	}
	var bodies []hcl.Body
	var diags hcl.Diagnostics
	for _, name := range names {
		file, more := c.parseFile(dir, filepath.Join(shown, name))
		diags = append(diags, more...)
		if file != nil {
			bodies = append(bodies, file.Body)
		}
	}
	return bodies, diags
}

func (c *Config) parseFile(dir, name string) (*hcl.File, hcl.Diagnostics) {
	if file := c.parser.Files()[name]; file != nil {
		return file, nil
	}
	data, replaced := c.opts.Sources[name]
	var err error
	if !replaced {
		data, err = c.folders.source(dir, filepath.Base(name))
	}
	if err != nil {
		return nil, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Configuration file can't be read", Detail: fmt.Sprintf("%s: %s.", files.Quoted(name), files.Cause(err))}}
	}
	var file *hcl.File
	var diags hcl.Diagnostics
	if strings.HasSuffix(name, ".json") {
		if diags = budget.JSONSource(data, name); !diags.HasErrors() {
			file, diags = c.parser.ParseJSON(data, name)
		}
		if file != nil {
			file.Body = jsonBody{file.Body, c}
		}
	} else {
		if file, diags = budget.ParseConfig(data, name); file == nil {
			c.parser.AddFile(name, &hcl.File{Bytes: data, Body: hcl.EmptyBody()}) // for the lines in diagnostics
			return nil, diags
		}
		c.parser.AddFile(name, file)
		tree := file.Body.(*hclsyntax.Body)
		c.meter.Body(tree)
		takeAsIs(tree)
	}
	return file, few(diags, name)
}

// maxSyntaxErrors is the maximum number of syntax errors reported for one file: each comes with its
// line, and a file that is no text has many.
const maxSyntaxErrors = 20

func few(diags hcl.Diagnostics, name string) hcl.Diagnostics {
	if len(diags) <= maxSyntaxErrors {
		return diags
	}
	return append(diags[:maxSyntaxErrors:maxSyntaxErrors], &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "More syntax errors",
		Detail: fmt.Sprintf("%s has %d more syntax errors. Check that it is an HCL file, with lines that end in LF or CRLF.", name, len(diags)-maxSyntaxErrors)})
}

// Validate returns every error that can be found without the org, beyond those of Load.
func (c *Config) Validate() hcl.Diagnostics {
	if !c.parsed {
		return nil
	}
	eval := c.Evaluate(nil).leniently()
	declared, diags := eval.All()
	diags = append(diags, duplicates(declared)...)
	diags = append(diags, additiveSets(declared)...)
	_, identity := eval.Identity()
	diags = append(diags, identity...)
	diags = append(diags, twoBlocks(declared)...)
	diags = append(diags, c.checkPolicy()...)
	_, more := eval.SmokeTests()
	diags = append(diags, more...)
	_, more = eval.Outputs()
	return distinct(append(diags, more...))
}

// distinct removes repeated diagnostics: each instance of a block reports the same errors in its
// file.
func distinct(diags hcl.Diagnostics) hcl.Diagnostics {
	type said struct{ summary, detail, place string }
	seen := map[said]bool{}
	return slices.DeleteFunc(diags, func(d *hcl.Diagnostic) bool {
		key := said{summary: d.Summary, detail: d.Detail}
		if d.Subject != nil {
			key.place = d.Subject.String()
		}
		repeated := seen[key]
		seen[key] = true
		return repeated
	})
}

// duplicates finds objects that cannot exist in an org together.
func duplicates(declared []schema.Desired) hcl.Diagnostics {
	var diags hcl.Diagnostics
	seen := map[string]schema.Addr{}
	for _, d := range declared {
		if !d.Value.IsKnown() {
			continue
		}
		for _, a := range d.Kind.Attrs {
			if !a.Unique && !(d.Kind.Unique && a.Name == d.Kind.Label) {
				continue
			}
			value := schema.Text(d.Value.GetAttr(a.Name))
			key := d.Kind.Name + " " + a.Name + " " + strings.ToLower(value)
			first, ok := seen[key]
			if ok && value != "" {
				subject := d.Range
				if r, ok := d.Positions.At(a.Name); ok {
					subject = r
				}
				diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Duplicate " + a.Name,
					Detail:  fmt.Sprintf("%s and %s both declare the %s %q, and a %s of a %s is unique in an org.", first, d.Addr, a.Name, value, a.Name, d.Kind.Title),
					Subject: &subject})
			}
			seen[key] = d.Addr
		}
	}
	return diags
}
