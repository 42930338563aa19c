package config

import (
	"fmt"
	"path/filepath"

	"github.com/oktaform/oktaform/internal/files"
)

// SeedFile is the content of the embedded orgs of a configuration, if it exists beside it and no
// other file is named.
const SeedFile = "seed.json"

// Seed reads a file with the content of embedded orgs, which is in the configuration's folder.
func (c *Config) Seed(name string) ([]byte, error) {
	if c.folders == nil || c.folders.root == nil || !filepath.IsLocal(name) {
		return nil, fmt.Errorf("%s is not in the configuration's folder", name)
	}
	return c.folders.root.Read(c.folders.inRepository(name), files.DataLimit)
}

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
