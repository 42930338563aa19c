package access

import (
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// mayHave reports whether a role of the type can give a right of the class.
func mayHave(actor string, class OperationClass) bool {
	if class == ClassGroupApps {
		class = classAppAssignment
	}
	for needed, of := range RightClasses {
		if of != class {
			continue
		}
		if actor != "CUSTOM" && GrantsRight(actor, needed) {
			return true
		}
		for _, row := range RoleRights {
			if actor == "CUSTOM" && strings.HasPrefix(row.Role, "okta.") && GrantsRight(row.Role, needed) {
				return true
			}
		}
	}
	return false
}

// TestAdminMatrixIsComplete: a row states every cell of an actor that has the
// right at all, every row states some cell, and every row has its source.
func TestAdminMatrixIsComplete(t *testing.T) {
	stated := map[matrixRow]bool{}
	cells := 0
	for _, actor := range append([]string{"SUPER_ADMIN"}, Actors...) {
		for _, class := range Classes() {
			for _, target := range Targets(class) {
				row, found := matrixCell(actor, class, target)
				switch {
				case found && !mayHave(actor, class):
					t.Errorf("%s has no right to %s, and the matrix speaks of it", actor, class)
				case !found && mayHave(actor, class):
					t.Errorf("no row for %s, %s, %s", actor, class, target)
				case found:
					stated[row] = true
					cells++
				}
			}
		}
	}
	for _, row := range adminMatrix {
		if !stated[row] {
			t.Errorf("the row of %s, %s, %s states no cell", row.actor, row.classes, row.targets)
		}
		if row.source == "" || !slices.Contains([]string{"documented", "inferred", "disputed"}, row.confidence) {
			t.Errorf("%s, %s: %q %q", row.actor, row.classes, row.source, row.confidence)
		}
	}
	for _, role := range StandardRoles() {
		for _, class := range Classes() {
			if role.ID != "SUPER_ADMIN" && !slices.Contains(Actors, role.ID) && mayHave(role.ID, class) {
				t.Errorf("%s has a right to %s and is no actor of the matrix", role.ID, class)
			}
		}
	}
	t.Logf("%d cells", cells)
}

// TestNobodyTakesOverAStrongerAdmin: whoever may act for a user (set the
// password, change the login) may do already what the user's role allows.
func TestNobodyTakesOverAStrongerAdmin(t *testing.T) {
	for _, actor := range Actors {
		for _, target := range StandardRoles() {
			for _, class := range []OperationClass{classUserPassword, classUserProfile, classUserActivate} {
				if row, _ := matrixCell(actor, class, target.ID); !row.may {
					continue
				}
				for needed, of := range RightClasses {
					if of != ClassRead && GrantsRight(target.ID, needed) && !GrantsRight(actor, needed) {
						t.Errorf("%s may act for %s, who has %s", actor, target.ID, needed)
					}
				}
			}
		}
	}
}

// TestOnlySuperAdminsGrant roles and scopes.
func TestOnlySuperAdminsGrant(t *testing.T) {
	for _, row := range RoleRights {
		for _, needed := range []web.Right{RolesManage, GrantsManage} {
			if row.Role != "SUPER_ADMIN" && GrantsRight(row.Role, needed) {
				t.Errorf("%s gives %s", row.Role, needed)
			}
		}
	}
}
