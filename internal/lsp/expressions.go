package lsp

import (
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/functions"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// functionList is the table of functions, for their documentation.
var functionList = sync.OnceValue(func() []functions.Func { return functions.List(nil) })

// text proposes values in a string.
func (c *completer) text() {
	if c.p.form == nil || c.p.attr == "" || len(c.p.members) > 0 || c.p.function != "" {
		return
	}
	if c.p.form.typ == "request" && c.p.attr == "path" {
		c.operations()
		return
	}
	for _, v := range textValues(c.p.form, c.p.attr) {
		if !c.listed(v.text) {
			c.add(completionItem{Label: v.text, Kind: itemEnum, Detail: v.detail, Doc: v.markup()})
		}
	}
	switch {
	case c.p.form.typ == "waiver" && c.p.attr == "rule":
		for _, page := range review.RulePages() {
			if page.Waivable {
				c.add(completionItem{Label: page.ID, Kind: itemEnum, Detail: page.Title})
			}
		}
	case c.p.form.typ == "waiver" && c.p.attr == "on", c.p.form.typ == "import" && c.p.attr == "to", c.d.JSON():
		c.addresses(nil)
	}
}

// listed reports whether the list at the cursor contains a string already.
func (c *completer) listed(text string) bool {
	if !c.p.list {
		return false
	}
	written := c.d.written(c.p).attr(c.p.attr)
	if written == nil {
		return false
	}
	start, end := written.Value.Start.Byte, min(written.Value.End.Byte, len(c.d.Text))
	if start >= end || c.p.offset < start {
		return false
	}
	quoted := `"` + text + `"`
	before := strings.Contains(string(c.d.Text[start:min(c.p.start, end)]), quoted)
	return before || c.end() < end && strings.Contains(string(c.d.Text[c.end()+1:end]), quoted)
}

// operations proposes the paths of Okta's APIs.
func (c *completer) operations() {
	method := "GET"
	if a := c.d.written(c.p).attr("method"); a != nil && a.text != "" {
		method = a.text
	}
	for _, o := range catalog.All() {
		if o.Method == method {
			c.add(completionItem{Label: o.Path, Kind: itemValue, Detail: o.Method + " needs " + strings.Join(o.Scopes, ", ")})
		}
	}
}

// expression proposes what can begin or continue an expression.
func (c *completer) expression() {
	if len(c.p.before) > 0 {
		c.continued()
		return
	}
	if c.p.form == nil || len(c.p.blocks) == 0 && !c.p.form.open {
		return
	}
	if c.d.isVariables() {
		c.words("true", "false", "null")
		return
	}
	a := c.p.form.attr(c.p.attr)
	atValue := len(c.p.members) == 0 && c.p.function == ""
	switch typ := c.p.form.typ; {
	case atValue && (typ == "moved" || typ == "removed" || typ == "import" && c.p.attr == "to") || c.p.attr == "depends_on" || c.p.attr == "expect_failures":
		c.addresses(nil)
		return
	case c.p.attr == "ignore_changes" && len(c.p.path) > 1:
		for i := range c.p.path[0].attrs {
			if a := &c.p.path[0].attrs[i]; a.schema != nil {
				c.add(completionItem{Label: a.name, Kind: itemProperty, Doc: attributeDoc(a)})
			}
		}
		return
	case typ == "variable" && c.p.attr == "type":
		c.words("string", "number", "bool", "any")
		for _, name := range []string{"list", "set", "map", "object", "tuple", "optional"} {
			c.call(name, "", "")
		}
		return
	case typ == "run" && c.p.attr == "command":
		c.words("plan", "apply", "smoke", "review", "destroy")
		return
	}
	if a != nil && atValue {
		c.values(a)
	}
	c.roots()
}

// values proposes the values of an attribute.
func (c *completer) values(a *formAttr) {
	for _, v := range textValues(c.p.form, a.name) {
		if isList(a) && !c.p.list {
			continue // a bracket comes first
		}
		if !c.listed(v.text) {
			c.add(completionItem{Label: v.text, Kind: itemEnum, Detail: v.detail, Doc: v.markup(), SortText: "a", Edit: &TextEdit{NewText: `"` + v.text + `"`}})
		}
	}
	switch {
	case a.schema == nil:
		if slices.Contains([]string{"sensitive", "nullable", "prevent_destroy", "destroy", "authoritative_admins", "authoritative"}, a.name) {
			c.words("true", "false")
		}
	case a.schema.Type == cty.Bool:
		c.words("true", "false")
	case len(a.schema.Refs) > 0:
		c.addresses(a.schema)
	}
}

func (c *completer) words(words ...string) {
	for _, word := range words {
		c.add(completionItem{Label: word, Kind: itemKeyword, SortText: "a"})
	}
}

// addresses proposes the addresses of declared objects: those that an attribute can refer to, or
// all of them.
func (c *completer) addresses(a *schema.Attr) {
	for _, d := range c.folder().Declarations() {
		switch {
		case d.Name == "" || d.Type == "variable" || d.Type == "local" || d.Type == "output" || d.Type == "run" || d.Type == "rule" || d.Type == "smoke_test":
		case a == nil && (kinds.Named(d.Type) != nil || d.Type == "module"),
			a != nil && slices.Contains(a.Refs, d.Type),
			a != nil && d.Type == "data" && len(d.Block.Labels) == 2 && kinds.TakesData(a, d.Block.Labels[0].Text):
			c.add(completionItem{Label: d.Key, Kind: itemRef, Detail: labelOf(d), SortText: "a"})
		}
	}
}

// labelOf returns the name by which people know a declared object.
func labelOf(d *Declaration) string {
	if k := kinds.Named(d.Type); k != nil && d.Block != nil {
		if a := d.Block.attr(k.Label); a != nil {
			return a.text
		}
	}
	return ""
}

// roots proposes the names with which references and calls of functions begin.
func (c *completer) roots() {
	seen := map[string]bool{}
	add := func(name, detail string) {
		if !seen[name] {
			seen[name] = true
			c.add(completionItem{Label: name, Kind: itemVariable, Detail: detail, SortText: "d"})
		}
	}
	for _, d := range c.folder().Declarations() {
		switch d.Type {
		case "variable", "local", "module":
			c.add(completionItem{Label: d.Key, Kind: itemRef, Detail: variableDetail(d), SortText: "c"})
		case "data":
			add("data", "what data blocks found")
		default:
			if k := kinds.Named(d.Type); k != nil {
				add(d.Type, k.Title+" of this configuration")
			}
		}
	}
	if len(c.p.blocks) > 0 {
		outer := c.p.blocks[0]
		if outer.attr("for_each") != nil {
			add("each", "the element that the object is for")
		}
		if outer.attr("count") != nil {
			add("count", "the number of the object")
		}
	}
	add("path", "folders of the configuration")
	add("org", "what the org block says")
	c.words("true", "false", "null")
	for i := range functionList() {
		f := &functionList()[i]
		c.call(f.Name, functions.Signature(*f), f.Doc)
	}
}

// call proposes a call of a function.
func (c *completer) call(name, signature, doc string) {
	item := completionItem{Label: name, Kind: itemFunction, Detail: signature, SortText: "e", Edit: &TextEdit{NewText: name + "("}}
	if c.s.snippets {
		item.Edit.NewText, item.Format = name+"($1)", formatSnippet
	}
	if doc != "" {
		text := markdown(doc)
		item.Doc = &text
	}
	c.add(item)
}

// continued proposes what follows the beginning of a reference.
func (c *completer) continued() {
	before := c.p.before
	folder := c.folder()
	names := func(typ, source string) {
		for _, d := range folder.Declarations() {
			if d.Type == typ && d.Name != "" && (source == "" || len(d.Block.Labels) == 2 && d.Block.Labels[0].Text == source) {
				detail := labelOf(d)
				if detail == "" {
					detail = variableDetail(d)
				}
				c.add(completionItem{Label: d.Name, Kind: itemRef, Detail: detail})
			}
		}
	}
	root := before[0]
	switch {
	case root == "var" && len(before) == 1:
		names("variable", "")
	case root == "local" && len(before) == 1:
		names("local", "")
	case root == "module" && len(before) == 1:
		names("module", "")
	case root == "module" && len(before) == 2:
		if d := folder.Declaration("module." + before[1]); d != nil && d.Source != "" {
			folder = c.s.folder(d.Source)
			names("output", "")
		}
	case root == "data" && len(before) == 1:
		for _, v := range dataTypes() {
			c.add(completionItem{Label: v.text, Kind: itemStruct, Doc: v.markup()})
		}
	case root == "data" && len(before) == 2:
		names("data", before[1])
	case root == "data" && len(before) == 3:
		c.objectAttributes(kinds.DataNamed(before[1]))
	case root == "each" && len(before) == 1:
		c.fields("key", "value")
	case root == "count" && len(before) == 1:
		c.fields("index")
	case root == "path" && len(before) == 1:
		c.fields("module", "root")
	case root == "org" && len(before) == 1:
		c.fields("owner", "url", "name_suffix")
	case kinds.Named(root) != nil && len(before) == 1:
		names(root, "")
	case kinds.Named(root) != nil && len(before) == 2:
		c.objectAttributes(kinds.Named(root))
	}
}

func (c *completer) fields(names ...string) {
	for _, name := range names {
		c.add(completionItem{Label: name, Kind: itemField})
	}
}

// objectAttributes proposes the attributes of an object that expressions can use.
func (c *completer) objectAttributes(k *schema.Kind) {
	if k == nil {
		return
	}
	for _, name := range config.ReferenceNames(k) {
		item := completionItem{Label: name, Kind: itemField}
		if a := k.Attr(name); a != nil {
			item.Doc = attributeDoc(&formAttr{doc: a.Doc})
		}
		c.add(item)
	}
}
