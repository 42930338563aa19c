package review

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"

	"github.com/oktaform/oktaform/internal/config"
)

// Seed is a file with the content of the orgs in which a configuration is tested. Two seeds have the
// same content if their prints are the same.
type Seed struct{ Name, Print string }

// seedsOf reads the seed of all tests, and those that test files name.
func seedsOf(c *config.Config, tests []TestFile) (list []Seed) {
	names := []string{config.SeedFile}
	for _, f := range tests {
		if f.Seed != "" && !slices.Contains(names, f.Seed) {
			names = append(names, f.Seed)
		}
	}
	for _, name := range names {
		data, err := c.Seed(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			list = append(list, Seed{name, err.Error()})
		default:
			list = append(list, Seed{name, printOf(data)})
		}
	}
	return list
}

// printOf ignores the layout of JSON.
func printOf(data []byte) string {
	var content any
	if json.Unmarshal(data, &content) == nil {
		data, _ = json.Marshal(content)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// otherSeeds reports that the tests run in another org than before.
func (x *examined) otherSeeds() (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	add := func(message string) { hits = append(hits, hit{at: &x.in.Is.Org, message: message}) }
	find := func(list []Seed, name string) *Seed {
		if at := slices.IndexFunc(list, func(s Seed) bool { return s.Name == name }); at >= 0 {
			return &list[at]
		}
		return nil
	}
	for _, was := range x.in.Was.Seeds {
		switch is := find(x.in.Is.Seeds, was.Name); {
		case is != nil && is.Print != was.Print:
			add(was.Name + " has another content, so the tests run in another org")
		case is == nil && was.Name == config.SeedFile:
			add(was.Name + " is removed, so the tests run in an org without its content")
		}
	}
	if len(x.in.Was.TestFiles) > 0 && find(x.in.Is.Seeds, config.SeedFile) != nil && find(x.in.Was.Seeds, config.SeedFile) == nil {
		add(config.SeedFile + " is new, so the tests no longer run in an empty org")
	}
	return hits
}
