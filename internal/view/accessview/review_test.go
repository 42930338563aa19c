package accessview

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
	"golang.org/x/net/html"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// hostile are texts that somebody could put into a label or an address to break
// out of an output.
var hostile = []string{
	"</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "--></details>", "```\n# heading\n```mermaid", "`code` ``more`` ```",
	"| a | b |\n|---|---|", "[click](javascript:alert(1))", "![pixel](https://evil.example/p.png)", "<https://evil.example>", "https://evil.example/ www.evil.example",
	"@everyone please look", "fixes #1", "\x1b[31mred\x07", "\u202Eevil\u2066", "**bold** _it_ ~~no~~ # * - +", "&lt;b&gt; &amp;", "\"] --> x[\"y", "{{.}} ${7*7} #{1}", "/close\n/approve", " \n\t x", "'\"`\\", "a^b $x$ :smile:",
}

// hostileDocument has the text wherever foreign text can stand.
func hostileDocument(evil string) *ReviewDocument {
	addr := schema.Addr{Kind: "service_app", Name: "bot", Key: evil}
	r := &review.Review{Compared: true, Warning: evil, Notes: []string{evil},
		Objects: []review.ObjectChange{{Addr: addr, Kind: "service app", Name: evil, Change: review.Deleted}, {Addr: addr, Kind: "group", Name: evil, Change: review.Updated, Attributes: []string{evil}}},
		Findings: []review.Finding{
			{Rule: "rule." + evil, Title: evil, Severity: severity.High, Addr: addr, Message: evil, Rationale: evil, Source: evil, Fix: evil, Range: hcl.Range{Filename: evil, Start: hcl.InitialPos}},
			{Rule: "G01", Title: "x", Severity: severity.Low, Message: evil, Rationale: "r", Source: "s", Waiver: &versions.Waiver{Reason: evil, Owner: evil}},
		},
		Principals: []review.Principal{{Addr: addr, Kind: "service app", Name: evil,
			Before:  &access.Access{Actor: access.Itself},
			After:   &access.Access{Actor: access.Itself, Scopes: []string{evil}, Roles: []string{evil}, Unknown: []string{evil}, IdleScopes: []string{evil}},
			Delta:   []access.Line{{Verb: access.Gains, Families: []string{"users"}, Operations: nil, Extent: access.Extent(evil)}, {Verb: access.Widens, Families: []string{evil}, Extent: access.Extent(evil), From: access.Extent(evil), Unsure: 1, Basis: evil}},
			SignIns: []review.SignIn{{Verb: access.Loses, Admin: evil}}}},
	}
	for i := range r.Principals[0].Delta {
		o, _ := catalog.Find("DELETE", "/api/v1/users/{id}")
		r.Principals[0].Delta[i].Operations = append(r.Principals[0].Delta[i].Operations, o)
	}
	d := NewReview(r, evil, evil)
	return d
}

// markdownShape lists what a Markdown parser finds.
func markdownShape(source string) (kinds []string) {
	root := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser().Parse(text.NewReader([]byte(source)))
	_ = ast.Walk(root, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering && n.Kind() != ast.KindText && n.Kind() != ast.KindString {
			kinds = append(kinds, n.Kind().String())
		}
		return ast.WalkContinue, nil
	})
	return kinds
}

// TestHostileSmokeMarkdown: the report of smoke tests is made of the same, whatever
// an app, a test or an answer of the org is called.
func TestHostileSmokeMarkdown(t *testing.T) {
	report := func(evil string) string {
		return view.Markdown(smoke.Report{Failed: 1, Skipped: 1, Tests: []smoke.Result{
			{Name: evil, App: evil, Outcome: smoke.Failed, Steps: []smoke.Step{{Name: evil, OK: true, Got: evil}, {Name: evil, Problem: evil, Sent: evil, Got: evil, Body: evil, Cause: evil, Fix: evil, RequestID: evil}}},
			{Name: evil, App: evil, Outcome: smoke.Skipped, Reason: evil},
		}, Coverage: &smoke.Coverage{Items: []smoke.Covered{{Kind: "key", Name: evil}}}})
	}
	want := markdownShape(report("harmless"))
	for _, evil := range append([]string{`a \| b | c`, `\`, `x \`}, hostile...) {
		text := report(evil)
		if got := markdownShape(text); !slices.Equal(got, want) {
			t.Errorf("%q changes what the report is made of:\n%v\n%v\n%s", evil, got, want, text)
		}
		if strings.Contains(text, "@everyone") || strings.Contains(text, "<img") || strings.Contains(text, "\n/approve") {
			t.Errorf("%q reaches a forge as it is:\n%s", evil, text)
		}
	}
}

// TestHostileMarkdown: what a Markdown parser finds in a review with a hostile
// text is what it finds in one with a harmless text.
func TestHostileMarkdown(t *testing.T) {
	shape := func(d *ReviewDocument) []string { return markdownShape(ReviewMarkdown(d, view.MarkdownLimit)) }
	want := shape(hostileDocument("harmless"))
	for _, evil := range hostile {
		source := ReviewMarkdown(hostileDocument(evil), view.MarkdownLimit)
		if got := shape(hostileDocument(evil)); !slices.Equal(got, want) {
			t.Errorf("%q changes what the Markdown is made of:\n%v\n%v", evil, got, want)
		}
		for _, r := range source {
			if r != '\n' && r != '\u200b' && !terminal.Printable(r) {
				t.Errorf("%q leaves %U in the Markdown", evil, r)
			}
		}
		for line := range strings.Lines(source) {
			if strings.HasPrefix(line, "/") {
				t.Errorf("%q begins a line with a slash, which GitLab takes for a command: %s", evil, line)
			}
		}
		outsideCode := strings.Split(source, "`")
		for i := 0; i < len(outsideCode); i += 2 {
			if strings.Contains(outsideCode[i], "@everyone") || strings.Contains(outsideCode[i], " #1") {
				t.Errorf("%q can mention or refer: %s", evil, outsideCode[i])
			}
		}
	}
}

// pageShape lists the elements of a page with their attributes.
func pageShape(t *testing.T, page string) []string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		part := n.Data
		for _, a := range n.Attr {
			part += " " + a.Key
			if a.Key == "href" && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, rulesAddress+"#") || strings.HasPrefix(a.Key, "on") {
				t.Errorf("attribute %s=%s", a.Key, a.Val)
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// cleanPage looks for what a page with a hostile text may not hold.
func cleanPage(t *testing.T, evil, page string) {
	t.Helper()
	if strings.Contains(page, "ZgotmplZ") {
		t.Errorf("%q is filtered in a place that it shouldn't reach", evil)
	}
	if strings.ContainsAny(page, "\x1b\x07\u202e\u2066") {
		t.Errorf("%q leaves control characters in the page", evil)
	}
}

// TestHostileHTML: the page has the elements and attributes of one with a
// harmless text, and its scripts are ours alone.
func TestHostileHTML(t *testing.T) {
	harmless, err := ReviewHTML(hostileDocument("harmless"))
	if err != nil {
		t.Fatal(err)
	}
	want := pageShape(t, harmless)
	for _, evil := range hostile {
		page, err := ReviewHTML(hostileDocument(evil))
		if err != nil {
			t.Fatal(err)
		}
		if got := pageShape(t, page); !slices.Equal(got, want) {
			t.Errorf("%q changes what the page is made of:\n%v\n%v", evil, got, want)
		}
		cleanPage(t, evil, page)
	}
	for _, reaches := range []string{"src=", "@import", "url(", "fetch(", "XMLHttpRequest", "innerHTML", "eval("} {
		if strings.Contains(harmless, reaches) {
			t.Errorf("the page has %q: it is to load nothing, and to write texts as text only", reaches)
		}
	}
}

// TestReviewJSON holds the JSON form against the published schema.
func TestReviewJSON(t *testing.T) {
	published, err := jsonschema.NewCompiler().Compile("../../../docs/review.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []*ReviewDocument{hostileDocument("harmless"), hostileDocument(hostile[0]), NewReview(&review.Review{}, "", "")} {
		text, err := d.JSON()
		if err != nil {
			t.Fatal(err)
		}
		validate(t, published, text)
	}
}

// TestReviewSARIF holds the SARIF form against the schema of OASIS.
func TestReviewSARIF(t *testing.T) {
	oasis, err := jsonschema.NewCompiler().Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, evil := range append([]string{"main.hcl"}, hostile...) {
		text, err := ReviewSARIF(hostileDocument(evil), "1.0.0")
		if err != nil {
			t.Fatal(err)
		}
		validate(t, oasis, text)
	}
	text, _ := ReviewSARIF(hostileDocument("main.hcl"), "1.0.0")
	for _, want := range []string{`"uri": "main.hcl"`, `"startLine": 1`, `"level": "error"`, `"kind": "inSource"`, `"baselineState": "new"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in %s", want, text)
		}
	}
}

// TestSARIFHasNoLinks: no text becomes an embedded link, and what is escaped reads back as it was.
func TestSARIFHasNoLinks(t *testing.T) {
	unescape := strings.NewReplacer(`\\`, `\`, `\[`, "[", `\]`, "]")
	for _, evil := range []string{"[click](https://evil.example)", `\[click](https://evil.example)`, "[a[b]](0)", `[a\](1)](https://evil.example)`, `group.team["emea"] and [x](sarif:/runs/0)`} {
		message := sarifMessage(evil).Text
		if got := unescape.Replace(message); got != evil {
			t.Errorf("%q reads as %q", evil, got)
		}
		if rest := strings.NewReplacer(`\\`, "", `\[`, "", `\]`, "").Replace(message); strings.ContainsAny(rest, "[]") {
			t.Errorf("%q keeps a bracket: %q", evil, message)
		}
		text, err := ReviewSARIF(hostileDocument(evil), "1.0.0")
		if err != nil {
			t.Fatal(err)
		}
		var log any
		if err := json.Unmarshal([]byte(text), &log); err != nil {
			t.Fatal(err)
		}
		messages := 0
		eachString(log, "", func(name, value string) {
			if name != "text" && name != "justification" {
				return
			}
			messages++
			rest := strings.NewReplacer(`\\`, "", `\[`, "", `\]`, "").Replace(value)
			if strings.Contains(rest, "](") {
				t.Errorf("%q makes a link of %s: %q", evil, name, value)
			}
		})
		if messages == 0 {
			t.Error("there is no message")
		}
	}
	if got := sarifMessage(`group.team["emea"] (new)`).Text; got != `group.team["emea"] (new)` {
		t.Errorf("an address became %q", got)
	}
}

// eachString calls each with every text of a document and the name of its member.
func eachString(value any, name string, each func(name, value string)) {
	switch v := value.(type) {
	case string:
		each(name, v)
	case []any:
		for _, inner := range v {
			eachString(inner, name, each)
		}
	case map[string]any:
		for name, inner := range v {
			eachString(inner, name, each)
		}
	}
}

func validate(t *testing.T, s *jsonschema.Schema, text string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(value); err != nil {
		t.Errorf("%v\n%.2000s", err, text)
	}
}

// many is a review of n principals that all change.
func many(n int) *ReviewDocument {
	r := &review.Review{Compared: true}
	for i := range n {
		addr := schema.Addr{Kind: "service_app", Name: fmt.Sprintf("bot%d", i)}
		may := &access.Access{Actor: access.Itself, Scopes: []string{"okta.users.manage"}, Roles: []string{"ORG_ADMIN"}}
		line := access.Line{Verb: access.Gains, Families: []string{"users"}, Write: true, Risk: severity.High}
		for _, name := range []string{"DELETE /api/v1/users/{id}", "POST /api/v1/users/{id}", "POST /api/v1/users"} {
			method, path, _ := strings.Cut(name, " ")
			o, _ := catalog.Find(method, path)
			line.Operations = append(line.Operations, o)
			may.Entries = append(may.Entries, access.Entry{Operation: o, Extent: access.Extent(fmt.Sprintf("users of group.g%d", i%7))})
		}
		r.Principals = append(r.Principals, review.Principal{Addr: addr, Kind: "service app", Name: fmt.Sprintf("Bot %d", i), After: may, Delta: []access.Line{line}})
		r.Objects = append(r.Objects, review.ObjectChange{Addr: addr, Kind: "service app", Name: "Bot", Change: review.Created})
		r.Findings = append(r.Findings, review.Finding{Rule: "G18", Title: "t", Severity: severity.High, Addr: addr, Message: "m", Rationale: "r", Source: "s"},
			review.Finding{Rule: "G26", Title: "t", Severity: severity.Medium, Addr: addr, Message: "m", Rationale: "r", Source: "s"})
	}
	return NewReview(r, "access", "main")
}

// TestMarkdownLimit: a comment is never longer than a forge takes, says what it
// leaves out, closes what it opens, and shows the worst first.
func TestMarkdownLimit(t *testing.T) {
	for _, n := range []int{1, 150, 1000} {
		for _, limit := range []int{2000, 20_000, view.MarkdownLimit} {
			text := ReviewMarkdown(many(n), limit)
			if len(text) > limit {
				t.Errorf("%d principals: %d bytes, the limit is %d", n, len(text), limit)
			}
			if strings.Count(text, "<details>") != strings.Count(text, "</details>") {
				t.Errorf("%d principals, limit %d: details are left open", n, limit)
			}
			if n == 1000 && !strings.Contains(text, "left out, to stay below") {
				t.Errorf("%d principals, limit %d: nothing says what is left out", n, limit)
			}
		}
	}
	full := ReviewMarkdown(many(1), view.MarkdownLimit)
	if strings.Contains(full, "left out") || strings.Index(full, "G18") > strings.Index(full, "G26") {
		t.Errorf("a short review is whole, and begins with the worst:\n%s", full)
	}
}

// TestManyPrincipals: what principals have in common is in the page once.
func TestManyPrincipals(t *testing.T) {
	page, err := ReviewHTML(many(1000))
	if err != nil {
		t.Fatal(err)
	}
	if len(page) > 2<<20 || strings.Count(page, "DELETE /api/v1/users/{id}") > 1 {
		t.Errorf("%d bytes for 1,000 principals", len(page))
	}
	start := strings.Index(page, `type="application/json">`) + len(`type="application/json">`)
	var data map[string]any
	if err := json.NewDecoder(bytes.NewReader([]byte(page[start:]))).Decode(&data); err != nil || len(data["principals"].([]any)) != 1000 {
		t.Errorf("the page's data: %v", err)
	}
}

// TestHeadline: "nobody's access changes" stands only where no finding may say the opposite, such
// as one about somebody who isn't declared.
func TestHeadline(t *testing.T) {
	for want, summary := range map[string]ReviewSummary{
		"Nobody's access changes; no findings.":                     {},
		"Access changes for 2 principals; findings: 1 high, 3 low.": {Changed: 2, Findings: map[string]int{"high": 1, "low": 3}},
		"Access changes for 1 principal; no findings, 1 waived.":    {Changed: 1, Waived: 1},
		"Findings: 1 critical.":                                     {Findings: map[string]int{"critical": 1}},
		"No findings, 2 waived.":                                    {Waived: 2},
	} {
		d := ReviewDocument{Compared: true, Summary: summary}
		if got := d.headline(); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func BenchmarkReviewHTML(b *testing.B) {
	d := many(1000)
	for b.Loop() {
		if _, err := ReviewHTML(d); err != nil {
			b.Fatal(err)
		}
	}
}

// TestHostileReviewText: a terminal gets no control characters of others, and no
// line of theirs as if it were ours.
func TestHostileReviewText(t *testing.T) {
	o, _ := catalog.Find("DELETE", "/api/v1/users/{id}")
	for _, evil := range append([]string{"x\nRisk: none. Nobody's access changes; no findings.\r"}, hostile...) {
		d := hostileDocument(evil)
		who := []review.Who{{Addr: schema.Addr{Kind: "service_app", Name: "bot", Key: evil}, Name: evil, Entry: access.Entry{Operation: o, Extent: access.Extent(evil), Via: evil, Source: evil}, Actor: access.Itself}}
		for _, text := range []string{ReviewText(d, view.Style{}, 0, true), AccessText(d, view.Style{}, 0), WhoText(o, who, "", "", view.Style{})} {
			for _, r := range text {
				if r != '\n' && !terminal.Printable(r) {
					t.Errorf("%q leaves %U in\n%s", evil, r, text)
				}
			}
			for line := range strings.Lines(text) {
				if strings.HasPrefix(line, "Risk: none.") || strings.HasPrefix(line, "/approve") {
					t.Errorf("%q makes a line that looks like ours:\n%s", evil, text)
				}
			}
		}
	}
}

// TestHostileMermaid: each line of the graph is a node or an arrow of ours, with a
// label that can't end.
func TestHostileMermaid(t *testing.T) {
	label := `"(?:[\pL\pN ._\-/,]|#\d+;)*"`
	line := regexp.MustCompile(`^(?:graph LR|  p\d+\[` + label + `\]|  p\d+ (?:-\.->|==>)\|"[a-z]+ (?:read|write)"\| r\d+_\d+\(` + label + `\))$`)
	for _, evil := range hostile {
		_, graph, found := strings.Cut(ReviewMarkdown(hostileDocument(evil), view.MarkdownLimit), "```mermaid\n")
		graph, _, closed := strings.Cut(graph, "\n```\n")
		if !found || !closed || strings.Count(graph, "\n") < 3 {
			t.Fatalf("%q: no graph", evil)
		}
		for _, l := range strings.Split(graph, "\n") {
			if !line.MatchString(l) {
				t.Errorf("%q breaks the graph: %s", evil, l)
			}
		}
	}
}
