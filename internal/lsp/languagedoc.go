package lsp

import "strings"

// languageDoc returns what a block or attribute of the language is for, by its place; "" if there
// is nothing to say. What objects have is documented in the table of kinds.
func languageDoc(place string) string {
	for _, events := range []string{"test.setup.", "test.run.before."} { // they contain the same
		if name, ok := strings.CutPrefix(place, events); ok {
			place = "test.events." + name
		}
	}
	return languageDocs[place]
}

var languageDocs = map[string]string{
	"org":                      "The owner of the configuration, and the org that it is for.",
	"org.owner":                "The name with which every object of the configuration is marked in the org. Only marked objects are changed.",
	"org.url":                  "The URL of the org that the configuration must be used with.",
	"org.previous_owner":       "The owner until now, while a configuration gets another owner.",
	"org.name_suffix":          "A text at the end of the names of all objects, so that several copies of a configuration fit into one org.",
	"org.authoritative_admins": "Whether principals that are not declared have no admin roles.",

	"variable":                          "An input of the configuration or module: `var.NAME`.",
	"variable.type":                     "The type that values are converted to, such as string or list(string).",
	"variable.default":                  "The value if none is given. Without a default, a value is required.",
	"variable.description":              "What the variable is for.",
	"variable.sensitive":                "Whether the value is hidden in all output.",
	"variable.nullable":                 "Whether the value may be null. Omitted: true.",
	"variable.validation":               "A condition that values must meet.",
	"variable.validation.condition":     "Must be true.",
	"variable.validation.error_message": "What is wrong if the condition is false.",

	"locals":                            "Named values: `local.NAME`.",
	"output":                            "A value that the configuration or module provides.",
	"output.value":                      "The value.",
	"output.description":                "What the value is.",
	"output.sensitive":                  "Whether the value is hidden in all output.",
	"output.depends_on":                 "Objects that must be there before the value is evaluated.",
	"output.precondition":               "A condition that must be true before the value is used.",
	"output.precondition.condition":     "Must be true.",
	"output.precondition.error_message": "What is wrong if the condition is false.",

	"module":            "Calls the configuration in another folder, with values for its variables.",
	"module.source":     "The folder, relative to this one: it begins with ./ or ../.",
	"module.for_each":   "A map or set: the module is called once for each element.",
	"module.count":      "How often the module is called.",
	"module.depends_on": "Objects that must be there before those of the module.",

	"moved":      "Says that an object has another address now.",
	"moved.from": "The address until now.",
	"moved.to":   "The address from now on.",

	"removed":                   "Says that an object is no longer declared, and what becomes of it.",
	"removed.from":              "The address until now.",
	"removed.user":              "Of an admin block: the user who was named.",
	"removed.group":             "Of an admin block: the group that was named.",
	"removed.destroy":           "Whether the object is removed from the org.",
	"removed.lifecycle":         "What becomes of the object.",
	"removed.lifecycle.destroy": "Whether the object is removed from the org.",

	"import":          "Brings an existing object under management.",
	"import.to":       "The address of the block that declares the object.",
	"import.id":       "The object's id in the org.",
	"import.label":    "The object's label or name in the org, instead of the id.",
	"import.for_each": "A map or set: one object is imported for each element.",

	"rule":                    "A rule of this configuration for its reviews.",
	"rule.for_each":           "What is judged, such as planned objects or access.",
	"rule.condition":          "Must be true for each element, which is `each.value`.",
	"rule.message":            "What is wrong if the condition is false.",
	"rule.attribute":          "The attribute that violations are shown at.",
	"rule.fix":                "What to do about a violation.",
	"rule.test.planned":       "Objects that the example consists of, as the rule sees them.",
	"rule.test.access":        "Effective access in the example.",
	"rule.test.violations":    "What the rule must report of the example.",
	"rule.severity":           "How bad a violation is: low, medium, high or critical. Omitted: medium.",
	"rule.test":               "An example that shows what the rule reports.",
	"waiver":                  "Accepts a finding until a day, with a reason.",
	"waiver.rule":             "The id of the rule whose finding is accepted.",
	"waiver.on":               "What the finding is about: the address of an object.",
	"waiver.owner":            "Who answers for the waiver.",
	"waiver.reason":           "Why the finding is accepted.",
	"waiver.expires":          "The last day of the waiver, as YYYY-MM-DD.",
	"dynamic":                 "Makes one block of the type in its label for each element.",
	"dynamic.for_each":        "A list, map or set: each element makes one block.",
	"dynamic.iterator":        "The name of the element in expressions. Omitted: the type of the blocks.",
	"dynamic.labels":          "The labels of the blocks.",
	"dynamic.content":         "What each block contains.",
	"meta_arguments.for_each": "A map or set: there is one object for each element, and `each.key` and `each.value` are the element.",
	"meta_arguments.count":    "How many objects there are; `count.index` is the number of each, from zero.",

	"meta_arguments.depends_on":                            "Objects that must be there before this one.",
	"meta_arguments.authoritative":                         "Whether the declared elements of sets are the only ones, or are added to those in the org.",
	"meta_arguments.lifecycle":                             "How the object is treated.",
	"meta_arguments.lifecycle.prevent_destroy":             "Whether a plan that removes the object is refused.",
	"meta_arguments.lifecycle.ignore_changes":              "Attributes whose values are left to the org.",
	"meta_arguments.lifecycle.precondition":                "A condition that must be true before the object is changed.",
	"meta_arguments.lifecycle.postcondition":               "A condition that must be true of the object after the change.",
	"meta_arguments.lifecycle.precondition.condition":      "Must be true.",
	"meta_arguments.lifecycle.precondition.error_message":  "What is wrong if the condition is false.",
	"meta_arguments.lifecycle.postcondition.condition":     "Must be true.",
	"meta_arguments.lifecycle.postcondition.error_message": "What is wrong if the condition is false.",

	"test":                      "Tests of the configuration in this folder: `oktaform test`.",
	"test.seed":                 "A file with the content of the org before the first run.",
	"test.variables":            "Values of the configuration's variables.",
	"test.setup":                "What happens in the org before the first run.",
	"test.run":                  "One step: a command, and what must be true after it.",
	"test.run.command":          "What the run does: plan, apply, smoke, review or destroy. Omitted: apply.",
	"test.run.expect_failures":  "What must fail: variables, objects, outputs, smoke tests or findings.",
	"test.run.variables":        "Values of variables, in this run only.",
	"test.run.before":           "What happens in the org before the run.",
	"test.run.assert":           "A condition that must be true after the run.",
	"test.run.assert.condition": "Must be true.",

	"test.run.assert.error_message": "What is wrong if the condition is false.",
	"test.events.request":           "A request that the org's super admin sends.",
	"test.events.request.name":      "A name by which assertions refer to the answer.",
	"test.events.request.method":    "The HTTP method. Omitted: GET, or what fits the body.",
	"test.events.request.path":      "The path with its query.",
	"test.events.request.body":      "The body of the request.",
	"test.events.request.merge":     "Members to change in the object at the path; the others stay.",
	"test.events.request.status":    "The expected HTTP status.",
	"test.events.advance":           "Time that passes, such as 24h.",
	"test.events.faults":            "Failures of the requests that follow.",
}
