package testrun

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/testfile"
	"github.com/oktaform/oktaform/sandbox"
)

// maxAnswer is how much of an answer is read.
const maxAnswer = 4 << 20

// asIs returns what the configuration's objects are in the org, for the expressions of events; nil
// without events, and if the org can't be read, which the run reports.
func (t *fileTest) asIs(ctx context.Context, events []testfile.Event) config.Known {
	if len(events) == 0 {
		return nil
	}
	p, err := t.in.makePlan(ctx, false)
	if err != nil {
		return nil
	}
	return p.Known()
}

// happen makes the events happen in the org, in their order.
func (t *fileTest) happen(ctx context.Context, events []testfile.Event, known config.Known) error {
	for i := range events {
		e := &events[i]
		var diags hcl.Diagnostics
		switch {
		case e.Request != nil:
			diags = t.request(ctx, e, known)
		case e.Advance != nil:
			diags = t.advance(e.Advance, known)
		default:
			diags = t.fail(e.Faults, known)
		}
		if err := session.Failed(diags, t.result.Sources); err != nil {
			return err
		}
	}
	return nil
}

// value evaluates an expression of an event, converted to a type.
func (t *fileTest) value(expr hcl.Expression, known config.Known, want cty.Type) (cty.Value, hcl.Diagnostics) {
	more := &hcl.EvalContext{Variables: map[string]cty.Value{"response": object(t.responses), "run": object(t.outputs)}}
	v, _, diags := t.in.Config.Evaluate(known).Value(expr, more)
	if diags.HasErrors() {
		return v, diags
	}
	v, _ = v.UnmarkDeep()
	if !v.IsWhollyKnown() {
		return v, append(diags, failure(expr.Range(), "Unknown value", "The value can't be used: %s.", errUnknown))
	}
	v, err := convert.Convert(v, want)
	if err != nil || v.IsNull() {
		diags = append(diags, failure(expr.Range(), "Invalid value", "A value of type %s is needed here.", want.FriendlyName()))
	}
	return v, diags
}

// advance lets time pass in the org.
func (t *fileTest) advance(expr hcl.Expression, known config.Known) hcl.Diagnostics {
	v, diags := t.value(expr, known, cty.String)
	if diags.HasErrors() {
		return diags
	}
	d, err := time.ParseDuration(v.AsString())
	if err != nil || d < 0 {
		return append(diags, failure(expr.Range(), "Invalid duration", "%q is no duration of time that passes: write it as 90s, 10m or 24h.", v.AsString()))
	}
	t.in.embedded.SetClockOffset(t.in.embedded.ClockOffset() + d)
	return diags
}

// fail makes later requests fail.
func (t *fileTest) fail(expr hcl.Expression, known config.Known) hcl.Diagnostics {
	v, diags := t.value(expr, known, cty.List(cty.String))
	if diags.HasErrors() {
		return diags
	}
	var faults []sandbox.Fault
	for _, text := range v.AsValueSlice() {
		fault, err := sandbox.ParseFault(text.AsString())
		if err != nil {
			return append(diags, failure(expr.Range(), "Invalid fault", "%s (docs/sandbox.md has the forms).", err))
		}
		faults = append(faults, fault)
	}
	if err := t.in.embedded.SetFaults(faults...); err != nil {
		return append(diags, failure(expr.Range(), "Invalid fault", "%s.", err))
	}
	return diags
}

// hides reports whether changes may stay invisible for a while in the org.
func (in *instance) hides() bool {
	return slices.ContainsFunc(in.embedded.Faults(), func(f sandbox.Fault) bool { return strings.Contains(f.String(), "invisible") })
}

// request sends a request as the org's super admin.
func (t *fileTest) request(ctx context.Context, e *testfile.Event, known config.Known) hcl.Diagnostics {
	r := e.Request
	text := func(expr hcl.Expression, def string) (string, hcl.Diagnostics) {
		if expr == nil {
			return def, nil
		}
		v, diags := t.value(expr, known, cty.String)
		if diags.HasErrors() {
			return "", diags
		}
		return v.AsString(), diags
	}
	path, diags := text(r.Path, "")
	method, more := text(r.Method, http.MethodPost)
	diags = append(diags, more...)
	var body []byte
	if r.Body != nil && !diags.HasErrors() {
		v, more := t.value(r.Body, known, cty.DynamicPseudoType)
		if diags = append(diags, more...); !diags.HasErrors() {
			body, _ = ctyjson.Marshal(v, v.Type())
		}
	}
	status, more := text(r.Status, "")
	diags = append(diags, more...)
	merge, more := text(r.Merge, "false")
	if diags = append(diags, more...); diags.HasErrors() {
		return diags
	}
	if !strings.HasPrefix(path, "/") {
		return append(diags, failure(r.Path.Range(), "Invalid path", "A path begins with a slash, as in \"/api/v1/groups\"."))
	}
	if merge == "true" {
		if r.Method == nil {
			method = http.MethodPut
		}
		code, doc, err := t.call(ctx, http.MethodGet, path, nil)
		if err == nil && code == http.StatusOK {
			body, err = merged(doc, body)
		}
		if err != nil || code != http.StatusOK {
			return append(diags, failure(e.Range, "The request failed", "GET %s, whose answer the body would be merged into: %d %s", path, code, reason(doc, err)))
		}
	}
	code, answer, err := t.call(ctx, method, path, body)
	if err != nil || (status == "" && code >= 300) || (status != "" && status != fmt.Sprint(code)) {
		return append(diags, failure(e.Range, "The request failed", "%s %s: %d %s", method, path, code, reason(answer, err)))
	}
	if r.Name != "" {
		t.responses[r.Name] = cty.EmptyObjectVal
		if typ, err := ctyjson.ImpliedType(answer); err == nil {
			if v, err := ctyjson.Unmarshal(answer, typ); err == nil {
				t.responses[r.Name] = v
			}
		}
	}
	return diags
}

func reason(answer []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	return string(answer[:min(len(answer), 500)])
}

// call sends a request to the org of the test.
func (t *fileTest) call(ctx context.Context, method, path string, body []byte) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, t.in.embedded.URL+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Authorization", "SSWS "+t.in.embedded.Token())
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	got, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer got.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(got.Body, maxAnswer))
	return got.StatusCode, answer, err
}

// merged returns a JSON document with the members of another one.
func merged(doc, with []byte) ([]byte, error) {
	var to, from map[string]any
	if err := json.Unmarshal(doc, &to); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(with, &from); err != nil {
		return nil, err
	}
	mergeInto(to, from)
	return json.Marshal(to)
}

func mergeInto(to, from map[string]any) {
	for name, value := range from {
		inner, isObject := value.(map[string]any)
		if old, wasObject := to[name].(map[string]any); isObject && wasObject {
			mergeInto(old, inner)
			continue
		}
		to[name] = value
	}
}
