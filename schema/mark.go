package schema

import "fmt"

// Mark is how the objects of a kind carry the mark of their owner.
type Mark string

const (
	MarkNone        Mark = "none"        // no mark: objects are matched by their label and changed only while they are declared
	MarkProfile     Mark = "profile"     // keys in the free-form profile of an OAuth client app
	MarkDescription Mark = "description" // at the end of the description
	MarkName        Mark = "name"        // at the end of the label, for kinds that have no other text
)

// Owned reports whether objects of the kind carry an owner's mark.
func (k *Kind) Owned() bool { return k.Mark != MarkNone }

// MarkedAttr returns the attribute whose string ends with the mark, or nil if the mark is not in a
// string.
func (k *Kind) MarkedAttr() *Attr {
	switch k.Mark {
	case MarkDescription:
		return k.Attr("description")
	case MarkName:
		return k.Attr(k.Label)
	}
	return nil
}

// MarkPlace says where people find the mark.
func (k *Kind) MarkPlace() string {
	if a := k.MarkedAttr(); a != nil {
		return "the text in brackets at the end of its " + a.Name
	}
	return "the keys " + ProfileOwner + " and " + ProfileAddr + " in its profile"
}

// MarkedText appends the mark to a string: "Text [oktaform team/iam group.testers]". It fails if
// the result is longer than Okta allows.
func (k *Kind) MarkedText(text string, owner Owner) (string, error) {
	marked := owner.ToText(text)
	if n := len([]rune(marked)); k.MarkLimit > 0 && n > k.MarkLimit && !owner.IsZero() {
		return "", fmt.Errorf("the %s with the mark of its owner has %d characters; Okta allows %d", k.MarkedAttr().Name, n, k.MarkLimit)
	}
	return marked, nil
}

// OwnerIn reads the mark in Okta's JSON document of an object.
func (k *Kind) OwnerIn(doc map[string]any) Owner {
	if k.Mark == MarkProfile {
		profile, _ := doc["profile"].(map[string]any)
		return OwnerFromProfile(profile)
	}
	_, owner := k.splitMark(doc)
	return owner
}

// splitMark splits the attribute that ends with the mark into its own text and the mark.
func (k *Kind) splitMark(doc map[string]any) (string, Owner) {
	a := k.MarkedAttr()
	if a == nil {
		return "", Owner{}
	}
	text, _ := getPath(doc, a.Path).(string)
	return OwnerFromText(text)
}
