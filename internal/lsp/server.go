package lsp

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/crash"
)

// Options are what a server needs besides the editor.
type Options struct {
	Version string
	Environ []string // NAME=value, with the values of variables
	// Checkout says where the repository of a configuration may be.
	Checkout checkout.Options
	// Now returns this machine's time, for warnings and waivers.
	Now func() time.Time
	// Redact replaces secrets in diagnostics.
	Redact func(diags hcl.Diagnostics, secrets []string) hcl.Diagnostics
}

// LimitMemory makes the collector of a program that is a language server run less often, as long as
// the program is small.
func LimitMemory() {
	debug.SetGCPercent(300)
	debug.SetMemoryLimit(160 << 20)
}

// Server is a language server for one editor.
type Server struct {
	opts Options
	out  io.Writer

	state     state
	workspace []string // absolute paths of the editor's folders
	snippets  bool     // whether completions may have places to fill in
	watches   bool     // whether the editor can be asked to watch files
	requests  int      // sent by the server

	open    map[DocumentURI]*Document
	read    map[string]*Document // files that were read for the message at hand, by path
	outline outlines             // of files on the disk
	loads   loads                // of configurations

	mu      sync.Mutex
	pending map[string]context.CancelFunc // requests that are not answered yet
}

type state string

const (
	stateNew      state = "new"
	stateRunning  state = "running"
	stateShutDown state = "shut down"
)

// New returns a server.
func New(o Options) *Server {
	s := &Server{opts: o, state: stateNew, open: map[DocumentURI]*Document{}, read: map[string]*Document{}, pending: map[string]context.CancelFunc{},
		outline: outlines{files: map[string]diskFile{}}, loads: newLoads()}
	s.outline.forget()
	return s
}

// handler answers a request, or handles a notification.
type handler func(ctx context.Context, params json.RawMessage) (any, error)

// on decodes the parameters of a method.
func on[P, R any](f func(context.Context, P) (R, error)) handler {
	return func(ctx context.Context, params json.RawMessage) (any, error) {
		var p P
		if len(params) > 0 {
			if err := json.Unmarshal(params, &p); err != nil {
				return nil, &Error{codeInvalidParams, "The parameters are not those of the method: " + err.Error()}
			}
		}
		return f(ctx, p)
	}
}

// notified is a handler of a notification.
func notified[P any](f func(P)) handler {
	return on(func(_ context.Context, p P) (any, error) { f(p); return nil, nil })
}

// methods are the requests and notifications that the server handles, besides those that begin and
// end a session.
func (s *Server) methods() map[string]handler {
	return map[string]handler{
		"initialized":                         notified(s.initialized),
		"textDocument/didOpen":                notified(s.didOpen),
		"textDocument/didChange":              notified(s.didChange),
		"textDocument/didClose":               notified(s.didClose),
		"textDocument/didSave":                notified(s.didSave),
		"workspace/didChangeWatchedFiles":     notified(s.didChangeWatchedFiles),
		"workspace/didChangeWorkspaceFolders": notified(s.didChangeWorkspaceFolders),
		"workspace/didChangeConfiguration":    notified(func(any) {}),
		"$/setTrace":                          notified(func(any) {}),

		"textDocument/completion":           on(s.completion),
		"textDocument/hover":                on(s.hover),
		"textDocument/documentSymbol":       on(s.documentSymbols),
		"workspace/symbol":                  on(s.workspaceSymbols),
		"textDocument/foldingRange":         on(s.foldingRanges),
		"textDocument/formatting":           on(s.formatting),
		"textDocument/semanticTokens/full":  on(s.semanticTokens),
		"textDocument/semanticTokens/range": on(s.semanticTokensRange),
		"textDocument/definition":           on(s.definition),
		"textDocument/references":           on(s.references),
		"textDocument/prepareRename":        on(s.prepareRename),
		"textDocument/rename":               on(s.rename),
		"textDocument/codeAction":           on(s.codeAction),
	}
}

// capabilities tells the editor what the server can do.
func (s *Server) capabilities() map[string]any {
	return map[string]any{
		"positionEncoding":           "utf-16",
		"textDocumentSync":           map[string]any{"openClose": true, "change": 2, "save": map[string]any{}},
		"completionProvider":         map[string]any{"triggerCharacters": []string{".", "\"", "=", "[", "{", " "}},
		"hoverProvider":              true,
		"documentSymbolProvider":     true,
		"workspaceSymbolProvider":    true,
		"foldingRangeProvider":       true,
		"documentFormattingProvider": true,
		"semanticTokensProvider": map[string]any{"legend": map[string]any{"tokenTypes": semanticTypes, "tokenModifiers": []string{}},
			"full": true, "range": true},
		"definitionProvider": true,
		"referencesProvider": true,
		"renameProvider":     map[string]any{"prepareProvider": true},
		"codeActionProvider": map[string]any{"codeActionKinds": []string{"quickfix", "refactor"}},
		"workspace":          map[string]any{"workspaceFolders": map[string]any{"supported": true, "changeNotifications": true}},
	}
}

// incoming is a message, or why it cannot be read.
type incoming struct {
	message
	ctx context.Context // of a request: canceled by the editor
	err *errMessage
}

// ErrNoShutdown is the error of a session that the editor ends without asking to shut down.
var ErrNoShutdown = errors.New("the editor ended the language server without the request shutdown")

// Run handles messages until the editor ends the session.
func (s *Server) Run(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.out = out
	messages := make(chan incoming, 16)
	crash.Go(func() {
		defer close(messages)
		s.receive(ctx, newReader(in), messages)
	})
	for {
		clear(s.read)
		select {
		case m, ok := <-messages:
			if !ok || m.Method == "exit" {
				if s.state == stateShutDown {
					return nil
				}
				return ErrNoShutdown
			}
			if err := s.handle(&m); err != nil {
				return err
			}
		case done := <-s.loads.results:
			if err := crash.Safe(func() error { done(); return nil })(); err != nil {
				s.log(err.Error())
			}
		case <-s.loads.timer.C:
			s.startLoads(ctx)
		case <-s.loads.reviewTimer.C:
			s.startReviews(ctx)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// receive reads messages until the editor closes the stream.
func (s *Server) receive(ctx context.Context, r *reader, messages chan<- incoming) {
	for {
		var m incoming
		data, err := r.read()
		if bad, ok := errors.AsType[*errMessage](err); ok {
			m.err = bad
		} else if err != nil {
			return
		} else if err := json.Unmarshal(data, &m.message); err != nil {
			m.err = &errMessage{"A message is not a JSON object of JSON-RPC: " + err.Error()}
		}
		switch {
		case m.Method == "$/cancelRequest":
			s.cancel(m.Params)
			continue
		case m.Method != "" && len(m.ID) > 0:
			m.ctx = s.expect(ctx, m.ID)
		}
		select {
		case messages <- m:
		case <-ctx.Done():
			return
		}
	}
}

// expect makes a request cancelable.
func (s *Server) expect(ctx context.Context, id json.RawMessage) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	ctx, s.pending[string(id)] = context.WithCancel(ctx)
	return ctx
}

func (s *Server) cancel(params json.RawMessage) {
	var p struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(params, &p) != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.pending[string(p.ID)]; cancel != nil {
		cancel()
	}
}

// answered releases a request.
func (s *Server) answered(id json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if cancel := s.pending[string(id)]; cancel != nil {
		cancel()
		delete(s.pending, string(id))
	}
}

// handle handles a message. It returns an error if the editor cannot be answered.
func (s *Server) handle(m *incoming) error {
	switch {
	case m.err != nil:
		return s.send(&message{ID: json.RawMessage("null"), Error: &Error{codeParse, m.err.text}})
	case m.Method == "" && (m.Result != nil || m.Error != nil):
		return nil // the editor's answer to a request of the server
	case m.Method == "":
		return s.send(&message{ID: json.RawMessage("null"), Error: &Error{codeInvalidRequest, "A message has no method."}})
	case len(m.ID) == 0:
		return s.notification(m)
	}
	defer s.answered(m.ID)
	result, err := s.answer(m)
	response := &message{ID: m.ID}
	if err != nil {
		response.Error = asError(err)
	} else if response.Result, err = json.Marshal(result); err != nil {
		response.Error, response.Result = asError(err), nil
	}
	return s.send(response)
}

func asError(err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	if _, crashed := errors.AsType[*crash.Error](err); crashed {
		return &Error{codeInternal, err.Error()}
	}
	return &Error{codeRequestFailed, err.Error()}
}

func (s *Server) notification(m *incoming) error {
	f := s.methods()[m.Method]
	if f == nil || s.state != stateRunning {
		return nil
	}
	if err := crash.Safe(func() error { _, err := f(context.Background(), m.Params); return err })(); err != nil {
		s.log(m.Method + ": " + err.Error())
	}
	return nil
}

func (s *Server) answer(m *incoming) (result any, err error) {
	f := s.methods()[m.Method]
	switch {
	case m.ctx.Err() != nil:
		return nil, &Error{codeRequestCanceled, "The request was canceled."}
	case m.Method == "initialize" && s.state == stateNew:
		f = on(s.initialize)
	case s.state == stateNew:
		return nil, &Error{codeNotInitialized, "The first request must be initialize."}
	case m.Method == "initialize":
		return nil, &Error{codeInvalidRequest, "initialize was requested before."}
	case s.state == stateShutDown:
		return nil, &Error{codeInvalidRequest, "The server is shut down: only exit can follow."}
	case m.Method == "shutdown":
		s.state = stateShutDown
		return nil, nil
	case f == nil:
		return nil, &Error{codeUnknownMethod, fmt.Sprintf("oktaform does not know the method %q.", m.Method)}
	}
	err = crash.Safe(func() (err error) { result, err = f(m.ctx, m.Params); return err })()
	if m.ctx.Err() != nil {
		return nil, &Error{codeRequestCanceled, "The request was canceled."}
	}
	return result, err
}

func (s *Server) initialize(_ context.Context, p initializeParams) (any, error) {
	folders := p.WorkspaceFolders
	if folders == nil && p.RootURI != "" {
		folders = []workspaceFolder{{URI: p.RootURI}}
	} else if folders == nil && p.RootPath != "" {
		folders = []workspaceFolder{{URI: uriOf(p.RootPath)}}
	}
	s.addFolders(folders)
	s.snippets = p.Capabilities.TextDocument.Completion.CompletionItem.SnippetSupport
	s.watches = p.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration
	s.state = stateRunning
	return map[string]any{"capabilities": s.capabilities(), "serverInfo": map[string]string{"name": "oktaform", "version": s.opts.Version}}, nil
}

// initialized asks the editor to report changes of files that are not open.
func (s *Server) initialized(any) {
	if !s.watches {
		return
	}
	var watchers []map[string]any
	for _, pattern := range []string{"**/*.hcl", "**/*.hcl.json", "**/*.tfvars", "**/*.tfvars.json"} {
		watchers = append(watchers, map[string]any{"globPattern": pattern})
	}
	s.request("client/registerCapability", map[string]any{"registrations": []map[string]any{{"id": "files",
		"method": "workspace/didChangeWatchedFiles", "registerOptions": map[string]any{"watchers": watchers}}}})
}

func (s *Server) send(m *message) error { return write(s.out, m) }

// request sends a request whose answer does not matter.
func (s *Server) request(method string, params any) {
	s.requests++
	s.notify(&message{ID: json.RawMessage(fmt.Sprintf("%q", fmt.Sprint("oktaform-", s.requests))), Method: method}, params)
}

func (s *Server) notify(m *message, params any) {
	data, err := json.Marshal(params)
	if err != nil {
		return
	}
	m.Params = data
	_ = s.send(m) // if the editor is gone, reading ends
}

// log shows a text in the editor's log.
func (s *Server) log(text string) {
	s.notify(&message{Method: "window/logMessage"}, map[string]any{"type": severityError, "message": text})
}
