package schemaview

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// SchemaNames returns what SchemaText describes: kinds, data sources as data.KIND, and blocks of
// the language.
func SchemaNames() (names []string) {
	for _, k := range kinds.All() {
		names = append(names, k.Name)
	}
	names = append(names, kinds.SmokeTestBlock().Type)
	for _, k := range kinds.Data() {
		names = append(names, "data."+k.Source())
	}
	for i := range languageBlocks {
		if !strings.ContainsAny(languageBlocks[i].name, "._") {
			names = append(names, languageBlocks[i].name)
		}
	}
	return names
}

// SchemaText describes a kind, a data source or a block of the language for a terminal; "" if there
// is none of that name.
func SchemaText(name string, style view.Style) string {
	t := &schemaText{style: style, width: style.Width}
	if t.width <= 0 {
		t.width = 80
	}
	t.width = min(t.width, 100)
	for _, k := range kinds.All() {
		if k.Name == name {
			t.block(k.Name+` "NAME"`, k.Doc, k.Attrs, "", k.Blocks)
			for i := range languageBlocks {
				if strings.HasPrefix(languageBlocks[i].name, "meta_arguments") {
					t.language(&languageBlocks[i])
				}
			}
		}
	}
	for _, k := range kinds.Data() {
		if "data."+k.Source() == name {
			t.block(fmt.Sprintf(`data %q "NAME"`, k.Source()), k.Doc, k.Attrs, "", nil)
		}
	}
	if smoke := kinds.SmokeTestBlock(); smoke.Type == name {
		t.block(smoke.Type+` "NAME"`, smoke.Doc, smoke.Attrs, smoke.Label, smoke.Blocks)
	}
	for i := range languageBlocks {
		if l := &languageBlocks[i]; l.name == name || strings.HasPrefix(l.name, name+".") {
			t.language(l)
		}
	}
	return strings.TrimPrefix(t.out.String(), "\n")
}

type schemaText struct {
	style view.Style
	width int
	out   strings.Builder
}

func (t *schemaText) paragraph(indent int, text string) {
	pad := strings.Repeat(" ", indent)
	t.out.WriteString(terminal.Wrap(pad+text, t.width, pad) + "\n")
}

func (t *schemaText) block(title, doc string, attrs []schema.Attr, label string, blocks []schema.Block) {
	t.out.WriteString("\n" + t.style.Bold(title) + "\n")
	t.paragraph(2, doc)
	for i := range attrs {
		a := &attrs[i]
		if a.Hidden || a.Name == label {
			continue
		}
		t.out.WriteString("\n" + terminal.Wrap(fmt.Sprintf("  %s  %s; %s", t.style.Bold(a.Name), TypeName(a), strings.ReplaceAll(omitted(a), "`", "")), t.width, "      ") + "\n")
		text := a.Doc
		if len(a.OneOf) > 0 {
			text += " One of " + strings.Join(a.OneOf, ", ") + "."
		}
		t.paragraph(6, text)
	}
	for i := range blocks {
		b := &blocks[i]
		heading := b.Type
		if b.Label != "" {
			heading += ` "` + strings.ToUpper(b.Label) + `"`
		}
		t.block(heading, b.Doc, b.Attrs, b.Label, b.Blocks)
	}
}

// omitted says what omitting an attribute means, as a part of a sentence.
func omitted(a *schema.Attr) string {
	switch text := Omitted(a); text {
	case "required", "set by Okta", "not managed":
		return text
	default:
		return "default " + text
	}
}

func (t *schemaText) language(l *languageBlock) {
	t.out.WriteString("\n" + t.style.Bold(l.title()) + "\n")
	t.paragraph(2, l.doc)
	for _, name := range l.arguments() {
		need := "optional"
		if slices.Contains(l.form().Required, name) {
			need = "required"
		}
		fmt.Fprintf(&t.out, "\n  %s  %s\n", t.style.Bold(name), t.style.Dim(need))
		t.paragraph(6, l.args[name])
	}
}
