package schemaview

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/config"
)

// languageBlock describes a block of the language itself. Its arguments and nested blocks are those
// of config.Language.
type languageBlock struct {
	name string // in config.Language, then names of nested blocks with dots
	doc  string
	args map[string]string
}

var repeatDocs = map[string]string{
	"for_each":   "A map or a set of strings: one instance for each element, with each.key and each.value.",
	"count":      "A number: so many instances, with count.index. Excludes for_each.",
	"depends_on": "A list of objects, blocks and modules that must be in place first, although nothing here refers to them.",
}

var conditionDocs = map[string]string{
	"condition":     "The expression that must be true.",
	"error_message": "The error message if it is false.",
}

// languageBlocks describe the blocks of config.Language.
var languageBlocks = []languageBlock{
	{"org", "Names the owner of the declared objects. Each configuration has one, in its root folder and not in a module.", map[string]string{
		"owner":                "The name with which each object is marked in the org. Only objects with this mark are changed.",
		"url":                  "The URL of the org. A credential for another org is refused before anything is sent.",
		"previous_owner":       "The owner before a change of owner: its declared objects get the new mark.",
		"name_suffix":          "A text at the end of all names that must be unique in the org, and of logins before the @. It lets several runs share an org.",
		"authoritative_admins": "Whether the declared admins are the only ones in the org: admin roles of everybody else are removed, with --allow-admin-removal.",
	}},
	{"meta_arguments", "Every block of an object takes these arguments besides its own, and a data block and a module block take the first three.", merged(repeatDocs, map[string]string{
		"authoritative": "false: the sets of the object (scopes, roles, keys, members, assignments, permissions, resources) are additive, so that elements of others stay. An object names single sets: { okta_api_scopes = false }.",
	})},
	{"meta_arguments.lifecycle", "Limits what a run may do with an object.", map[string]string{
		"prevent_destroy": "true: the object is neither destroyed nor replaced, even if its block is removed. The mark in the org says so.",
		"ignore_changes":  "The attributes and types of nested blocks that keep the org's values, or all.",
	}},
	{"meta_arguments.lifecycle.precondition", "Must be true before the object is changed.", conditionDocs},
	{"meta_arguments.lifecycle.postcondition", "Must be true after the object was changed; self is the object.", conditionDocs},
	{"variable", "Declares an input of the configuration or module, var.NAME.", map[string]string{
		"type":        "A type, such as string, list(string) or object({ name = optional(string) }). Omitted: any value.",
		"default":     "The value if none is given. Omitted: a value must be given.",
		"description": "What the variable is for.",
		"sensitive":   "true: no output, plan or message shows the value, or a value that depends on it.",
		"nullable":    "false: null means the default.",
	}},
	{"variable.validation", "Must be true of the value.", conditionDocs},
	{"locals", "Names values: each argument NAME is local.NAME.", nil},
	{"output", "Declares a result of the configuration or module. A caller refers to it as module.MODULE.NAME.", map[string]string{
		"value":       "The value.",
		"description": "What the value is for.",
		"sensitive":   "true: the value is not shown. Required if it depends on a sensitive value.",
		"depends_on":  repeatDocs["depends_on"],
	}},
	{"output.precondition", "Must be true before the output is used.", conditionDocs},
	{"module", "Calls a module: a folder with a configuration. The other arguments are values of its variables.", merged(repeatDocs, map[string]string{
		"source": "The folder, which begins with ./ or ../.",
	})},
	{"moved", "Says that an object, a block or a module has a new address. It stands in the root configuration, or in a module, where it uses the addresses in that module and applies to each of its instances.", map[string]string{
		"from": "The address before.",
		"to":   "The address now.",
	}},
	{"removed", "Releases an object whose block is gone: its mark is removed, it stays in the org. It stands where moved may stand. For an admin block it names the principal and removes the declared roles.", map[string]string{
		"from":    "The address of the object, block or module that is no longer declared.",
		"destroy": "false: the object stays in the org, without the mark. For an admin block: the roles stay.",
		"user":    "With the address of an admin block: the login of the user who was its principal.",
		"group":   "With the address of an admin block: the name of the group that was its principal.",
	}},
	{"removed.lifecycle", "Terraform's form of destroy.", map[string]string{
		"destroy": "The same as destroy in the removed block.",
	}},
	{"import", "Imports an object that is in the org and that no configuration owns. It stands where moved may stand.", map[string]string{
		"to":       "The address of the declared object.",
		"id":       "The object's id, an app's client id, or a name that is unique in the org.",
		"label":    "The label of an app.",
		"for_each": "A map or a set of strings: one import for each element, with each.key and each.value.",
	}},
	{"rule", "A rule of your own for reviews: what must be true of the planned objects and the access that they give.", map[string]string{
		"for_each":  "What to examine: elements of planned or access.",
		"condition": "True if the element is right.",
		"message":   "What a finding says.",
		"severity":  "low, medium, high or critical.",
		"attribute": "The attribute of the object that the finding is about.",
		"fix":       "What to do about a finding.",
	}},
	{"rule.test", "Examples that show that the rule works.", map[string]string{
		"planned":    "The objects of the example.",
		"access":     "The access of the example.",
		"violations": "The addresses for which the rule must report a finding; [] for none.",
	}},
	{"waiver", "Accepts the findings of one rule on one object until a day.", map[string]string{
		"rule":    "The rule, such as G16, or the name of your own.",
		"on":      "The address of the object or principal.",
		"reason":  "Why the finding is acceptable.",
		"owner":   "Who answers for it.",
		"expires": "The last day on which the waiver counts, as YYYY-MM-DD.",
	}},
	{"dynamic", "Produces nested blocks of the type of its label, one for each element.", map[string]string{
		"for_each": "The elements.",
		"iterator": "The name of the element in content. Omitted: the type of the block.",
		"labels":   "The labels of the produced blocks.",
	}},
	{"dynamic.content", "The content of each produced block.", nil},
}

func merged(list ...map[string]string) map[string]string {
	all := map[string]string{}
	for _, m := range list {
		for name, text := range m {
			all[name] = text
		}
	}
	return all
}

// form returns the arguments and nested blocks of a language block.
func (l *languageBlock) form() config.BlockForm {
	first, rest, _ := strings.Cut(l.name, ".")
	f := config.Language()[first]
	for rest != "" {
		first, rest, _ = strings.Cut(rest, ".")
		f = f.Blocks[first]
	}
	return f
}

// title returns the block as it is written.
func (l *languageBlock) title() string {
	if l.name == "meta_arguments" {
		return "Arguments of every object"
	}
	title := l.name[strings.LastIndexByte(l.name, '.')+1:]
	for _, label := range l.form().Labels {
		title += fmt.Sprintf(" %q", strings.ToUpper(label))
	}
	return title
}

// arguments returns the names of the arguments, the required ones first.
func (l *languageBlock) arguments() (names []string) {
	f := l.form()
	for _, name := range slices.Concat(f.Required, f.Optional) {
		if l.args[name] != "" { // others are refused with an explanation
			names = append(names, name)
		}
	}
	return names
}

// languageReference writes the section of a block of the language.
func languageReference(b *strings.Builder, l *languageBlock) {
	level := strings.Repeat("#", 2+strings.Count(l.name, "."))
	fmt.Fprintf(b, "\n%s %s\n\n%s\n", level, l.title(), l.doc)
	required := l.form().Required
	for i, name := range l.arguments() {
		if i == 0 {
			b.WriteString("\n| Argument | | |\n| --- | --- | --- |\n")
		}
		need := ""
		if slices.Contains(required, name) {
			need = "required"
		}
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", name, need, l.args[name])
	}
}
