package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
)

// everyCommand are calls of each command, in an order in which they make sense.
// HOME is the folder, URL the org, KEYS the folder of private keys, HAND that of what is asked for
// with its secrets, TOKEN an access token.
var everyCommand = [][]string{
	{"init"}, {"init", "--json"},
	{"validate"}, {"validate", "--json"}, {"fmt", "--diff"}, {"fmt", "--check", "--json"}, {"graph"}, {"graph", "--json"}, {"schema", "--json"}, {"version"}, {"version", "--json"}, {"lsp"}, {"lsp", "--json"}, {"doctor"}, {"doctor", "--json"},
	{"login", "--auto-approve", "--profile", "kept"}, {"login", "--read-only", "--json", "--auto-approve"}, {"logout"}, {"logout", "--json", "--profile", "kept"},
	{"plan", "--out", "saved.plan", "--stats", "--trace-http", "plan.trace"}, {"plan", "--json"}, {"plan", "--format", "markdown"}, {"plan", "--format", "json"}, {"plan", "--format", "html"},
	{"show", "saved.plan"}, {"show", "--json", "saved.plan"},
	{"review", "--plan", "saved.plan"}, {"review", "--json", "--plan", "saved.plan"}, {"review", "--org", "URL"}, {"review", "--base-dir", "base"}, {"review", "--base-dir", "base", "--format", "html"}, {"review", "--base-dir", "base", "--format", "sarif"},
	{"apply", "--json", "--journal", "apply.journal", "--trace-http", "apply.trace", "saved.plan"},
	{"apply", "--auto-approve"}, {"plan", "--detailed-exitcode"},
	{"snapshot", "--out", "org.snapshot"}, {"snapshot", "--json", "--out", "org.snapshot"}, {"snapshot", "--all", "--out", "org.json"}, {"snapshot", "--all", "--json", "--out", "org.json"}, {"snapshot", "--all", "--anonymize", "--out", "nobody.json"}, {"plan", "--rehearse"}, {"plan", "--refresh=false", "--snapshot", "org.snapshot"}, {"plan", "--refresh=events"}, {"plan", "--refresh=events"},
	{"smoke", "--junit", "junit.xml"}, {"smoke", "--json"}, {"test"}, {"test", "--mutate"}, {"test", "--json"}, {"test", "--junit", "junit.xml"},
	{"drift"}, {"drift", "--json"}, {"drift", "--format", "markdown", "--out", "drift.md"}, {"drift", "--format", "html", "--refresh=events"},
	{"access"}, {"access", "--all"}, {"access", "--who", "GET /api/v1/users"}, {"access", "--paths-to", "super_admin"}, {"access", "--all", "--paths-to", "super_admin", "--json"}, {"access", "--suggest"}, {"output"}, {"output", "--json"}, {"console"}, {"console", "--json"}, {"console", "--org", "URL"},
	{"export", "dotenv", "service_app.bot"}, {"export", "curl", "web_app.portal"}, {"export", "postman", "--out", "HOME"}, {"export", "dotenv", "--json", "service_app.bot"}, {"export", "curl", "--json", "web_app.portal"}, {"export", "postman", "--json", "--out", "HOME"},
	{"token", "--format", "header", "service_app.bot"}, {"token", "--json", "service_app.bot"}, {"token", "--scope", "okta.groups.manage", "service_app.bot"},
	{"request", "service_app.bot", "GET", "/api/v1/users?limit=1"}, {"request", "--json", "service_app.bot", "GET", "/api/v1/users?limit=1"}, {"request", "service_app.bot", "DELETE", "/api/v1/groups/00g00000000000000000"},
	{"inspect", "TOKEN"}, {"inspect", "--json", "TOKEN"}, {"inspect", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."},
	{"credentials", "web_app.portal"}, {"credentials", "--json", "web_app.portal"}, {"credentials", "--to", "file", "--file", "HAND/secret.txt", "web_app.portal"},
	{"key", "list"}, {"key", "list", "--json"}, {"key", "new", "KEYS/fresh.pem"}, {"key", "new", "--json", "KEYS/second.pem"},
	{"key", "rotate", "--auto-approve", "service_app.bot"}, {"key", "rotate", "--auto-approve", "web_app.portal"}, {"key", "rotate", "--auto-approve", "--json", "service_app.bot"}, {"key", "rotate", "--auto-approve", "--json", "web_app.portal"},
	{"import", "--out", "HOME/imported"}, {"import", "--json", "--out", "HOME/again"}, {"list"}, {"list", "--json"}, {"state"}, {"state", "list"}, {"state", "list", "--json"}, {"state", "show", "web_app.portal"}, {"state", "show", "--json", "web_app.portal"}, {"release", "--auto-approve", "group.staff"}, {"release", "--auto-approve", "--json", "group.staff"},
	{"sweep", "--owner", "team/*", "--older-than", "1ns", "--dry-run", "--include-own"}, {"sweep", "--owner", "team/*", "--older-than", "1ns", "--json", "--auto-approve", "--include-own"},
	{"destroy", "--auto-approve", "--json"}, {"destroy", "--auto-approve"},
}

// speaks are the calls whose purpose is to print a secret.
func speaks(args []string) bool {
	return args[0] == "token" && !slices.Contains(args, "--scope") || args[0] == "credentials" && !slices.Contains(args, "--to")
}

// TestEveryCommandKeepsSecrets runs every command with every kind of secret about:
// an API token or a private key of oktaform's own, passwords, client secrets,
// private keys, tokens, assertions, codes and sensitive variables; while the org
// works, and while it fails. None may be in what they print, or in a file.
func TestEveryCommandKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"works", "fails"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			k := newKeeper(t)
			for i, args := range everyCommand {
				if mode == "fails" {
					fault, err := sandbox.ParseFault([]string{"500 3", "truncate 3", "reset-before 3", "500"}[i%4])
					if err != nil {
						t.Fatal(err)
					}
					_ = k.org.SetFaults(fault)
				}
				k.command(args)
			}
			k.files()
			if mode == "works" {
				k.kinds("Authorization", "client_assertion", "password", "client_secret", "access_token", "id_token", "refresh_token", "code", "a private key", "a sensitive variable")
			}
		})
	}
}

// Every command is in the table.
func TestEveryCommandIsTried(t *testing.T) {
	var walk func(cmd *cobra.Command, path []string)
	walk = func(cmd *cobra.Command, path []string) {
		for _, sub := range cmd.Commands() {
			here := append(slices.Clone(path), sub.Name())
			if sub.HasSubCommands() {
				walk(sub, here)
			}
			tried := slices.ContainsFunc(everyCommand, func(args []string) bool { return len(args) >= len(here) && slices.Equal(args[:len(here)], here) })
			if !tried && sub.Runnable() && !sub.Hidden && here[0] != "sandbox" && here[0] != "help" && here[0] != "completion" {
				t.Errorf("no call of %s", strings.Join(here, " "))
			}
			if sub.Runnable() && !sub.Hidden && !triedWithJSON(t, here) {
				t.Errorf("no call of %s with --json", strings.Join(here, " "))
			}
		}
	}
	walk(newRoot(&cli.App{Env: cli.System()}), nil)
}

// keeper is an org and a folder, and all secrets that ever passed between the
// program and the org.
type keeper struct {
	t     *testing.T
	org   *sandbox.Server
	url   string
	home  string
	clock *fakeClock
	typed string // stdin of the commands
	out   string // what the last command wrote to stdout

	mu      sync.Mutex
	secrets map[string]string // by what they are, the value to it
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	k := &keeper{t: t, home: t.TempDir(), clock: newFakeClock(), secrets: map[string]string{}}
	server, err := sandbox.New(sandbox.Options{SigningKey: signingKey(), Clock: k.clock.Now, Sleep: func(ctx context.Context, d time.Duration) { _ = k.clock.Sleep(ctx, d) }})
	if err != nil {
		t.Fatal(err)
	}
	k.org = server
	listener := httptest.NewServer(k)
	t.Cleanup(listener.Close)
	k.url = listener.URL
	for _, folder := range []string{"base", "keys", "hand"} {
		if err := os.MkdirAll(filepath.Join(k.home, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for file, text := range map[string]string{"main.hcl": keeperConfig, "base/main.hcl": "org {\n  owner = \"team/kept\"\n}\n"} {
		if err := os.WriteFile(filepath.Join(k.home, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k.found("a sensitive variable", "s3nsitive-"+server.Token()[:8])
	k.found("password", "P4ss-"+server.Token()[:12])
	return k
}

func (k *keeper) found(what, value string) {
	if len(value) < 8 {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.secrets[value] = what
}

var secretField = regexp.MustCompile(`"(access_token|id_token|refresh_token|client_secret|sessionToken)"\s*:\s*"([^"]+)"`)

// ServeHTTP is the org, and remembers the secrets of each exchange.
func (k *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if _, value, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok {
		k.found("Authorization", value)
	}
	for _, cookie := range r.Cookies() {
		k.found("cookie", cookie.Value)
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form := r.Clone(r.Context())
		form.Body = io.NopCloser(bytes.NewReader(body))
		_ = form.ParseForm()
		for _, name := range []string{"client_assertion", "client_secret", "code", "code_verifier", "refresh_token", "password"} {
			k.found(name, form.PostFormValue(name))
		}
	}
	answer := httptest.NewRecorder()
	failed := true
	func() {
		defer func() {
			if p := recover(); p != nil && p != any(http.ErrAbortHandler) {
				panic(p)
			}
		}()
		k.org.ServeHTTP(answer, r)
		failed = false
	}()
	for _, m := range secretField.FindAllStringSubmatch(answer.Body.String(), -1) {
		k.found(m[1], m[2])
	}
	if failed {
		breakOff(w)
		return
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func (k *keeper) secret(what string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for value, name := range k.secrets {
		if name == what {
			return value
		}
	}
	return ""
}

// command runs one in the folder, and looks through what it prints.
func (k *keeper) command(args []string) {
	k.t.Helper()
	call := slices.Clone(args)
	for i := range call {
		call[i] = strings.NewReplacer("HOME", k.home, "KEYS", filepath.Join(k.home, "keys"), "HAND", filepath.Join(k.home, "hand"), "TOKEN", k.secret("access_token"), "URL", k.url).Replace(call[i])
		if strings.Contains(call[i], ".") && slices.Contains([]string{"--out", "--trace-http", "--journal", "--snapshot", "--junit"}, call[max(0, i-1)]) || call[i] == "saved.plan" || call[i] == "base" {
			call[i] = filepath.Join(k.home, call[i])
		}
	}
	takesFolder := !slices.Contains([]string{"schema", "version", "show", "inspect", "lsp", "login", "logout", "import"}, args[0]) && args[0]+args[min(1, len(args)-1)] != "keynew"
	if takesFolder {
		call = append(call, k.home)
	}
	if args[0] == "output" || args[0] == "smoke" {
		call = slices.Insert(call[:len(call)-1], 1, k.home)
	}
	k.typed = ""
	if args[0] == "console" {
		k.typed = keeperExpressions
	}
	status, out := k.run(call)
	k.t.Logf("%d %s", status, strings.Join(args, " "))
	if !speaks(args) {
		k.look(fmt.Sprintf("%s (status %d)", strings.Join(args, " "), status), out)
	}
	if slices.Contains(args, "--json") {
		k.wroteJSON(args)
	}
	if strings.Contains(out, "unknown flag") || strings.Contains(out, ". Usage: oktaform ") || strings.Contains(out, "a fault of its own") {
		k.t.Errorf("%s:\n%s", strings.Join(call, " "), out)
	}
}

// run runs a command line as it is, and returns its exit status and all that it prints.
func (k *keeper) run(call []string) (status int, printed string) {
	return k.runUntil(context.Background(), call)
}

// runUntil runs the program until it ends by itself or is interrupted.
func (k *keeper) runUntil(ctx context.Context, call []string) (status int, printed string) {
	var stdout, out bytes.Buffer
	me := org.Process{Host: "kept", PID: 1}
	status = run(ctx, call, &cli.Environment{Stdin: strings.NewReader(k.typed), Stdout: io.MultiWriter(&stdout, &out), Stderr: &out, Home: k.home, Clock: k.clock, Attempt: 10 * time.Second,
		Self: func() org.Process { return me }, Dead: func(org.Process) bool { return true },
		Environ: []string{"OKTA_CLIENT_ORGURL=" + k.url, "OKTA_CLIENT_TOKEN=" + k.org.Token(), "HOME=" + k.home, "XDG_CACHE_HOME=" + filepath.Join(k.home, "cache"), "XDG_CONFIG_HOME=" + filepath.Join(k.home, "settings"), "PATH=" + os.Getenv("PATH"),
			"OKTAFORM_VAR_password=" + k.secret("password"), "OKTAFORM_VAR_secret=" + k.secret("a sensitive variable")}})
	k.out = stdout.String()
	return status, out.String()
}

// look searches a text for all secrets, also as parts of JSON and URLs.
func (k *keeper) look(where, text string) {
	k.t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	for value, what := range k.secrets {
		quoted, _ := json.Marshal(value)
		if strings.Contains(text, value) || strings.Contains(text, strings.Trim(string(quoted), `"`)) {
			k.t.Errorf("%s shows a secret: %s", where, what)
		}
	}
	if strings.Contains(text, "PRIVATE KEY") {
		k.t.Errorf("%s shows a private key", where)
	}
}

// files looks through what the commands have written.
func (k *keeper) files() {
	err := filepath.WalkDir(k.home, func(path string, entry os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "keys" || entry.Name() == "hand"):
			return filepath.SkipDir
		case entry.IsDir():
			return nil
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(k.home, path)
		k.look("the file "+name, string(text))
		return err
	})
	if err != nil {
		k.t.Error(err)
	}
}

// kinds makes sure that the secrets were there to be found.
func (k *keeper) kinds(names ...string) {
	keys, _ := filepath.Glob(filepath.Join(k.home, "keys", "*.pem"))
	for _, name := range names {
		if name == "a private key" && len(keys) > 1 {
			continue
		}
		if k.secret(name) == "" {
			k.t.Errorf("no %s ever passed: the test shows nothing about it", name)
		}
	}
}
