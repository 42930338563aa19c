package accessview

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/view"
)

// The parts of SARIF 2.1.0 (OASIS) that a review needs.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations,omitempty"`
		Versions    []sarifVersion    `json:"versionControlProvenance,omitempty"`
		Results     []sarifResult     `json:"results"`
		Properties  map[string]any    `json:"properties,omitempty"`
	}
	sarifInvocation struct {
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		End                 string              `json:"endTimeUtc,omitempty"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications"`
	}
	sarifVersion struct {
		Repository string `json:"repositoryUri"`
		Revision   string `json:"revisionId,omitempty"`
	}
	sarifNotification struct {
		Level   string    `json:"level"`
		Message sarifText `json:"message"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string         `json:"id"`
		ShortDescription     sarifText      `json:"shortDescription"`
		FullDescription      sarifText      `json:"fullDescription"`
		Help                 *sarifText     `json:"help,omitempty"`
		HelpURI              string         `json:"helpUri,omitempty"`
		DefaultConfiguration sarifLevel     `json:"defaultConfiguration"`
		Properties           map[string]any `json:"properties,omitempty"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Baseline     string             `json:"baselineState,omitempty"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
		Properties   map[string]any     `json:"properties"`
	}
	sarifLocation struct {
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region struct {
			StartLine   int `json:"startLine"`
			StartColumn int `json:"startColumn,omitempty"`
		} `json:"region"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

// ReviewSARIF returns the findings as SARIF 2.1.0, for code scanning. Findings that existed before
// have the baseline state "unchanged".
func ReviewSARIF(d *ReviewDocument, version string) (string, error) {
	run := sarifRun{Properties: map[string]any{"verdict": view.Plain(d.Verdict), "risk": d.Summary.Risk}, Tool: sarifTool{sarifDriver{Name: "oktaform", Version: version, Rules: []sarifRule{}}}, Results: []sarifResult{}}
	index, headlines := map[string]int{}, map[string]string{}
	for _, p := range d.changed() {
		headlines[p.Address] = p.Headline
	}
	add := func(f *ReviewFinding, baseline string) {
		at, known := index[f.Rule]
		if !known {
			at = len(run.Tool.Driver.Rules)
			index[f.Rule] = at
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(f))
		}
		run.Results = append(run.Results, sarifResultOf(f, at, baseline, headlines[f.Address]))
	}
	run.evidence(d.Evidence)
	run.Invocations = []sarifInvocation{{ExecutionSuccessful: true, End: d.Evidence.time(), Notifications: []sarifNotification{{"note", sarifMessage(d.Verdict)}}}}
	if d.Warning != "" {
		said := &run.Invocations[0].Notifications
		*said = append(*said, sarifNotification{"warning", sarifMessage(d.Warning)})
	}
	state := ""
	if d.Compared {
		state = "new"
	}
	for i := range d.Findings {
		add(&d.Findings[i], state)
	}
	for i := range d.Standing {
		add(&d.Standing[i], "unchanged")
	}
	text, err := json.MarshalIndent(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{run}}, "", "  ")
	return string(text) + "\n", err
}

// evidence adds what was reviewed. SARIF names a repository by its URL only.
func (r *sarifRun) evidence(e *ReviewEvidence) {
	if e == nil {
		return
	}
	r.Properties["evidence"] = e
	if u, err := url.Parse(e.Repository); err == nil && u.IsAbs() && u.Host != "" {
		r.Versions = []sarifVersion{{e.Repository, e.Commit}}
	}
}

// sarifMessage is Plain as a message in which nothing is an embedded link: a text in brackets
// before an address in parentheses would be one (SARIF 2.1.0, section 3.11.6).
func sarifMessage(text string) sarifText {
	text = view.Plain(text)
	if strings.Contains(text, "](") {
		text = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(text)
	}
	return sarifText{text}
}

func sarifRuleOf(f *ReviewFinding) sarifRule {
	rule := sarifRule{ID: f.Rule, HelpURI: f.HelpURI, ShortDescription: sarifMessage(f.Title), FullDescription: sarifMessage(f.Rationale),
		DefaultConfiguration: sarifLevel{sarifLevelOf(f.Severity)}, Properties: map[string]any{"tags": tagsOf(f), "security-severity": securityScore(f.Severity)}}
	if f.Fix != "" {
		help := sarifMessage(f.Fix)
		help.Text += "\nSource: " + sarifMessage(f.Source).Text
		rule.Help = &help
	}
	return rule
}

func tagsOf(f *ReviewFinding) []string {
	if f.Policy {
		return []string{"security", "policy"}
	}
	return []string{"security"}
}

// fingerprint identifies the same finding in two reviews.
func fingerprint(f *ReviewFinding) string {
	sum := sha256.Sum256([]byte(f.Rule + "\x00" + f.Address + "\x00" + f.Attribute + "\x00" + f.Message))
	return hex.EncodeToString(sum[:16])
}

// sarifResultOf returns a finding as a result. headline is the sentence about the changed principal
// that it is about, which code scanning shows first.
func sarifResultOf(f *ReviewFinding, rule int, baseline, headline string) sarifResult {
	text := f.Message
	if f.Address != "" {
		text = f.Address + ": " + text
	}
	if headline != "" {
		text = headline + ". " + text
	}
	r := sarifResult{RuleID: f.Rule, RuleIndex: rule, Level: sarifLevelOf(f.Severity), Message: sarifMessage(text),
		Fingerprints: map[string]string{"oktaform/v1": fingerprint(f)}, Baseline: baseline,
		Properties: map[string]any{"severity": f.Severity}}
	location := sarifLocation{}
	if f.Address != "" {
		location.Logical = []sarifLogical{{f.Address}}
	}
	if p := f.Place; p != nil && p.Line > 0 && !strings.Contains(filepath.ToSlash(p.File), ":") { // not a position in the base
		location.Physical = &sarifPhysical{}
		location.Physical.Artifact.URI = (&url.URL{Path: filepath.ToSlash(p.File)}).EscapedPath()
		location.Physical.Region.StartLine, location.Physical.Region.StartColumn = p.Line, p.Column
	}
	if location.Physical != nil || location.Logical != nil {
		r.Locations = []sarifLocation{location}
	}
	if f.Waiver != nil {
		r.Suppressions = []sarifSuppression{{"inSource", sarifMessage(f.Waiver.sentence()).Text}}
	}
	return r
}

func sarifLevelOf(name string) string {
	switch s, _ := severity.Parse(name); {
	case s >= severity.High:
		return "error"
	case s == severity.Medium:
		return "warning"
	}
	return "note"
}

// securityScore returns the rank of a severity in GitHub's code scanning, 0.0 to 10.0.
func securityScore(name string) string {
	switch s, _ := severity.Parse(name); s {
	case severity.Critical:
		return "9.5"
	case severity.High:
		return "8.0"
	case severity.Medium:
		return "5.0"
	}
	return "3.0"
}
