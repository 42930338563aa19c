package lsp

import (
	"bytes"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// scopesAttribute lists the Okta API scopes that an app is granted.
const scopesAttribute = "okta_api_scopes"

// scopes offers to grant the scopes that the smoke tests of an app need, and to remove those that
// none of them uses.
func (s *Server) scopes(d *Document, offset int) (list []CodeAction) {
	a := s.analysis(d.Path)
	blocks := d.File().blocksAt(offset)
	if d.JSON() || a == nil || a.Review == nil || a.Dir != filepath.Dir(d.Path) || len(blocks) == 0 || len(blocks[0].Labels) != 1 {
		return nil
	}
	top, name := blocks[0], blocks[0].Labels[0].Text
	kind := kinds.Named(top.Type)
	if kind != nil && kind.IsApp() && aboutScopes(d, top, offset) {
		list = s.removals(a, d, top, kind)
	}
	for i := range a.Tests {
		t := &a.Tests[i]
		if top.Type == "smoke_test" && t.Name == name && t.Range.Filename == d.Path || len(list) == 0 && kind != nil && t.App.Addr == (schema.Addr{Kind: top.Type, Name: name}) && aboutScopes(d, top, offset) {
			list = append(list, s.grants(d, a, t)...)
		}
	}
	return distinctActions(list)
}

func distinctActions(list []CodeAction) []CodeAction {
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(a CodeAction) bool {
		repeated := seen[a.Title]
		seen[a.Title] = true
		return repeated
	})
}

// aboutScopes reports whether an offset is in the scopes of an app, or in the line with which its
// block begins.
func aboutScopes(d *Document, b *Block, offset int) bool {
	if offset < lineAfter(d.Text, b.Range.Start.Byte) {
		return true
	}
	at := b.attr(scopesAttribute)
	return at != nil && at.NameRange.Start.Byte <= offset && offset <= at.Value.End.Byte
}

// removals offers to remove or reduce the scopes that the app's smoke tests do not use.
func (s *Server) removals(a *Analysis, d *Document, b *Block, kind *schema.Kind) (list []CodeAction) {
	was, literal := literalStrings(d, b, scopesAttribute)
	addr := schema.Addr{Kind: b.Type, Name: b.Labels[0].Text}
	uses, known := a.Review.SuggestFor(addr, a.Tests)
	if !known || !literal {
		return nil
	}
	for _, u := range uses.Scopes {
		c := review.Correction{Remove: u.Right}
		title := fmt.Sprintf("Remove %s, which no smoke test uses", u.Right)
		switch u.Use {
		case review.UseNever:
		case review.UseReads:
			c.Replace = strings.TrimSuffix(u.Right, ".manage") + ".read"
			title = fmt.Sprintf("Replace %s by %s: the smoke tests only read", u.Right, c.Replace)
		default:
			continue
		}
		is := c.Apply(was)
		e := &edits{server: s}
		if slices.Equal(was, is) || e.setStrings(d, b, kind, scopesAttribute, was, is) != nil {
			continue
		}
		list = append(list, CodeAction{Title: title, Kind: refactor, Edit: e.workspaceEdit()})
	}
	return list
}

// grants offers to grant the scopes that a smoke test needs.
func (s *Server) grants(d *Document, a *Analysis, t *schema.SmokeTest) (list []CodeAction) {
	app := s.folder(a.Dir).Declaration(t.App.Addr.String())
	if app == nil || app.Block == nil {
		return nil
	}
	for _, n := range neededScopes(t) {
		e := &edits{server: s}
		title := fmt.Sprintf("Grant %s to %s", n.scope, t.App.Addr)
		if n.granted {
			title = fmt.Sprintf("Request %s in the smoke test", n.scope)
		} else if s.addScope(e, app, kinds.Named(app.Type), scopesAttribute, t.App.Granted, n.scope) != nil {
			continue
		}
		if !n.requested {
			test := s.folder(a.Dir).Declaration("smoke_test." + t.Name)
			if test == nil || test.Block == nil || s.addScope(e, test, smokeTestKind, "scopes", t.Scopes, n.scope) != nil {
				continue
			}
		}
		list = append(list, CodeAction{Title: title, Kind: quickFix, Edit: e.workspaceEdit()})
	}
	return list
}

// smokeTestKind is the table of smoke_test blocks, for edits.
var smokeTestKind = &schema.Kind{Name: "smoke_test", Attrs: kinds.SmokeTestBlock().Attrs}

// neededScope is a scope that a smoke test needs and does not get.
type neededScope struct {
	scope              string
	granted, requested bool // to the app, by the test
}

// neededScopes returns the scopes that a smoke test requests without a grant, and those that its
// requests need besides. A test that expects a refusal needs none.
func neededScopes(t *schema.SmokeTest) (list []neededScope) {
	if t.ExpectError != "" || t.Generate != "" {
		return nil
	}
	has := slices.Clone(t.Scopes)
	for _, scope := range t.Scopes {
		if catalog.KnownScope(scope) && !slices.Contains(t.App.Granted, scope) {
			list = append(list, neededScope{scope, false, true})
		}
	}
	for i := range t.Requests {
		r := &t.Requests[i]
		o, known := catalog.Find(r.Method, r.Path)
		if refusal := r.ExpectError != "" || len(r.Status) > 0 && !slices.ContainsFunc(r.Status, func(status int) bool { return status < 400 }); refusal ||
			!known || len(o.Scopes) == 0 || catalog.Granted(o, has...) {
			continue
		}
		enough := func(scope string) bool { return catalog.Granted(o, append(slices.Clone(has), scope)...) }
		at := slices.IndexFunc(o.Scopes, func(scope string) bool { return enough(scope) && slices.Contains(t.App.Granted, scope) })
		granted := at >= 0
		if at < 0 {
			at = slices.IndexFunc(o.Scopes, func(scope string) bool { return enough(scope) && strings.HasSuffix(scope, ".read") })
		}
		if at < 0 {
			at = slices.IndexFunc(o.Scopes, enough)
		}
		if at < 0 {
			continue
		}
		has = append(has, o.Scopes[at])
		list = append(list, neededScope{o.Scopes[at], granted, false})
	}
	return list
}

// addScope adds a scope to a list in a block. A list that is computed is continued with concat.
func (s *Server) addScope(e *edits, decl *Declaration, kind *schema.Kind, attribute string, was []string, scope string) error {
	d, err := s.documentAt(decl.Range.Filename)
	if err != nil {
		return err
	}
	if d.JSON() {
		return fmt.Errorf("%s is in JSON syntax", decl.Key)
	}
	at := decl.Block.attr(attribute)
	if at != nil {
		value := d.Text[at.Value.Start.Byte:at.Value.End.Byte]
		if bytes.Contains(value, []byte(strconv.Quote(scope))) {
			return fmt.Errorf("%s has %s already", decl.Key, scope)
		}
		if _, literal := literalStrings(d, decl.Block, attribute); !literal && !bytes.HasPrefix(value, []byte("[")) {
			e.replace(d, at.Value.Start.Byte, at.Value.Start.Byte, "concat(")
			e.replace(d, at.Value.End.Byte, at.Value.End.Byte, fmt.Sprintf(", [%q])", scope))
			return nil
		}
	}
	return e.setStrings(d, decl.Block, kind, attribute, was, append(slices.Clone(was), scope))
}

// setStrings changes a list of strings in a block.
func (e *edits) setStrings(d *Document, b *Block, kind *schema.Kind, attribute string, was, is []string) error {
	src := d.Text[b.Range.Start.Byte:b.Range.End.Byte]
	o, err := fileedit.Find(map[string]*hcl.File{d.Path: {Bytes: src}}, kind, schema.Addr{Kind: b.Type, Name: b.Labels[0].Text}, hcl.Range{Filename: d.Path})
	if err != nil {
		return err
	}
	if err := o.SetStrings(attribute, was, is); err != nil {
		return err
	}
	after, err := o.Bytes()
	if err != nil {
		return err
	}
	e.difference(d, b.Range.Start.Byte, src, after)
	return nil
}

// literalStrings returns the strings of a list, if the block contains them literally.
func literalStrings(d *Document, b *Block, attribute string) (texts []string, literal bool) {
	at := b.attr(attribute)
	if at == nil {
		return nil, true
	}
	expr, diags := hclsyntax.ParseExpression(d.Text[at.Value.Start.Byte:at.Value.End.Byte], d.Path, hcl.InitialPos)
	list, ok := expr.(*hclsyntax.TupleConsExpr)
	if diags.HasErrors() || !ok {
		return nil, false
	}
	for _, one := range list.Exprs {
		v, diags := one.Value(nil)
		if diags.HasErrors() || schema.Text(v) == "" {
			return nil, false
		}
		texts = append(texts, schema.Text(v))
	}
	return texts, true
}
