package sandbox

import "unicode/utf8"

// violations collects what is wrong with a request: Okta answers all of it at
// once, in one E0000001.
type violations struct {
	property string // the first one, which the summary names
	causes   []string
}

func (v *violations) add(property, problem string) {
	if v.property == "" {
		v.property = property
	}
	v.causes = append(v.causes, property+": "+problem)
}

func (v *violations) err() error {
	if v.property == "" {
		return nil
	}
	return errInvalid(v.property, v.causes...)
}

// label checks a required label of at most 100 characters.
func (v *violations) label(doc map[string]any) {
	label := text(doc, "label")
	switch {
	case label == "":
		v.add("label", "The field cannot be left blank")
	case utf8.RuneCountInString(label) > 100:
		v.add("label", "The field is too long")
	}
}
