package view

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/smoke"
)

// The elements of a JUnit report, as CI servers read them: a suite for each app, a case for each
// smoke test.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string      `xml:"name,attr"`
		Tests     int         `xml:"tests,attr"`
		Failures  int         `xml:"failures,attr"`
		Errors    int         `xml:"errors,attr"`
		Skipped   int         `xml:"skipped,attr"`
		Time      string      `xml:"time,attr"`
		Timestamp string      `xml:"timestamp,attr"`
		Cases     []junitCase `xml:"testcase"`
		total     time.Duration
	}
	junitCase struct {
		Name      string        `xml:"name,attr"`
		Classname string        `xml:"classname,attr"`
		Time      string        `xml:"time,attr"`
		Skipped   *junitSkipped `xml:"skipped"`
		Failure   *junitFailure `xml:"failure"`
		Out       string        `xml:"system-out,omitempty"`
	}
	junitSkipped struct {
		Message string `xml:"message,attr"`
	}
	junitFailure struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the report as JUnit XML.
func JUnit(w io.Writer, r smoke.Report, now time.Time) error {
	out := junitSuites{Name: "oktaform smoke", Tests: len(r.Tests), Failures: r.Failed}
	total := time.Duration(0)
	place := map[string]int{}
	for i := range r.Tests {
		t := &r.Tests[i]
		at, ok := place[t.App]
		if !ok {
			at = len(out.Suites)
			place[t.App] = at
			out.Suites = append(out.Suites, junitSuite{Name: Plain(t.App), Timestamp: now.UTC().Format("2006-01-02T15:04:05")})
		}
		out.Suites[at].add(t)
		total += t.Duration
	}
	if r.Untested() {
		out.Suites = append(out.Suites, untested(&r))
		out.Tests++
		out.Failures += out.Suites[len(out.Suites)-1].Failures
	}
	for i := range out.Suites {
		out.Suites[i].Time = junitTime(out.Suites[i].total)
	}
	out.Time = junitTime(total)
	return writeXML(w, out)
}

// writeXML writes a value as an XML document.
func writeXML(w io.Writer, v any) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// untested returns a suite with one case, which says that no test was run.
func untested(r *smoke.Report) junitSuite {
	s := junitSuite{Name: "oktaform smoke", Tests: 1}
	c := junitCase{Name: "some smoke test is run", Classname: "oktaform smoke", Time: junitTime(0)}
	if r.Required {
		s.Failures, c.Failure = 1, &junitFailure{Message: r.Summary(), Type: "require-smoke"}
	} else {
		s.Skipped, c.Skipped = 1, &junitSkipped{r.Summary()}
	}
	s.Cases = []junitCase{c}
	return s
}

func (s *junitSuite) add(t *smoke.Result) {
	c := junitCase{Name: Plain(t.Name), Classname: Plain(t.App), Time: junitTime(t.Duration)}
	var steps strings.Builder
	for i := range t.Steps {
		fmt.Fprintf(&steps, "%s\n", stepLine(&t.Steps[i]))
	}
	c.Out = steps.String()
	s.Tests++
	s.total += t.Duration
	switch t.Outcome {
	case smoke.Skipped:
		s.Skipped++
		c.Skipped = &junitSkipped{Plain(t.Reason)}
	case smoke.Failed:
		s.Failures++
		c.Failure = failureOf(t)
	}
	s.Cases = append(s.Cases, c)
}

// failureOf returns the first failed step with its explanation.
func failureOf(t *smoke.Result) *junitFailure {
	for i := range t.Steps {
		s := &t.Steps[i]
		if s.OK {
			continue
		}
		var b strings.Builder
		for _, d := range details(s) {
			fmt.Fprintf(&b, "%s: %s\n", d.name, Plain(d.text))
		}
		if t.Range.Filename != "" {
			fmt.Fprintf(&b, "declared at %s:%d\n", Plain(t.Range.Filename), t.Range.Start.Line)
		}
		return &junitFailure{Message: Plain(s.Name + ": " + s.Problem), Type: s.Diagnosis, Text: b.String()}
	}
	return &junitFailure{Message: "failed"}
}

func junitTime(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
