package lsp

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
)

// errorsIn returns the diagnostics that are no findings.
func errorsIn(diags []Diagnostic) []Diagnostic {
	return slices.DeleteFunc(slices.Clone(diags), func(d Diagnostic) bool { return d.Severity == severityHint })
}

func TestLifecycle(t *testing.T) {
	c := newClient(t)
	if err := c.request("textDocument/hover", map[string]any{}, nil); err == nil || err.Code != codeNotInitialized {
		t.Errorf("a request before initialize: %v", err)
	}
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": "file:///x.hcl", "text": "x"}})
	c.start(t.TempDir())
	if err := c.request("initialize", map[string]any{}, nil); err == nil || err.Code != codeInvalidRequest {
		t.Errorf("a second initialize: %v", err)
	}
	if err := c.request("textDocument/unheardOf", map[string]any{}, nil); err == nil || err.Code != codeUnknownMethod {
		t.Errorf("an unknown method: %v", err)
	}
	c.notify("$/unheardOf", map[string]any{})
	if err := c.request("textDocument/hover", []int{1}, nil); err == nil || err.Code != codeInvalidParams {
		t.Errorf("wrong parameters: %v", err)
	}
	if err := c.request("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": "file:///etc/passwd"}}, nil); err == nil || err.Code != codeRequestFailed {
		t.Errorf("a file that belongs to no configuration: %v", err)
	}
	if err := c.request("shutdown", nil, nil); err != nil {
		t.Error(err)
	}
	if err := c.request("textDocument/hover", map[string]any{}, nil); err == nil || err.Code != codeInvalidRequest {
		t.Errorf("a request after shutdown: %v", err)
	}
	c.notify("exit", nil)
	if err := <-c.ended; err != nil {
		t.Error(err)
	}
}

func TestEndWithoutShutdown(t *testing.T) {
	c := newClient(t).start(t.TempDir())
	_ = c.in.Close()
	if err := <-c.ended; !errors.Is(err, ErrNoShutdown) {
		t.Error(err)
	}
}

// TestBrokenMessages sends what is no message, and then one that is.
func TestBrokenMessages(t *testing.T) {
	for name, text := range map[string]string{
		"no header":                "hello\r\n\r\n",
		"a line without end":       strings.Repeat("x", 1<<20) + "\r\n\r\n",
		"no number":                "Content-Length: many\r\n\r\n",
		"a negative number":        "Content-Length: -1\r\n\r\n",
		"an impossible number":     "Content-Length: 99999999999999999999\r\n\r\n",
		"another header":           "Content-Type: text/plain\r\n\r\n",
		"no JSON":                  "Content-Length: 5\r\n\r\nhello",
		"JSON of another form":     "Content-Length: 2\r\n\r\n42",
		"a list":                   "Content-Length: 2\r\n\r\n[]",
		"no method":                "Content-Length: 2\r\n\r\n{}",
		"an id of another form":    "Content-Length: 26\r\n\r\n{\"id\":{},\"method\":\"nothing\"",
		"nothing":                  "Content-Length: 0\r\n\r\n",
		"more than a message":      "Content-Length: 67108865\r\n\r\n" + strings.Repeat("x", 67108865),
		"deep JSON":                "Content-Length: 40000\r\n\r\n" + strings.Repeat("[", 40000),
		"bytes that are no text":   "\xff\xfe\x00\r\n\r\n",
		"an answer to no question": "Content-Length: 36\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":9,\"result\":{}}",
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t).start(t.TempDir())
			c.raw(text)
			var symbols []any
			if err := c.request("workspace/symbol", map[string]any{"query": ""}, &symbols); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestPanicInHandler: a handler that panics answers with an error, and the server goes on.
func TestPanicInHandler(t *testing.T) {
	s := newSession(t, nil)
	m := &incoming{message: message{ID: []byte("1"), Method: "textDocument/hover", Params: []byte("{}")}, ctx: context.Background()}
	s.open[""] = nil
	s.open[""] = &Document{Path: "/x.hcl", file: &File{References: []Reference{{}}}}
	if _, err := s.answer(m); err == nil || asError(err).Code != codeInternal || !strings.Contains(err.Error(), "a fault of its own") {
		t.Error(err)
	}
	m.Params = []byte(`{"textDocument":{"uri":"untitled:x"}}`)
	if _, err := s.answer(m); err == nil || asError(err).Code != codeRequestFailed {
		t.Error(err)
	}
}

func TestCanceledRequest(t *testing.T) {
	s := newSession(t, nil)
	ctx := s.expect(context.Background(), []byte("7"))
	s.cancel([]byte(`{"id":7}`))
	_, err := s.answer(&incoming{message: message{ID: []byte("7"), Method: "workspace/symbol"}, ctx: ctx})
	if err == nil || asError(err).Code != codeRequestCanceled {
		t.Error(err)
	}
}

// TestDiagnosticsAreThoseOfValidate compares what an editor is sent with what validate finds.
func TestDiagnosticsAreThoseOfValidate(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"a syntax error":       {"main.hcl": "org {\n  owner = \"a\"\n"},
		"several errors":       {"main.hcl": "org {\n  owner = \"a\"\n}\ngroup \"x\" {\n  nam = \"X\"\n}\nweb_app \"y\" {\n  label = \"Y\"\n  assigned_groups = [group.z]\n}\n"},
		"errors in two files":  {"main.hcl": "org {\n  owner = \"a\"\n}\ngroup \"x\" {}\n", "other.hcl": "user \"u\" {}\n"},
		"a module":             {"main.hcl": "org {\n  owner = \"a\"\n}\nmodule \"m\" {\n  source = \"./m\"\n  nothing = 1\n}\n", "m/main.hcl": "group \"x\" {\n  nam = \"X\"\n}\n"},
		"the JSON syntax":      {"main.hcl": "org {\n  owner = \"a\"\n}\n", "more.hcl.json": "{\"group\": {\"x\": {\"nam\": \"X\"}}}"},
		"a warning":            {"main.hcl": "org {\n  owner = \"a\"\n}\nservice_app \"x\" {\n  label = \"X\"\n  okta_api_scopes = [\"okta.unheard.read\"]\n}\n"},
		"no org block":         {"main.hcl": "group \"x\" {\n  name = \"X\"\n}\n"},
		"values of variables":  {"main.hcl": "org {\n  owner = \"a\"\n}\nvariable \"v\" {\n  type = number\n}\n", "oktaform.tfvars": "v = \"x\"\nw = 1\n"},
		"nothing wrong":        {"main.hcl": "org {\n  owner = \"a\"\n}\ngroup \"x\" {\n  name = \"X\"\n}\n"},
		"an override file":     {"main.hcl": "org {\n  owner = \"a\"\n}\n", "override.hcl": ""},
		"brackets without end": {"main.hcl": strings.Repeat("x = [\n", 600)},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			writeFiles(t, dir, files)
			loaded, diags := config.Load(dir, config.Options{Incomplete: true})
			diags = append(diags, loaded.Validate()...)
			_ = loaded.Close()
			c := newClient(t).start(dir)
			c.checked(c.open(filepath.Join(dir, "main.hcl"), files["main.hcl"]))
			_ = c.request("workspace/symbol", map[string]any{"query": "nothing"}, nil) // those of other files follow
			got := map[string]int{}
			for uri, p := range c.diagnostics {
				for _, d := range p.Diagnostics {
					if d.Severity != severityHint {
						got[d.Message]++
						if _, err := os.Stat(pathOf(uri)); err != nil {
							t.Error(err)
						}
					}
				}
			}
			for _, d := range diags {
				if text := d.Summary + ": " + d.Detail; got[text] == 0 {
					t.Errorf("not sent: %s", text)
				} else {
					got[text]--
				}
			}
			for text, n := range got {
				if n > 0 {
					t.Errorf("validate doesn't find: %s", text)
				}
			}
		})
	}
}

// TestDiagnosticsFollowTheBuffer: what counts is what the editor has, not what is on the disk.
func TestDiagnosticsFollowTheBuffer(t *testing.T) {
	dir := t.TempDir()
	good := "org {\n  owner = \"a\"\n}\ngroup \"x\" {\n  name = \"X\"\n}\n"
	writeFiles(t, dir, map[string]string{"main.hcl": good})
	c := newClient(t).start(dir)
	uri := c.open(filepath.Join(dir, "main.hcl"), good)
	if diags := c.checked(uri); len(diags) > 0 {
		t.Fatal(diags)
	}
	c.change(uri, strings.Replace(good, "name", "nam", 1))
	if diags := c.checked(uri); !slices.ContainsFunc(diags, func(d Diagnostic) bool { return d.Range == Range{Position{4, 2}, Position{4, 5}} }) {
		t.Error(diags)
	}
	c.change(uri, good)
	if diags := errorsIn(c.checked(uri)); len(diags) > 0 {
		t.Error(diags)
	}
	// A file that is not on the disk yet is a part of the configuration.
	fresh := c.open(filepath.Join(dir, "fresh.hcl"), "web_app \"y\" {\n  label = \"\U0001F600\"\n  redirect_uris = [ /* \U0001F600 */ group.z.name]\n}\n")
	if diags := c.checked(fresh); len(diags) != 1 || diags[0].Range != (Range{Position{2, 29}, Position{2, 41}}) {
		t.Error(diags)
	}
	c.change(uri, good+"group \"z\" {\n  name = \"Z\"\n}\n")
	if diags := c.checked(fresh); slices.ContainsFunc(diags, func(d Diagnostic) bool { return strings.Contains(d.Message, "group.z") }) {
		t.Error(diags)
	}
	// After it is closed, the disk counts again.
	c.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri}})
	if diags := c.checked(fresh); !slices.ContainsFunc(diags, func(d Diagnostic) bool { return strings.Contains(d.Message, "group.z") }) {
		t.Error(diags)
	}
	if text, err := os.ReadFile(filepath.Join(dir, "main.hcl")); err != nil || string(text) != good {
		t.Error("the file on the disk changed")
	}
	if _, err := os.Stat(filepath.Join(dir, "fresh.hcl")); err == nil {
		t.Error("a file was written")
	}
}

// TestModuleBuffers: a module is checked as a part of the configurations that call it.
func TestModuleBuffers(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{
		"one/main.hcl":    "org {\n  owner = \"a\"\n}\nmodule \"m\" {\n  source = \"../shared\"\n  label  = \"X\"\n}\n",
		"two/main.hcl":    "org {\n  owner = \"b\"\n}\nmodule \"m\" {\n  source = \"../shared\"\n  label  = \"Y\"\n}\n",
		"shared/main.hcl": "variable \"label\" {\n  type = string\n}\ngroup \"g\" {\n  name = var.label\n}\n",
		".git/HEAD":       "ref: refs/heads/main\n", ".git/config": "", ".git/objects/x": "", ".git/refs/x": "",
	}
	writeFiles(t, dir, files)
	c := newClient(t).start(dir)
	uri := c.open(filepath.Join(dir, "shared", "main.hcl"), files["shared/main.hcl"])
	if diags := c.checked(uri); len(diags) > 0 {
		t.Fatal(diags)
	}
	c.change(uri, strings.Replace(files["shared/main.hcl"], "variable \"label\"", "variable \"lable\"", 1))
	for len(c.diagnostics[uriOf(filepath.Join(dir, "one", "main.hcl"))].Diagnostics) == 0 || len(c.diagnostics[uriOf(filepath.Join(dir, "two", "main.hcl"))].Diagnostics) == 0 {
		c.next()
	}
	if diags := c.diagnostics[uri].Diagnostics; len(diags) != 1 || !strings.Contains(diags[0].Message, "label") {
		t.Errorf("the same error in two configurations is shown once: %v", diags)
	}
	c.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri}})
	for len(c.diagnostics[uriOf(filepath.Join(dir, "one", "main.hcl"))].Diagnostics) > 0 {
		c.next()
	}
}

func TestFindingsAreHints(t *testing.T) {
	dir := t.TempDir()
	text := "org {\n  owner = \"a\"\n}\nservice_app \"x\" {\n  label = \"X\"\n  jwks_uri = \"https://example.com/k\"\n  okta_api_scopes = [\"okta.users.manage\"]\n\n  admin_role \"SUPER_ADMIN\" {}\n}\n"
	c := newClient(t).start(dir)
	uri := c.open(filepath.Join(dir, "main.hcl"), text)
	for {
		diags := c.checked(uri)
		if len(diags) == 0 {
			continue // the review follows
		}
		for _, d := range diags {
			if d.Severity != severityHint || d.Code == "" || d.Data == nil || d.Data.Addr != "service_app.x" {
				t.Errorf("%+v", d)
			}
		}
		break
	}
	var hover hoverResult
	if err := c.request("textDocument/hover", map[string]any{"textDocument": map[string]any{"uri": uri}, "position": Position{3, 14}}, &hover); err != nil || !strings.Contains(hover.Contents.Value, "SUPER_ADMIN") {
		t.Errorf("%v %q", err, hover.Contents.Value)
	}
}

// TestSecretsAreRedacted: messages about sensitive values do not quote them.
func TestSecretsAreRedacted(t *testing.T) {
	dir := t.TempDir()
	text := "org {\n  owner = \"a\"\n}\nvariable \"v\" {\n  type      = string\n  sensitive = true\n}\nuser \"x\" {\n  login = var.v\n}\n"
	writeFiles(t, dir, map[string]string{"main.hcl": text, "oktaform.tfvars": "v = \"a-secret-value\"\n"})
	s := newSession(t, nil)
	var concealed []string
	s.opts.Redact = func(diags hcl.Diagnostics, secrets []string) hcl.Diagnostics {
		concealed = secrets
		return diags
	}
	s.load(&load{dir: dir})
	if len(concealed) != 1 || concealed[0] != "a-secret-value" {
		t.Error(concealed)
	}
}

// TestFilesOutsideAreNotRead: a checkout chooses the sources of its modules and where its links
// lead, but only files in the editor's folders and in the repository are read.
func TestFilesOutsideAreNotRead(t *testing.T) {
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"outside/main.hcl":   "variable \"outside\" {}\noutput \"outside\" {\n  value = 1\n}\n",
		"checkout/in/in.hcl": "variable \"inside\" {}\noutput \"inside\" {\n  value = 1\n}\n",
	})
	for link, to := range map[string]string{"link": "../outside", "link.hcl": "../outside/main.hcl"} {
		if err := os.Symlink(to, filepath.Join(dir, "checkout", link)); err != nil {
			t.Fatal(err)
		}
	}
	s := newSession(t, nil)
	s.workspace, s.dir = []string{filepath.Join(dir, "checkout")}, filepath.Join(dir, "checkout")
	for _, row := range []struct{ source, want string }{{"./in", "inside"}, {"../outside", ""}, {"./link", ""}, {"../checkout/../outside", ""}, {"/etc", ""}} {
		list := s.completionsAt("main.hcl", "module \"m\" {\n  source = \""+row.source+"\"\n  |\n}\n")
		for _, item := range list.Items {
			if strings.HasSuffix(item.Label, "side") && item.Label != row.want {
				t.Errorf("%s: %s is proposed", row.source, item.Label)
			}
		}
		if row.want != "" && !slices.ContainsFunc(list.Items, func(item completionItem) bool { return item.Label == row.want }) {
			t.Errorf("%s: %s is not proposed", row.source, row.want)
		}
	}
	for _, item := range s.completionsAt("main.hcl", "output \"x\" {\n  value = var.|\n}\n").Items {
		t.Errorf("%s, of a link, is proposed", item.Label)
	}
	for _, name := range []string{"../outside/main.hcl", "link/main.hcl", "link.hcl"} {
		path := filepath.Join(s.dir, name)
		if d, err := s.document(uriOf(path)); err == nil {
			t.Errorf("%s is read: %s", name, d.Text)
		}
	}
	if err := os.WriteFile(filepath.Join(s.dir, "secret.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.document(uriOf(filepath.Join(s.dir, "secret.txt"))); err == nil {
		t.Error("a file that belongs to no configuration is read")
	}
}

// TestHoverIsNoMarkup: what a file says becomes no image, link or HTML in the editor.
func TestHoverIsNoMarkup(t *testing.T) {
	bad := "![x](https://example.com/x.png) <img src=x> [a](b) ```"
	file := "org {\n  owner = \"a\"\n}\nvariable \"v\" {\n  description = \"" + bad + "\"\n}\nlocals {\n  l = \"" + bad + "\"\n}\ngroup \"g\" {\n  name = \"" + bad + "\"\n}\nmodule \"m\" {\n  source = \"./" + bad + "\"\n}\n"
	for _, at := range []string{"var.|v", "local.|l", "group.|g.id", "module.|m.x"} {
		s := newSession(t, map[string]string{"other.hcl": file})
		hover, err := s.hover(context.Background(), s.openAt("a.hcl", "output \"x\" {\n  value = "+at+"\n}\n"))
		if err != nil || hover == nil {
			t.Fatal(hover, err)
		}
		text := hover.Contents.Value
		if before, code, fenced := strings.Cut(text, "\n````hcl\n"); fenced {
			_, after, _ := strings.Cut(code, "\n````\n")
			text = before + after
		}
		if strings.Contains(strings.ReplaceAll(text, `\]`, ""), "](") || strings.Contains(text, "<img") || strings.Contains(text, "\n```") {
			t.Errorf("%s: %s", at, hover.Contents.Value)
		}
	}
}

// TestDeepText: nesting that no command reads does not end the server.
func TestDeepText(t *testing.T) {
	for name, text := range map[string]string{"a.hcl": strings.Repeat("a {\n", 30_000), "b.hcl": "x = " + strings.Repeat("[", 30_000), "c.hcl": "x = " + strings.Repeat("\"${", 10_000), "a.hcl.json": strings.Repeat("{\"a\":", 30_000)} {
		c := newClient(t).start(t.TempDir())
		uri := c.open(filepath.Join(t.TempDir(), name), text)
		at := map[string]any{"textDocument": map[string]any{"uri": uri}, "position": Position{Line: 20_000, Character: 10_000}}
		for _, method := range []string{"completion", "hover", "documentSymbol", "foldingRange", "formatting", "semanticTokens/full", "definition", "references"} {
			_ = c.request("textDocument/"+method, at, nil)
		}
		if err := c.request("shutdown", nil, nil); err != nil {
			t.Error(err)
		}
	}
}
