package cli

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// SandboxOrg is the value of --org for the embedded org.
const SandboxOrg = "sandbox"

// DataFolder is the folder beside a configuration with the embedded org's data. It contains a
// .gitignore, so that nothing in it is committed.
const DataFolder = ".oktaform"

// dataFile is the embedded org's data file in DataFolder.
const dataFile = "sandbox.db"

// embeddedOrg is a sandbox that runs as long as the command.
type embeddedOrg struct {
	*sandbox.Org
	folder  *files.Root
	secrets map[string]string // generated values of variables
}

func (a *App) startEmbedded(dir string) (*embeddedOrg, error) {
	if err := a.Within(dir); err != nil {
		return nil, err
	}
	beside, err := files.Open(dir)
	if err != nil {
		return nil, fmt.Errorf("the configuration's folder can't be read: %w", err)
	}
	defer beside.Close()
	folder, err := beside.MakeFolder(DataFolder, 0o700)
	if err != nil {
		return nil, fmt.Errorf("folder for the embedded org's data: %w", err)
	}
	e := &embeddedOrg{folder: folder}
	if err := e.start(a.Trees(dir), dir); err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return e, nil
}

func (e *embeddedOrg) start(trees files.Trees, dir string) error {
	if err := e.folder.Replace(".gitignore", []byte("*\n"), 0o644); err != nil {
		return fmt.Errorf("folder for the embedded org's data: %w", err)
	}
	seed, err := trees.Read(filepath.Join(dir, config.SeedFile), files.DataLimit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("initial content of the embedded org: %w", err)
	}
	if err := e.folder.Check(dataFile, files.DataLimit); err != nil {
		return fmt.Errorf("embedded org: %w", err)
	}
	e.Org, err = sandbox.Listen("127.0.0.1:0", sandbox.Options{DataFolder: e.folder.OSRoot(), DataFile: dataFile, Seed: seed})
	if err != nil {
		return fmt.Errorf("embedded org: %w", err)
	}
	return nil
}

func (e *embeddedOrg) credentials() okta.Credentials {
	return okta.Credentials{URL: e.URL, Mode: okta.SSWS, Token: schema.NewSecret(e.Token()), Source: "the embedded org"}
}

// secret returns a generated value for a sensitive variable without one. It is stored beside the
// embedded org's data, so that the quickstart needs no input.
func (e *embeddedOrg) secret(name string) (string, error) {
	const file = "secrets.json"
	if e.secrets == nil {
		e.secrets = map[string]string{}
		data, err := e.folder.Read(file, files.TextLimit)
		if err == nil {
			if err = json.Unmarshal(data, &e.secrets); err != nil {
				err = fmt.Errorf("%s: %w", filepath.Join(DataFolder, file), err)
			}
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%w; delete it to generate new values", err)
		}
	}
	if e.secrets[name] == "" {
		e.secrets[name] = Password()
		data, err := json.MarshalIndent(e.secrets, "", "  ")
		if err != nil {
			return "", err
		}
		if err := e.folder.Replace(file, append(data, '\n'), 0o600); err != nil {
			return "", err
		}
	}
	return e.secrets[name], nil
}

// Password returns a password that satisfies Okta's default policy: upper case, lower case and
// digits; without vowels it contains no part of anybody's login.
func Password() string {
	const alphabet = "bcdfghjkmnpqrstvwxyz23456789"
	b := make([]byte, 28) // 134 bits
	_, _ = rand.Read(b)   // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return "P4-" + string(b)
}
