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

	"github.com/oktaform/oktaform/internal/budget"
)

// Func is one function of the language, with what the reference says about it.
type Func struct {
	Name  string
	Group string // the heading it stands under in the reference
	Doc   string // one line
	function.Function

	// attempt makes a function that gets expressions instead of values.
	attempt func(*markCache) function.Function
}

// Options are what the functions of a configuration depend on.
type Options struct {
	Folders Folders       // where the file functions read, and what they can't leave
	Meter   *budget.Meter // counts what calls cost; nil: each call by itself
	// Elsewhere says that the result is about another machine: which files are missing
	// there, and where its folders lie, isn't known.
	Elsewhere bool
	// Guard wraps the functions that show what is in a file; may be nil.
	Guard func(function.Function) function.Function
}

// unguarded are the two functions whose purpose is to tell about marks or to take them
// away. All others keep marks, whatever they do, see [guard] and [canFunc].
var unguarded = []string{"issensitive", "nonsensitive"}

// Table gives every function by its name. A function's error, which may quote its
// arguments, never quotes a sensitive one.
func Table(o Options) map[string]function.Function {
	if o.Meter == nil {
		o.Meter = new(budget.Meter)
	}
	marks := new(markCache)
	table := map[string]function.Function{}
	for _, f := range list(o) {
		switch {
		case slices.Contains(unguarded, f.Name):
			table[f.Name] = f.Function
		case f.attempt != nil:
			table[f.Name] = f.attempt(marks)
		default:
			table[f.Name] = guard(f.Name, f.Function, o.Meter, marks)
		}
	}
	if o.Guard != nil {
		for _, name := range []string{"file", "filebase64", "templatefile"} {
			table[name] = o.Guard(table[name])
		}
	}
	return table
}

// List gives the functions with their documentation, by group and name. They
// are bare: call those of [Table] instead.
func List(folders Folders) []Func { return list(Options{Folders: folders, Meter: new(budget.Meter)}) }

func list(o Options) []Func {
	groups := []struct {
		name string
		rows []Func
	}{
		{"Numeric", numeric()},
		{"String", text(o)},
		{"Collection", collections()},
		{"Encoding", encodings()},
		{"Filesystem", fileFunctions(o)},
		{"Date and time", dates()},
		{"Hash", hashes(o)},
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
