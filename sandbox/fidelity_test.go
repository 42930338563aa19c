package sandbox

import (
	"flag"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/conformance"
	"github.com/oktaform/oktaform/internal/reference"
)

var updateFidelity = flag.Bool("update-fidelity", false, "write docs/sandbox-fidelity.md")

// fidelity is what the answers of one operation rest on.
type fidelity struct {
	recorded, agree                     int    // exchanges of the recordings
	operationID                         string // in the OpenAPI document
	suiteRecorded, documented, inferred int    // exchanges of the conformance suite, by source
}

// source returns the best source of the operation's answers: a recorded exchange that the embedded
// org repeats; the OpenAPI document or another of Okta's, to which an exchange of the conformance
// suite holds it; or none.
func (f fidelity) source() string {
	switch {
	case f.agree > 0:
		return conformance.Recorded
	case f.documented > 0:
		return conformance.Documented
	}
	return conformance.Inferred
}

// TestFidelityPage: docs/sandbox-fidelity.md lists every operation with its source.
func TestFidelityPage(t *testing.T) {
	all := map[string]*fidelity{}
	for _, op := range Operations() {
		all[op] = &fidelity{}
	}
	countRecordings(t, all)
	countSuite(t, all)
	countDocument(t, all)
	page := fidelityPage(all)
	file := filepath.Join("..", "docs", "sandbox-fidelity.md")
	if *updateFidelity {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	now, err := os.ReadFile(file)
	if err != nil || string(now) != page {
		t.Errorf("docs/sandbox-fidelity.md is not what the recordings and the suite say: go test ./sandbox -run TestFidelityPage -update-fidelity (%v)", err)
	}
}

// operationOf returns the operation that serves a request.
func operationOf(s *Server, method, path string) string {
	_, pattern := s.mux.Handler(&http.Request{Method: method, URL: &url.URL{Path: path}})
	return pattern
}

// countRecordings replays the recordings.
func countRecordings(t *testing.T, all map[string]*fidelity) {
	t.Setenv("OKTAFORM_RECORDINGS", "")
	cassettes := recordings(t)
	for _, name := range slices.Sorted(maps.Keys(cassettes)) {
		r := newReplay(t, featuresOf(cassettes[name]), orgBefore(cassettes[name]))
		for _, x := range cassettes[name] {
			differences, served := r.play(x)
			if !served {
				continue
			}
			u, err := url.Parse(x.Request.URL)
			if err != nil {
				t.Fatal(err)
			}
			f := all[operationOf(r.server, x.Request.Method, u.Path)]
			f.recorded++
			if len(differences) == 0 {
				f.agree++
			}
		}
	}
}

// countSuite counts the exchanges of the conformance suite, all of which the embedded org passes.
func countSuite(t *testing.T, all map[string]*fidelity) {
	exchanges, err := conformance.Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		t.Fatal(err)
	}
	for i := range exchanges {
		x := &exchanges[i]
		target, _, _ := strings.Cut(strings.ReplaceAll(x.Path, " ", ""), "?")
		f := all[operationOf(s, x.Method, target)]
		switch {
		case f == nil: // a path or method that is not served
		case x.Source().Kind == conformance.Recorded:
			f.suiteRecorded++
		case x.Source().Kind == conformance.Documented:
			f.documented++
		default:
			f.inferred++
		}
	}
}

// countDocument finds the operations of the OpenAPI document.
func countDocument(t *testing.T, all map[string]*fidelity) {
	raw, err := reference.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]any `yaml:"paths"`
	}
	if err := yaml.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	for path, operations := range document.Paths {
		for method, operation := range operations {
			members, _ := operation.(map[string]any)
			for op, f := range all {
				if withoutNames(op) == withoutNames(strings.ToUpper(method)+" "+path) {
					f.operationID, _ = members["operationId"].(string)
				}
			}
		}
	}
}

// withoutNames returns a pattern without the names of its parameters.
func withoutNames(pattern string) string {
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

func fidelityPage(all map[string]*fidelity) string {
	counts := map[string]int{}
	var total fidelity
	var rows strings.Builder
	for _, op := range Operations() {
		f := all[op]
		counts[f.source()]++
		total.recorded += f.recorded
		total.agree += f.agree
		total.suiteRecorded += f.suiteRecorded
		total.documented += f.documented
		total.inferred += f.inferred
		recorded := ""
		if f.recorded > 0 {
			recorded = fmt.Sprintf("%d of %d", f.agree, f.recorded)
		}
		fmt.Fprintf(&rows, "| `%s` | %s | %s | %s | %s | %s | %s |\n", op, f.source(), recorded, f.operationID,
			number(f.suiteRecorded), number(f.documented), number(f.inferred))
	}
	return fmt.Sprintf(`<!-- Generated by TestFidelityPage in sandbox/fidelity_test.go. Do not edit. -->

# Where the answers of the embedded org come from

Of %d operations, the answers of

- %d are **recorded**: exchanges with real orgs are replayed, and the embedded org answers with the
  same status, error code, fields and types (%d of %d exchanges; the rest are explained in
  sandbox/replayexceptions_test.go);
- %d are **documented**: Okta's OpenAPI document, catalogs of errors or guides describe them, and
  exchanges of the [conformance suite](conformance.md) hold the embedded org to that;
- %d are **inferred**: nobody has recorded them, and the documents do not say enough. Operations of
  features that the embedded org lacks are among them: they answer as an org without the feature.

An operation has the best source that any of its answers has. The last three columns count the
exchanges of the conformance suite by the source of the answer: %d are recorded, %d documented,
%d inferred. All answers of operations in the OpenAPI document are also checked against its schemas
in every test of the embedded org.

| Operation | Source | Recorded, and answered so | OpenAPI operation | Suite: recorded | documented | inferred |
| --- | --- | --- | --- | --- | --- | --- |
%s`, len(all), counts[conformance.Recorded], total.agree, total.recorded, counts[conformance.Documented], counts[conformance.Inferred],
		total.suiteRecorded, total.documented, total.inferred, rows.String())
}

// number returns a number for a cell of a table, empty for none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}
