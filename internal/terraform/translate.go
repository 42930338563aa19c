package terraform

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/secretname"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// translate writes the files of a folder.
func (f *folder) translate() error {
	f.collect()
	if err := f.oneOrg(); err != nil {
		return err
	}
	f.leaveIncomplete()
	f.joinParts()
	texts := map[*hclsyntax.Block]string{}
	var all strings.Builder
	for _, s := range f.sources {
		for _, block := range s.body.Blocks {
			if block.Type != "variable" {
				texts[block] = f.block(block)
				all.WriteString(texts[block])
			}
		}
	}
	for _, key := range sortedKeys(f.resources) {
		if r := f.resources[key]; !r.data && !r.failed && (r.kind != nil || r.joined || r.admin != nil) {
			f.t.declared[f.dir] = append(f.t.declared[f.dir], r.terraform())
		}
	}
	for text := range f.lookups {
		all.WriteString(text)
	}
	variables := map[string]*hclsyntax.Block{}
	for _, s := range f.sources {
		for _, block := range s.body.Blocks {
			if block.Type == "variable" && f.used(block, all.String()) {
				texts[block] = f.block(block)
				variables[block.Labels[0]] = block
			}
		}
	}
	if f.dir == "." {
		if err := f.copyValues(variables); err != nil {
			return err
		}
	}
	if lookups := slices.Sorted(maps.Keys(f.lookups)); len(lookups) > 0 {
		f.t.write(path.Join(f.dir, "terraform_lookups.hcl"), strings.Join(lookups, "\n"))
	}
	for _, s := range f.sources {
		var b strings.Builder
		for _, block := range s.body.Blocks {
			if texts[block] != "" {
				b.WriteString(f.comment(s, block) + texts[block] + "\n")
			}
		}
		text := strings.TrimSpace(b.String())
		if text == "" {
			continue
		}
		name := strings.TrimSuffix(strings.TrimSuffix(s.name, ".tf"), ".tofu") + ".hcl"
		f.t.write(path.Clean(name), text+"\n")
	}
	return nil
}

// write adds a translated file. Two may have one name, such as those of a.tf and a.tofu, or of
// org.tf and the org block.
func (t *translator) write(name, text string) {
	base := strings.TrimSuffix(name, ".hcl")
	for i := 2; t.out.Files[name] != nil || name == OrgFile; i++ {
		name = fmt.Sprintf("%s_%d.hcl", base, i)
	}
	t.out.Files[name] = hclwrite.Format([]byte(text))
}

// oneOrg refuses files that use several configurations of Okta's provider: each is an org.
func (f *folder) oneOrg() error {
	used := map[string]bool{}
	use := func(e hclsyntax.Expression) {
		name := "okta"
		if e != nil {
			name = string(e.Range().SliceBytes(f.source(e.Range().Filename)))
		}
		used[name] = true
	}
	for _, r := range f.resources {
		use(r.attr("provider"))
	}
	for _, s := range f.sources {
		for _, block := range s.body.Blocks {
			if block.Type != "module" || f.dir != "." || len(block.Labels) != 1 || !f.calls(block.Labels[0]) {
				continue
			}
			given, ok := attrOf(block, "providers").(*hclsyntax.ObjectConsExpr)
			if !ok {
				use(nil)
				continue
			}
			for _, item := range given.Items {
				if strings.HasPrefix(string(item.ValueExpr.Range().SliceBytes(s.text)), "okta") {
					use(item.ValueExpr)
				}
			}
		}
	}
	if len(used) < 2 {
		return nil
	}
	names := slices.Sorted(maps.Keys(used))
	return fmt.Errorf("%s: it uses several configurations of Okta's provider (%s), each for an org of its own, and a configuration here is about one org. Give the state (terraform state pull > state.json): what the org in use holds of it is imported", path.Join(f.dir, "*.tf"), strings.Join(names, ", "))
}

// used reports whether a variable is still used. Variables of modules are kept, because the callers
// set them.
func (f *folder) used(block *hclsyntax.Block, text string) bool {
	if len(block.Labels) != 1 {
		return false
	}
	name := block.Labels[0]
	if f.dir != "." || regexp.MustCompile(`\bvar\.`+regexp.QuoteMeta(name)+`\b`).MatchString(text) {
		return true
	}
	f.t.out.Unused = append(f.t.out.Unused, name)
	f.remark(block.TypeRange, "variable %s: no translated block uses it, so it is left out", name)
	return false
}

// comment returns the comment lines right above a block.
func (f *folder) comment(s *source, block *hclsyntax.Block) string {
	lines := strings.SplitAfter(string(s.text[:block.TypeRange.Start.Byte]), "\n")
	end := len(lines) - 1 // text before the block in its line
	at := end
	for at > 0 {
		line := strings.TrimSpace(lines[at-1])
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "//") {
			break
		}
		at--
	}
	return strings.Join(lines[at:end], "")
}

// collect finds the resources and data sources of Okta's provider.
func (f *folder) collect() {
	for _, s := range f.sources {
		for _, block := range s.body.Blocks {
			if block.Type != "resource" && block.Type != "data" || len(block.Labels) != 2 {
				continue
			}
			r := &resource{block: block, typ: block.Labels[0], name: block.Labels[1], data: block.Type == "data"}
			if !r.data {
				f.types[r.typ] = true
			}
			if !strings.HasPrefix(r.typ, oktaPrefix) {
				continue
			}
			f.resources[r.terraform()] = r
			if r.data {
				r.kind, r.form = dataKind(r.typ)
				continue
			}
			r.kind, r.form = declaredKind(r)
		}
	}
}

// declaredKind returns the kind that a resource declares, or nil.
func declaredKind(r *resource) (*schema.Kind, schema.TerraformType) {
	literal := func(name string) any {
		text, ok := literalText(r.attr(name))
		if !ok {
			return nil
		}
		return text
	}
	for _, kind := range kinds.All() {
		for _, form := range kind.TerraformTypes(r.typ) {
			if form.Declares(literal) {
				return kind, form
			}
		}
	}
	return nil, schema.TerraformType{}
}

// everyoneType is the data source of the group that every org has.
const everyoneType = "okta_everyone_group"

// dataKind returns the kind that a Terraform data source finds: it has the name of the resource.
func dataKind(typ string) (*schema.Kind, schema.TerraformType) {
	if typ == everyoneType {
		typ = "okta_group"
	}
	for _, kind := range kinds.All() {
		for _, form := range kind.TerraformTypes(typ) {
			if form.Part == "" {
				if source := kinds.DataNamed(kind.DataSource()); source != nil {
					return source, form
				}
			}
		}
	}
	return nil, schema.TerraformType{}
}

// literalText returns the text of an expression without references.
func literalText(e hclsyntax.Expression) (string, bool) {
	if e == nil || len(e.Variables()) > 0 {
		return "", false
	}
	switch e.(type) {
	case *hclsyntax.TemplateExpr, *hclsyntax.LiteralValueExpr:
	default:
		return "", false
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// block returns the translation of a block; "" to omit it.
func (f *folder) block(block *hclsyntax.Block) string {
	switch block.Type {
	case "variable":
		return f.variable(block)
	case "locals":
		return f.locals(block)
	case "output":
		return f.output(block)
	case "module":
		return f.call(block)
	case "resource", "data":
		if len(block.Labels) == 2 {
			return f.resourceBlock(block)
		}
	case "provider":
		f.provider(block)
		return ""
	case "terraform", "moved", "removed", "import":
		// The files contain the last name of what was moved in Terraform's state.
		return ""
	}
	f.remark(block.TypeRange, "%s block: oktaform has none", block.Type)
	return ""
}

// above returns the comment right above an attribute.
func (f *folder) above(a *hclsyntax.Attribute) string {
	src := f.source(a.SrcRange.Filename)
	lines := strings.SplitAfter(string(src[:a.SrcRange.Start.Byte]), "\n")
	end := len(lines) - 1
	at := end
	for at > 0 {
		line := strings.TrimSpace(lines[at-1])
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "//") {
			break
		}
		at--
	}
	return strings.Join(lines[at:end], "")
}

func inOrder(attrs hclsyntax.Attributes) []*hclsyntax.Attribute {
	var list []*hclsyntax.Attribute
	for _, a := range attrs {
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b *hclsyntax.Attribute) int { return a.SrcRange.Start.Byte - b.SrcRange.Start.Byte })
	return list
}

// calls reports whether the folder calls a module of that name that can be translated.
func (f *folder) calls(name string) bool {
	for _, s := range f.sources {
		for _, block := range s.body.Blocks {
			if block.Type == "module" && len(block.Labels) == 1 && block.Labels[0] == name {
				source, ok := literalText(attrOf(block, "source"))
				return ok && f.module(source)
			}
		}
	}
	return false
}

func attrOf(block *hclsyntax.Block, name string) hclsyntax.Expression {
	if a := block.Body.Attributes[name]; a != nil {
		return a.Expr
	}
	return nil
}

// call keeps the call of a local module, whose folder is translated too.
func (f *folder) call(block *hclsyntax.Block) string {
	if len(block.Labels) != 1 {
		return ""
	}
	name := block.Labels[0]
	if !f.calls(name) {
		f.remark(block.TypeRange, "module %s: only modules in folders below this one are translated; give the state to import what it declares", name)
		return ""
	}
	source, _ := literalText(attrOf(block, "source"))
	f.t.calls[f.dir] = append(f.t.calls[f.dir], [2]string{name, path.Join(f.dir, source)})
	var b strings.Builder
	b.WriteString("module " + quoted(name) + " {\n")
	for _, a := range inOrder(block.Body.Attributes) {
		if a.Name == "providers" || a.Name == "version" {
			continue
		}
		if a.Name == "depends_on" {
			if text := f.dependsOn(a, "module "+name, "module."+name); text != "" {
				b.WriteString("depends_on = " + text + "\n")
			}
			continue
		}
		text, err := f.expr(a.Expr, nil, scope{})
		if err != nil {
			f.remark(a.SrcRange, "module %s: %s: %v", name, a.Name, err)
			continue
		}
		b.WriteString(f.above(a) + a.Name + " = " + text + "\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// provider reads the org from the settings of Okta's provider.
func (f *folder) provider(block *hclsyntax.Block) {
	if len(block.Labels) != 1 || block.Labels[0] != "okta" {
		return
	}
	name, _ := literalText(attrOf(block, "org_name"))
	domain, _ := literalText(attrOf(block, "base_url"))
	if name != "" {
		s := State{}
		s.addOrg(name, domain)
		f.t.out.Hosts = append(f.t.out.Hosts, s.Hosts...)
	}
	for _, a := range inOrder(block.Body.Attributes) {
		if secretname.Is(a.Name) {
			if text, ok := literalText(a.Expr); ok && text != "" {
				f.remark(a.SrcRange, "provider okta: %s is plaintext in the file; it is not copied: set it in the environment", a.Name)
			}
		}
	}
}

// OrgFile is the file of the org block.
const OrgFile = "org.hcl"

// OrgBlock is the org block of a new configuration.
func OrgBlock(owner string) []byte {
	return hclwrite.Format([]byte("org {\nowner = " + quoted(owner) + "\n}\n"))
}
