package access

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// TestAdminMatrixPage holds docs/admin-matrix.md against the table that it is
// made from. UPDATE=1 writes it.
func TestAdminMatrixPage(t *testing.T) {
	const file = "../../../docs/admin-matrix.md"
	page := adminMatrixPage()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != page {
		t.Error("docs/admin-matrix.md is not what the table says: run UPDATE=1 go test ./sandbox/internal/access -run TestAdminMatrixPage")
	}
}

const pageHead = `# What admins may do to admins

Generated from the table in sandbox/internal/access/adminmatrix.go, by which the
[embedded org](sandbox.md) decides who may change a user, a group or a service
app that holds admin roles of its own. It decides after the roles themselves: a
role that has no right to an operation stays without it.

- A role counts by its type; targets and resource sets narrow it further.
- An object that holds several roles is protected by each of them.
- An actor with several roles needs one that suffices by itself.
- Users may do to themselves what their roles let them do to anybody.
- What is refused answers 403 E0000006, and nothing changes.
- SUPER_ADMIN may do everything. Nobody else grants scopes or assigns roles.

**yes** and **no** are followed by the number of the reason below; a dash means that
the role has no right to the operation at all. Each reason is *documented* (Okta
says so), *inferred* (concluded from what Okta says of something near), or
*disputed* (Okta says so, and there is a reason against it).

THROUGH_GROUP stands for a role that a user has by being in a group, GRANTS for
scopes of Okta's APIs that are granted to a service app.
`

// pageTables are the tables of the page, with what each class is.
var pageTables = []struct {
	title   string
	classes []OperationClass
	says    string
}{
	{"Users", []OperationClass{classUserPassword, classUserProfile, classUserActivate, classUserSuspend, classUserDeactivate},
		"*credentials*: reset, expire or change the password, reset factors, unlock, clear the sessions. *profile*: any attribute, login and email among them, and what else the same request sets (password, recovery question). *activate*: also reactivate. *suspend*: also unsuspend. *deactivate*: also delete."},
	{"Groups", []OperationClass{classGroupSettings, classGroupMembers, ClassGroupApps},
		"*settings*: change name or description, delete. *members*: add, remove, or create a user in the group. *apps*: assign the group to an app, or take that back."},
	{"Service apps", []OperationClass{classAppSettings, classAppCredentials, classAppAssignment},
		"*settings*: everything but keys, also activate, deactivate and delete. *credentials*: add, replace, activate, deactivate or delete keys and secrets, also by replacing the app. *assignment*: assign users and groups."},
}

func adminMatrixPage() string {
	var page strings.Builder
	page.WriteString(pageHead)
	var reasons []string
	reason := func(row matrixRow) int {
		text := "*" + row.confidence + "*: " + row.source
		i := slices.Index(reasons, text)
		if i < 0 {
			reasons, i = append(reasons, text), len(reasons)
		}
		return i + 1
	}
	cell := func(actor string, class OperationClass, target string) string {
		row, found := matrixCell(actor, class, target)
		switch {
		case !found:
			return "-"
		case row.may:
			return fmt.Sprintf("yes (%d)", reason(row))
		}
		return fmt.Sprintf("no (%d)", reason(row))
	}
	anyRole := strings.Join(Targets(classGroupSettings), ", ")
	for _, table := range pageTables {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n\n| Actor | The object holds |", table.title, table.says)
		for _, class := range table.classes {
			_, name, _ := strings.Cut(string(class), ".")
			fmt.Fprintf(&page, " %s |", name)
		}
		page.WriteString("\n|" + strings.Repeat(" --- |", len(table.classes)+2) + "\n")
		for _, actor := range Actors {
			var lines, targets []string // equal lines become one
			for _, target := range Targets(table.classes[0]) {
				var cells []string
				for _, class := range table.classes {
					cells = append(cells, cell(actor, class, target))
				}
				line := strings.Join(cells, " | ")
				if i := slices.Index(lines, line); i >= 0 {
					targets[i] += ", " + target
				} else {
					lines, targets = append(lines, line), append(targets, target)
				}
			}
			for i, line := range lines {
				if strings.Trim(line, "- |") != "" {
					held := strings.Replace(targets[i], anyRole, "any role", 1)
					fmt.Fprintf(&page, "| %s | %s | %s |\n", actor, held, line)
				}
			}
		}
	}
	page.WriteString("\n## Reasons\n\n")
	for i, text := range reasons {
		fmt.Fprintf(&page, "%d. %s\n", i+1, text)
	}
	return page.String()
}
