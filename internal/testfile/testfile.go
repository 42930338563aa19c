// Package testfile reads the tests of a configuration, *.oktest.hcl: which runs a file has, what
// happens in the org before each, and what each asserts and expects. It evaluates nothing.
package testfile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
)

// maxRuns is the maximum number of runs in a file: each may apply and test.
const maxRuns = 1000

// Command is what a run does.
type Command string

// The commands of a run.
const (
	Plan    Command = "plan"
	Apply   Command = "apply"   // the default
	Smoke   Command = "smoke"   // the smoke tests, with the org as it is
	Review  Command = "review"  // the rules, without the org
	Destroy Command = "destroy" // must leave nothing
)

func commands() []Command { return []Command{Plan, Apply, Smoke, Review, Destroy} }

// File is a test file.
type File struct {
	Name      string
	Seed      string // the file with the content of the org, relative to the configuration; may be ""
	SeedRange hcl.Range
	Variables hcl.Attributes
	Setup     []Event // what happens in the org before the first run
	Runs      []Run
	Source    *hcl.File
}

// Run is one run block.
type Run struct {
	Name      string
	Command   Command
	Variables hcl.Attributes
	Before    []Event
	Asserts   []Assert
	Expected  []Expected
	Range     hcl.Range
}

// Assert is a condition that must be true after the run.
type Assert struct {
	Condition, Message hcl.Expression
}

// Expected is something that must fail in the run.
type Expected struct {
	Key   string // var.NAME, KIND.NAME, output.NAME, smoke_test["NAME"] or finding.RULE
	Range hcl.Range
}

// Event is something that happens in the org: a request of its super admin, time that passes, or
// failures of the requests that follow. Exactly one field is set, besides Range.
type Event struct {
	Request *Request
	Advance hcl.Expression
	Faults  hcl.Expression
	Range   hcl.Range
}

// Request is a request block. Attributes that are omitted are nil.
type Request struct {
	Name                      string // "" without a label
	Method, Path, Body, Merge hcl.Expression
	Status                    hcl.Expression
}

var (
	fileSchema = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "seed"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "variables"}, {Type: "setup"}, {Type: "run", LabelNames: []string{"name"}}},
	}
	runSchema = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "command"}, {Name: "expect_failures"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "variables"}, {Type: "before"}, {Type: "assert"}},
	}
	assertSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "condition", Required: true}, {Name: "error_message", Required: true}}}
	eventsSchema = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "advance"}, {Name: "faults"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "request"}},
	}
	requestSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "name"}, {Name: "method"}, {Name: "path", Required: true},
		{Name: "body"}, {Name: "merge"}, {Name: "status"}}}
)

// Forms returns what the blocks of a test file can contain, by their types; "" is the file.
func Forms() map[string]*hcl.BodySchema {
	return map[string]*hcl.BodySchema{"": fileSchema, "setup": eventsSchema, "run": runSchema, "before": eventsSchema, "assert": assertSchema, "request": requestSchema}
}

// Parse reads a test file. The File has the source even if there are errors.
func Parse(name string, data []byte) (*File, hcl.Diagnostics) {
	f := &File{Name: name, Source: &hcl.File{Bytes: data, Body: hcl.EmptyBody()}}
	if strings.HasSuffix(name, ".json") {
		return f, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Test file in JSON", Detail: fmt.Sprintf("%s: tests are written in HCL's native syntax: name the file *.oktest.hcl.", name)}}
	}
	source, diags := budget.ParseConfig(data, name)
	if diags.HasErrors() {
		return f, diags[:min(len(diags), 20)]
	}
	f.Source = source
	new(budget.Meter).Body(source.Body.(*hclsyntax.Body))
	content, diags := source.Body.Content(fileSchema)
	if seed := content.Attributes["seed"]; seed != nil {
		var more hcl.Diagnostics
		f.Seed, more = text(seed)
		f.SeedRange, diags = seed.Expr.Range(), append(diags, more...)
	}
	for _, block := range content.Blocks {
		var more hcl.Diagnostics
		switch block.Type {
		case "variables":
			more = variables(&f.Variables, block)
		case "setup":
			var events []Event
			events, more = parseEvents(block.Body)
			f.Setup = append(f.Setup, events...)
		case "run":
			var run Run
			run, more = parseRun(block)
			if slices.ContainsFunc(f.Runs, func(r Run) bool { return r.Name == run.Name }) {
				more = append(more, invalid(block.LabelRanges[0], "Duplicate run", "The file has two runs with the name %q. Each needs a name of its own.", run.Name))
			}
			f.Runs = append(f.Runs, run)
		}
		diags = append(diags, more...)
	}
	switch {
	case diags.HasErrors():
	case len(f.Runs) == 0:
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "No run", Detail: name + " has no run block, so it tests nothing."})
	case len(f.Runs) > maxRuns:
		diags = append(diags, invalid(f.Runs[maxRuns].Range, "Too many runs", "A test file may have %d runs. Use several files: they run beside each other.", maxRuns))
	}
	return f, diags
}

func invalid(at hcl.Range, summary, format string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at}
}

// text returns the value of an attribute that must be a constant string.
func text(attr *hcl.Attribute) (string, hcl.Diagnostics) {
	v, diags := attr.Expr.Value(nil)
	if !diags.HasErrors() && (v.IsNull() || !v.IsKnown() || v.Type() != cty.String) {
		diags = append(diags, invalid(attr.Expr.Range(), "Invalid "+attr.Name, "%s must be a string.", attr.Name))
	}
	if diags.HasErrors() {
		return "", diags
	}
	return v.AsString(), diags
}

// variables reads a variables block.
func variables(to *hcl.Attributes, block *hcl.Block) hcl.Diagnostics {
	if *to != nil {
		return hcl.Diagnostics{invalid(block.DefRange, "Two variables blocks", "There may be one variables block here. Put all values into it.")}
	}
	attrs, diags := block.Body.JustAttributes()
	*to = attrs
	return diags
}

func parseRun(block *hcl.Block) (Run, hcl.Diagnostics) {
	run := Run{Name: block.Labels[0], Command: Apply, Range: block.DefRange}
	content, diags := block.Body.Content(runSchema)
	if attr := content.Attributes["command"]; attr != nil {
		run.Command = Command(hcl.ExprAsKeyword(attr.Expr))
		if !slices.Contains(commands(), run.Command) {
			diags = append(diags, invalid(attr.Expr.Range(), "Invalid command", "The command of a run is one of plan, apply, smoke, review and destroy, without quotes."))
		}
	}
	if attr := content.Attributes["expect_failures"]; attr != nil {
		var more hcl.Diagnostics
		run.Expected, more = parseExpected(attr.Expr)
		diags = append(diags, more...)
	}
	for _, inner := range content.Blocks {
		var more hcl.Diagnostics
		switch inner.Type {
		case "variables":
			more = variables(&run.Variables, inner)
		case "before":
			var events []Event
			events, more = parseEvents(inner.Body)
			run.Before = append(run.Before, events...)
		case "assert":
			var c *hcl.BodyContent
			if c, more = inner.Body.Content(assertSchema); !more.HasErrors() {
				run.Asserts = append(run.Asserts, Assert{c.Attributes["condition"].Expr, c.Attributes["error_message"].Expr})
			}
		}
		diags = append(diags, more...)
	}
	return run, diags
}

// parseEvents reads a setup or before block. Its parts happen in the order in which they stand.
func parseEvents(body hcl.Body) ([]Event, hcl.Diagnostics) {
	var events []Event
	content, diags := body.Content(eventsSchema)
	for name, attr := range content.Attributes {
		e := Event{Range: attr.Range}
		if name == "advance" {
			e.Advance = attr.Expr
		} else {
			e.Faults = attr.Expr
		}
		events = append(events, e)
	}
	for _, block := range content.Blocks {
		c, more := block.Body.Content(requestSchema)
		diags = append(diags, more...)
		if more.HasErrors() {
			continue
		}
		r := &Request{}
		for name, to := range map[string]*hcl.Expression{"method": &r.Method, "path": &r.Path, "body": &r.Body, "merge": &r.Merge, "status": &r.Status} {
			if attr := c.Attributes[name]; attr != nil {
				*to = attr.Expr
			}
		}
		if attr := c.Attributes["name"]; attr != nil {
			if r.Name, more = text(attr); !more.HasErrors() && !hclsyntax.ValidIdentifier(r.Name) {
				more = append(more, invalid(attr.Expr.Range(), "Invalid name", "%q is not a valid name: letters, digits, underscores and dashes.", r.Name))
			}
			diags = append(diags, more...)
		}
		events = append(events, Event{Request: r, Range: block.DefRange})
	}
	slices.SortFunc(events, func(a, b Event) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return events, diags
}

func parseExpected(expr hcl.Expression) (list []Expected, diags hcl.Diagnostics) {
	exprs, diags := hcl.ExprList(expr)
	for _, e := range exprs {
		t, more := hcl.AbsTraversalForExpr(e)
		if more.HasErrors() || len(t) < 2 {
			diags = append(diags, invalid(e.Range(), "Invalid reference in expect_failures",
				`Name what must fail: var.NAME, output.NAME, an object such as service_app.NAME, smoke_test["NAME"], or finding.RULE.`))
			continue
		}
		list = append(list, Expected{keyOf(t), e.Range()})
	}
	return list, diags
}

// keyOf returns the text of a reference to something that can fail.
func keyOf(t hcl.Traversal) string {
	name := ""
	switch step := t[1].(type) {
	case hcl.TraverseAttr:
		name = step.Name
	case hcl.TraverseIndex:
		if step.Key.Type() == cty.String {
			name = step.Key.AsString()
		}
	}
	return Key(t.RootName(), name)
}

// Key returns the key of something that can fail, as Expected has it.
func Key(root, name string) string {
	if root == "smoke_test" {
		return fmt.Sprintf("smoke_test[%q]", name)
	}
	return root + "." + name
}
