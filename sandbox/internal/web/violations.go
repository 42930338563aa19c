package web

import (
	"unicode/utf8"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// Violations collects everything that is wrong with a request: Okta reports all of it at once, in
// one E0000001.
type Violations struct {
	Property string // the first invalid property, which the summary names
	Causes   []string
}

// Add records a problem with a property.
func (v *Violations) Add(property, problem string) {
	if v.Property == "" {
		v.Property = property
	}
	v.Causes = append(v.Causes, property+": "+problem)
}

// Err returns the error that lists all problems, or nil.
func (v *Violations) Err() error {
	if v.Property == "" {
		return nil
	}
	return Invalid(v.Property, v.Causes...)
}

// Label checks a required label of at most 100 characters.
func (v *Violations) Label(doc map[string]any) {
	label := jsondoc.Text(doc, "label")
	switch {
	case label == "":
		v.Add("label", "The field cannot be left blank")
	case utf8.RuneCountInString(label) > 100:
		v.Add("label", "The field is too long")
	}
}
