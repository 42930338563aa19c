package lsp

import (
	"fmt"
	"net/url"
	"path/filepath"
	"runtime"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
)

// Document is the text of a file: the editor's buffer, or what is on the disk. It does not change:
// an edit makes a new one.
type Document struct {
	URI     DocumentURI
	Path    string // absolute; "" for a buffer that is no file
	Version int
	Text    []byte
	Open    bool // whether it is the editor's

	lines  []int // offsets of the beginnings of lines; nil: not needed yet
	file   *File
	pieces pieces // of the outline, or of that of the text before
}

func newDocument(uri DocumentURI, version int, text []byte) *Document {
	return &Document{URI: uri, Path: pathOf(uri), Version: version, Text: text, Open: true}
}

// JSON reports whether the document is in the JSON syntax.
func (d *Document) JSON() bool { return strings.HasSuffix(d.name(), ".json") }

// name returns the path, or the address of a buffer that is no file.
func (d *Document) name() string {
	if d.Path != "" {
		return d.Path
	}
	return string(d.URI)
}

func (d *Document) isSource() bool    { return config.IsSourceFile(filepath.Base(d.name())) }
func (d *Document) isTest() bool      { return config.IsTestFile(filepath.Base(d.name())) }
func (d *Document) isVariables() bool { return isVariablesFile(filepath.Base(d.name())) }

func isVariablesFile(name string) bool {
	return strings.HasSuffix(strings.TrimSuffix(name, ".json"), ".tfvars")
}

// lineStarts returns the offsets at which lines begin. Lines end in LF, CRLF or CR.
func (d *Document) lineStarts() []int {
	if d.lines == nil {
		d.lines = append(make([]int, 0, len(d.Text)/24+1), 0)
		for i, b := range d.Text {
			if b == '\n' || b == '\r' && (i+1 == len(d.Text) || d.Text[i+1] != '\n') {
				d.lines = append(d.lines, i+1)
			}
		}
	}
	return d.lines
}

// Offset returns the byte offset of a position. A position after the end of a line or of the text
// means that end.
func (d *Document) Offset(p Position) int {
	lines := d.lineStarts()
	if int64(p.Line) >= int64(len(lines)) {
		return len(d.Text)
	}
	at, end := lines[p.Line], len(d.Text)
	if int(p.Line)+1 < len(lines) {
		end = lines[p.Line+1]
	}
	for units := uint32(0); at < end && units < p.Character && d.Text[at] != '\n' && d.Text[at] != '\r'; {
		r, size := utf8.DecodeRune(d.Text[at:end])
		if units += utf16Length(r); units > p.Character {
			break // in the middle of a pair of surrogates
		}
		at += size
	}
	return at
}

// Position returns the position of a byte offset.
func (d *Document) Position(offset int) Position {
	offset = min(max(offset, 0), len(d.Text))
	lines := d.lineStarts()
	line := sort.SearchInts(lines, offset+1) - 1
	units := uint32(0)
	for at := lines[line]; at < offset; {
		r, size := utf8.DecodeRune(d.Text[at:])
		if at+size > offset {
			break // in the middle of a character
		}
		units += utf16Length(r)
		at += size
	}
	return Position{Line: uint32(line), Character: units}
}

// Range returns the range of a range of hcl, by its byte offsets.
func (d *Document) Range(r hcl.Range) Range { return d.between(r.Start.Byte, r.End.Byte) }

func (d *Document) between(start, end int) Range {
	return Range{d.Position(start), d.Position(max(start, end))}
}

func utf16Length(r rune) uint32 {
	if r >= 0x10000 {
		return 2
	}
	return 1
}

// changed returns the document after the changes of an editor, in their order.
func (d *Document) changed(version int, changes []contentChange) *Document {
	for _, c := range changes {
		text := []byte(c.Text)
		if c.Range != nil {
			start, end := d.Offset(c.Range.Start), d.Offset(c.Range.End)
			end = max(start, end)
			text = make([]byte, 0, len(d.Text)-(end-start)+len(c.Text))
			text = append(append(append(text, d.Text[:start]...), c.Text...), d.Text[end:]...)
		}
		d = &Document{URI: d.URI, Path: d.Path, Text: text, Open: true, pieces: d.pieces}
	}
	if len(changes) == 0 {
		clone := *d
		d = &clone
	}
	d.Version = version
	return d
}

// pathOf returns the absolute path of a file's address; "" for other addresses.
func pathOf(uri DocumentURI) string {
	u, err := url.Parse(string(uri))
	if err != nil || u.Scheme != "file" || u.Host != "" && u.Host != "localhost" && runtime.GOOS != "windows" {
		return ""
	}
	path := u.Path
	if runtime.GOOS == "windows" {
		if len(path) > 2 && path[0] == '/' && path[2] == ':' { // "/c:/folder"
			path = strings.ToUpper(path[1:2]) + path[2:]
		}
		if u.Host != "" {
			path = "//" + u.Host + path
		}
	}
	if path = filepath.FromSlash(path); !filepath.IsAbs(path) {
		return ""
	}
	return filepath.Clean(path)
}

// uriOf returns the address of a file.
func uriOf(path string) DocumentURI {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return DocumentURI((&url.URL{Scheme: "file", Path: path}).String())
}

// unreadable is the error of a document that cannot be read.
func unreadable(name string, err error) error {
	return fmt.Errorf("%s can't be read: %w", name, err)
}
