package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A secret goes to a terminal only where that is asked for, and over a file only
// where that is.
func TestSink(t *testing.T) {
	there := filepath.Join(t.TempDir(), "there")
	if err := os.WriteFile(there, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what             string
		sink             sink
		terminal, secret bool
		refused          bool
	}{
		{"a secret to a pipe", sink{}, false, true, false},
		{"a secret to a terminal", sink{}, true, true, true},
		{"a secret to a terminal, with --show", sink{show: true}, true, true, false},
		{"no secret to a terminal", sink{}, true, false, false},
		{"a secret to a new file", sink{file: there + "-not"}, true, true, false},
		{"over a file", sink{file: there}, false, true, true},
		{"over a file, with --force", sink{file: there, force: true}, false, true, false},
	} {
		if err := c.sink.ready(&app{env: &environment{terminalOut: c.terminal}}, c.secret); (err != nil) != c.refused {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	private := sink{file: there, force: true}
	if err := private.write(&app{env: &environment{}}, nil, "x", true); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(there); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
