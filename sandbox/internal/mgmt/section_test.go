package mgmt

import (
	"reflect"
	"testing"
)

// TestDocumentHasAListForEachSection: a document gives each kind its own list.
func TestDocumentHasAListForEachSection(t *testing.T) {
	zones, origins := (&documents{kind: "zone"}).section("zones"), (&documents{kind: "trustedOrigin"}).section("trustedOrigins")
	doc := reflect.New(reflect.StructOf([]reflect.StructField{zones.field(), origins.field()})).Elem()
	*zones.elements(doc) = []*documentSeed{{madeDoc: madeDoc{ID: "nzo0"}}}
	if all := *zones.elements(doc); len(all) != 1 || all[0].ID != "nzo0" {
		t.Errorf("%v", all)
	}
	if all := *origins.elements(doc); len(all) != 0 {
		t.Errorf("%v", all)
	}
}
