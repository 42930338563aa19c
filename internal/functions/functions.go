// Package functions is the table of functions that a configuration can call:
// Terraform's, under its names and with its behaviour. What needs a file reads
// it below the configuration's folder only, and whatever is computed from a
// sensitive value is sensitive itself.
//
// A function is here when it is pure, so that planning twice gives the same
// plan. Those that are not, or that have no use here, are named by [LeftOut].
package functions

import (
	"slices"

	"github.com/zclconf/go-cty/cty/function"
)

// Func is one function of the language, with what the reference says about it.
type Func struct {
	Name  string
	Group string // the heading it stands under in the reference
	Doc   string // one line
	function.Function

	// lazy functions get expressions instead of values, and see to marks and
	// errors by themselves.
	lazy bool
}

// Table gives every function by its name. The file functions read in the
// folders, and can't leave them. A function's error, which may
// quote its arguments, never quotes a sensitive one.
func Table(folders Folders) map[string]function.Function {
	table := map[string]function.Function{}
	for _, f := range List(folders) {
		if f.lazy {
			table[f.Name] = f.Function
		} else {
			table[f.Name] = discreet(f.Function)
		}
	}
	return table
}

// List gives the functions with their documentation, by group and name. They
// are bare: call those of [Table] instead.
func List(folders Folders) []Func {
	groups := []struct {
		name string
		rows []Func
	}{
		{"Numeric", numeric()},
		{"String", text(folders)},
		{"Collection", collections()},
		{"Encoding", encodings()},
		{"Filesystem", fileFunctions(folders)},
		{"Date and time", dates()},
		{"Hash", hashes(folders)},
		{"IP network", networks()},
		{"Type conversion", conversions()},
	}
	var all []Func
	for _, group := range groups {
		slices.SortFunc(group.rows, byName)
		for _, f := range group.rows {
			f.Group = group.name
			all = append(all, f)
		}
	}
	return all
}
