package versions

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"

	"github.com/oktaform/oktaform/internal/config"
)

// Seed is a file with the content of the orgs in which a configuration is tested. Two seeds have
// the same content if their prints are the same.
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
