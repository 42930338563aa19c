package functions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Reference gives the page about the functions, in Markdown.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Functions

Generated from the table in internal/functions. Names and behaviour are Terraform's.

What is computed from a sensitive value is sensitive, and an error doesn't quote it.
Paths start at the configuration's folder, wherever the program was started, and
only what is in it, or in the folder of a module that it calls, can be read: not
through .., nor through a symbolic link. path.module is a module's own folder.
`)
	group := ""
	for _, f := range List(nil) { // for what it says: nothing is called, so nothing is read
		if f.Group != group {
			group = f.Group
			fmt.Fprintf(&b, "\n## %s\n\n| Function | |\n| --- | --- |\n", group)
		}
		fmt.Fprintf(&b, "| `%s` | %s |\n", Signature(f), f.Doc)
	}
	b.WriteString("\n## Left out\n\n| Function | Why, and what to do instead |\n| --- | --- |\n")
	why := LeftOut()
	for _, name := range slices.Sorted(maps.Keys(why)) {
		fmt.Fprintf(&b, "| `%s` | %s |\n", name, why[name])
	}
	return b.String()
}

// Signature writes a function with the names of its parameters; the dots say
// that it takes any number of the last one.
func Signature(f Func) string {
	var names []string
	for _, p := range f.Params() {
		names = append(names, p.Name)
	}
	if p := f.VarParam(); p != nil {
		names = append(names, p.Name+"...")
	}
	return f.Name + "(" + strings.Join(names, ", ") + ")"
}
