package plan

import (
	"strings"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

// A name that makes way fits with the mark, where that lives in the name.
func TestAsideLeavesRoomForTheMark(t *testing.T) {
	owner := schema.Owner{Owner: "team/iam", Addr: "network_zone.office"}
	inName := &schema.Kind{Label: "name", Mark: schema.MarkName, MarkLimit: 128,
		Attrs: []schema.Attr{{Name: "name"}}}
	name := strings.Repeat("ä", 128-len(owner.ToText(""))-1)
	aside := TemporaryName(inName, owner, name, "nzo1abcdefghijklmnop")
	if !strings.HasSuffix(aside, "~nzo1abcdefghijklmnop") {
		t.Error(aside)
	}
	if _, err := inName.MarkedText(aside, owner); err != nil {
		t.Error(err)
	}
	if got := TemporaryName(&schema.Kind{Mark: schema.MarkDescription}, owner, name, "00g1"); got != name+"~00g1" {
		t.Error(got)
	}
}
