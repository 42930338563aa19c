package lsp

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/schema/kinds"
)

// CodeActionParams are the parameters of textDocument/codeAction.
type CodeActionParams struct {
	RangeParams
	Context struct {
		Diagnostics []Diagnostic `json:"diagnostics"`
		Only        []string     `json:"only"`
	} `json:"context"`
}

// CodeAction is a change that the editor offers.
type CodeAction struct {
	Title       string         `json:"title"`
	Kind        string         `json:"kind"`
	Diagnostics []Diagnostic   `json:"diagnostics,omitempty"`
	IsPreferred bool           `json:"isPreferred,omitempty"`
	Edit        *WorkspaceEdit `json:"edit"`
}

// Kinds of code actions.
const (
	quickFix = "quickfix"
	refactor = "refactor.rewrite"
)

// codeAction returns the changes that fit a place and its diagnostics. The editor makes the one
// that a person chooses.
func (s *Server) codeAction(_ context.Context, p CodeActionParams) ([]CodeAction, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	offset := d.Offset(p.Range.Start)
	list := []CodeAction{}
	for _, diag := range p.Context.Diagnostics {
		list = append(list, s.meant(d, diag)...)
		list = append(list, s.corrected(d, diag)...)
	}
	if d.Path != "" {
		list = append(list, s.required(d, offset, p.Context.Diagnostics)...)
		list = append(list, s.scopes(d, offset)...)
	}
	return slices.DeleteFunc(list, func(a CodeAction) bool { return !wanted(a.Kind, p.Context.Only) }), nil
}

// wanted reports whether an editor asks for a kind of actions: quickfix includes quickfix.import.
func wanted(kind string, only []string) bool {
	return len(only) == 0 || slices.ContainsFunc(only, func(o string) bool { return o == "" || kind == o || strings.HasPrefix(kind, o+".") })
}

var (
	didYouMean = regexp.MustCompile(`Did you mean ("(?:[^"\\]|\\.)+")\?`)
	wordOf     = regexp.MustCompile(identifier + `(?:\.` + identifier + `|\[(?:\d+|"[^"]*")\])*`)
)

// meant replaces what a diagnostic calls misspelled.
func (s *Server) meant(d *Document, diag Diagnostic) []CodeAction {
	m := didYouMean.FindStringSubmatchIndex(diag.Message)
	if m == nil {
		return nil
	}
	is, err := strconv.Unquote(diag.Message[m[2]:m[3]])
	if err != nil || d.JSON() && strings.Contains(is, `"`) {
		return nil
	}
	start, end := d.Offset(diag.Range.Start), d.Offset(diag.Range.End)
	from, to := misspelled(string(d.Text[start:max(start, end)]), is, diag.Message[:m[0]])
	if from == to {
		return nil
	}
	e := &edits{server: s}
	e.replace(d, start+from, start+to, is)
	return []CodeAction{{Title: fmt.Sprintf("Replace %s by %s", d.Text[start+from:start+to], is), Kind: quickFix, IsPreferred: true,
		Diagnostics: []Diagnostic{diag}, Edit: e.workspaceEdit()}}
}

// misspelled finds the part of a text that is nearest to the right name, among those that the
// message contains: a name, or some of the names in an address.
func misspelled(text, right, message string) (from, to int) {
	best := 4
	for _, word := range wordOf.FindAllStringIndex(text, -1) {
		bounds := [][2]int{{word[0], word[1]}}
		parts := partsOf(text[word[0]:word[1]])
		for i := range parts {
			for j := i; j < len(parts); j++ {
				bounds = append(bounds, [2]int{word[0] + parts[i][0], word[0] + parts[j][1]})
			}
		}
		for _, b := range bounds {
			part := text[b[0]:b[1]]
			if part == right || !strings.Contains(message, part) {
				continue
			}
			if distance := levenshtein.Distance(strings.ToLower(part), strings.ToLower(right), nil); distance < best {
				best, from, to = distance, b[0], b[1]
			}
		}
	}
	return from, to
}

// partsOf returns the bounds of the names in an address, each with the instance key that follows
// it.
func partsOf(address string) (list [][2]int) {
	start, depth := 0, 0
	for i, r := range address {
		switch {
		case r == '[':
			depth++
		case r == ']':
			depth--
		case r == '.' && depth == 0:
			list, start = append(list, [2]int{start, i}), i+1
		}
	}
	return append(list, [2]int{start, len(address)})
}

// corrected makes the mechanical fix of a finding.
func (s *Server) corrected(d *Document, diag Diagnostic) []CodeAction {
	if diag.Data == nil || d.Path == "" || d.JSON() {
		return nil
	}
	a := s.analysis(d.Path)
	if a == nil || a.Review == nil {
		return nil
	}
	for i := range a.Review.Findings {
		f := &a.Review.Findings[i]
		if f.Correction == nil || f.Rule != diag.Data.Rule || f.Addr.String() != diag.Data.Addr || f.Attribute != diag.Data.Attribute || f.Range.Filename != d.Path ||
			!strings.Contains(diag.Message, f.Message) {
			continue
		}
		title := "Remove " + f.Correction.Remove
		if f.Correction.Replace != "" {
			title = fmt.Sprintf("Replace %s by %s", f.Correction.Remove, f.Correction.Replace)
		}
		if edit, ok := s.correction(d, f); ok {
			return []CodeAction{{Title: title + ": " + f.Title, Kind: quickFix, Diagnostics: []Diagnostic{diag}, Edit: edit}}
		}
	}
	return nil
}

// correction edits the list of strings that a finding is about.
func (s *Server) correction(d *Document, f *review.Finding) (*WorkspaceEdit, bool) {
	decl := s.folderOf(d).Declaration(f.Addr.Kind + "." + f.Addr.Name)
	if decl == nil || decl.Block == nil || decl.Range.Filename != d.Path {
		return nil, false
	}
	was, literal := literalStrings(d, decl.Block, f.Attribute)
	is := f.Correction.Apply(was)
	if !literal || slices.Equal(was, is) {
		return nil, false
	}
	e := &edits{server: s}
	err := e.setStrings(d, decl.Block, kinds.Named(f.Addr.Kind), f.Attribute, was, is)
	return e.workspaceEdit(), err == nil
}

// difference replaces a part of a document by another text, and touches only what differs.
func (e *edits) difference(d *Document, start int, was, is []byte) {
	if bytes.Equal(was, is) {
		return
	}
	from := 0
	for from < len(was) && from < len(is) && was[from] == is[from] {
		from++
	}
	for from > 0 && from < len(was) && !utf8.RuneStart(was[from]) {
		from--
	}
	end := 0
	for end < len(was)-from && end < len(is)-from && was[len(was)-1-end] == is[len(is)-1-end] {
		end++
	}
	for end > 0 && !utf8.RuneStart(was[len(was)-end]) {
		end--
	}
	e.replace(d, start+from, start+len(was)-end, string(is[from:len(is)-end]))
}
