package terraform

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// names assigns a block name to every address: the modules, the resource and the keys, joined.
type names map[string]bool // kind.name

// take returns a name that no other object of the kind has.
func (n names) take(kind string, a Address) string {
	var parts []string
	add := func(s Step) {
		parts = append(parts, s.Name)
		if s.Key != nil {
			parts = append(parts, fmt.Sprint(s.Key))
		}
	}
	for _, m := range a.Modules {
		add(m)
	}
	add(a.Step)
	base := identifier(strings.Join(parts, "_"))
	name := base
	for i := 2; n[kind+"."+name]; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
	}
	n[kind+"."+name] = true
	return name
}

// maxName is the maximum length of a name.
const maxName = 80

// identifier converts a text to a name: letters, digits, - and _, beginning with a letter.
func identifier(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-':
			b.WriteRune(r)
		case !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() >= maxName {
			break
		}
	}
	name := strings.Trim(b.String(), "_-")
	if !hclsyntax.ValidIdentifier(name) {
		name = strings.TrimSuffix("object_"+name, "_")
	}
	if !hclsyntax.ValidIdentifier(name) {
		name = "object"
	}
	return name
}
