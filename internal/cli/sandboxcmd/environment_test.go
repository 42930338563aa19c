package sandboxcmd

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/oktaform/oktaform/internal/cli"
)

// sandboxValues are values of every flag of 'oktaform sandbox', as an environment variable has
// them.
var sandboxValues = map[string]string{
	"listen": "127.0.0.1:0", "data": "org.db", "seed": "SEED", "ready-file": "ready.json", "rate-limit": "free",
	"latency": "5ms", "fault": "503 GET /api/v1/apps 1\n429 POST /api/v1/groups", "clock-offset": "-90s",
	"features": "realms,group-owners", "public-client-app-admins": "true", "remote-control": "true",
}

// TestSandboxFlagsFromEnvironment gives each flag by its variable, and expects what the flag itself
// does; the command line takes precedence, and an empty variable is none.
func TestSandboxFlagsFromEnvironment(t *testing.T) {
	seed := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(seed, []byte(`{"groups": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../../docs/commands.md")
	if err != nil {
		t.Fatal(err)
	}
	command := func(environ ...string) (*cobra.Command, *sandboxOptions, *cli.App) {
		o := &sandboxOptions{}
		cmd := &cobra.Command{Use: "sandbox"}
		o.flags(cmd)
		return cmd, o, &cli.App{Env: &cli.Environment{Environ: environ}}
	}
	plain := func(o *sandboxOptions) sandboxOptions {
		c := *o
		c.origin = nil
		return c
	}
	seen := map[string]bool{}
	cmd, _, _ := command()
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		seen[f.Name] = true
		value, known := sandboxValues[f.Name]
		if !known {
			t.Errorf("no value of --%s in this test", f.Name)
			return
		}
		if !strings.Contains(string(page), "| `--"+f.Name) {
			t.Errorf("docs/commands.md lacks --%s", f.Name)
		}
		value = strings.Replace(value, "SEED", seed, 1)
		byFlag, want, _ := command()
		var args []string
		for line := range strings.SplitSeq(value, "\n") {
			args = append(args, "--"+f.Name+"="+line)
		}
		if err := byFlag.Flags().Parse(args); err != nil {
			t.Fatal(err)
		}
		byVariable, got, a := command(sandboxVariable(f.Name) + "=" + value)
		if got.origin, err = setFromEnvironment(byVariable, a.Env); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(plain(got), plain(want)) {
			t.Errorf("%s: %+v, want %+v", f.Name, got, want)
		}
		if got.origin(f.Name) != sandboxVariable(f.Name) || got.origin("nothing") != "--nothing" {
			t.Errorf("%s: origin %s", f.Name, got.origin(f.Name))
		}
		both, got, a := command(sandboxVariable(f.Name)+"=overridden", sandboxVariable("listen")+"=")
		if err := both.Flags().Parse(args); err != nil {
			t.Fatal(err)
		}
		if _, err := setFromEnvironment(both, a.Env); err != nil || !reflect.DeepEqual(plain(got), plain(want)) {
			t.Errorf("%s: the command line does not take precedence: %+v %v", f.Name, got, err)
		}
	})
	for name := range sandboxValues {
		if !seen[name] {
			t.Errorf("there is no --%s", name)
		}
	}
	for variable, want := range map[string]string{"LATENCY=slow": `OKTAFORM_SANDBOX_LATENCY: "slow" is no value of --latency`, "REMOTE_CONTROL=perhaps": "OKTAFORM_SANDBOX_REMOTE_CONTROL"} {
		cmd, _, a := command(sandboxVariables + variable)
		if _, err := setFromEnvironment(cmd, a.Env); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", variable, err)
		}
	}
	for variable, want := range map[string]string{"LATENCY=-1s": "OKTAFORM_SANDBOX_LATENCY: -1s is negative", "RATE_LIMIT=gold": "OKTAFORM_SANDBOX_RATE_LIMIT: ",
		"FAULT=boom": "OKTAFORM_SANDBOX_FAULT: ", "SEED=nowhere.json": "OKTAFORM_SANDBOX_SEED: ", "TOKEN=a b": "OKTAFORM_SANDBOX_TOKEN: "} {
		cmd, o, a := command(sandboxVariables + variable)
		if o.origin, err = setFromEnvironment(cmd, a.Env); err != nil {
			t.Fatal(err)
		}
		if _, err := o.options(a); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v", variable, err)
		}
	}
}
