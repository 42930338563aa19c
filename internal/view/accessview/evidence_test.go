package accessview

import (
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/view"
)

// TestWaiversAreEvidence: each form says who accepted what, and until when.
func TestWaiversAreEvidence(t *testing.T) {
	waiver := &ReviewWaiver{Reason: "the vault has the key", Owner: "team/iam", Expires: "2027-03-31"}
	f := ReviewFinding{Rule: "G16", Address: "service_app.root", Severity: "critical", Waiver: waiver}
	again := f
	again.Message = "another finding of the rule on the object"
	d := &ReviewDocument{Compared: true, Findings: []ReviewFinding{f, again}, Standing: []ReviewFinding{{Rule: "G09", Address: "service_app.root", Waiver: waiver}, {Rule: "G10"}}}
	d.SetEvidence(&ReviewEvidence{Repository: "https://git.example.com/iam", Commit: "4f5c1e", Time: "2026-11-01T08:00:00Z", Version: "1.0.0"})
	if len(d.Evidence.Waivers) != 2 {
		t.Fatalf("%d waivers: %+v", len(d.Evidence.Waivers), d.Evidence.Waivers)
	}
	sarif, err := ReviewSARIF(d, "1.0.0")
	if err != nil {
		t.Fatal(err)
	}
	page, err := ReviewHTML(d)
	if err != nil {
		t.Fatal(err)
	}
	const want = "G16 on service_app.root waived until 2027-03-31 by team/iam: the vault has the key"
	for name, text := range map[string]string{"text": ReviewText(d, view.Style{}, 0, false), "Markdown": strings.ReplaceAll(ReviewMarkdown(d, view.MarkdownLimit), `\`, ""), "HTML": page} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%s has %d times %q:\n%s", name, strings.Count(text, want), want, text)
		}
	}
	for _, want := range []string{`"repositoryUri": "https://git.example.com/iam"`, `"revisionId": "4f5c1e"`, `"endTimeUtc": "2026-11-01T08:00:00Z"`, `"expires": "2027-03-31"`, `"rule": "G16"`} {
		if !strings.Contains(sarif, want) {
			t.Errorf("SARIF lacks %s:\n%s", want, sarif)
		}
	}
}
