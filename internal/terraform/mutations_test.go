package terraform

import (
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/oktaform/oktaform/internal/files"
)

// TestMutatedFiles: files that are nearly right are translated or refused, and never panic.
func TestMutatedFiles(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	dir := t.TempDir()
	translated := 0
	for _, name := range []string{"main.tf", "apps.tf"} {
		source, err := os.ReadFile(filepath.Join("testdata", "folder", name))
		if err != nil {
			t.Fatal(err)
		}
		for range 300 {
			text := mutated(random, source)
			if err := os.WriteFile(filepath.Join(dir, "main.tf"), text, 0o600); err != nil {
				t.Fatal(err)
			}
			if translates(t, dir, text) {
				translated++
			}
		}
	}
	if translated < 30 {
		t.Errorf("only %d of the files could be translated: the mutations are too great", translated)
	}
}

// TestMutatedStates: the same of states and plans.
func TestMutatedStates(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	mapped := 0
	for _, name := range []string{"terraform.tfstate", "show.json", "plan.json"} {
		source := read(t, name)
		for range 150 {
			state, err := ParseState(mutated(random, source))
			if err == nil {
				state.Release(state.Map().Objects, nil)
				mapped++
			}
		}
	}
	if mapped < 15 {
		t.Errorf("only %d of the states could be read: the mutations are too great", mapped)
	}
}

func translates(t *testing.T, dir string, text []byte) bool {
	t.Helper()
	defer func() {
		if value := recover(); value != nil {
			_ = os.WriteFile(filepath.Join(os.TempDir(), "mutated.tf"), text, 0o600)
			panic(fmt.Sprintf("%v: the file is mutated.tf in the folder of temporary files", value))
		}
	}()
	root, err := files.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	_, err = Translate(root)
	return err == nil
}

// mutated changes up to three places: a byte, a piece that is taken out, a piece from elsewhere.
func mutated(random *rand.Rand, source []byte) []byte {
	text := append([]byte{}, source...)
	for range 1 + random.Intn(3) {
		at, length := random.Intn(len(text)), random.Intn(40)
		switch random.Intn(3) {
		case 0:
			text[at] = source[random.Intn(len(source))]
		case 1:
			text = append(text[:at:at], text[min(at+length, len(text)):]...)
		default:
			from := random.Intn(len(source) - length)
			text = append(append(text[:at:at], source[from:from+length]...), text[at:]...)
		}
	}
	return text
}
