package main

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/cli"
)

// TestProposedCommandsRun runs each command that a message of ours names, with its
// placeholders filled in, against an org that has what is declared.
func TestProposedCommandsRun(t *testing.T) {
	proposed := map[string]proposal{}
	for _, m := range messages(t) {
		list, _ := proposalsIn(m.text, m.at)
		if strings.HasPrefix(m.text, "  oktaform ") {
			continue // examples of a help text, about objects that they don't show
		}
		for _, p := range list {
			proposed[p.String()] = p
		}
	}
	k := newKeeper(t)
	t.Chdir(k.home) // where somebody types them who has the configuration's folder open
	k.command([]string{"apply", "--auto-approve"})
	k.command([]string{"snapshot", "--out", "org.snapshot"})
	k.command([]string{"plan", "--out", "saved.plan"})
	// What changes the configuration or the org comes last.
	rank := map[string]int{"import": 1, "release": 2, "destroy": 3}
	texts := slices.SortedFunc(maps.Keys(proposed), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank[proposed[a].args[0]], rank[proposed[b].args[0]]), strings.Compare(a, b))
	})
	for _, text := range texts {
		p := proposed[text]
		call := k.filledIn(p.args)
		ctx, stop := context.WithCancel(t.Context())
		if p.args[0] == "sandbox" { // it serves until it is interrupted
			ctx, stop = context.WithTimeout(t.Context(), 2*time.Second)
		}
		status, out := k.runUntil(ctx, call)
		stop()
		if status != 0 {
			t.Errorf("%s: %s (run as %s) exits %d:\n%s", p.at, text, strings.Join(call, " "), status, out)
		}
	}
}

// filledIn is a proposed command line as somebody would type it who has the keeper's
// configuration.
func (k *keeper) filledIn(args []string) []string {
	command, call := args[0], slices.Clone(args)
	object := map[string]string{"credentials": "web_app.portal"}[command] // the app with a secret
	if object == "" {
		object = "service_app.bot"
	}
	for i, arg := range call {
		switch {
		case i == 0:
		case command == "release" && i == 1:
			call[i] = "group.spare"
			k.write("spare.hcl", "group \"spare\" {\n  name = \"Spare\"\n}\n")
			k.command([]string{"apply", "--auto-approve"})
		case command == "import" && i == 1 && !strings.HasPrefix(arg, "-"):
			name := "by_hand_" + strings.ToLower(arg)
			k.createGroup(name)
			return []string{command, "group." + name, name}
		case command == "import" && call[i-1] == "--out":
			call[i] = k.t.TempDir()
			if slices.Contains(args, "--add") {
				call[i] = k.home
			}
		case command == "login" && call[i-1] == "--org":
			call[i] = k.url
		case (command == "login" || command == "logout" || command == "plan") && call[i-1] == "--profile":
			call[i] = "kept"
		case command == "login" && call[i-1] == "--scope":
			call[i] = "okta.logs.read"
		case command == "list":
			call[i] = "web_app"
		case command == "sandbox" && arg == "FILE":
			call[i] = filepath.Join(k.home, "org.seed")
			k.command([]string{"snapshot", "--all", "--out", "org.seed"})
		case command == "plan" && i == 1 && arg == valueOf: // its folder
			call[i] = k.home
		case (command == "plan" || command == "apply") && arg == valueOf+valueOf:
			call[i] = k.home
		case arg == "FILE" && (call[i-1] == "--out" || command == "key"):
			call[i] = filepath.Join(k.t.TempDir(), "written")
		case arg == "FILE" && call[i-1] == "--snapshot":
			call[i] = filepath.Join(k.home, "org.snapshot")
		case arg == "FILE" && command == "destroy":
			call[i] = filepath.Join(k.home, "destroy.plan")
			k.command([]string{"plan", "--destroy", "--out", "destroy.plan"})
		case arg == "FILE":
			call[i] = filepath.Join(k.home, "saved.plan")
		case arg == "DIR", arg == valueOf && call[i-1] == object:
			call[i] = k.home
		case command == "request" && arg == "PATH", call[i-1] == "--path":
			call[i] = "/api/v1/users"
		case arg == "APP" || strings.HasPrefix(arg, valueOf):
			call[i] = object
		}
	}
	if command == "sandbox" {
		call = append(call, "--listen", "127.0.0.1:0")
	}
	if command == "apply" || command == "destroy" || command == "release" || command == "login" || slices.Contains(args, "rotate") {
		call = append(call, "--auto-approve")
	}
	return call
}

// snippet matches the beginning of a block or object in a message.
var snippet = regexp.MustCompile(`(?:example |such as )?((?:([a-z_]+) (?:"[^"]*" |VALUE )?)?\{[ \n])`)

// hclIn are the blocks and objects that a message shows, each with its block's type.
func hclIn(text string) (found [][2]string) {
	for {
		at := snippet.FindStringSubmatchIndex(text)
		if at == nil {
			return found
		}
		name, depth, end := "", 0, -1
		if at[4] >= 0 {
			name = text[at[4]:at[5]]
		}
		for i := at[2]; i < len(text) && end < 0; i++ {
			switch text[i] {
			case '{':
				depth++
			case '}':
				if depth--; depth == 0 {
					end = i + 1
				}
			}
		}
		if end < 0 {
			return found
		}
		found, text = append(found, [2]string{name, text[at[2]:end]}), text[end:]
	}
}

// besides is what stands in the files beside a block that a message shows.
var besides = map[string]string{
	"import":  "org {\n  owner = \"x\"\n}\ngroup \"staff\" {\n  name = \"Staff\"\n}\n",
	"moved":   "org {\n  owner = \"x\"\n}\ngroup \"everybody\" {\n  name = \"Everybody\"\n}\n",
	"removed": "org {\n  owner = \"x\"\n}\n",
	"org":     "",
}

// TestMessagesShowValidHCL: what a message shows of the language parses, and blocks
// of the top level are valid.
func TestMessagesShowValidHCL(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, m := range messages(t) {
		if strings.Contains(m.at, "internal/terraform/") {
			continue // parts of the files that it writes: its own tests load those
		}
		if !strings.Contains(m.at, "terraform") && !strings.Contains(m.at, "internal/config/") && !strings.Contains(m.at, "schema/") {
			continue
		}
		for _, found := range hclIn(m.text) {
			name, text := found[0], strings.NewReplacer("...", "", valueOf, "x").Replace(found[1])
			text = strings.ReplaceAll(text, `{  }`, `{}`)
			t.Logf("%s: %s", m.at, text)
			var diags hcl.Diagnostics
			_, diags = hclsyntax.ParseConfig([]byte(text+"\n"), "shown.hcl", hcl.InitialPos)
			if name == "" {
				_, diags = hclsyntax.ParseExpression([]byte(text), "shown.hcl", hcl.InitialPos)
			}
			if diags.HasErrors() {
				t.Errorf("%s: %s\n%v", m.at, text, diags)
				continue
			}
			config, ok := besides[name]
			if !ok {
				continue
			}
			shown[name] = true
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(config+text+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if status, out := offline("validate", dir); status != 0 {
				t.Errorf("%s: %s\n%s", m.at, text, out)
			}
		}
	}
	for name := range besides {
		if !shown[name] {
			t.Errorf("no message shows a block %s: take it out of the list", name)
		}
	}
}

// offline runs a command that needs no org.
func offline(call ...string) (status int, printed string) {
	var out bytes.Buffer
	status = run(context.Background(), call, &cli.Environment{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Clock: newFakeClock()})
	return status, out.String()
}

// write puts a file into the keeper's folder.
func (k *keeper) write(name, text string) {
	k.t.Helper()
	if err := os.WriteFile(filepath.Join(k.home, name), []byte(text), 0o600); err != nil {
		k.t.Fatal(err)
	}
}

// createGroup makes a group by hand, which nothing declares.
func (k *keeper) createGroup(name string) {
	k.t.Helper()
	r, _ := http.NewRequestWithContext(k.t.Context(), http.MethodPost, k.url+"/api/v1/groups", strings.NewReader(`{"profile":{"name":"`+name+`"}}`))
	r.Header.Set("Authorization", "SSWS "+k.org.Token())
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		k.t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		k.t.Fatalf("the group %s: %s", name, answer.Status)
	}
}
