package view_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// hostile is text as somebody may have put it into an org: a line of its own, an
// escape sequence, a change of the direction of writing.
const hostile = "Portal\nPlan: 7 to add\x1b[2J\u202e\"${x}"

func group(name cty.Value) schema.Value {
	k := kinds.Named("group")
	attrs := schema.Values{}
	attrs["name"] = name
	return k.Object(attrs)
}

func change(action plan.Action, before, after schema.Value) *plan.Plan {
	k := kinds.Named("group")
	return &plan.Plan{Changes: []plan.Change{{
		Addr: schema.Addr{Kind: "group", Name: "g"}, Kind: k, Action: action, ID: "00g1", Before: before, After: after, Prior: &schema.Object{},
	}}}
}

func noSurprises(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && (!unicode.IsPrint(r) || unicode.Is(unicode.Bidi_Control, r)) {
			t.Errorf("%q is written as it is, in:\n%s", r, text)
		}
	}
	if strings.Contains(text, "\nPlan: 7 to add") {
		t.Errorf("a foreign line is written as ours:\n%s", text)
	}
}

func TestHostileText(t *testing.T) {
	name := cty.StringVal(hostile)
	noSurprises(t, view.Plan(change(plan.Update, group(name), group(cty.StringVal("G"))), view.Style{}))
	noSurprises(t, view.Plan(change(plan.Delete, group(name), schema.Value{}), view.Style{}))
	p := change(plan.Update, group(name), group(cty.StringVal("G")))
	p.Notes, p.Changes[0].Reason = []string{hostile}, hostile
	noSurprises(t, view.Plan(p, view.Style{}))
	noSurprises(t, view.Report(smoke.Report{Tests: []smoke.Result{{Name: hostile, Outcome: smoke.Failed,
		Steps: []smoke.Step{{Name: "token", Problem: hostile, Got: hostile, Cause: hostile, RequestID: hostile}}}}}, view.Style{}))
	noSurprises(t, view.Outputs([]config.Output{{Name: "o", Value: name}}, view.Style{}))
	var b bytes.Buffer
	diags := hcl.Diagnostics{{Severity: hcl.DiagError, Summary: hostile, Detail: "The app " + strings.ReplaceAll(hostile, "\n", " ") + " exists."}}
	if err := view.Diagnostics(&b, diags, nil, view.Style{}, 0); err != nil {
		t.Fatal(err)
	}
	noSurprises(t, b.String())
}

func TestSecretsAreNeverShown(t *testing.T) {
	secret := cty.StringVal("hunter2").Mark(schema.Sensitive)
	p := change(plan.Update, group(cty.StringVal("G")), group(secret))
	p.Outputs = []plan.Output{{Name: "o", Value: cty.StringVal("hunter2"), Sensitive: true}}
	var stream bytes.Buffer
	(&view.Stream{W: &stream, Clock: time.Now}).Plan(p)
	for _, text := range []string{view.Plan(p, view.Style{}), stream.String()} {
		if strings.Contains(text, "hunter2") || !strings.Contains(text, "ensitive") {
			t.Error(text)
		}
	}
}

// The stream is one JSON object a line, with Terraform's fields.
func TestStream(t *testing.T) {
	var b bytes.Buffer
	s := &view.Stream{W: &b, Clock: func() time.Time { return time.Unix(0, 0) }}
	s.Version("1.0")
	s.Plan(change(plan.Create, schema.Value{}, group(cty.StringVal("G"))))
	s.Diagnostic(&hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Careful"})
	var types []string
	for line := range strings.Lines(b.String()) {
		var object struct {
			Level, Message, Module, Timestamp, Type string
			Change                                  struct {
				Action string
				After  map[string]any
			}
		}
		if err := json.Unmarshal([]byte(strings.ReplaceAll(line, `"@`, `"`)), &object); err != nil {
			t.Fatal(err, line)
		}
		if object.Level == "" || object.Message == "" || object.Module == "" || object.Timestamp != "1970-01-01T00:00:00.000000Z" {
			t.Error(line)
		}
		if object.Type == "planned_change" && (object.Change.Action != "create" || object.Change.After["name"] != "G") {
			t.Error(line)
		}
		types = append(types, object.Type)
	}
	if got := strings.Join(types, " "); got != "version planned_change change_summary diagnostic" {
		t.Error(got)
	}
}
