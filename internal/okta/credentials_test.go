package okta_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/okta"
)

func TestFindCredentials(t *testing.T) {
	key, err := jwk.NewPEM()
	if err != nil {
		t.Fatal(err)
	}
	pem := string(key)
	keyFile := filepath.Join(t.TempDir(), "key.pem")
	if err := os.WriteFile(keyFile, key, 0o600); err != nil {
		t.Fatal(err)
	}
	const (
		a, b  = "https://a.okta.com", "https://b.okta.com"
		fileA = "okta:\n  client:\n    orgUrl: https://a.okta.com/\n    token: file-token\n"
	)
	for _, test := range []struct {
		name string
		flag string
		env  map[string]string
		file string
		// The wanted result: URL, mode, and the token or client id; or a part of the error.
		url, mode, secret string
		err               string
	}{
		{name: "nothing", err: "OKTA_CLIENT_ORGURL"},
		{name: "environment", env: map[string]string{"OKTA_CLIENT_ORGURL": a + "/", "OKTA_CLIENT_TOKEN": "t"}, url: a, mode: "SSWS", secret: "t"},
		{name: "environment before file", env: map[string]string{"OKTA_CLIENT_ORGURL": b, "OKTA_CLIENT_TOKEN": "t"}, file: fileA, url: b, mode: "SSWS", secret: "t"},
		{name: "file", file: fileA, url: a, mode: "SSWS", secret: "file-token"},
		{name: "file, same org in the environment", env: map[string]string{"OKTA_CLIENT_ORGURL": a}, file: fileA, url: a, mode: "SSWS", secret: "file-token"},
		{name: "file, other org in the environment", env: map[string]string{"OKTA_CLIENT_ORGURL": b}, file: fileA, err: "not for " + b},
		{name: "file, other org by flag", flag: b, file: fileA, err: "not for " + b},
		{name: "file, same org by flag", flag: "A.okta.com:443", file: fileA, url: a, mode: "SSWS", secret: "file-token"},
		{name: "flag with a token of the environment", flag: b, env: map[string]string{"OKTA_CLIENT_TOKEN": "t"}, url: b, mode: "SSWS", secret: "t"},
		{name: "flag with a token of the environment, and a file", flag: b, env: map[string]string{"OKTA_CLIENT_TOKEN": "t"}, file: fileA, url: b, mode: "SSWS", secret: "t"},
		{name: "flag against the environment", flag: b, env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_TOKEN": "t"}, err: "is for " + a},
		{name: "flag, scheme against the environment", flag: "http://localhost", env: map[string]string{"OKTA_CLIENT_ORGURL": "https://localhost", "OKTA_CLIENT_TOKEN": "t"}, err: "nothing was sent"},
		{name: "token of the environment, org of the file", env: map[string]string{"OKTA_CLIENT_TOKEN": "t"}, file: fileA, err: "not the org that it is for"},
		{name: "flag alone", flag: a, err: "no credential for " + a},
		{name: "bearer", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_TOKEN": "t", "OKTA_CLIENT_AUTHORIZATIONMODE": "Bearer"}, url: a, mode: "Bearer", secret: "t"},
		{name: "private key", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_CLIENTID": "0oa1", "OKTA_CLIENT_SCOPES": "okta.apps.read, okta.users.read", "OKTA_CLIENT_PRIVATEKEY": strings.ReplaceAll(pem, "\n", `\n`)}, url: a, mode: "PrivateKey", secret: "0oa1"},
		{name: "private key of a file", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey", "OKTA_CLIENT_CLIENTID": "0oa1", "OKTA_CLIENT_SCOPES": "okta.apps.read,okta.users.read", "OKTA_CLIENT_PRIVATEKEY": keyFile}, url: a, mode: "PrivateKey", secret: "0oa1"},
		{name: "private key that is neither", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_CLIENTID": "0oa1", "OKTA_CLIENT_PRIVATEKEY": "hush-hush"}, err: "OKTA_CLIENT_PRIVATEKEY is neither"},
		{name: "private key without scopes", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_CLIENTID": "0oa1", "OKTA_CLIENT_PRIVATEKEY": pem}, err: "OKTA_CLIENT_SCOPES"},
		{name: "mode without what it needs", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey", "OKTA_CLIENT_TOKEN": "t"}, err: "OKTA_CLIENT_CLIENTID"},
		{name: "unknown mode", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_AUTHORIZATIONMODE": "JWT", "OKTA_CLIENT_TOKEN": "t"}, err: `"JWT"`},
		{name: "Terraform", env: map[string]string{"OKTA_ORG_NAME": "dev-1", "OKTA_BASE_URL": "oktapreview.com", "OKTA_API_TOKEN": "t"}, url: "https://dev-1.oktapreview.com", mode: "SSWS", secret: "t"},
		{name: "Terraform, private key", env: map[string]string{"OKTA_ORG_NAME": "dev-1", "OKTA_API_CLIENT_ID": "0oa1", "OKTA_API_SCOPES": "okta.apps.read,okta.users.read", "OKTA_API_PRIVATE_KEY": pem, "OKTA_API_PRIVATE_KEY_ID": "k"}, url: "https://dev-1.okta.com", mode: "PrivateKey", secret: "0oa1"},
		{name: "SDK before Terraform", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_TOKEN": "t", "OKTA_API_TOKEN": "other"}, url: a, mode: "SSWS", secret: "t"},
		{name: "SDK against Terraform", env: map[string]string{"OKTA_CLIENT_ORGURL": a, "OKTA_CLIENT_TOKEN": "t", "OKTA_ORG_NAME": "dev-1"}, err: "Unset one"},
		{name: "admin host", flag: "https://dev-1-admin.okta.com", err: "https://dev-1.okta.com"},
		{name: "custom domain with admin in it", flag: "https://my-admin.example.com", env: map[string]string{"OKTA_CLIENT_TOKEN": "t"}, url: "https://my-admin.example.com", mode: "SSWS", secret: "t"},
		{name: "plain http", flag: "http://a.okta.com", env: map[string]string{"OKTA_CLIENT_TOKEN": "t"}, err: "in the clear"},
		{name: "plain http, loopback", flag: "http://127.0.0.1:8080/", env: map[string]string{"OKTA_CLIENT_TOKEN": "t"}, url: "http://127.0.0.1:8080", mode: "SSWS", secret: "t"},
		{name: "plain http, loopback 6", flag: "http://[::1]:8080", env: map[string]string{"OKTA_CLIENT_TOKEN": "t"}, url: "http://[::1]:8080", mode: "SSWS", secret: "t"},
		{name: "looks like loopback", flag: "http://127.0.0.1.example.com", env: map[string]string{"OKTA_CLIENT_TOKEN": "t"}, err: "in the clear"},
		{name: "path", flag: a + "/admin/dashboard", err: "more than the URL"},
		{name: "user and password", flag: "https://me:hush-hush@a.okta.com", err: "no user or password"},
		{name: "another scheme", flag: "ftp://a.okta.com", err: "https://"},
		{name: "broken YAML", file: "okta:\n  client:\n    token: [hush-hush\n", err: "not valid"},
		{name: "token of another type", file: "okta:\n  client: hush-hush\n", err: "line 2"},
		{name: "file without orgUrl", file: "okta:\n  client:\n    token: t\n", err: "no orgUrl"},
	} {
		t.Run(test.name, func(t *testing.T) {
			home := t.TempDir()
			if test.file != "" {
				if err := os.Mkdir(filepath.Join(home, ".okta"), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(home, ".okta", "okta.yaml"), []byte(test.file), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			c, err := okta.FindCredentials(test.flag, func(name string) string { return test.env[name] }, home)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("got %v, want an error with %q", err, test.err)
				}
				if strings.Contains(err.Error(), "hush-hush") {
					t.Errorf("a secret is in the error: %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			secret := c.Token.Reveal() + c.ClientID
			if c.URL != test.url || string(c.Mode) != test.mode || secret != test.secret || c.Source == "" {
				t.Errorf("got %s, %s, %s from %s", c.URL, c.Mode, secret, c.Source)
			}
			if c.Mode == okta.PrivateKey && len(c.Scopes) != 2 {
				t.Errorf("scopes %v", c.Scopes)
			}
			if _, err := okta.Connect(c, okta.Options{}); err != nil {
				t.Errorf("connecting: %v", err)
			}
		})
	}
}
