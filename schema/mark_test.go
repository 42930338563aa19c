package schema

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
)

// A kind that has nothing but a unique name carries its mark there.
func TestMarkInTheName(t *testing.T) {
	k := NewSet([]*Kind{{Name: "zone", Title: "zone", Label: "name", Unique: true, Mark: MarkName, MarkLimit: 64,
		Attrs: []Attr{{Name: "name", Type: cty.String, Path: "name", Required: true}}}}, nil).Declared[0]
	owner := Owner{Owner: "team/iam", Addr: "zone.office", Protect: true}
	doc := map[string]any{}
	if err := k.Encode(k.New(Values{"name": cty.StringVal("Office")}), owner, doc); err != nil {
		t.Fatal(err)
	}
	if doc["name"] != "Office [oktaform team/iam zone.office protect]" {
		t.Errorf("the org gets %q", doc["name"])
	}
	value, got, err := k.Decode(doc)
	if err != nil || got != owner || k.OwnerIn(doc) != owner || Text(value.GetAttr("name")) != "Office" {
		t.Errorf("%#v, %+v, %v", value, got, err)
	}
	if !k.Owned() || k.MarkPlace() != "the text in brackets at the end of its name" {
		t.Error(k.MarkPlace())
	}
	long := k.New(Values{"name": cty.StringVal(strings.Repeat("ä", 30))})
	if err := k.Encode(long, owner, map[string]any{}); err == nil || err.Error() != "the name with the mark of its owner has 70 characters; Okta allows 64" {
		t.Error(err)
	}
	if err := k.Encode(long, Owner{}, doc); err != nil || doc["name"] != strings.Repeat("ä", 30) {
		t.Errorf("without an owner: %v, %q", err, doc["name"])
	}
	marked := k.New(Values{"name": cty.StringVal("Office [oktaform team/iam zone.office]")})
	if problems := k.Problems(marked); len(problems) != 1 || problems[0].Attr != "name" || problems[0].Summary != "Mark in the name" {
		t.Errorf("%+v", problems)
	}
}
