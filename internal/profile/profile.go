// Package profile stores how a person signs in to orgs: for each profile, the org, a service app of
// oktaform's own, and where its private key is. It stores no token.
//
// Profiles are in the person's folder of settings, and never read from a checkout.
package profile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/agext/levenshtein"

	"github.com/oktaform/oktaform/internal/files"
)

// Profile is how to sign in to one org.
type Profile struct {
	Name string `json:"-"`
	Org  string `json:"org"` // the URL
	// ClientID is that of the service app, App its label, and Owner the owner in its mark.
	ClientID string   `json:"client_id"`
	App      string   `json:"app"`
	Owner    string   `json:"owner"`
	KeyFile  string   `json:"private_key_file"` // relative to the profile's folder
	KeyID    string   `json:"private_key_id"`
	Scopes   []string `json:"scopes"`
	ReadOnly bool     `json:"read_only"`
}

// Store is the folder with a person's profiles: a folder for each, with its files, and the name of
// the default profile.
type Store struct{ Dir string }

const (
	folder      = "profiles"
	settings    = "profile.json"
	defaultFile = "default-profile.json"
)

// ErrIncomplete is the error for a profile that login can complete.
var ErrIncomplete = errors.New("not complete")

// ErrUnknown is the error for a profile that does not exist.
var ErrUnknown = errors.New("no such profile")

var validName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,63}$`)

// CheckName returns an error if a profile can't have the name, which is also that of its folder.
func CheckName(name string) error {
	if !validName.MatchString(name) || strings.HasSuffix(name, ".") {
		return fmt.Errorf("%q can't be the name of a profile: use up to 64 of a-z, 0-9, '.', '_' and '-', for example staging", name)
	}
	return nil
}

// Folder returns the folder of a profile's files.
func (s Store) Folder(name string) string { return filepath.Join(s.Dir, folder, name) }

// KeyPath returns the path of a profile's private key.
func (s Store) KeyPath(p Profile) string {
	return filepath.Join(s.Folder(p.Name), filepath.FromSlash(p.KeyFile))
}

// Names returns the names of all profiles, sorted.
func (s Store) Names() ([]string, error) {
	entries, err := files.Trees(nil).List(filepath.Join(s.Dir, folder))
	if errors.Is(err, fs.ErrNotExist) || s.Dir == "" {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if _, err := files.Trees(nil).Stat(filepath.Join(s.Folder(e.Name()), settings)); err == nil && CheckName(e.Name()) == nil {
			names = append(names, e.Name())
		}
	}
	return names, err
}

// Load reads a profile.
func (s Store) Load(name string) (Profile, error) {
	p := Profile{Name: name}
	if CheckName(name) != nil || s.Dir == "" {
		return p, s.unknown(name)
	}
	file := filepath.Join(s.Folder(name), settings)
	text, err := private(file)
	if errors.Is(err, fs.ErrNotExist) {
		return p, s.unknown(name)
	}
	if err != nil {
		return p, fmt.Errorf("profile %s: %w", name, err)
	}
	if err := json.Unmarshal(text, &p); err != nil || p.Org == "" || p.ClientID == "" {
		return p, fmt.Errorf("profile %s: %s is %w: run oktaform login --profile %s again", name, file, ErrIncomplete, name)
	}
	if !filepath.IsLocal(filepath.FromSlash(p.KeyFile)) {
		return p, fmt.Errorf("profile %s: the private key file in %s lies outside the profile's folder", name, file)
	}
	return p, nil
}

// Key reads a profile's private key.
func (s Store) Key(p Profile) ([]byte, error) {
	key, err := private(s.KeyPath(p))
	if err != nil {
		return nil, fmt.Errorf("the private key of the profile %s: %w. oktaform login --profile %s makes a new one", p.Name, err, p.Name)
	}
	return key, nil
}

// unknown returns an error that names the profiles that exist, and the most similar one.
func (s Store) unknown(name string) error {
	names, _ := s.Names()
	if len(names) == 0 {
		return fmt.Errorf("%w: %q. There are no profiles on this machine; oktaform login makes one", ErrUnknown, name)
	}
	hint := ""
	if similar := mostSimilar(name, names); similar != "" {
		hint = fmt.Sprintf(" Did you mean %q?", similar)
	}
	return fmt.Errorf("%w: %q.%s Profiles on this machine: %s; oktaform login makes another", ErrUnknown, name, hint, strings.Join(names, ", "))
}

// mostSimilar returns the name that differs least; "" if none is similar.
func mostSimilar(name string, names []string) string {
	best, least := "", 2+len(name)/4
	for _, other := range names {
		if d := levenshtein.Distance(name, other, nil); d < least {
			best, least = other, d
		}
	}
	return best
}

// private reads a file, and says how to make it private if it is not.
func private(file string) ([]byte, error) {
	text, err := files.ReadPrivate(file)
	if _, shared := errors.AsType[*files.SharedError](err); shared {
		err = fmt.Errorf("%w: run chmod 600 on it", err)
	}
	return text, err
}

// Default returns the name of the default profile; "" if there is none.
func (s Store) Default() (string, error) {
	if s.Dir == "" {
		return "", nil
	}
	text, err := private(filepath.Join(s.Dir, defaultFile))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("the default profile: %w", err)
	}
	var file struct {
		Default string `json:"default"`
	}
	if err := json.Unmarshal(text, &file); err != nil || CheckName(file.Default) != nil {
		return "", fmt.Errorf("the default profile: %s is not valid: delete it", filepath.Join(s.Dir, defaultFile))
	}
	return file.Default, nil
}

// SetDefault makes a profile the default one.
func (s Store) SetDefault(name string) error {
	return s.write(defaultFile, map[string]string{"default": name})
}

// Save writes a profile.
func (s Store) Save(p Profile) error {
	return s.write(filepath.Join(folder, p.Name, settings), p)
}

func (s Store) write(name string, content any) error {
	text, err := json.MarshalIndent(content, "", "  ")
	if err != nil {
		return err
	}
	return s.put(name, append(text, '\n'))
}

// SaveConfiguration writes the configuration of a profile's service app.
func (s Store) SaveConfiguration(name string, content []byte) error {
	return s.put(filepath.Join(folder, name, Configuration), content)
}

// put writes a file below the folder, readable for nobody else, completely or not at all.
func (s Store) put(name string, content []byte) error {
	root, err := s.open()
	if err != nil {
		return err
	}
	return errors.Join(root.Replace(name, content, 0o600), root.Close())
}

func (s Store) open() (*files.Root, error) {
	if s.Dir == "" {
		return nil, errors.New("there is no folder for settings: set XDG_CONFIG_HOME or HOME")
	}
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return nil, err
	}
	return files.Open(s.Dir)
}

// Remove removes a profile with its private keys. What is gone already is no error. The settings go
// after the keys, and what names the default profile goes last, so that a removal that was
// interrupted can be repeated without naming the profile.
func (s Store) Remove(name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	entries, err := files.Trees(nil).List(filepath.Join(s.Folder(name), keys))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if err := s.remove(filepath.Join(folder, name, keys, e.Name())); err != nil {
			return err
		}
	}
	for _, file := range []string{keys, Configuration, settings, ""} {
		if err := s.remove(filepath.Join(folder, name, file)); err != nil && !notEmpty(err) {
			return err
		}
	}
	if of, _ := s.Default(); of == name {
		return s.remove(defaultFile)
	}
	return nil
}

// Configuration is the file that declares a profile's service app, beside the folder keys with its
// private keys.
const (
	Configuration = "main.hcl"
	keys          = "keys"
)

// KeyIDs returns the key ids of the private keys in a profile's folder.
func (s Store) KeyIDs(name string) ([]string, error) {
	entries, err := files.Trees(nil).List(filepath.Join(s.Folder(name), keys))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var ids []string
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), ".pem"); ok && !strings.HasPrefix(id, ".") {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// RemoveOtherKeys removes the private keys of a profile that are not in use.
func (s Store) RemoveOtherKeys(p Profile) error {
	ids, err := s.KeyIDs(p.Name)
	for _, id := range ids {
		if id != p.KeyID && err == nil {
			err = s.remove(filepath.Join(folder, p.Name, filepath.FromSlash(KeyFile(id))))
		}
	}
	return err
}

// KeyFile returns the file of a key in a profile's folder.
func KeyFile(id string) string { return keys + "/" + id + ".pem" }

func (s Store) remove(name string) error {
	root, err := s.open()
	if err != nil {
		return err
	}
	err = root.Remove(name)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, root.Close())
}

// notEmpty reports whether a folder holds files that oktaform did not write.
func notEmpty(err error) bool { return errors.Is(err, fs.ErrExist) }
