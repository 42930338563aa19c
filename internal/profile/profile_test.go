package profile_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/profile"
)

func saved(t *testing.T, names ...string) profile.Store {
	t.Helper()
	s := profile.Store{Dir: filepath.Join(t.TempDir(), "settings", "oktaform")}
	for _, name := range names {
		p := profile.Profile{Name: name, Org: "https://a.okta.com", ClientID: "0oa1", KeyFile: profile.KeyFile("k1"), KeyID: "k1", Scopes: []string{"okta.apps.read"}}
		if err := errors.Join(s.Save(p), s.SaveConfiguration(name, []byte("org {}\n"))); err != nil {
			t.Fatal(err)
		}
		if err := os.Mkdir(filepath.Join(s.Folder(name), "keys"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(s.KeyPath(p), []byte("key of "+name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	s := saved(t, "staging", "prod")
	if name, err := s.Default(); name != "" || err != nil {
		t.Errorf("%q %v", name, err)
	}
	if err := s.SetDefault("prod"); err != nil {
		t.Fatal(err)
	}
	if name, err := s.Default(); name != "prod" || err != nil {
		t.Errorf("%q %v", name, err)
	}
	names, err := s.Names()
	if err != nil || strings.Join(names, " ") != "prod staging" {
		t.Errorf("%q %v", names, err)
	}
	p, err := s.Load("prod")
	if err != nil || p.Name != "prod" || p.ClientID != "0oa1" || p.Org != "https://a.okta.com" {
		t.Errorf("%+v %v", p, err)
	}
	if key, err := s.Key(p); err != nil || string(key) != "key of prod" {
		t.Errorf("%q %v", key, err)
	}
	for _, file := range []string{s.KeyPath(p), filepath.Join(s.Folder("prod"), "profile.json"), filepath.Join(s.Folder("prod"), "main.hcl"), filepath.Join(s.Dir, "default-profile.json")} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", file, info.Mode(), err)
		}
	}
	for range 2 { // again is no error
		if err := s.Remove("prod"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(s.Folder("prod")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder is still there: %v", err)
	}
	if name, err := s.Default(); name != "" || err != nil {
		t.Errorf("%q %v", name, err)
	}
	if _, err := s.Load("staging"); err != nil {
		t.Error(err)
	}
}

// TestInterruptedRemovalStaysDefault: a removal that failed at a key is repeated without naming the
// profile.
func TestInterruptedRemovalStaysDefault(t *testing.T) {
	t.Parallel()
	s := saved(t, "prod")
	if err := s.SetDefault("prod"); err != nil {
		t.Fatal(err)
	}
	stuck := filepath.Join(s.Folder("prod"), "keys", "z", "own")
	if err := os.MkdirAll(stuck, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove("prod"); err == nil {
		t.Fatal("nothing failed")
	}
	if name, err := s.Default(); name != "prod" || err != nil {
		t.Errorf("%q %v", name, err)
	}
	if err := errors.Join(os.Remove(stuck), s.Remove("prod")); err != nil {
		t.Error(err)
	}
	if name, err := s.Default(); name != "" || err != nil {
		t.Errorf("%q %v", name, err)
	}
}

// TestRemoveKeepsOtherFiles: what a person has put there stays.
func TestRemoveKeepsOtherFiles(t *testing.T) {
	t.Parallel()
	s := saved(t, "prod")
	own := filepath.Join(s.Folder("prod"), "notes.txt")
	if err := os.WriteFile(own, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove("prod"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(own); err != nil {
		t.Error(err)
	}
	if _, err := s.Load("prod"); !errors.Is(err, profile.ErrUnknown) {
		t.Error(err)
	}
}

func TestUnknownProfiles(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		names []string
		name  string
		want  string
	}{
		{nil, "prod", `no such profile: "prod". There are no profiles on this machine`},
		{[]string{"prod", "staging"}, "stagin", `Did you mean "staging"? Profiles on this machine: prod, staging`},
		{[]string{"prod"}, "elsewhere", `no such profile: "elsewhere". Profiles on this machine: prod`},
		{[]string{"prod"}, "../prod", "no such profile"},
		{[]string{"prod"}, "", "no such profile"},
		{[]string{"prod"}, "PROD", "no such profile"},
	} {
		_, err := saved(t, test.names...).Load(test.name)
		if !errors.Is(err, profile.ErrUnknown) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %s", test.name, err, test.want)
		}
	}
	for _, name := range []string{"../x", "a/b", ".hidden", "a ", "", "Ä", "a.", strings.Repeat("a", 65), `a\b`, "-x"} {
		if profile.CheckName(name) == nil {
			t.Errorf("%q is accepted as the name of a profile", name)
		}
	}
}

// TestHostileFiles: a profile that others may have written, or that leads elsewhere, is refused.
func TestHostileFiles(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]struct {
		make func(file string) error
		want string
	}{
		"readable for others": {func(file string) error { return os.Chmod(file, 0o644) }, "run chmod 600 on it"},
		"a link": {func(file string) error {
			return errors.Join(os.Rename(file, file+".other"), os.Symlink(file+".other", file))
		}, "is not a regular file"},
		"a folder": {func(file string) error { return errors.Join(os.Remove(file), os.Mkdir(file, 0o700)) }, "is not a regular file"},
		"no JSON":  {func(file string) error { return os.WriteFile(file, []byte("{"), 0o600) }, "not complete"},
		"nothing":  {func(file string) error { return os.WriteFile(file, []byte("{}"), 0o600) }, "not complete"},
		"key elsewhere": {func(file string) error {
			return os.WriteFile(file, []byte(`{"org":"https://a.okta.com","client_id":"0oa1","private_key_file":"../../../.ssh/id_rsa"}`), 0o600)
		}, "lies outside"},
		"absolute key": {func(file string) error {
			return os.WriteFile(file, []byte(`{"org":"https://a.okta.com","client_id":"0oa1","private_key_file":"/etc/passwd"}`), 0o600)
		}, "lies outside"},
	} {
		s := saved(t, "prod")
		if err := change.make(filepath.Join(s.Folder("prod"), "profile.json")); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load("prod"); err == nil || !strings.Contains(err.Error(), change.want) {
			t.Errorf("%s: %v, want %s", name, err, change.want)
		}
	}
	// Nothing is written through a link, and none is followed when a profile is removed.
	s := saved(t, "prod")
	other := filepath.Join(t.TempDir(), "other")
	if err := os.WriteFile(other, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.Folder("prod"), "profile.json")
	if err := errors.Join(os.Remove(file), os.Symlink(other, file)); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(profile.Profile{Name: "prod"}); err == nil {
		t.Error("a profile is written through a link")
	}
	if err := s.Remove("prod"); err != nil {
		t.Error(err)
	}
	if text, err := os.ReadFile(other); err != nil || string(text) != "kept" {
		t.Errorf("%q %v", text, err)
	}
}
