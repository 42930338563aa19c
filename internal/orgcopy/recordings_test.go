package orgcopy_test

import (
	"path/filepath"
	"testing"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/orgcopy"
	"github.com/oktaform/oktaform/internal/recordedorg"
)

// TestRecordedOrgsSeed: what real orgs answered, as far as it was recorded before the first
// deletion, seeds an embedded org, which can be read as a whole and answers the same.
func TestRecordedOrgsSeed(t *testing.T) {
	files, err := recordedorg.Files()
	if err != nil {
		t.Fatal(err)
	}
	objects := 0
	for _, file := range files {
		t.Run(filepath.Dir(file)+"/"+filepath.Base(file), func(t *testing.T) {
			recorded, err := recordedorg.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			copied, err := orgcopy.Read(t.Context(), recorded, orgcopy.Options{})
			if err != nil {
				t.Fatal(err)
			}
			seed, err := copied.Seed()
			if err != nil {
				t.Fatal(err)
			}
			embedded := start(t, seed)
			again, _ := embedded.copy(orgcopy.Options{})
			for _, app := range copied.Apps {
				if !holds(again.Apps, app["id"]) {
					t.Errorf("the app %s is gone", app["id"])
				}
			}
			for _, group := range copied.Groups {
				if !holds(again.Groups, group["id"]) {
					t.Errorf("the group %s is gone", group["id"])
				}
			}
			inventory, err := embedded.client.Inventory(t.Context(), org.InventoryOptions{MostMembers: 1000, People: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(inventory.Objects)+len(inventory.Others) < len(copied.Groups) {
				t.Errorf("%d objects were read, of %d groups in the copy", len(inventory.Objects)+len(inventory.Others), len(copied.Groups))
			}
			objects += copied.Count()
		})
	}
	t.Logf("%d objects", objects)
	if objects < 60 {
		t.Errorf("only %d objects were recorded", objects)
	}
}

func holds(list []map[string]any, id any) bool {
	for _, element := range list {
		if element["id"] == id {
			return true
		}
	}
	return false
}
