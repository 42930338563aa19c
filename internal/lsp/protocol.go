package lsp

import (
	"encoding/json"

	"github.com/hashicorp/hcl/v2"
)

// The messages of the protocol, with the members that the server uses.

// DocumentURI is the address of a document, as the editor writes it.
type DocumentURI string

// Position is a place in a document: a line, and UTF-16 code units in it, from zero.
type Position struct {
	Line      uint32 `json:"line"`
	Character uint32 `json:"character"`
}

// Range is a part of a document; End is exclusive.
type Range struct {
	Start Position `json:"start"`
	End   Position `json:"end"`
}

// Location is a range in a document.
type Location struct {
	URI   DocumentURI `json:"uri"`
	Range Range       `json:"range"`
}

// TextEdit replaces a range by a text.
type TextEdit struct {
	Range   Range  `json:"range"`
	NewText string `json:"newText"`
}

// WorkspaceEdit changes several documents.
type WorkspaceEdit struct {
	Changes map[DocumentURI][]TextEdit `json:"changes"`
}

// TextDocument names a document.
type TextDocument struct {
	URI     DocumentURI `json:"uri"`
	Version int         `json:"version"` // of a change
}

// DocumentParams are the parameters of requests about a document.
type DocumentParams struct {
	TextDocument TextDocument `json:"textDocument"`
}

// PositionParams are the parameters of requests about a position.
type PositionParams struct {
	TextDocument TextDocument `json:"textDocument"`
	Position     Position     `json:"position"`
}

// RangeParams are the parameters of requests about a part of a document.
type RangeParams struct {
	TextDocument TextDocument `json:"textDocument"`
	Range        Range        `json:"range"`
}

type initializeParams struct {
	RootURI          DocumentURI       `json:"rootUri"`
	RootPath         string            `json:"rootPath"`
	WorkspaceFolders []workspaceFolder `json:"workspaceFolders"`
	Capabilities     struct {
		Workspace struct {
			DidChangeWatchedFiles struct {
				DynamicRegistration bool `json:"dynamicRegistration"`
			} `json:"didChangeWatchedFiles"`
		} `json:"workspace"`
		TextDocument struct {
			Completion struct {
				CompletionItem struct {
					SnippetSupport bool `json:"snippetSupport"`
				} `json:"completionItem"`
			} `json:"completion"`
		} `json:"textDocument"`
	} `json:"capabilities"`
}

type workspaceFolder struct {
	URI  DocumentURI `json:"uri"`
	Name string      `json:"name"`
}

type didChangeFoldersParams struct {
	Event struct {
		Added   []workspaceFolder `json:"added"`
		Removed []workspaceFolder `json:"removed"`
	} `json:"event"`
}

type didOpenParams struct {
	TextDocument struct {
		URI     DocumentURI `json:"uri"`
		Version int         `json:"version"`
		Text    string      `json:"text"`
	} `json:"textDocument"`
}

type didChangeParams struct {
	TextDocument   TextDocument    `json:"textDocument"`
	ContentChanges []contentChange `json:"contentChanges"`
}

// contentChange replaces a range, or the whole text without one.
type contentChange struct {
	Range *Range `json:"range"`
	Text  string `json:"text"`
}

// Diagnostic is an error, a warning or a finding in a document.
type Diagnostic struct {
	Range    Range          `json:"range"`
	Severity int            `json:"severity"`
	Code     string         `json:"code,omitempty"`
	Source   string         `json:"source"`
	Message  string         `json:"message"`
	Data     *FindingData   `json:"data,omitempty"`
	Related  []relatedPlace `json:"relatedInformation,omitempty"`
}

type relatedPlace struct {
	Location Location `json:"location"`
	Message  string   `json:"message"`
}

// FindingData says which finding of the review a diagnostic is.
type FindingData struct {
	Rule      string `json:"rule"`
	Addr      string `json:"address"`
	Attribute string `json:"attribute,omitempty"`
}

// Severities of diagnostics.
const (
	severityError   = 1
	severityWarning = 2
	severityHint    = 4
)

func severityOf(s hcl.DiagnosticSeverity) int {
	if s == hcl.DiagWarning {
		return severityWarning
	}
	return severityError
}

type publishDiagnosticsParams struct {
	URI         DocumentURI  `json:"uri"`
	Version     *int         `json:"version,omitempty"`
	Diagnostics []Diagnostic `json:"diagnostics"`
}

type markupContent struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

func markdown(text string) markupContent { return markupContent{Kind: "markdown", Value: text} }

// message is a request, a notification or a response.
type message struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *Error          `json:"error,omitempty"`
}

// Error is the error of a request. Editors show its message.
type Error struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return e.Message }

// Codes of errors.
const (
	codeParse           = -32700
	codeInvalidRequest  = -32600
	codeUnknownMethod   = -32601
	codeInvalidParams   = -32602
	codeInternal        = -32603
	codeNotInitialized  = -32002
	codeRequestCanceled = -32800
	codeRequestFailed   = -32803
)
