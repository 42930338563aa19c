package schemaview

import (
	"testing"

	"github.com/oktaform/oktaform/internal/config"
)

// TestLanguageBlocksAreDescribed: each argument of each block of the language has a text, and no
// text is about an argument that doesn't exist.
func TestLanguageBlocksAreDescribed(t *testing.T) {
	t.Parallel()
	described := map[string]*languageBlock{}
	for i := range languageBlocks {
		described[languageBlocks[i].name] = &languageBlocks[i]
	}
	seen := map[string]bool{}
	var walk func(name string, f config.BlockForm)
	walk = func(name string, f config.BlockForm) {
		l := described[name]
		if l == nil {
			t.Errorf("the block %s is not described", name)
			return
		}
		seen[name] = true
		known := map[string]bool{}
		for _, arg := range append(f.Required, f.Optional...) {
			known[arg] = true
			if l.args[arg] == "" {
				t.Errorf("the argument %s of %s is not described", arg, name)
			}
		}
		for arg := range l.args {
			if !known[arg] {
				t.Errorf("%s has no argument %s", name, arg)
			}
		}
		for nested, form := range f.Blocks {
			walk(name+"."+nested, form)
		}
	}
	for name, f := range config.Language() {
		walk(name, f)
	}
	for name := range described {
		if !seen[name] {
			t.Errorf("there is no block %s", name)
		}
	}
}
