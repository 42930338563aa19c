package export

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/schema"
)

const org = "https://example.okta.com"

// apps are one of each way to sign in; the keys of the service app are made here.
func apps(t *testing.T) []schema.TestApp {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "it's a key.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return []schema.TestApp{
		{Addr: schema.Addr{Kind: "service_app", Name: "bot", Key: `"it's $HOME; \"x\""`}, ClientID: "0oa1", AuthMethod: "private_key_jwt",
			Keys: []schema.PrivateKey{{KID: "it's-$(id)", File: file}}, Granted: []string{"okta.users.read", "okta.logs.read"}},
		{Addr: schema.Addr{Kind: "web_app", Name: "web"}, ClientID: "0oa2", AuthMethod: "client_secret_basic",
			RedirectURI: "https://a.example.com/cb?x='$(id)'", RedirectURIs: []string{"https://a.example.com/cb?x='$(id)'"}, Granted: []string{"okta.groups.read"}},
		{Addr: schema.Addr{Kind: "browser_app", Name: "spa"}, ClientID: "0oa3", AuthMethod: "none",
			RedirectURI: "https://b.example.com/cb", RedirectURIs: []string{"https://b.example.com/cb", postmanCallback}},
		{Addr: schema.Addr{Kind: "service_app", Name: "bound"}, ClientID: "0oa4", AuthMethod: "private_key_jwt", DPoP: true, Granted: []string{"okta.users.read"}},
	}
}

// TestDotenvIsRead: a shell reads from the file precisely what was meant, and
// nothing in it is carried out; without a secret its line is a comment.
func TestDotenvIsRead(t *testing.T) {
	all := apps(t)
	secret := "line one\n'quoted' $HOME `id` \\ \"x\" # no comment\n"
	for _, test := range []struct {
		app    schema.TestApp
		secret schema.Secret
		want   map[string]string
	}{
		{all[0], schema.NewSecret(secret), map[string]string{"OKTA_CLIENT_ORGURL": org, "OKTA_CLIENT_AUTHORIZATIONMODE": "PrivateKey", "OKTA_CLIENT_CLIENTID": "0oa1",
			"OKTA_CLIENT_SCOPES": "okta.users.read okta.logs.read", "OKTA_CLIENT_PRIVATEKEYID": "it's-$(id)", "OKTA_CLIENT_PRIVATEKEY": secret}},
		{all[0], schema.Secret{}, map[string]string{"OKTA_CLIENT_CLIENTID": "0oa1", "OKTA_CLIENT_PRIVATEKEY": ""}},
		{all[1], schema.NewSecret(secret), map[string]string{"OKTA_OAUTH2_ISSUER": org, "OKTA_OAUTH2_CLIENT_SECRET": secret, "OKTA_OAUTH2_REDIRECT_URI": all[1].RedirectURI}},
		{all[1], schema.Secret{}, map[string]string{"OKTA_OAUTH2_CLIENT_ID": "0oa2", "OKTA_OAUTH2_CLIENT_SECRET": ""}},
		{all[2], schema.Secret{}, map[string]string{"OKTA_OAUTH2_CLIENT_ID": "0oa3", "OKTA_OAUTH2_CLIENT_SECRET": ""}},
	} {
		file := filepath.Join(t.TempDir(), ".env")
		if err := os.WriteFile(file, []byte(Dotenv(org, test.app, test.secret)), 0o600); err != nil {
			t.Fatal(err)
		}
		for name, want := range test.want {
			out, err := exec.Command("env", "-i", "/bin/sh", "-eu", "-c", `. "$1"; eval "printf %s. \"\${$2-}\""`, "sh", file, name).CombinedOutput()
			if err != nil || string(out) != want+"." {
				t.Errorf("%s: %s is %q, want %q (%v)", test.app.Addr, name, out, want, err)
			}
		}
	}
}

// TestCurlIsAScript: a shell takes each script, whatever names hold; the one that
// signs sends an assertion of the app, and holds no key.
func TestCurlIsAScript(t *testing.T) {
	for _, app := range apps(t) {
		script := Curl(org, "a 'folder'", "/api/v1/users?search=id eq \"$(id)'\"", app, os.ReadFile)
		if out, err := exec.Command("/bin/sh", "-n", "-c", script).CombinedOutput(); err != nil {
			t.Errorf("%s: %v %s\n%s", app.Addr, err, out, script)
		}
		if strings.Contains(script, "PRIVATE KEY") {
			t.Errorf("%s: a key in\n%s", app.Addr, script)
		}
		if signs := strings.Contains(script, "openssl"); signs != (app.ClientID == "0oa1") {
			t.Errorf("%s: signs by itself: %v", app.Addr, signs)
		}
	}
	// What it would send, by a curl that only tells.
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "curl"), []byte("#!/bin/sh\ncat >>\"$TOLD\"\nprintf '%s\\n' \"$@\" >>\"$TOLD\"\necho '{\"access_token\": \"at\"}'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	skip.WithoutTool(t, "openssl")
	told := filepath.Join(bin, "told")
	cmd := exec.Command("/bin/sh", "-c", Curl(org, ".", "/api/v1/users?limit=1", apps(t)[0], os.ReadFile))
	cmd.Env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "TOLD=" + told}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	text, err := os.ReadFile(told)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{org + "/oauth2/v1/token", "scope=okta.users.read okta.logs.read", "Authorization: Bearer at", org + "/api/v1/users?limit=1"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("it doesn't send %q:\n%s", want, text)
		}
	}
}

// TestPostman: secrets stand in the environment alone and only where they are
// asked for, and every variable that the collection uses is there.
func TestPostman(t *testing.T) {
	all := apps(t)
	const secret, key = "s3cret-of-web", `{"kty":"RSA","d":"private"}`
	secrets := map[string]Secrets{all[0].Addr.String(): {PrivateJWK: schema.NewSecret(key)}, all[1].Addr.String(): {ClientSecret: schema.NewSecret(secret)}}
	for _, given := range []map[string]Secrets{nil, secrets} {
		environment, collection, err := Postman(org, "team", all, given)
		if err != nil {
			t.Fatal(err)
		}
		var env postmanEnvironment
		var items postmanCollection
		if err := json.Unmarshal(environment, &env); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(collection, &items); err != nil {
			t.Fatal(err)
		}
		values := map[string]postmanValue{}
		for _, v := range env.Values {
			values[v.Key] = v
			if asked := given != nil && (v.Value == secret || v.Value == key); asked != (v.Type == "secret" && v.Value != "") {
				t.Errorf("%s of type %s is %q", v.Key, v.Type, v.Value)
			}
		}
		if strings.Contains(string(collection), secret) || strings.Contains(string(collection), `"d"`) {
			t.Errorf("a secret in the collection:\n%s", collection)
		}
		for _, part := range strings.Split(string(collection), "{{")[1:] {
			name, _, _ := strings.Cut(part, "}}")
			if _, known := values[name]; !known && name != "access_token" && !strings.HasPrefix(name, "$") {
				t.Errorf("the environment lacks %q", name)
			}
		}
		if len(items.Items) != len(all) {
			t.Errorf("%d folders", len(items.Items))
		}
		if spa := items.Items[2]; !strings.Contains(flat(t, spa.Auth), postmanCallback) || !strings.Contains(flat(t, spa.Auth), "authorization_code_with_pkce") {
			t.Errorf("the browser app's way to sign in: %v", spa.Auth)
		}
		if !strings.Contains(items.Items[3].Description, "DPoP") {
			t.Errorf("nothing says that Postman can't do DPoP: %s", items.Items[3].Description)
		}
	}
}

func flat(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
