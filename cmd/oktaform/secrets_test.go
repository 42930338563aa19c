package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/oktaform/oktaform/internal/cli"
)

// tokenLike matches access tokens, ID tokens and client assertions.
var tokenLike = regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`)

// secretsIn names those of the secrets that a text holds.
func secretsIn(text string, secrets map[string]string) []string {
	var found []string
	for name, secret := range secrets {
		if secret != "" && strings.Contains(text, secret) {
			found = append(found, name)
		}
	}
	if tokenLike.MatchString(text) {
		found = append(found, "a token or assertion")
	}
	if strings.Contains(text, "PRIVATE KEY") {
		found = append(found, "a private key")
	}
	return found
}

// secrets are those of the story's org as it is now.
func (s *story) secrets() map[string]string {
	secrets := map[string]string{"the API token": s.org.Token(), "the user's password": s.password}
	for i, secret := range s.clientSecrets {
		secrets[fmt.Sprintf("the given client secret %d", i+1)] = secret
	}
	var apps []struct{ ID, Label string }
	if err := s.get("/api/v1/apps?limit=200", &apps); err != nil {
		s.tb.Error(err)
	}
	for _, app := range apps {
		var list []struct {
			ID     string
			Secret string `json:"client_secret"`
		}
		if err := s.get("/api/v1/apps/"+app.ID+"/credentials/secrets", &list); err != nil {
			continue // the app has none
		}
		for _, secret := range list {
			secrets["client secret "+secret.ID+" of "+app.Label] = secret.Secret
		}
	}
	return secrets
}

// searchOutput fails the story when the last command wrote a secret.
func (s *story) searchOutput(ts *testscript.TestScript) {
	secrets := s.secrets() // asked for once: they count against the org's limits
	for _, stream := range []string{"stdout", "stderr"} {
		if found := secretsIn(ts.ReadFile(stream), secrets); len(found) > 0 {
			ts.Fatalf("%s holds %s", stream, strings.Join(found, ", "))
		}
	}
}

// searchFiles fails the story when a file holds a secret that isn't there to
// hold one: private key files, the embedded org's own folder, okta.yaml, and what a
// story itself has asked for, in folders called secret.
func (s *story) searchFiles() {
	secrets := s.secrets()
	err := filepath.WalkDir(s.work, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if d.Name() == cli.DataFolder || d.Name() == "keys" || d.Name() == "secret" || d.Name() == ".okta" {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() { // what a link names is visited where it lies
			return nil
		}
		data, err := os.ReadFile(path)
		if found := secretsIn(string(data), secrets); err == nil && len(found) > 0 {
			s.tb.Errorf("the file %s holds %s", path, strings.Join(found, ", "))
		}
		return err
	})
	if err != nil {
		s.tb.Error(err)
	}
}
