package view

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// JSON writes one value, indented.
func JSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Stream writes one JSON object per line, in the form of Terraform's machine-readable UI: @level,
// @message, @module, @timestamp, type, and the fields of the type.
type Stream struct {
	W     io.Writer
	Clock func() time.Time
}

func (s *Stream) line(level, typ, message string, more map[string]any) {
	out := map[string]any{"@level": level, "@message": message, "@module": "oktaform.ui",
		"@timestamp": s.Clock().UTC().Format("2006-01-02T15:04:05.000000Z"), "type": typ}
	for name, value := range more {
		out[name] = value
	}
	// Cannot fail: everything in the map is plain data.
	data, _ := json.Marshal(out)
	fmt.Fprintf(s.W, "%s\n", data)
}

// Version begins a stream.
func (s *Stream) Version(version string) {
	s.line("info", "version", "oktaform "+version, map[string]any{"oktaform": version, "ui": "1.0"})
}

// Diagnostic writes an error or warning.
func (s *Stream) Diagnostic(d *hcl.Diagnostic) {
	level := "error"
	if d.Severity == hcl.DiagWarning {
		level = "warn"
	}
	s.line(level, "diagnostic", d.Summary, map[string]any{"diagnostic": newDiagnosticJSON(d, nil)})
}

func resource(addr schema.Addr) map[string]any {
	var key any
	if addr.Key != "" {
		_ = json.Unmarshal([]byte(addr.Key), &key)
	}
	inModule := addr
	inModule.Module = ""
	return map[string]any{"addr": addr.String(), "module": addr.Module, "resource": inModule.String(), "implied_provider": "okta",
		"resource_type": addr.Kind, "resource_name": addr.Name, "resource_key": key}
}

var actionNames = map[plan.Action]string{plan.NoOp: "noop", plan.Create: "create", plan.Update: "update",
	plan.Delete: "delete", plan.Replace: "replace", plan.Import: "import", plan.Forget: "forget"}

// plannedChange is a change in the stream: Terraform's fields, and the values.
type plannedChange struct {
	plan.ChangeDocument
	Resource map[string]any `json:"resource"`
	Previous map[string]any `json:"previous_resource,omitempty"`
	Action   string         `json:"action"`
	Reason   string         `json:"reason,omitempty"` // one of Terraform's words
	Why      string         `json:"oktaform_reason,omitempty"`
}

// Plan writes a planned_change for each change, then the change_summary.
func (s *Stream) Plan(p *plan.Plan) {
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action == plan.NoOp {
			continue
		}
		change := plannedChange{ChangeDocument: c.Document(), Resource: resource(c.Addr), Action: actionNames[c.Action], Reason: c.ActionReason(p), Why: c.Reason}
		if c.OnlyMoved() {
			change.Action = "move"
		}
		if c.PrevAddr != (schema.Addr{}) {
			change.Previous = resource(c.PrevAddr)
		}
		s.line("info", "planned_change", fmt.Sprintf("%s: Plan to %s", c.Addr, change.Action), map[string]any{"change": change})
	}
	s.summary(p.Counts(), "plan", Summary(p, Style{}))
	s.plannedOutputs(p.Outputs)
	for _, note := range p.Notes {
		s.line("info", "log", note, nil)
	}
}

func (s *Stream) summary(n plan.Counts, operation, message string) {
	s.line("info", "change_summary", message, map[string]any{"changes": map[string]any{
		"add": n.Add, "change": n.Change, "remove": n.Destroy, "import": n.Import, "forget": n.Forget, "operation": operation}})
}

// Event writes one step of an apply.
func (s *Stream) Event(e apply.Event) {
	hook := map[string]any{"resource": resource(e.Change.Addr), "action": actionNames[e.Change.Action]}
	if e.ID != "" {
		hook["id_key"], hook["id_value"] = "id", e.ID
	}
	level := "info"
	if e.Step == apply.Failed || e.Step == apply.Withheld {
		level = "error"
	}
	if len(e.Old) > 0 {
		hook["old"] = e.Old
	}
	if e.Reason != "" {
		hook["reason"] = e.Reason
	}
	if e.Step == apply.Completed || e.Step == apply.Failed {
		hook["elapsed_seconds"] = int(e.Elapsed.Seconds())
	}
	s.line(level, "apply_"+string(e.Step), strings.TrimSuffix(Progress(e, Style{}), "\n"), map[string]any{"hook": hook})
}

// Request writes one request that changes the org, and its result.
func (s *Stream) Request(r schema.Request) {
	level, result := "info", fmt.Sprint(r.Status)
	if r.Err != "" {
		result = r.Err
	}
	if r.Err != "" || r.Status >= 400 {
		level = "warn"
	}
	request := map[string]any{"addr": r.Addr, "method": r.Method, "path": r.Path}
	if r.Status != 0 {
		request["status"] = r.Status
	}
	if r.RequestID != "" {
		request["request_id"] = r.RequestID
	}
	if r.Err != "" {
		request["error"] = r.Err
	}
	s.line(level, "request", fmt.Sprintf("%s %s: %s", r.Method, r.Path, result), map[string]any{"request": request})
}

// Applied writes the summary of an apply.
func (s *Stream) Applied(r *apply.Result, destroyed bool) {
	operation, message := "apply", Applied(r, destroyed, Style{})
	if destroyed {
		operation = "destroy"
	}
	if r.Failed > 0 || r.NotDone > 0 || len(r.Withheld) > 0 {
		message = Stopped(r, false, Style{})
	}
	s.summary(r.Done, operation, message[:len(message)-1])
}

// Snapshot writes what a snapshot contains, and what it does not.
func (s *Stream) Snapshot(file, org string, objects int, gaps []string) {
	s.line("info", "snapshot", fmt.Sprintf("%d objects of %s are in %s", objects, org, file), map[string]any{"snapshot": map[string]any{
		"file": file, "org": org, "objects": objects, "not_copied": append([]string{}, gaps...)}})
}

// plannedOutputs writes the changes of outputs. Previous values are not stored: a known output
// counts as unchanged.
func (s *Stream) plannedOutputs(outputs []plan.Output) {
	if len(outputs) == 0 {
		return
	}
	values := map[string]any{}
	for _, o := range outputs {
		values[o.Name] = map[string]any{"sensitive": o.Sensitive, "action": o.Action()}
	}
	s.line("info", "outputs", fmt.Sprintf("Outputs: %d", len(outputs)), map[string]any{"outputs": values})
}

// Outputs writes the outputs of an apply.
func (s *Stream) Outputs(outputs []config.Output) {
	values := map[string]any{}
	for _, o := range outputs {
		out := map[string]any{"sensitive": o.Sensitive}
		if !o.Sensitive {
			out["type"], out["value"] = typeJSON(o.Value), ValueJSON(o.Value)
		}
		values[o.Name] = out
	}
	s.line("info", "outputs", fmt.Sprintf("Outputs: %d", len(outputs)), map[string]any{"outputs": values})
}

// ValueJSON returns a value for JSON: null while it is not known.
func ValueJSON(v cty.Value) any {
	if !v.IsWhollyKnown() {
		return nil
	}
	data, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return nil
	}
	return json.RawMessage(data)
}

func typeJSON(v cty.Value) any {
	data, err := ctyjson.MarshalType(v.Type())
	if err != nil {
		return nil
	}
	return json.RawMessage(data)
}

// OutputsJSON is the output of output --json. Sensitive outputs have no values there; --raw prints
// a single one.
func OutputsJSON(outputs []config.Output) (string, error) {
	values := map[string]any{}
	for _, o := range outputs {
		out := map[string]any{"sensitive": o.Sensitive, "type": typeJSON(o.Value)}
		if !o.Sensitive {
			out["value"] = ValueJSON(o.Value)
		}
		values[o.Name] = out
	}
	data, err := json.MarshalIndent(values, "", "  ")
	return string(data) + "\n", err
}

// OutputValue is the value of one output: as HCL, as JSON, or as raw text.
func OutputValue(o config.Output, asJSON, raw bool) (string, error) {
	switch {
	case !o.Value.IsWhollyKnown():
		return "", fmt.Errorf("output %q isn't known yet: apply the configuration first", o.Name)
	case o.Sensitive && !raw:
		return "", fmt.Errorf("output %q is sensitive: only --raw writes its value", o.Name)
	case asJSON:
		data, err := ctyjson.Marshal(o.Value, o.Value.Type())
		return string(data) + "\n", err
	case raw:
		text, err := convert.Convert(o.Value, cty.String)
		if err != nil || text.IsNull() {
			return "", fmt.Errorf("output %q is neither text, number nor bool, so --raw can't print it: use --json", o.Name)
		}
		return text.AsString(), nil
	}
	return hclText(o.Value) + "\n", nil
}

// OrEmpty returns a list that JSON writes as [] where it is empty.
func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
