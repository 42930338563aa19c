package lsp

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/view/schemaview"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// value is a string that an attribute or label can have.
type value struct{ text, detail, doc string }

func (v value) markup() *markupContent {
	if v.doc == "" {
		return nil
	}
	doc := markdown(v.doc)
	return &doc
}

// valuesOf returns the known values of an attribute.
func valuesOf(a *schema.Attr) (list []value) {
	if a == nil {
		return nil
	}
	names := a.OneOf
	if a.Known != nil {
		names = a.Known()
	}
	for _, name := range names {
		list = append(list, knownValue(name))
	}
	return list
}

// knownValue describes a scope, a type of role, a permission, or another value.
func knownValue(name string) value {
	v := value{text: name}
	if title, doc := catalogDoc(name); doc != "" {
		v.detail, v.doc = title, doc
	}
	return v
}

// scopeLists are the attributes of smoke tests that contain scopes, by block.
var scopeLists = map[string][]string{"smoke_test": {"scopes", "refused_scopes"}, "token": {"scp"}}

// textValues returns the values that a string of an attribute can have.
func textValues(f *form, name string) []value {
	a := f.attr(name)
	if a == nil {
		return nil
	}
	if slices.Contains(scopeLists[f.typ], name) && f.block != nil {
		var list []value
		for _, scope := range catalog.Scopes() {
			list = append(list, knownValue(scope))
		}
		return list
	}
	if a.schema != nil {
		return valuesOf(a.schema)
	}
	return nil
}

// dataTypes returns the first labels of data blocks.
func dataTypes() (list []value) {
	for _, k := range kinds.Data() {
		list = append(list, value{text: k.Source(), doc: k.Doc})
	}
	return list
}

// catalogDoc says what a scope, a type of role or a permission allows; "" for anything else.
func catalogDoc(name string) (title, doc string) {
	if catalog.KnownScope(name) {
		if catalog.OwnAccount(name) {
			return "scope", fmt.Sprintf("The scope `%s` concerns only the account of the user who signs in.", name)
		}
		return "scope", allows(fmt.Sprintf("The scope `%s` allows", name), catalog.Operations(name))
	}
	if i := slices.IndexFunc(catalog.Roles(), func(r catalog.Role) bool { return r.Type == name }); i >= 0 {
		r := catalog.Roles()[i]
		return "admin role: " + r.Label, allows(fmt.Sprintf("The role `%s` (%s) allows", name, r.Label), permitted(func(o catalog.Operation) bool { _, ok := catalog.RolePermits(name, o); return ok }))
	}
	if slices.Contains(catalog.Permissions(), name) {
		return "permission", allows(fmt.Sprintf("The permission `%s` allows", name), permitted(func(o catalog.Operation) bool { _, ok := catalog.PermissionPermits(name, o); return ok }))
	}
	return "", ""
}

func permitted(by func(catalog.Operation) bool) (list []catalog.Operation) {
	for _, o := range catalog.All() {
		if by(o) {
			list = append(list, o)
		}
	}
	return list
}

// maxShown is the maximum number of operations in a hover.
const maxShown = 20

// allows lists operations after the beginning of a sentence.
func allows(begin string, operations []catalog.Operation) string {
	if len(operations) == 0 {
		return begin + " no operation that the catalog lists."
	}
	operations = slices.Clone(operations)
	slices.SortFunc(operations, catalog.Compare)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s:\n", begin, counted(len(operations), "operation"))
	for _, o := range operations[:min(len(operations), maxShown)] {
		fmt.Fprintf(&b, "\n- `%s`", o)
	}
	if more := len(operations) - maxShown; more > 0 {
		fmt.Fprintf(&b, "\n- and %d more", more)
	}
	return b.String()
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// attributeDetail returns the type of an attribute, and what omitting it means.
func attributeDetail(a *formAttr) string {
	switch {
	case a.schema != nil:
		return schemaview.TypeName(a.schema)
	case a.required:
		return "required"
	}
	return ""
}

func attributeDoc(a *formAttr) *markupContent {
	if text := attributeText(a); text != "" {
		doc := markdown(text)
		return &doc
	}
	return nil
}

// attributeText is the documentation of an attribute.
func attributeText(a *formAttr) string {
	text := a.doc
	if a.schema == nil {
		return text
	}
	if len(a.schema.OneOf) > 0 && len(a.schema.OneOf) <= maxShown {
		text += "\n\nOne of `" + strings.Join(a.schema.OneOf, "`, `") + "`."
	}
	switch omitted := schemaview.Omitted(a.schema); omitted {
	case "required":
		text += "\n\nRequired."
	case "none":
	default:
		text += "\n\nOmitted: " + omitted + "."
	}
	if a.schema.Immutable {
		text += "\n\nA change replaces the object."
	}
	return text
}

// isText reports whether the value of an attribute is written as a string.
func isText(a *formAttr) bool {
	return a.schema != nil && a.schema.Type == cty.String && !a.schema.Sensitive && !a.schema.FromVariable
}

func isList(a *formAttr) bool {
	return a.schema != nil && (a.schema.Type.IsListType() || a.schema.Type.IsSetType())
}

// joinDir returns the folder that the source of a module in the document names.
func joinDir(d *Document, source string) string {
	return filepath.Join(filepath.Dir(d.name()), filepath.FromSlash(source))
}

// folderOf returns the folder of a document; for a buffer that is no file, the buffer alone.
func (s *Server) folderOf(d *Document) *Folder {
	if d.Path == "" {
		return &Folder{Path: ".", Files: []*File{d.File()}}
	}
	return s.folder(filepath.Dir(d.Path))
}
