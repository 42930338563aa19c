package view

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/schema"
)

func sampleReport() smoke.Report {
	bot := schema.Addr{Kind: "service_app", Name: "bot"}
	return smoke.Report{Passed: 1, Failed: 1, Skipped: 1,
		Tests: []smoke.Result{
			{Name: "reads", App: "service_app.bot", Outcome: smoke.Passed, Duration: 1400 * time.Millisecond,
				Steps: []smoke.Step{{Name: "token", Got: "200", OK: true, Duration: 12 * time.Millisecond, Attempts: 3, Diagnosis: "clock differs", Cause: "The clock is off.", Fix: "Set it."}}},
			{Name: "hostile ]]> <b> \x1b[31m | `x`", App: "service_app.bot", Outcome: smoke.Failed, Range: hcl.Range{Filename: "main.hcl", Start: hcl.Pos{Line: 3}},
				Steps: []smoke.Step{{Name: "GET /x", Sent: "GET /x", Got: "403", Problem: "expected status 200, got 403 <script>", Diagnosis: "no admin role", Cause: "No role.", Fix: "Add one.", Body: `{"a":"\u0000"}`, RequestID: "r1"}}},
			{Name: "with a browser", App: "web_app.portal", Outcome: smoke.Skipped, Reason: "not runnable unattended"},
		},
		Coverage: &smoke.Coverage{Items: []smoke.Covered{{Kind: "scope", Of: bot, Name: "okta.users.read", Tests: []string{"reads"}}, {Kind: "key", Of: bot, Name: "bot-2"}}}}
}

// junitSchema is the usual schema of JUnit reports (the XSD of Jenkins' xUnit
// plugin): of each element the attributes, with those that must be there
// marked by "!", and the elements that may stand in it, in this order.
var junitSchema = map[string]struct {
	attrs    string
	children []string
}{
	"testsuites": {"name time tests failures disabled errors", []string{"testsuite"}},
	"testsuite":  {"name! tests! failures errors time disabled skipped timestamp hostname id package file log url version", []string{"properties", "testcase", "system-out", "system-err"}},
	"testcase":   {"name! classname! time assertions status file line group", []string{"skipped", "error", "failure", "system-out", "system-err"}},
	"failure":    {"message type", nil},
	"skipped":    {"message type", nil},
	"system-out": {"", nil},
}

func TestJUnitFitsItsSchema(t *testing.T) {
	var text bytes.Buffer
	if err := JUnit(&text, sampleReport(), time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	checkJUnit(t, text.String())
	for _, want := range []string{
		`<testsuites name="oktaform smoke" tests="3" failures="1" errors="0" time="1.400">`,
		`<testsuite name="service_app.bot" tests="2" failures="1" errors="0" skipped="0" time="1.400" timestamp="2026-11-24T08:00:00">`,
		`<skipped message="not runnable unattended"></skipped>`, `type="no admin role"`, "request id: r1", "token: 200 (3 attempts) [12ms]", `\u001b[31m`,
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%s is missing in\n%s", want, text.String())
		}
	}
}

func checkJUnit(t *testing.T, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	var open []string
	last := map[int]int{} // depth -> place of the last child
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			element, known := junitSchema[name]
			if !known {
				t.Fatalf("the element %s isn't in the schema", name)
			}
			if len(open) > 0 {
				at := slices.Index(junitSchema[open[len(open)-1]].children, name)
				if at < last[len(open)] {
					t.Errorf("%s stands in %s, or not in its place", name, open[len(open)-1])
				}
				last[len(open)] = at
			}
			open = append(open, name)
			last[len(open)] = 0
			checkAttrs(t, name, strings.Fields(element.attrs), token.Attr)
		case xml.EndElement:
			open = open[:len(open)-1]
		}
	}
}

func checkAttrs(t *testing.T, name string, allowed []string, attrs []xml.Attr) {
	t.Helper()
	for _, a := range attrs {
		if !slices.Contains(allowed, a.Name.Local) && !slices.Contains(allowed, a.Name.Local+"!") {
			t.Errorf("%s has no attribute %s", name, a.Name.Local)
		}
	}
	for _, want := range allowed {
		if needed, required := strings.CutSuffix(want, "!"); required && !slices.ContainsFunc(attrs, func(a xml.Attr) bool { return a.Name.Local == needed }) {
			t.Errorf("%s lacks %s", name, needed)
		}
	}
}

func TestMarkdownReport(t *testing.T) {
	got := Markdown(sampleReport())
	want := "## Smoke tests: 1 passed, 1 failed, 1 skipped\n\n" +
		"| | Test | App | Time | |\n| --- | --- | --- | --- | --- |\n" +
		"| ✅ | reads | service_app.bot | 1.4s |  |\n" +
		"| ❌ | hostile \\]\\]&gt; &lt;b&gt; \\\\u001b\\[31m \\| \\`x\\` | service_app.bot | 0ms | expected status 200, got 403 &lt;script&gt; |\n" +
		"| ⏭️ | with a browser | web_app.portal | 0ms | not runnable unattended |\n" +
		"\n<details><summary>hostile ]]&gt; &lt;b&gt; \\u001b[31m | `x`</summary>\n\n| Step | Time | |\n| --- | --- | --- |\n" +
		"| GET /x | 0ms | **expected status 200, got 403 &lt;script&gt;** |\n" +
		"\n- sent: GET /x\n- got: 403\n- body: \\{\"a\"\\:\"\\\\u0000\"}\n- cause: No role.\n- fix: Add one.\n- request id: r1\n\n</details>\n" +
		"\n**Exercised:** 1 of 1 scope, 0 of 1 key.\n- not exercised: key bot-2 of service_app.bot\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestReportText(t *testing.T) {
	got := Report(sampleReport(), Style{})
	for _, want := range []string{"  pass  reads (service_app.bot) 1.4s\n        token: 200 (3 attempts) [12ms]\n            note: The clock is off.\n            fix: Set it.\n",
		"        declared at main.hcl:3\n", "\nExercised: 1 of 1 scope, 0 of 1 key.\n  not exercised: key bot-2 of service_app.bot\n\n1 passed, 1 failed, 1 skipped.\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}
