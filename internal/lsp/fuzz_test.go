package lsp

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzDocument asks for everything that a server can say about a position in a text.
func FuzzDocument(f *testing.F) {
	for _, text := range []string{"", other, "service_app \"a\" {\n  okta_api_scopes = [\"okta.us", "x = <<EOT\n${a.b[", "group \"a\" {\n  name = \"${upper(\"", "{\"group\": {\"a\": {\"name\": \"${var.", "a { b { c {", "\"\"\"${\"${", "}}}])\"", "data.group.a.id", "/* group \"x\" {"} {
		for _, name := range []string{"a.hcl", "a.hcl.json", "a.tfvars", "a.oktest.hcl"} {
			f.Add(name, text, len(text)/2, "x\"")
		}
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, name, text string, at int, typed string) {
		if strings.ContainsAny(name, "/\\\x00") || len(text) > 1<<16 || len(typed) > 100 {
			return
		}
		s := New(testOptions())
		s.out, s.state = &bytes.Buffer{}, stateRunning
		d := newDocument(uriOf(filepath.Join(dir, name)), 1, []byte(text))
		s.open[d.URI] = d
		p := PositionParams{TextDocument{URI: d.URI}, d.Position(at)}
		ask := func() {
			ctx := context.Background()
			_, _ = s.completion(ctx, p)
			_, _ = s.hover(ctx, p)
			_, _ = s.documentSymbols(ctx, DocumentParams{p.TextDocument})
			_, _ = s.foldingRanges(ctx, DocumentParams{p.TextDocument})
			_, _ = s.formatting(ctx, DocumentParams{p.TextDocument})
			tokens, _ := s.semanticTokens(ctx, DocumentParams{p.TextDocument})
			if len(tokens.Data)%5 != 0 {
				t.Error("incomplete tokens")
			}
			_, _ = s.definition(ctx, p)
			_, _ = s.workspaceSymbols(ctx, struct {
				Query string `json:"query"`
			}{"a"})
		}
		ask()
		change := contentChange{Range: &Range{p.Position, p.Position}, Text: typed}
		s.didChange(didChangeParams{TextDocument{d.URI, 2}, []contentChange{change}})
		ask()
		now := s.open[d.URI]
		if got, want := len(now.File().Declarations), len(newDocument(d.URI, 2, now.Text).File().Declarations); got != want {
			t.Errorf("after an edit there are %d declarations, not %d", got, want)
		}
		if offset := d.Offset(d.Position(at)); utf8.ValidString(text) && at >= 0 && at <= len(text) && utf8.RuneStart((text + "x")[at]) && !strings.Contains(text, "\r") && offset != at {
			t.Errorf("the offset %d becomes %d", at, offset)
		}
	})
}

// FuzzMessages feeds bytes to a server: it must answer the request that follows, or end.
func FuzzMessages(f *testing.F) {
	frame := func(m any) string {
		data, _ := json.Marshal(m)
		return "Content-Length: " + itoa(len(data)) + "\r\n\r\n" + string(data)
	}
	f.Add("garbage")
	f.Add(frame(map[string]any{"id": 1, "method": "initialize", "params": map[string]any{}}) + frame(map[string]any{"id": 2, "method": "textDocument/hover", "params": map[string]any{"textDocument": map[string]any{"uri": "file:///x.hcl"}}}))
	f.Add(frame(map[string]any{"id": 1, "method": "initialize"}) + frame(map[string]any{"method": "textDocument/didOpen", "params": map[string]any{"textDocument": map[string]any{"uri": "untitled:x", "text": "a"}}}) +
		frame(map[string]any{"method": "textDocument/didChange", "params": map[string]any{"textDocument": map[string]any{"uri": "untitled:x"}, "contentChanges": []any{map[string]any{"range": map[string]any{}, "text": "b"}}}}))
	f.Add("Content-Length: 1000000000000\r\n\r\n{}")
	f.Fuzz(func(t *testing.T, text string) {
		var out bytes.Buffer
		err := New(testOptions()).Run(context.Background(), strings.NewReader(text), &out)
		if err != nil && !errors.Is(err, ErrNoShutdown) {
			t.Error(err)
		}
		for r := newReader(&out); ; {
			data, err := r.read()
			if err != nil {
				break
			}
			if !json.Valid(data) {
				t.Errorf("an answer is no JSON: %q", data)
			}
		}
	})
}
