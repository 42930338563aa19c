package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// reference writes the value of an attribute that takes references to objects. What Terraform's
// files name by id only, such as a variable with ids, is looked up by data blocks.
func (f *folder) reference(attr *schema.Attr, e hclsyntax.Expression, s scope, name string, repeated *resource) (string, error) {
	r, err := f.rewrite(e, attr, s)
	if err != nil {
		return "", err
	}
	list, isList := e.(*hclsyntax.TupleConsExpr)
	if !isList || !attr.Type.IsListType() {
		if r.found || isNull(e) {
			return r.text(e), nil
		}
		return f.lookup(attr, e, s, name, repeated)
	}
	var elements []string
	whole := true
	for i, element := range list.Exprs {
		r, err := f.rewrite(element, attr, s)
		if err != nil {
			return "", err
		}
		text := r.text(element)
		if !r.found {
			whole = false
			one := *attr
			one.Type = attr.Type.ElementType()
			if text, err = f.lookup(&one, element, s, fmt.Sprintf("%s_%d", name, i), repeated); err != nil {
				return "", err
			}
		}
		elements = append(elements, text)
	}
	if whole {
		return r.text(e), nil
	}
	return "[" + strings.Join(elements, ", ") + "]", nil
}

func isNull(e hclsyntax.Expression) bool {
	literal, ok := e.(*hclsyntax.LiteralValueExpr)
	return ok && literal.Val.IsNull()
}

// lookup writes a data block that finds what an expression names by id, and returns a reference to
// it. In a repeated resource, whose iterator the expression uses, the data block is repeated too.
func (f *folder) lookup(attr *schema.Attr, e hclsyntax.Expression, s scope, name string, repeated *resource) (string, error) {
	if len(attr.Refs) == 0 {
		return f.expr(e, attr, s)
	}
	source := kinds.DataNamed(kinds.Named(attr.Refs[0]).DataSource())
	if source == nil {
		return "", fmt.Errorf("it takes references to objects of the kind %s, and these are ids", attr.Refs[0])
	}
	if from := f.madeHere(e, repeated, 0); from != "" {
		return "", fmt.Errorf("%s holds ids of what is declared elsewhere in these files, and %s takes the objects themselves: pass these in its place, and refer to them", from, attr.Name)
	}
	name = f.lookupName(source, name)
	text, err := f.expr(e, nil, f.eachOf(repeated))
	if err != nil {
		return "", err
	}
	iterates := func(root string) bool {
		return slices.ContainsFunc(variableRoots(e), func(name string) bool { return name == root })
	}
	switch {
	case attr.Type.IsListType():
		if iterates("each") || iterates("count") || len(s.roots) > 0 {
			return "", fmt.Errorf("%s takes references to objects, and these are ids: look them up by data blocks", attr.Name)
		}
		f.lookupBlock(source, name, "for_each = toset("+text+")\nid = each.value\n")
		return "[for found in " + source.Name + "." + name + " : found]", nil
	case iterates("each"):
		forEach, err := f.expr(repeated.attr("for_each"), nil, scope{})
		if err != nil {
			return "", err
		}
		f.lookupBlock(source, name, "for_each = "+forEach+"\nid = "+text+"\n")
		iterator := "each"
		if to := s.roots["each"]; to != "" {
			iterator = to
		}
		return source.Name + "." + name + "[" + iterator + ".key]", nil
	case len(s.roots) > 0 && slices.ContainsFunc(variableRoots(e), func(root string) bool { return s.roots[root] != "" }), iterates("count"):
		return "", fmt.Errorf("%s takes a reference to an object, and this is an id: look it up by a data block", attr.Name)
	}
	f.lookupBlock(source, name, "id = "+text+"\n")
	return source.Name + "." + name, nil
}

// madeHere returns a name in an expression whose value may be made of ids of declared objects,
// which are not known when data blocks are read; "" if there is none. repeated is the resource
// whose iterator the expression may use.
func (f *folder) madeHere(e hclsyntax.Expression, repeated *resource, depth int) string {
	if e == nil {
		return ""
	}
	for _, t := range e.Variables() {
		name, _ := attrName(t, 1)
		switch root := t.RootName(); {
		case root == "each" && repeated != nil:
			if from := f.madeHere(repeated.attr("for_each"), nil, depth+1); from != "" {
				return from
			}
		case root == "var" && f.dir != ".", root == "module", f.types[root]:
			return root + "." + name
		case root == "local":
			for _, s := range f.sources {
				for _, block := range s.body.Blocks {
					a := block.Body.Attributes[name]
					if block.Type == "locals" && a != nil && (depth > maxDepth || f.madeHere(a.Expr, nil, depth+1) != "") {
						return "local." + name
					}
				}
			}
		}
	}
	return ""
}

func (f *folder) lookupBlock(source *schema.Kind, name, body string) {
	f.lookups[fmt.Sprintf("data %s %s {\n%s}\n", quoted(source.Source()), quoted(name), body)] = true
}

// lookupName returns a name that no data block of the files has.
func (f *folder) lookupName(source *schema.Kind, wanted string) string {
	wanted = identifier(wanted)
	name := wanted
	taken := func(name string) bool {
		return slices.ContainsFunc(sortedKeys(f.resources), func(key string) bool {
			r := f.resources[key]
			return r.data && r.kind != nil && r.kind.Name == source.Name && r.name == name
		})
	}
	for i := 2; taken(name); i++ {
		name = fmt.Sprintf("%s_%d", wanted, i)
	}
	return name
}

// variableRoots returns the first names of the references in an expression.
func variableRoots(e hclsyntax.Expression) (roots []string) {
	for _, t := range e.Variables() {
		roots = append(roots, t.RootName())
	}
	return roots
}
