package fileedit

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
)

// KeyBlocks are the public_key blocks of one app in one file, for rotating a key. A comment records
// the state of the rotation.
type KeyBlocks struct {
	File string
	Src  []byte
	Keys []*hclsyntax.Block
}

// FindKeys returns the public_key blocks of an app in the configuration's files.
func FindKeys(files map[string]*hcl.File, app schema.Addr) (*KeyBlocks, error) {
	if app.Module != "" || app.Key != "" {
		return nil, fmt.Errorf("%s is one of several instances of a block, or in a module: its keys can't be rotated by editing one public_key block. Add the new key by hand (oktaform key new), apply, set status = \"INACTIVE\" in the old one, apply, and remove it", app)
	}
	for name, file := range files {
		if strings.HasSuffix(name, ".json") {
			continue
		}
		parsed, _ := hclsyntax.ParseConfig(file.Bytes, name, hcl.InitialPos)
		for _, block := range parsed.Body.(*hclsyntax.Body).Blocks {
			if block.Type == app.Kind && slices.Equal(block.Labels, []string{app.Name}) {
				k := &KeyBlocks{File: name, Src: file.Bytes}
				for _, inner := range block.Body.Blocks {
					if inner.Type == "public_key" && len(inner.Labels) == 1 {
						k.Keys = append(k.Keys, inner)
					}
				}
				return k, nil
			}
		}
	}
	return nil, fmt.Errorf("no .hcl file contains the block of %s", app)
}

// Named returns the block of a key, or nil.
func (k *KeyBlocks) Named(kid string) *hclsyntax.Block {
	i := slices.IndexFunc(k.Keys, func(b *hclsyntax.Block) bool { return b.Labels[0] == kid })
	if i < 0 {
		return nil
	}
	return k.Keys[i]
}

// Rotation is the state of a key rotation. A comment in the old key's block records it, so that any
// later run can continue. A step counts once it was announced: until then the comment says that it
// has begun.
type Rotation struct {
	Old, New string    // key ids
	Joining  bool      // the first step is not announced yet
	Retiring bool      // the second step is not announced yet
	Since    time.Time // that the old one is inactive; zero while it is active
}

var rotationComment = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`# rotation: (to be )?replaced by ("(?:[^"\\]|\\.)*")(, becoming inactive)?(?:, inactive since (\S+))?`)
})

func (r Rotation) comment() string {
	text := "# rotation: replaced by " + quoted(r.New)
	switch {
	case r.Joining:
		text = "# rotation: to be replaced by " + quoted(r.New)
	case r.Retiring:
		text += ", becoming inactive"
	case !r.Since.IsZero():
		text += ", inactive since " + r.Since.UTC().Format(time.RFC3339)
	}
	return text
}

// Rotation returns the rotation in progress, if any.
func (k *KeyBlocks) Rotation() (Rotation, bool) {
	for _, block := range k.Keys {
		m := rotationComment().FindSubmatch(k.Src[block.OpenBraceRange.Start.Byte:block.CloseBraceRange.End.Byte])
		if m == nil {
			continue
		}
		if budget.Expression(m[2], k.File).HasErrors() {
			continue
		}
		expr, diags := hclsyntax.ParseExpression(m[2], k.File, hcl.InitialPos)
		value, more := expr.Value(nil)
		if diags.HasErrors() || more.HasErrors() {
			continue
		}
		r := Rotation{Old: block.Labels[0], New: value.AsString(), Joining: len(m[1]) > 0, Retiring: len(m[3]) > 0}
		r.Since, _ = time.Parse(time.RFC3339, string(m[4]))
		return r, true
	}
	return Rotation{}, false
}

// Add inserts the block of the new key before the old one, so that the new key is used, and records
// in the old block what replaces it.
func (k *KeyBlocks) Add(r Rotation, file string) []byte {
	old := k.Named(r.Old)
	made := hclwrite.NewEmptyFile()
	made.Body().AppendNewBlock("public_key", []string{r.New}).Body().SetAttributeValue("private_key_file", cty.StringVal(file))
	indent := k.indent(old)
	var block strings.Builder
	for line := range strings.Lines(string(hclwrite.Format(made.Bytes()))) {
		block.WriteString(indent + line)
	}
	at := k.lineStart(old.TypeRange.Start.Byte)
	for at > 0 { // comments above the old block belong to it
		above := k.lineStart(at - 1)
		if line := bytes.TrimSpace(k.Src[above:at]); !bytes.HasPrefix(line, []byte("#")) && !bytes.HasPrefix(line, []byte("//")) {
			break
		}
		at = above
	}
	open, end := old.OpenBraceRange.End.Byte, old.CloseBraceRange.Start.Byte
	note := "\n" + indent + "  " + r.comment()
	if body := k.Src[open:end]; !bytes.Contains(body, []byte("\n")) { // a block on one line
		note += "\n" + indent + "  " + string(bytes.TrimSpace(body)) + "\n" + indent
		return join(k.Src[:at], block.String()+"\n", k.Src[at:open], note, k.Src[end:])
	}
	return join(k.Src[:at], block.String()+"\n", k.Src[at:open], note, k.Src[open:])
}

// Retire makes the old key inactive.
func (k *KeyBlocks) Retire(r Rotation) []byte {
	old := k.Named(r.Old)
	open, end := old.OpenBraceRange.End.Byte, old.CloseBraceRange.Start.Byte
	body := k.Src[open:end]
	place := rotationComment().FindIndex(body)
	line := r.comment()
	status, declared := old.Body.Attributes["status"]
	if !declared {
		line += "\n" + k.indent(old) + `  status = "INACTIVE"`
		return join(k.Src[:open+place[0]], line, k.Src[open+place[1]:])
	}
	// Edit the later place first, so that the earlier position stays valid.
	expr := status.Expr.Range()
	if expr.Start.Byte > open+place[0] {
		out := join(k.Src[:expr.Start.Byte], `"INACTIVE"`, k.Src[expr.End.Byte:])
		return join(out[:open+place[0]], line, out[open+place[1]:])
	}
	out := join(k.Src[:open+place[0]], line, k.Src[open+place[1]:])
	return join(out[:expr.Start.Byte], `"INACTIVE"`, out[expr.End.Byte:])
}

// Announced records that the current step was announced.
func (k *KeyBlocks) Announced(r Rotation, now time.Time) []byte {
	if r.Retiring {
		r.Since = now
	}
	r.Joining, r.Retiring = false, false
	old := k.Named(r.Old)
	open := old.OpenBraceRange.End.Byte
	place := rotationComment().FindIndex(k.Src[open:old.CloseBraceRange.Start.Byte])
	return join(k.Src[:open+place[0]], r.comment(), k.Src[open+place[1]:])
}

// Remove removes the old key's block and one adjacent empty line.
func (k *KeyBlocks) Remove(r Rotation) []byte {
	old := k.Named(r.Old)
	from, to := k.lineStart(old.TypeRange.Start.Byte), old.CloseBraceRange.End.Byte
	for range 2 {
		if to < len(k.Src) && k.Src[to] == '\n' {
			to++
		}
	}
	return join(k.Src[:from], "", k.Src[to:])
}

func (k *KeyBlocks) lineStart(at int) int { return bytes.LastIndexByte(k.Src[:at], '\n') + 1 }

func (k *KeyBlocks) indent(block *hclsyntax.Block) string {
	start := block.TypeRange.Start.Byte
	return string(k.Src[k.lineStart(start):start])
}

// join concatenates bytes and strings.
func join(parts ...any) []byte {
	var out []byte
	for _, part := range parts {
		switch part := part.(type) {
		case string:
			out = append(out, part...)
		case []byte:
			out = append(out, part...)
		}
	}
	return out
}

func quoted(text string) string { return string(hclwrite.TokensForValue(cty.StringVal(text)).Bytes()) }

// Check refuses an edit that would make the file invalid.
func Check(name string, src []byte) error {
	if _, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos); diags.HasErrors() {
		return errors.New(name + " can't be edited safely: write each nested block and attribute on lines of its own, and run again")
	}
	return nil
}

var numbered = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(.*?)(\d+)$`) })

// NextName increments the number in a name: reporter-1 becomes reporter-2, bot becomes bot-2.
func NextName(name string, taken func(string) bool) string {
	base, n := name+"-", 1
	if m := numbered().FindStringSubmatch(name); m != nil && len(m[2]) < 9 {
		base = m[1]
		n, _ = strconv.Atoi(m[2]) // the digits are valid
	}
	for {
		n++
		if next := fmt.Sprintf("%s%d", base, n); !taken(next) {
			return next
		}
	}
}
