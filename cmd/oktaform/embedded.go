package main

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// sandboxOrg is the value of --org for the embedded org.
const sandboxOrg = "sandbox"

// dataFolder keeps the embedded org's data beside a configuration. It holds a
// .gitignore of its own, so that nothing in it is ever committed.
const dataFolder = ".oktaform"

// seedFile is what a new embedded org begins with, where it stands beside the
// configuration.
const seedFile = "seed.json"

// embeddedOrg is a sandbox that lives as long as the command.
type embeddedOrg struct {
	*sandbox.Org
	folder  string
	secrets map[string]string // generated values of variables
}

func startEmbedded(dir string) (*embeddedOrg, error) {
	if _, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("the configuration's folder can't be read: %w", err)
	}
	e := &embeddedOrg{folder: filepath.Join(dir, dataFolder)}
	if err := os.MkdirAll(e.folder, 0o700); err != nil {
		return nil, fmt.Errorf("folder for the embedded org's data: %w", err)
	}
	if err := os.WriteFile(filepath.Join(e.folder, ".gitignore"), []byte("*\n"), 0o644); err != nil {
		return nil, fmt.Errorf("folder for the embedded org's data: %w", err)
	}
	seed, err := os.ReadFile(filepath.Join(dir, seedFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("what the embedded org begins with: %w", err)
	}
	server, err := sandbox.Listen("127.0.0.1:0", sandbox.Options{DataFile: filepath.Join(e.folder, "sandbox.db"), Seed: seed})
	if err != nil {
		return nil, fmt.Errorf("embedded org: %w", err)
	}
	e.Org = server
	return e, nil
}

func (e *embeddedOrg) credentials() org.Credentials {
	return org.Credentials{URL: e.URL, Mode: org.SSWS, Token: schema.NewSecret(e.Token()), Source: "the embedded org"}
}

// secret is the value of a sensitive variable without one: made once, then kept
// beside the embedded org's data, so that the quickstart needs no input.
func (e *embeddedOrg) secret(name string) (string, error) {
	file := filepath.Join(e.folder, "secrets.json")
	if e.secrets == nil {
		e.secrets = map[string]string{}
		data, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(data, &e.secrets)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%s: %w; delete it to have new values made", file, err)
		}
	}
	if e.secrets[name] == "" {
		e.secrets[name] = password()
		data, err := json.MarshalIndent(e.secrets, "", "  ")
		if err != nil {
			return "", err
		}
		if err := writePrivate(file, append(data, '\n')); err != nil {
			return "", err
		}
	}
	return e.secrets[name], nil
}

// password makes one that Okta's default password policy takes: upper and lower
// case and digits, and without vowels no part of anybody's login.
func password() string {
	const alphabet = "bcdfghjkmnpqrstvwxyz23456789"
	b := make([]byte, 28) // 134 bits
	_, _ = rand.Read(b)   // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return "P4-" + string(b)
}

// writePrivate replaces a file as a whole, readable for its owner only.
func writePrivate(file string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	if closeErr := tmp.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), file)
}
