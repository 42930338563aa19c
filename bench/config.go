// Package bench measures how fast oktaform plans and applies, and holds the
// numbers against what the limits of an org allow. `go test ./bench -full` runs
// everything and writes README.md.
package bench

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
)

// WriteConfig writes a configuration of n apps to a folder: one in three is a
// service app with a key and an admin role, the others are web apps that are
// assigned to the same two groups. Each has five scopes. changed apps have a
// setting that differs.
func WriteConfig(dir string, n, changed int) error {
	if err := os.MkdirAll(filepath.Join(dir, "keys"), 0o700); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, "main.hcl"))
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriter(file)
	fmt.Fprint(w, `org {
  owner = "team/bench"
}

group "staff" {
  name = "staff"
}

group "testers" {
  name = "testers"
}
`)
	for i := range n {
		policy := ""
		if i < changed {
			policy = "  policy_uri      = \"https://example.com/policy\"\n"
		}
		if i%3 != 0 {
			fmt.Fprintf(w, webApp, i, i, i, policy)
			continue
		}
		key := filepath.Join("keys", fmt.Sprintf("app%d.pem", i))
		if err := writeKey(filepath.Join(dir, key)); err != nil {
			return err
		}
		fmt.Fprintf(w, serviceApp, i, i, policy, i, key)
	}
	return w.Flush()
}

const webApp = `
web_app "app%d" {
  label           = "Web app %d"
  redirect_uris   = ["https://app%d.example.com/callback"]
  okta_api_scopes = ["okta.apps.read", "okta.groups.read", "okta.logs.read", "okta.users.read", "okta.users.manage"]
  assigned_groups = [group.staff, group.testers]
%s}
`

const serviceApp = `
service_app "app%d" {
  label           = "Service %d"
  okta_api_scopes = ["okta.apps.read", "okta.groups.read", "okta.logs.read", "okta.users.read", "okta.users.manage"]
%s
  public_key "key-%d" {
    private_key_file = %q
  }

  admin_role "READ_ONLY_ADMIN" {}
}
`

// writeKey makes a private key, unless the file is there.
func writeKey(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}
