package lsp

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestHover(t *testing.T) {
	for _, row := range []struct {
		name, file, text string
		want             []string // parts of the text; none means no hover
	}{
		{"the type of a block", "a.hcl", "serv|ice_app \"a\" {\n}\n", []string{"A machine client"}},
		{"an attribute", "a.hcl", "service_app \"a\" {\n  okta_api|_scopes = []\n}\n", []string{"okta_api_scopes", "list(string)", "scopes granted"}},
		{"an attribute of a nested block", "a.hcl", "service_app \"a\" {\n  public_key \"k\" {\n    gene|rate = true\n  }\n}\n", []string{"Generate the key pair"}},
		{"a nested block", "a.hcl", "service_app \"a\" {\n  public|_key \"k\" {\n  }\n}\n", []string{"A public key"}},
		{"a scope", "a.hcl", "service_app \"a\" {\n  okta_api_scopes = [\"okta.users|.read\"]\n}\n", []string{"The scope `okta.users.read` allows", "`GET /api/v1/users`", "and 6 more"}},
		{"a scope of one's own account", "a.hcl", "service_app \"a\" {\n  okta_api_scopes = [\"okta.myAccount.re|ad\"]\n}\n", []string{"only the account of the user"}},
		{"a scope in a local value", "a.hcl", "locals {\n  x = [\"okta.groups|.manage\"]\n}\n", []string{"The scope `okta.groups.manage` allows", "`DELETE /api/v1/groups/{groupId}`"}},
		{"a role", "a.hcl", "service_app \"a\" {\n  admin_role \"HELP|_DESK_ADMIN\" {}\n}\n", []string{"The role `HELP_DESK_ADMIN` (Help Desk Administrator) allows"}},
		{"a permission", "a.hcl", "custom_role \"a\" {\n  permissions = [\"okta.users.re|ad\"]\n}\n", []string{"okta.users.read"}},
		{"a meta-argument", "a.hcl", "group \"a\" {\n  for_e|ach = {}\n}\n", []string{"each.key"}},
		{"a block of the language", "a.hcl", "mo|ved {\n}\n", []string{"another address"}},
		{"a reference to an object", "a.hcl", "output \"x\" {\n  value = service_app.repo|rter.client_id\n}\n", []string{"service_app.reporter", "Reporter", "A machine client"}},
		{"an attribute of a reference", "a.hcl", "output \"x\" {\n  value = service_app.reporter.client|_id\n}\n", []string{"client_id"}},
		{"a variable", "a.hcl", "output \"x\" {\n  value = var.re|gion\n}\n", []string{"var.region", "string", "Where the team is."}},
		{"a local value", "a.hcl", "output \"x\" {\n  value = local.rea|ders\n}\n", []string{"readers = [\"okta.users.read\"]"}},
		{"a module", "a.hcl", "output \"x\" {\n  value = module.te|am.app_id\n}\n", []string{"./modules/team"}},
		{"an argument of a module", "a.hcl", "module \"m\" {\n  source = \"./modules/team\"\n  la|bel  = \"x\"\n}\n", []string{"var.label", "string"}},
		{"a data source", "a.hcl", "output \"x\" {\n  value = data.group.every|one.id\n}\n", []string{"data.group.everyone", "Looks up"}},
		{"a function", "a.hcl", "output \"x\" {\n  value = json|encode(1)\n}\n", []string{"jsonencode(val)"}},
		{"a function that is left out", "a.hcl", "output \"x\" {\n  value = time|stamp()\n}\n", []string{"can't be called"}},
		{"a variable in its file", "x.tfvars", "reg|ion = \"x\"\n", []string{"var.region"}},
		{"a run of a test", "x.oktest.hcl", "ru|n \"x\" {\n}\n", []string{"One step"}},
		{"with a syntax error above", "a.hcl", "group \"x\" {\n  name = \"X\nservice_app \"a\" {\n  okta_api|_scopes = []\n", []string{"scopes granted"}},
		{"JSON: an attribute", "a.hcl.json", "{\"service_app\": {\"a\": {\"okta_api|_scopes\": []}}}", []string{"scopes granted"}},
		{"JSON: a scope", "a.hcl.json", "{\"service_app\": {\"a\": {\"okta_api_scopes\": [\"okta.users|.read\"]}}}", []string{"`GET /api/v1/users`"}},
		{"JSON: a reference", "a.hcl.json", "{\"output\": {\"x\": {\"value\": \"${service_app.repo|rter.client_id}\"}}}", []string{"A machine client"}},
		{"nothing", "a.hcl", "\n|\n", nil},
		{"an unknown attribute", "a.hcl", "group \"x\" {\n  not|hing = 1\n}\n", nil},
		{"a number", "a.hcl", "output \"x\" {\n  value = 4|2\n}\n", nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newSession(t, map[string]string{"other.hcl": other, "modules/team/main.hcl": moduleFile})
			p := s.openAt(row.file, row.text)
			hover, err := s.hover(context.Background(), p)
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			if hover != nil {
				text = hover.Contents.Value
				d := s.open[p.TextDocument.URI]
				if at := d.Offset(p.Position); at < d.Offset(hover.Range.Start) || at > d.Offset(hover.Range.End) {
					t.Errorf("the range %v does not contain the cursor", hover.Range)
				}
			}
			for _, part := range row.want {
				if !strings.Contains(text, part) {
					t.Errorf("%q is not in\n%s", part, text)
				}
			}
			if row.want == nil && hover != nil {
				t.Errorf("got %s", text)
			}
		})
	}
}

// outlineText writes symbols as lines.
func outlineText(list []documentSymbol, indent string) (text string) {
	for _, s := range list {
		text += fmt.Sprintf("%s%s %d-%d\n", indent, s.Name, s.Range.Start.Line, s.Range.End.Line) + outlineText(s.Children, indent+"  ")
	}
	return text
}

func TestDocumentSymbols(t *testing.T) {
	for _, row := range []struct{ name, file, text, want string }{
		{"blocks and attributes", "a.hcl", "|org {\n  owner = \"a\"\n}\n\nservice_app \"a\" {\n  label = \"A\"\n  public_key \"k\" {\n    file = \"f\"\n  }\n}\n",
			"org 0-2\n  owner 1-1\nservice_app \"a\" 4-9\n  label 5-5\n  public_key \"k\" 6-8\n    file 7-7\n"},
		{"a value of several lines", "a.hcl", "|locals {\n  x = [\n    1,\n  ]\n  y = {\n    a = 1\n  }\n}\n", "locals 0-7\n  x 1-3\n  y 4-6\n"},
		{"a heredoc with a line like a block", "a.hcl", "|group \"a\" {\n  description = <<EOT\ngroup \"b\" {\nEOT\n  name = \"A\"\n}\n", "group \"a\" 0-5\n  description 1-3\n  name 4-4\n"},
		{"a block without an end", "a.hcl", "|group \"a\" {\n  name = \"A\"\n\ngroup \"b\" {\n  name = \"B\"\n}\n", "group \"a\" 0-3\n  name 1-1\ngroup \"b\" 3-5\n  name 4-4\n"},
		{"a string without an end", "a.hcl", "|group \"a\" {\n  name = \"A\n  members = []\n}\n", "group \"a\" 0-3\n  name 1-1\n  members 2-2\n"},
		{"a list without an end", "a.hcl", "|group \"a\" {\n  members = [user.a\n  name = \"A\"\n}\n", "group \"a\" 0-3\n  members 1-1\n  name 2-2\n"},
		{"one line", "a.hcl", "|group \"a\" { name = \"A\" }\norg { owner = \"x\" }", "group \"a\" 0-0\n  name 0-0\norg 1-1\n  owner 1-1\n"},
		{"JSON", "a.hcl.json", "|{\n  \"group\": {\n    \"a\": {\n      \"name\": \"A\"\n    }\n  },\n  \"org\": {\"owner\": \"x\"}\n}", "group \"a\" 2-4\n  name 3-3\norg 6-6\n  owner 6-6\n"},
		{"JSON with a syntax error", "a.hcl.json", "|{\n  \"group\": {\n    \"a\": {\n      \"name\": \"A\n    }\n  }", "group \"a\" 2-4\n  name 3-3\n"},
		{"no text", "a.hcl", "|", ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newSession(t, nil)
			list, err := s.documentSymbols(context.Background(), DocumentParams{s.openAt(row.file, row.text).TextDocument})
			if err != nil {
				t.Fatal(err)
			}
			if got := outlineText(list, ""); got != row.want {
				t.Errorf("got\n%swant\n%s", got, row.want)
			}
		})
	}
}

func TestWorkspaceSymbols(t *testing.T) {
	s := newSession(t, map[string]string{"other.hcl": other, "modules/team/main.hcl": moduleFile, "node_modules/x/main.hcl": other, ".hidden/main.hcl": other})
	s.openAt("unsaved/new.hcl", "group \"fresh\" {\n}\n|")
	for query, want := range map[string]string{"reporter": "service_app.reporter", "STAFF": "group.staff", "label": "var.label", "fresh": "group.fresh", "Portal": "web_app.portal", "zzz": ""} {
		list, err := s.workspaceSymbols(context.Background(), struct {
			Query string `json:"query"`
		}{query})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, symbol := range list {
			names = append(names, symbol.Name)
		}
		if want == "" && len(names) > 0 || want != "" && !slices.Contains(names, want) {
			t.Errorf("%q finds %v", query, names)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(names)))) != len(names) {
			t.Errorf("%q finds something in a folder that is not searched: %v", query, names)
		}
	}
}

func TestFoldingRanges(t *testing.T) {
	s := newSession(t, nil)
	p := s.openAt("a.hcl", "# one\n# two\n\ngroup \"a\" {\n  members = [\n    user.a,\n    user.b,\n  ]\n  # alone\n  name = \"A\"\n}\n\n// three\n// four|")
	list, err := s.foldingRanges(context.Background(), DocumentParams{p.TextDocument})
	if err != nil {
		t.Fatal(err)
	}
	want := []foldingRange{{3, 9, ""}, {4, 6, ""}, {0, 1, "comment"}, {12, 13, "comment"}}
	if !slices.Equal(list, want) {
		t.Errorf("got %v, want %v", list, want)
	}
}

func TestFormatting(t *testing.T) {
	for _, row := range []struct{ name, text, want string }{
		{"a file", "group \"a\" {\nname=\"A\"\n   description =    \"${var.x}\"\n}\n", "group \"a\" {\n  name        = \"A\"\n  description = var.x\n}\n"},
		{"one line", "org {\n  owner = \"x\"\n}\n\n\ngroup   \"a\" {\n  name = \"A\"\n}\n", "org {\n  owner = \"x\"\n}\n\n\ngroup \"a\" {\n  name = \"A\"\n}\n"},
		{"nothing to do", "org {\n  owner = \"x\"\n}\n", "org {\n  owner = \"x\"\n}\n"},
		{"CRLF", "org {\r\nowner = \"x\"\r\n}\r\n", "org {\n  owner = \"x\"\n}\n"},
	} {
		t.Run(row.name, func(t *testing.T) {
			s := newSession(t, nil)
			p := s.openAt("a.hcl", row.text+"|")
			edits, err := s.formatting(context.Background(), DocumentParams{p.TextDocument})
			if err != nil {
				t.Fatal(err)
			}
			d := s.open[p.TextDocument.URI]
			for _, edit := range edits {
				d = d.changed(2, []contentChange{{Range: &edit.Range, Text: edit.NewText}})
			}
			if strings.ReplaceAll(string(d.Text), "\r\n", "\n") != row.want {
				t.Errorf("got %q", d.Text)
			}
			if row.text == row.want && len(edits) > 0 {
				t.Errorf("got %v", edits)
			}
		})
	}
	s := newSession(t, nil)
	if _, err := s.formatting(context.Background(), DocumentParams{s.openAt("a.hcl", "org {|").TextDocument}); err == nil {
		t.Error("a file with a syntax error is formatted")
	}
}

// TestSemanticTokens decodes the tokens to words with their types.
func TestSemanticTokens(t *testing.T) {
	s := newSession(t, nil)
	text := "# \U0001F600\nservice_app \"ä\" {\n  label = upper(\"a ${var.x} b\")\n  n     = [for k, v in local.m : 42 if true]\n  o     = { a = service_app.b.id }\n}\n"
	p := s.openAt("a.hcl", text+"|")
	result, err := s.semanticTokens(context.Background(), DocumentParams{p.TextDocument})
	if err != nil {
		t.Fatal(err)
	}
	d := s.open[p.TextDocument.URI]
	var got []string
	at := Position{}
	for i := 0; i < len(result.Data); i += 5 {
		if at.Line += result.Data[i]; result.Data[i] > 0 {
			at.Character = 0
		}
		at.Character += result.Data[i+1]
		end := Position{at.Line, at.Character + result.Data[i+2]}
		got = append(got, string(d.Text[d.Offset(at):d.Offset(end)])+":"+semanticTypes[result.Data[i+3]])
	}
	want := "# \U0001F600:comment service_app:class \":enumMember ä:enumMember \":enumMember label:property upper:function \":string a :string var:variable x:property  b:string \":string " +
		"n:property for:keyword k:variable v:variable in:keyword local:variable m:property 42:number if:keyword true:keyword o:property a:property service_app:variable b:property id:property"
	if text := strings.Join(got, " "); text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	part, err := s.semanticTokensRange(context.Background(), RangeParams{p.TextDocument, Range{Position{2, 0}, Position{3, 0}}})
	if err != nil || len(part.Data) == 0 || len(part.Data) >= len(result.Data) || part.Data[0] != 2 {
		t.Errorf("a part: %v %v", part, err)
	}
}

func TestPositions(t *testing.T) {
	d := newDocument("file:///x.hcl", 1, []byte("a\U0001F600b\r\nä\rc\n\nlast"))
	for _, row := range []struct {
		p      Position
		offset int
		back   Position
	}{
		{Position{0, 0}, 0, Position{0, 0}}, {Position{0, 1}, 1, Position{0, 1}}, {Position{0, 3}, 5, Position{0, 3}}, {Position{0, 4}, 6, Position{0, 4}},
		{Position{0, 2}, 1, Position{0, 1}},  // in the middle of a pair
		{Position{0, 99}, 6, Position{0, 4}}, // after the end of a line
		{Position{1, 0}, 8, Position{1, 0}}, {Position{1, 1}, 10, Position{1, 1}}, {Position{2, 0}, 11, Position{2, 0}},
		{Position{3, 0}, 13, Position{3, 0}}, {Position{4, 4}, 18, Position{4, 4}}, {Position{99, 0}, 18, Position{4, 4}},
		{Position{4294967295, 4294967295}, 18, Position{4, 4}},
	} {
		if got := d.Offset(row.p); got != row.offset {
			t.Errorf("the offset of %v is %d, not %d", row.p, got, row.offset)
		}
		if got := d.Position(row.offset); got != row.back {
			t.Errorf("the position of %d is %v, not %v", row.offset, got, row.back)
		}
	}
	changed := d.changed(2, []contentChange{{Range: &Range{Position{0, 1}, Position{0, 3}}, Text: "-"}, {Range: &Range{Position{1, 0}, Position{4, 0}}, Text: ""}})
	if string(changed.Text) != "a-b\r\nlast" || changed.Version != 2 || string(d.Text) != "a\U0001F600b\r\nä\rc\n\nlast" {
		t.Errorf("%q", changed.Text)
	}
}

func TestAddresses(t *testing.T) {
	for uri, want := range map[DocumentURI]string{
		"file:///tmp/a%20b/%C3%A4.hcl": "/tmp/a b/ä.hcl", "file:///tmp/x/../y.hcl": "/tmp/y.hcl", "file://localhost/tmp/y.hcl": "/tmp/y.hcl",
		"untitled:Untitled-1": "", "file://server/share/x.hcl": "", "https://example.com/x.hcl": "", "": "", ":": "", "file:x.hcl": "",
	} {
		if filepath.Separator == '/' && pathOf(uri) != want {
			t.Errorf("%s is %q, not %q", uri, pathOf(uri), want)
		}
	}
	if filepath.Separator == '/' && uriOf("/tmp/a b/ä.hcl") != "file:///tmp/a%20b/%C3%A4.hcl" {
		t.Error(uriOf("/tmp/a b/ä.hcl"))
	}
}

// TestOutlineAfterEdits: after each edit the outline is that of the whole text.
func TestOutlineAfterEdits(t *testing.T) {
	d := newDocument("file:///x.hcl", 1, []byte(other))
	for i, c := range []struct{ at, with string }{{"Staff", "x"}, {"}\n\nlocals", "\n"}, {"service_app", "group \"new\" {\n  name = var.region\n}\n\n"}, {"team/iam", "\""}, {"variable", "x = <<E\n"}} {
		_ = d.File()
		at := d.Position(strings.Index(string(d.Text), c.at))
		d = d.changed(i+2, []contentChange{{Range: &Range{at, at}, Text: c.with}})
		fresh := newDocument(d.URI, 1, d.Text)
		if got, want := fmt.Sprintf("%+v", d.File().Declarations), fmt.Sprintf("%+v", fresh.File().Declarations); len(got) != len(want) {
			t.Errorf("after %q:\n%s\nwant\n%s", c.with, got, want)
		}
		if got, want := fmt.Sprintf("%+v", d.File().References), fmt.Sprintf("%+v", fresh.File().References); got != want {
			t.Errorf("after %q:\n%s\nwant\n%s", c.with, got, want)
		}
	}
}

// TestLanguageIsDocumented: every block and attribute of the language has a text, and every text
// belongs to one.
func TestLanguageIsDocumented(t *testing.T) {
	used := map[string]bool{}
	var walk func(f *form, place string)
	walk = func(f *form, place string) {
		note := func(place, doc string) {
			if used[place] = true; doc == "" {
				t.Errorf("%s has no text", place)
			}
		}
		for _, a := range f.attrs {
			if a.schema == nil {
				note(place+"."+a.name, a.doc)
			}
		}
		for _, b := range f.blocks {
			if b.kind == nil && b.block == nil {
				note(place+"."+b.typ, b.doc)
			}
			walk(b, place+"."+b.typ)
		}
	}
	walk(sourceForm(), "")
	walk(testForm(), "test")
}
