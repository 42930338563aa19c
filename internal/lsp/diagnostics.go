package lsp

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/testfile"
)

// publish shows the diagnostics of a configuration. Findings are hints: they are about what the
// configuration does, not about what is wrong with it.
func (s *Server) publish(a *Analysis, findings bool) {
	byPath := map[string][]Diagnostic{}
	for _, d := range a.Diagnostics {
		path := s.placeOf(d, a.Dir)
		byPath[path] = append(byPath[path], s.diagnostic(path, d))
	}
	if a.Review != nil {
		for i := range a.Review.Findings {
			if f := &a.Review.Findings[i]; f.Range.Filename != "" && f.Waiver == nil && findings {
				byPath[f.Range.Filename] = append(byPath[f.Range.Filename], s.finding(f))
			}
		}
	}
	if !findings { // those of the text before stay until the new ones are known
		for path, list := range s.loads.shown[a.Dir] {
			for _, d := range list {
				if d.Data != nil {
					byPath[path] = append(byPath[path], d)
				}
			}
		}
	}
	s.publishAs(a.Dir, byPath, s.buffersOf(a.Dir))
}

// placeOf returns the file that a diagnostic is about. One without a place is shown in the file
// with the org block, or another one of the configuration.
func (s *Server) placeOf(d *hcl.Diagnostic, dir string) string {
	if d.Subject != nil && d.Subject.Filename != "" {
		return d.Subject.Filename
	}
	folder := s.folder(dir)
	if org := folder.Declaration("org"); org != nil {
		return org.Range.Filename
	}
	for _, file := range folder.Files {
		if s.buffer(file.Path) != nil {
			return file.Path
		}
	}
	return dir
}

func (s *Server) diagnostic(path string, d *hcl.Diagnostic) Diagnostic {
	out := Diagnostic{Severity: severityOf(d.Severity), Source: "oktaform", Message: d.Summary}
	if d.Detail != "" {
		out.Message += ": " + d.Detail
	}
	if d.Subject != nil {
		out.Range = s.rangeIn(path, *d.Subject)
	}
	return out
}

// rangeIn converts a range in a file.
func (s *Server) rangeIn(path string, r hcl.Range) Range {
	d, err := s.documentAt(path)
	if err != nil {
		return Range{}
	}
	return d.Range(r)
}

// finding shows a finding of the review.
func (s *Server) finding(f *review.Finding) Diagnostic {
	message := fmt.Sprintf("%s (%s): %s", f.Title, f.Severity, f.Message)
	if f.Fix != "" {
		message += "\n" + f.Fix
	}
	data := &FindingData{Rule: f.Rule, Attribute: f.Attribute}
	if f.Addr.Name != "" {
		data.Addr = f.Addr.String()
	}
	r := f.Range
	if d, err := s.documentAt(r.Filename); err == nil {
		r.End = firstLine(d, r)
	}
	return Diagnostic{Range: s.rangeIn(f.Range.Filename, r), Severity: severityHint, Code: f.Rule, Source: "oktaform review", Message: message, Data: data}
}

// firstLine returns the end of a range, or of its first line.
func firstLine(d *Document, r hcl.Range) hcl.Pos {
	end := r.End
	start, stop := min(max(r.Start.Byte, 0), len(d.Text)), min(max(r.End.Byte, 0), len(d.Text))
	if start < stop {
		if line, _, more := strings.Cut(string(d.Text[start:stop]), "\n"); more {
			end.Byte = start + len(strings.TrimRight(line, "\r"))
		}
	}
	return end
}

// publishAlone shows what is wrong with a buffer that is no file of a configuration: a test, the
// values of variables, a new document.
func (s *Server) publishAlone(d *Document) {
	var diags hcl.Diagnostics
	switch {
	case d.isTest():
		_, diags = testfile.Parse(d.name(), d.Text)
	case d.JSON():
	default:
		_, diags = budget.ParseConfig(d.Text, d.name())
	}
	byPath := map[string][]Diagnostic{}
	for _, diag := range diags[:min(len(diags), 20)] {
		out := Diagnostic{Severity: severityOf(diag.Severity), Source: "oktaform", Message: diag.Summary + ": " + diag.Detail}
		if diag.Subject != nil {
			out.Range = d.Range(*diag.Subject)
		}
		byPath[d.name()] = append(byPath[d.name()], out)
	}
	s.publishAs(d.name(), byPath, []*Document{d})
}

// publishAs replaces what is shown on behalf of a configuration or buffer. A file of a module can
// be part of several configurations: it shows the diagnostics of all of them. Buffers are sent even
// if nothing is wrong, so that an editor knows that they were checked.
func (s *Server) publishAs(of string, byPath map[string][]Diagnostic, buffers []*Document) {
	before := s.loads.shown[of]
	if s.loads.shown[of] = byPath; len(byPath) == 0 {
		delete(s.loads.shown, of)
	}
	changed := map[string]bool{}
	for path, list := range before {
		changed[path] = !reflect.DeepEqual(list, byPath[path])
	}
	for path, list := range byPath {
		changed[path] = !reflect.DeepEqual(list, before[path])
	}
	for _, d := range buffers {
		changed[d.name()] = true
	}
	for _, path := range slices.Sorted(maps.Keys(changed)) {
		if changed[path] {
			s.show(path)
		}
	}
}

// show sends the diagnostics of a file.
func (s *Server) show(path string) {
	p := publishDiagnosticsParams{URI: DocumentURI(path), Diagnostics: []Diagnostic{}}
	if d := s.buffer(path); d != nil {
		p.URI, p.Version = d.URI, &d.Version
	} else if s.open[p.URI] == nil {
		p.URI = uriOf(path)
	}
	type text struct { // what tells diagnostics apart
		at            Range
		severity      int
		code, message string
	}
	seen := map[text]bool{}
	for _, of := range slices.Sorted(maps.Keys(s.loads.shown)) {
		for _, d := range s.loads.shown[of][path] {
			if key := (text{d.Range, d.Severity, d.Code, d.Message}); !seen[key] {
				seen[key] = true
				p.Diagnostics = append(p.Diagnostics, d)
			}
		}
	}
	s.notify(&message{Method: "textDocument/publishDiagnostics"}, p)
}
