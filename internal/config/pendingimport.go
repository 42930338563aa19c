package config

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// PendingImport is the file in a configuration's folder that oktaform import writes before the
// files of a configuration, and removes after them. It holds what the others become.
const PendingImport = ".oktaform-import.json"

// checkPendingImport refuses a folder into which an import was interrupted: its files refer to what
// others of them lack.
func checkPendingImport(shown string, entries []fs.DirEntry) hcl.Diagnostics {
	if !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == PendingImport }) {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Interrupted import",
		Detail: fmt.Sprintf("An import was interrupted while it wrote the files in %s. Run oktaform import --out %[1]s: it finishes them.", shown)}}
}
