package terraform

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/files"
)

// Translation is a folder of .tf files translated to oktaform's language.
type Translation struct {
	Files map[string][]byte // by name, with / between folders
	// Remarks are the places that could not be translated exactly.
	Remarks []Remark
	// Declared are the addresses of the resources that the translated files declare, in Terraform's
	// form, without keys.
	Declared []string
	Hosts    []string // see State.Hosts
	// Unused are variables of the root module that nothing in the translated files uses.
	Unused []string
}

// Remark says how a line was translated.
type Remark struct {
	File string
	Line int
	Text string
}

// maxFolders is the maximum number of module folders.
const maxFolders = 200

// folder is one module that is being translated.
type folder struct {
	t       *translator
	dir     string // relative to the root; "." is the root
	sources []*source
	// resources and data by type and name: okta_group.staff, data.okta_group.staff.
	resources map[string]*resource
	types     map[string]bool // the types of all resources, including other providers'
	// lookups are data blocks for objects that the files name by id.
	lookups map[string]bool
	admins  map[string]*resource // by whose admin roles they are
	secrets map[string]bool      // see secretLocals; nil: not needed yet
}

type source struct {
	name string
	text []byte
	body *hclsyntax.Body
}

type translator struct {
	root    *files.Root
	out     *Translation
	folders map[string]bool
	queue   []string
	// declared and calls are what each folder declares, and the modules that it calls.
	declared map[string][]string
	calls    map[string][][2]string
}

// Translate translates a folder of .tf files, and the local modules that it calls.
func Translate(root *files.Root) (*Translation, error) {
	t := &translator{root: root, out: &Translation{Files: map[string][]byte{}}, folders: map[string]bool{".": true}, queue: []string{"."},
		declared: map[string][]string{}, calls: map[string][][2]string{}}
	for len(t.queue) > 0 {
		dir := t.queue[0]
		t.queue = t.queue[1:]
		f, err := t.open(dir)
		if err != nil {
			return nil, err
		}
		if err := f.translate(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(t.out.Remarks, func(a, b Remark) int {
		if a.File != b.File {
			return strings.Compare(a.File, b.File)
		}
		return a.Line - b.Line
	})
	t.out.Remarks = slices.Compact(t.out.Remarks)
	t.addresses(".", "", 0)
	slices.Sort(t.out.Declared)
	t.out.Declared = slices.Compact(t.out.Declared)
	slices.Sort(t.out.Hosts)
	t.out.Hosts = slices.Compact(t.out.Hosts)
	return t.out, nil
}

// maxDepth and maxDeclared limit the addresses that module calls produce.
const (
	maxDepth    = 20
	maxDeclared = 100_000
)

// addresses collects what a folder and the modules that it calls declare.
func (t *translator) addresses(dir, prefix string, depth int) {
	for _, address := range t.declared[dir] {
		if len(t.out.Declared) < maxDeclared {
			t.out.Declared = append(t.out.Declared, prefix+address)
		}
	}
	for _, call := range t.calls[dir] {
		if depth < maxDepth && len(t.out.Declared) < maxDeclared {
			t.addresses(call[1], prefix+"module."+call[0]+".", depth+1)
		}
	}
}

// open parses the files of a folder.
func (t *translator) open(dir string) (*folder, error) {
	entries, err := t.root.List(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{t: t, dir: dir, resources: map[string]*resource{}, types: map[string]bool{}, lookups: map[string]bool{}, admins: map[string]*resource{}}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		switch {
		case e.IsDir() || strings.HasPrefix(e.Name(), "."):
			continue
		case strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tofu.json"):
			t.remark(name, 1, "JSON syntax is not translated: give the state instead of the files")
			continue
		case strings.HasSuffix(name, "_override.tf") || e.Name() == "override.tf":
			t.remark(name, 1, "override files are not translated: merge them into the blocks that they change")
			continue
		case !strings.HasSuffix(name, ".tf") && !strings.HasSuffix(name, ".tofu"):
			continue
		}
		text, err := t.root.Read(name, files.SourceLimit)
		if err != nil {
			return nil, err
		}
		parsed, diags := budget.ParseConfig(text, name)
		if diags.HasErrors() {
			return nil, placed(diags)
		}
		body := parsed.Body.(*hclsyntax.Body)
		if err := checkLabels(body); err != nil {
			return nil, err
		}
		f.sources = append(f.sources, &source{name, text, body})
	}
	if dir == "." && len(f.sources) == 0 && len(t.out.Remarks) == 0 {
		return nil, errors.New("it holds no .tf files: give the folder of Terraform's root module, a state file, or what terraform show -json prints")
	}
	return f, nil
}

// checkLabels refuses types and names that Terraform refuses: a label may hold any text, also what
// would be blocks of its own in the files that are written.
func checkLabels(body *hclsyntax.Body) error {
	for _, block := range body.Blocks {
		for i, label := range block.Labels {
			if !hclsyntax.ValidIdentifier(label) {
				at := block.LabelRanges[i]
				return fmt.Errorf("%s:%d: %s is no name: names begin with a letter or underscore and hold letters, digits, underscores and dashes", at.Filename, at.Start.Line, files.Quoted(label))
			}
		}
	}
	return nil
}

// placed returns the first error with its position.
func placed(diags hcl.Diagnostics) error {
	for _, d := range diags {
		if d.Severity == hcl.DiagError && d.Subject != nil {
			return fmt.Errorf("%s:%d: %s: %s", d.Subject.Filename, d.Subject.Start.Line, d.Summary, d.Detail)
		}
	}
	return diags
}

func (t *translator) remark(file string, line int, format string, args ...any) {
	t.out.Remarks = append(t.out.Remarks, Remark{file, line, fmt.Sprintf(format, args...)})
}

// remark records a remark about a position in the files.
func (f *folder) remark(at hcl.Range, format string, args ...any) {
	f.t.remark(at.Filename, at.Start.Line, format, args...)
}

// module queues the folder of a local module. It returns false if the folder cannot be read.
func (f *folder) module(source string) bool {
	if !strings.HasPrefix(source, "./") && !strings.HasPrefix(source, "../") {
		return false
	}
	dir := path.Join(f.dir, source)
	if dir == ".." || strings.HasPrefix(dir, "../") || path.IsAbs(dir) {
		return false
	}
	if f.t.folders[dir] {
		return true
	}
	if info, err := f.t.root.Stat(dir); err != nil || !info.IsDir() || len(f.t.folders) >= maxFolders {
		return false
	}
	f.t.folders[dir] = true
	f.t.queue = append(f.t.queue, dir)
	return true
}
