package kind

import (
	"reflect"
	"testing"
)

// TestDocumentHasAListForEachSection: a document gives each kind its own list.
func TestDocumentHasAListForEachSection(t *testing.T) {
	zones, origins := (&Documents{Kind: "zone"}).Section("zones"), (&Documents{Kind: "trustedOrigin"}).Section("trustedOrigins")
	doc := reflect.New(reflect.StructOf([]reflect.StructField{zones.Field(), origins.Field()})).Elem()
	*zones.elements(doc) = []*documentSeed{{MadeDoc: MadeDoc{ID: "nzo0"}}}
	if all := *zones.elements(doc); len(all) != 1 || all[0].ID != "nzo0" {
		t.Errorf("%v", all)
	}
	if all := *origins.elements(doc); len(all) != 0 {
		t.Errorf("%v", all)
	}
}
