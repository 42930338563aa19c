package versions

import (
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/testfile"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestFile is what a test file of the configuration proves.
type TestFile struct {
	Name  string // without its folder
	Range hcl.Range
	// Problem says why it can't be read; "" if it can.
	Problem string
	Seed    string // the file with the content of its org; may be ""
	Runs    []TestRun
}

// TestRun is one run of a test file. Parts of it are the same in two versions if their prints are.
type TestRun struct {
	Name    string
	File    string // its file's name
	Command testfile.Command
	// Values are the prints of the variables, by name. Events is the print of the events in the org
	// before the run. Both begin with those of the file.
	Values   map[string]string
	Events   string
	Asserts  []TestAssertion
	Expected []string // what must fail
	Range    hcl.Range
}

// TestAssertion is one assertion of a run.
type TestAssertion struct {
	Text  string // the condition
	Print string
	// Access means that it is about who may do what, or about findings.
	Access  bool
	Objects []string // the blocks that it refers to
	Range   hcl.Range
}

// testFilesOf reads the test files beside a configuration.
func testFilesOf(c *config.Config) (list []TestFile) {
	eval := c.Evaluate(nil)
	for _, source := range c.TestFiles() {
		f := TestFile{Name: filepath.Base(source.Name), Range: hcl.Range{Filename: source.Name, Start: hcl.InitialPos, End: hcl.InitialPos}}
		if source.Err != nil {
			f.Problem = source.Err.Error()
			list = append(list, f)
			continue
		}
		parsed, diags := testfile.Parse(source.Name, source.Data)
		if diags.HasErrors() {
			f.Problem = diags.Errs()[0].Error()
		}
		p := printer{eval, source.Data}
		f.Seed = parsed.Seed
		seed := "seed " + parsed.Seed + "\n"
		for i := range parsed.Runs {
			f.Runs = append(f.Runs, p.run(f.Name, seed, parsed, &parsed.Runs[i]))
		}
		list = append(list, f)
	}
	return list
}

// printer makes the prints of a test file.
type printer struct {
	eval   *config.Evaluation
	source []byte
}

func (p printer) print(expr hcl.Expression) string { return p.eval.ExpressionPrint(expr, p.source) }

func (p printer) run(file, seed string, of *testfile.File, r *testfile.Run) TestRun {
	run := TestRun{Name: r.Name, File: file, Command: r.Command, Values: map[string]string{}, Range: r.Range,
		Events: seed + p.events(of.Setup) + p.events(r.Before)}
	for _, attrs := range []hcl.Attributes{of.Variables, r.Variables} {
		for name, attr := range attrs {
			run.Values[name] = p.print(attr.Expr)
		}
	}
	for _, a := range r.Asserts {
		at := budget.Bare(a.Condition).Range()
		run.Asserts = append(run.Asserts, TestAssertion{Text: shortText(at, p.source), Print: p.print(a.Condition), Access: aboutAccess(a.Condition), Objects: objectsIn(a.Condition), Range: at})
	}
	for _, e := range r.Expected {
		run.Expected = append(run.Expected, e.Key)
	}
	return run
}

// events returns the print of what happens in the org.
func (p printer) events(list []testfile.Event) string {
	var b strings.Builder
	for _, e := range list {
		exprs := []hcl.Expression{e.Advance, e.Faults}
		if r := e.Request; r != nil {
			b.WriteString("request " + r.Name + "\n")
			exprs = []hcl.Expression{r.Method, r.Path, r.Body, r.Merge, r.Status}
		}
		for i, expr := range exprs {
			if expr != nil {
				b.WriteString(strconv.Itoa(i) + " " + p.print(expr) + "\n")
			}
		}
	}
	return b.String()
}

// shortText returns the source of an expression on one line.
func shortText(at hcl.Range, source []byte) string {
	if !at.CanSliceBytes(source) {
		return ""
	}
	const shown = 120
	text := []rune(strings.Join(strings.Fields(string(at.SliceBytes(source))), " "))
	if len(text) > shown {
		return string(text[:shown]) + "..."
	}
	return string(text)
}

// objectsIn returns the blocks of objects that an expression refers to.
func objectsIn(expr hcl.Expression) (list []string) {
	for _, t := range expr.Variables() {
		if len(t) < 2 || kinds.Named(t.RootName()) == nil {
			continue
		}
		if name, ok := t[1].(hcl.TraverseAttr); ok {
			list = append(list, t.RootName()+"."+name.Name)
		}
	}
	return list
}

// readdressTestFiles gives the objects in test files their new addresses.
func readdressTestFiles(files []TestFile, to map[string]schema.Addr) []TestFile {
	var pairs []string
	for _, old := range slices.Sorted(maps.Keys(to)) {
		from, err := schema.ParseAddr(old)
		if err != nil || from.Module != "" || to[old].Module != "" || from.Block() == to[old].Block() {
			continue
		}
		is := to[old]
		pairs = append(pairs, from.Kind+" . "+from.Name+" ", is.Kind+" . "+is.Name+" ", // tokens
			from.Kind+"."+from.Name, is.Kind+"."+is.Name)
	}
	if len(pairs) == 0 {
		return files
	}
	replace := strings.NewReplacer(pairs...).Replace
	files = slices.Clone(files)
	for i := range files {
		files[i].Runs = slices.Clone(files[i].Runs)
		for j := range files[i].Runs {
			files[i].Runs[j] = files[i].Runs[j].readdressed(replace)
		}
	}
	return files
}

func (r TestRun) readdressed(replace func(string) string) TestRun {
	r.Events = replace(r.Events)
	r.Values = maps.Clone(r.Values)
	for name, print := range r.Values {
		r.Values[name] = replace(print)
	}
	r.Expected = slices.Clone(r.Expected)
	for i := range r.Expected {
		r.Expected[i] = replace(r.Expected[i])
	}
	r.Asserts = slices.Clone(r.Asserts)
	for i := range r.Asserts {
		a := &r.Asserts[i]
		a.Print, a.Objects = replace(a.Print), slices.Clone(a.Objects)
		for j := range a.Objects {
			a.Objects[j] = replace(a.Objects[j])
		}
	}
	return r
}

// aboutAccess reports whether a condition is about who may do what, or about findings.
func aboutAccess(condition hcl.Expression) bool {
	found := slices.ContainsFunc(condition.Variables(), func(t hcl.Traversal) bool { return t.RootName() == "findings" })
	if tree, ok := condition.(hclsyntax.Expression); ok {
		_ = hclsyntax.VisitAll(tree, func(n hclsyntax.Node) hcl.Diagnostics {
			if expr, ok := n.(hclsyntax.Expression); ok {
				if call, ok := budget.Bare(expr).(*hclsyntax.FunctionCallExpr); ok && slices.Contains([]string{"who_may", "may", "access"}, call.Name) {
					found = true
				}
			}
			return nil
		})
	}
	return found
}

// HasAssertion reports whether a condition of the run reads so.
func (r *TestRun) HasAssertion(text string) bool {
	return slices.ContainsFunc(r.Asserts, func(a TestAssertion) bool { return a.Text == text })
}
