package cli

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
		sink             OutputFile
		terminal, secret bool
		refused          bool
	}{
		{"a secret to a pipe", OutputFile{}, false, true, false},
		{"a secret to a terminal", OutputFile{}, true, true, true},
		{"a secret to a terminal, with --show", OutputFile{show: true}, true, true, false},
		{"no secret to a terminal", OutputFile{}, true, false, false},
		{"a secret to a new file", OutputFile{File: there + "-not"}, true, true, false},
		{"over a file", OutputFile{File: there}, false, true, true},
		{"over a file, with --force", OutputFile{File: there, Force: true}, false, true, false},
	} {
		if err := c.sink.Ready(&App{Env: &Environment{terminalOut: c.terminal}}, c.secret); (err != nil) != c.refused {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	private := OutputFile{File: there, Force: true}
	if err := private.Write(&App{Env: &Environment{}}, nil, "x", true); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(there); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}
