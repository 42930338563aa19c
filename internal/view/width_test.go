package view

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/internal/testrun"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// longProse is a sentence that needs several lines.
const longProse = "a long explanation of what happens and why, with an address https://example.okta.com/api/v1/apps in it, and more words than a line of a terminal holds"

// TestProseFits: what people read fits the terminal, and stays on one line where there is none.
func TestProseFits(t *testing.T) {
	t.Parallel()
	k := kinds.Named("group")
	named := func(name string) schema.Value { return k.Object(schema.Values{"name": cty.StringVal(name)}) }
	p := &plan.Plan{Changes: []plan.Change{{Addr: schema.Addr{Kind: "group", Name: "g"}, Kind: k, Action: plan.Update, ID: "00g1",
		Before: named("Old"), After: named("New"), Prior: &schema.Object{}}}}
	p.URL, p.Owner, p.Notes = "https://example-of-a-long-name.okta.com", "team/identity-and-access-management", []string{longProse}
	p.Changes[0].Reason = longProse
	as := "service app 0oa1gjh63g214q0Hq0g4 (Continuous integration of identity and access)"
	report := smoke.Report{Failed: 1, Tests: []smoke.Result{{Name: longProse, App: "service_app.reporter", Outcome: smoke.Failed, Reason: longProse,
		Steps: []smoke.Step{{Name: "token", Problem: longProse, Cause: longProse, Fix: longProse, Duration: time.Second}}}}}
	event := apply.Event{Step: apply.Kept, Change: &p.Changes[0], ID: "00g1gjh63g214q0Hq0g4", Reason: longProse}
	inventory := &schema.Inventory{Gaps: []schema.Gap{{Kind: "group", ID: "00g1", Name: "Staff", Cause: longProse}}}
	listed := []Listed{{Kind: "group", ID: "00g1gjh63g214q0Hq0g4", Label: "Staff", ManagedBy: byNobody}, {Kind: "service_app", ID: "0oa1gjh63g214q0Hq0g4",
		Label: "Continuous integration of identity and access management", ManagedBy: byAnother, Owner: "team/identity", Address: "service_app.continuous_integration"}}
	keys := []ListedKey{{App: "service_app.continuous_integration", KID: "continuous-integration-1", Kty: "RSA", Status: "ACTIVE", InOrg: true, File: "/home/ada/iam/keys/continuous-integration-1.pem", Here: true}}
	texts := func(style Style) map[string]string {
		var diagnostics strings.Builder
		_ = Diagnostics(&diagnostics, hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Something", Detail: longProse}, {Severity: hcl.DiagWarning, Summary: longProse}}, nil, style, style.Width)
		return map[string]string{
			"header": Where(p, as, style), "plan": Plan(p, style), "concise": ConcisePlan(p, style), "question": Question(p, as, style),
			"report": Report(report, style), "progress": Progress(event, style), "diagnostics": diagnostics.String(),
			"list": ListText(listed, inventory, "", style), "keys": Keys(keys, style), "imported": style.Prose(Imported(&generate.Result{LeftOut: []generate.LeftOut{{Kind: "user", Label: "Ada", ID: "00u1", Why: longProse}}}, inventory, nil)),
			"key made":    KeyMade(NewKey{KID: "reporter-1", File: "keys/reporter-1.pem", PublicJWK: []byte("{}")}, style),
			"steps":       TestResult(&testrun.Result{Folder: "examples/quickstart", Steps: []testrun.Step{{Name: "run", Outcome: testrun.Passed, Summary: longProse}}}, style, style.Width),
			"interrupted": Interrupted([]string{"service_app.one", "service_app.two", "service_app.three"}, "/api/v1/apps: 50 of 100 a minute, resumes in 40 s", style),
			"not started": NotStarted(strings.Fields(strings.Repeat("service_app.reporter ", 9)), style),
			"forecast":    Forecast(schema.Forecast{Job: "Applying", Objects: 1200, Load: schema.Load{"/api/v1/apps": 3600, "/oauth2/v1/clients": 1200}}, style),
		}
	}
	for _, width := range []int{60, 80, 120} {
		for name, text := range texts(Style{Width: width}) {
			for line := range strings.Lines(text) {
				if n := terminal.Columns(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%s: %d columns of %d: %q", name, n, width, line)
				}
			}
		}
	}
	whole := texts(Style{})
	for _, name := range []string{"plan", "report", "progress", "diagnostics", "list", "imported", "steps"} {
		if !strings.Contains(whole[name], longProse) {
			t.Errorf("%s without a terminal: a sentence is broken:\n%s", name, whole[name])
		}
	}
}

// TestBarKeepsWhatMatters: in a narrow terminal the numbers and the time at which it goes on stay.
func TestBarKeepsWhatMatters(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	p := schema.Progress{Job: "Applying", Done: 1200, Total: 10675, Wait: &schema.Wait{Bucket: "/api/v1/apps", Used: 50, Limit: 100, Until: now.Add(40 * time.Second)}}
	for width := 30; width < 130; width++ {
		line := Bar(p, now, width)
		if n := terminal.Columns(line); n >= width {
			t.Errorf("%d columns in a terminal of %d: %q", n, width, line)
		}
		for _, part := range []string{"1,200/10,675", "resumes in 40 s"} {
			if !strings.Contains(line, part) {
				t.Errorf("%d columns: no %s in %q", width, part, line)
			}
		}
	}
	if line := Bar(p, now, 120); !strings.Contains(line, "[==  ") || !strings.Contains(line, "50 of 100 a minute") {
		t.Error(line)
	}
}

// TestManyAreCounted: an interrupt of a large run lists a few changes and counts the others.
func TestManyAreCounted(t *testing.T) {
	t.Parallel()
	var addrs []string
	for i := range 198 {
		addrs = append(addrs, fmt.Sprintf("service_app.bot[%d]", i))
	}
	text := NotStarted(addrs, Style{})
	if strings.Count(text, "\n") != 1 || !strings.Contains(text, "198 changes not started") || !strings.Contains(text, "and 195 more") {
		t.Error(text)
	}
	if text := NotStarted(addrs[:2], Style{}); text != "service_app.bot[0]: not started\nservice_app.bot[1]: not started\n" {
		t.Error(text)
	}
	if text := Interrupted(addrs[:8], "", Style{}); !strings.Contains(text, "finishing 8 changes, starting no others: service_app.bot[0]") || !strings.Contains(text, "and 5 more") {
		t.Error(text)
	}
}

// TestLongListsAreFolded: a plan shows the first elements of a list and counts the rest.
func TestLongListsAreFolded(t *testing.T) {
	t.Parallel()
	var elems []cty.Value
	for i := range 1000 {
		elems = append(elems, cty.StringVal(fmt.Sprintf("https://example.com/%d", i)))
	}
	a := &schema.Attr{Name: "redirect_uris", Type: cty.List(cty.String)}
	d := &differ{}
	for _, before := range []cty.Value{cty.NullVal(a.Type), cty.ListVal(elems[999:])} {
		l, changed := d.attr(a, before, cty.ListVal(elems), 4)
		if !changed || strings.Count(l.text, "\n") > 55 || !strings.Contains(l.text, "more elements not shown") {
			t.Errorf("%.300s", l.text)
		}
	}
}
