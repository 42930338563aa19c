package config

import "path/filepath"

// TestFile is a test file beside the configuration, which is no part of it.
type TestFile struct {
	Name string // as in positions
	Data []byte
	Err  error // why it can't be read
}

// TestFiles reads the test files beside the configuration, in the order of their names.
func (c *Config) TestFiles() (list []TestFile) {
	if c.folders == nil || c.folders.root == nil {
		return nil
	}
	entries, err := c.folders.list(".")
	if err != nil {
		return nil // loading reports it
	}
	for _, e := range entries {
		if e.IsDir() || !IsTestFile(e.Name()) {
			continue
		}
		f := TestFile{Name: filepath.Join(c.Dir, e.Name())}
		f.Data, f.Err = c.folders.source(".", e.Name())
		list = append(list, f)
	}
	return list
}
