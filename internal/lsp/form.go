package lsp

import (
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/testfile"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// form is what a body can contain. The forms of objects come from the table of kinds, those of the
// language from the schemas by which config and testfile read it.
type form struct {
	typ    string // the type of the block; "" for a file
	doc    string
	labels []string // what the labels stand for
	attrs  []formAttr
	blocks []*form
	kind   *schema.Kind  // of an object
	block  *schema.Block // of a nested block of an object
	// open means that any attribute can be written: locals, the arguments of a module.
	open bool
	// again means that a body can have several blocks of the type.
	again bool
}

// formAttr is an attribute that a body can have.
type formAttr struct {
	name, doc string
	required  bool
	schema    *schema.Attr // nil for the language's own
}

func (f *form) attr(name string) *formAttr {
	if i := slices.IndexFunc(f.attrs, func(a formAttr) bool { return a.name == name }); i >= 0 {
		return &f.attrs[i]
	}
	return nil
}

func (f *form) nested(typ string) *form {
	if i := slices.IndexFunc(f.blocks, func(b *form) bool { return b.typ == typ }); i >= 0 {
		return f.blocks[i]
	}
	return nil
}

// blockTypes are the types of a document's own blocks.
func (d *Document) blockTypes() []string {
	var types []string
	for _, b := range d.form().blocks {
		types = append(types, b.typ)
	}
	return types
}

// form returns what the document can contain.
func (d *Document) form() *form {
	switch {
	case d.isTest():
		return testForm()
	case d.isVariables():
		return &form{open: true}
	}
	return sourceForm()
}

// sourceForm is the form of a file of a configuration.
var sourceForm = sync.OnceValue(func() *form {
	f := &form{}
	for _, k := range kinds.All() {
		f.blocks = append(f.blocks, kindForm(k))
	}
	f.blocks = append(f.blocks, blockForm(kinds.SmokeTestBlock(), []string{"name"}), dataForm(nil))
	language := config.Language()
	for _, name := range languageBlocks {
		f.blocks = append(f.blocks, languageForm(name, name, language[name]))
	}
	smoke := f.nested("smoke_test")
	smoke.again = true
	smoke.attrs = append(smoke.attrs, metaAttrs(language)[:2]...) // for_each and count
	smoke.blocks = append(smoke.blocks, dynamicForm())
	return f
})

// languageBlocks are the blocks of a file that are not objects.
var languageBlocks = []string{"org", "variable", "locals", "output", "module", "moved", "removed", "import", "rule", "waiver"}

// metaAttrs are the meta-arguments of objects; for_each and count come first.
func metaAttrs(language map[string]config.BlockForm) (list []formAttr) {
	meta := language["meta_arguments"]
	for _, name := range append([]string{"for_each", "count"}, meta.Optional...) {
		if !slices.ContainsFunc(list, func(a formAttr) bool { return a.name == name }) {
			list = append(list, formAttr{name: name, doc: languageDoc("meta_arguments." + name)})
		}
	}
	return list
}

// kindForm is the form of an object's block.
func kindForm(k *schema.Kind) *form {
	f := &form{typ: k.Name, doc: k.Doc, labels: []string{"name"}, kind: k, again: true, attrs: schemaAttrs(k.Attrs, "")}
	for i := range k.Blocks {
		f.blocks = append(f.blocks, nestedForm(&k.Blocks[i]))
	}
	language := config.Language()
	f.attrs = append(f.attrs, metaAttrs(language)...)
	if len(f.blocks) > 0 {
		f.blocks = append(f.blocks, dynamicForm())
	}
	f.blocks = append(f.blocks, languageForm("lifecycle", "meta_arguments.lifecycle", language["meta_arguments"].Blocks["lifecycle"]))
	return f
}

// nestedForm is the form of a block in an object's block.
func nestedForm(b *schema.Block) *form {
	var labels []string
	if b.Label != "" {
		labels = []string{b.Label}
	}
	return blockForm(b, labels)
}

func blockForm(b *schema.Block, labels []string) *form {
	f := &form{typ: b.Type, doc: b.Doc, labels: labels, block: b, attrs: schemaAttrs(b.Attrs, b.Label), again: len(b.Key) > 0 || b.Label != "" || b.Type == "request" || b.Type == "json"}
	for i := range b.Blocks {
		f.blocks = append(f.blocks, nestedForm(&b.Blocks[i]))
	}
	return f
}

// schemaAttrs are the attributes that a configuration can set, except the one that is the label.
func schemaAttrs(attrs []schema.Attr, label string) (list []formAttr) {
	for i := range attrs {
		if a := &attrs[i]; a.Name != label && (!a.Computed || a.Settable) {
			list = append(list, formAttr{name: a.Name, doc: a.Doc, required: a.Required, schema: a})
		}
	}
	return list
}

// dataForm is the form of a data block; without a kind, of its header.
func dataForm(k *schema.Kind) *form {
	f := &form{typ: "data", doc: "Looks up an object that this configuration doesn't own.", labels: []string{"type", "name"}, again: true}
	if k != nil {
		f.doc, f.kind, f.attrs = k.Doc, k, schemaAttrs(k.Attrs, "")
		f.attrs = append(f.attrs, metaAttrs(config.Language())[:3]...)
	}
	return f
}

// dynamicForm is the form of a dynamic block in a body; its content has the form of the block that
// the label names.
func dynamicForm() *form {
	f := languageForm("dynamic", "dynamic", config.Language()["dynamic"])
	f.again = true
	return f
}

// languageForm is the form of a block of the language; at is its place in the documentation.
func languageForm(typ, at string, b config.BlockForm) *form {
	f := &form{typ: typ, doc: languageDoc(at), labels: b.Labels, open: typ == "locals" || typ == "module" || typ == "content",
		again: !slices.Contains([]string{"org", "lifecycle"}, typ)}
	for _, name := range b.Required {
		f.attrs = append(f.attrs, formAttr{name: name, doc: languageDoc(at + "." + name), required: true})
	}
	for _, name := range b.Optional {
		f.attrs = append(f.attrs, formAttr{name: name, doc: languageDoc(at + "." + name)})
	}
	for _, name := range sortedKeys(b.Blocks) {
		f.blocks = append(f.blocks, languageForm(name, at+"."+name, b.Blocks[name]))
	}
	return f
}

// testForm is the form of a test file.
var testForm = sync.OnceValue(func() *form { return bodyForm("", "test", testfile.Forms()) })

// bodyForm is the form of a body of a test file.
func bodyForm(typ, at string, forms map[string]*hcl.BodySchema) *form {
	f := &form{typ: typ, doc: languageDoc(at), again: typ != "variables", open: typ == "variables"}
	s := forms[typ]
	if s == nil {
		return f
	}
	for _, a := range s.Attributes {
		f.attrs = append(f.attrs, formAttr{name: a.Name, doc: languageDoc(at + "." + a.Name), required: a.Required})
	}
	for _, b := range s.Blocks {
		nested := bodyForm(b.Type, at+"."+b.Type, forms)
		nested.labels = b.LabelNames
		f.blocks = append(f.blocks, nested)
	}
	return f
}

// within returns the form of the innermost of nested blocks, and the forms around it, the
// outermost first; nil for a block that cannot stand there.
func (f *form) within(blocks []*Block) (inner *form, path []*form) {
	inner = f
	for i, b := range blocks {
		next := inner.nested(b.Type)
		switch {
		case next == nil:
			return nil, path
		case b.Type == "data" && i == 0 && len(b.Labels) > 0:
			if k := kinds.DataNamed(b.Labels[0].Text); k != nil {
				next = dataForm(k)
			}
		case b.Type == "content" && inner.typ == "dynamic" && len(path) > 1 && len(blocks[i-1].Labels) > 0:
			// The block that the dynamic block makes is one of the body around it.
			if made := path[len(path)-2].nested(blocks[i-1].Labels[0].Text); made != nil {
				next = made
			}
		}
		path = append(path, next)
		inner = next
	}
	return inner, path
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, strings.Compare)
	return keys
}
