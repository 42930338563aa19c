package lsp

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// client is an editor that speaks with a server over pipes.
type client struct {
	tb      testing.TB
	in      io.WriteCloser
	answers chan message
	ended   chan error
	id      int
	version map[DocumentURI]int
	// diagnostics are the last ones of each document.
	diagnostics map[DocumentURI]publishDiagnosticsParams
}

func testOptions() Options {
	return Options{Version: "test", Now: time.Now, Redact: func(diags hcl.Diagnostics, _ []string) hcl.Diagnostics { return diags }}
}

// newClient starts a server and an editor without a workspace.
func newClient(tb testing.TB) *client {
	toServer, in := io.Pipe()
	out, fromServer := io.Pipe()
	c := &client{tb: tb, in: in, answers: make(chan message, 1000), ended: make(chan error, 1), version: map[DocumentURI]int{}, diagnostics: map[DocumentURI]publishDiagnosticsParams{}}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		err := New(testOptions()).Run(ctx, toServer, fromServer)
		_ = fromServer.Close()
		c.ended <- err
	}()
	go func() {
		defer close(c.answers)
		for r := newReader(out); ; {
			data, err := r.read()
			if err != nil {
				return
			}
			var m message
			if json.Unmarshal(data, &m) == nil {
				c.answers <- m
			}
		}
	}()
	tb.Cleanup(func() {
		cancel()
		_ = in.Close()
		_ = toServer.Close()
	})
	return c
}

// start begins a session in a folder.
func (c *client) start(dirs ...string) *client {
	folders := []workspaceFolder{}
	for _, dir := range dirs {
		folders = append(folders, workspaceFolder{URI: uriOf(dir)})
	}
	c.request("initialize", map[string]any{"capabilities": map[string]any{}, "workspaceFolders": folders}, nil)
	c.notify("initialized", map[string]any{})
	return c
}

func (c *client) write(m map[string]any) {
	c.tb.Helper()
	m["jsonrpc"] = "2.0"
	data, err := json.Marshal(m)
	if err != nil {
		c.tb.Fatal(err)
	}
	c.raw("Content-Length: " + itoa(len(data)) + "\r\n\r\n" + string(data))
}

func (c *client) raw(text string) {
	c.tb.Helper()
	if _, err := io.WriteString(c.in, text); err != nil {
		c.tb.Fatal(err)
	}
}

func (c *client) notify(method string, params any) {
	c.tb.Helper()
	c.write(map[string]any{"method": method, "params": params})
}

// request sends a request and returns the error of the answer.
func (c *client) request(method string, params, result any) *Error {
	c.tb.Helper()
	c.id++
	c.write(map[string]any{"id": c.id, "method": method, "params": params})
	for {
		m := c.next()
		if m.Method == "" && string(m.ID) == itoa(c.id) {
			if m.Error == nil && result != nil {
				if err := json.Unmarshal(m.Result, result); err != nil {
					c.tb.Fatal(err)
				}
			}
			return m.Error
		}
	}
}

// next returns the next message, and keeps diagnostics.
func (c *client) next() message {
	c.tb.Helper()
	select {
	case m, ok := <-c.answers:
		if !ok {
			c.tb.Fatal("the server ended")
		}
		if m.Method == "textDocument/publishDiagnostics" {
			var p publishDiagnosticsParams
			if err := json.Unmarshal(m.Params, &p); err != nil {
				c.tb.Fatal(err)
			}
			c.diagnostics[p.URI] = p
		}
		return m
	case <-time.After(time.Minute):
		c.tb.Fatal("no message in a minute")
	}
	return message{}
}

func (c *client) open(path, text string) DocumentURI {
	c.tb.Helper()
	uri := uriOf(path)
	c.version[uri]++
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uri, "languageId": "oktaform", "version": c.version[uri], "text": text}})
	return uri
}

// change replaces the whole text of a document.
func (c *client) change(uri DocumentURI, text string) {
	c.tb.Helper()
	c.version[uri]++
	c.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri, "version": c.version[uri]}, "contentChanges": []map[string]any{{"text": text}}})
}

// checked waits for the diagnostics of the current text.
func (c *client) checked(uri DocumentURI) []Diagnostic {
	c.tb.Helper()
	delete(c.diagnostics, uri)
	for {
		if p, ok := c.diagnostics[uri]; ok && (p.Version == nil || *p.Version == c.version[uri]) {
			return p.Diagnostics
		}
		c.next()
	}
}

// writeFiles writes files below a folder.
func writeFiles(tb testing.TB, dir string, files map[string]string) {
	tb.Helper()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			tb.Fatal(err)
		}
	}
}

func itoa(n int) string {
	data, _ := json.Marshal(n)
	return string(data)
}
