// Package initcmd has the command init, which writes the first files of a configuration.
package initcmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/starter"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

type initOptions struct {
	app, owner, ci string
	input          bool
	flags          func(name string) bool // whether a flag is on the command line
}

// terraformInitFlags are flags of terraform init, and whether they need a value. They are accepted
// where there is nothing to do.
var terraformInitFlags = map[string]bool{"backend": false, "backend-config": true, "force-copy": false, "get": false, "lock": false, "lock-timeout": true,
	"lockfile": true, "migrate-state": false, "plugin-dir": true, "reconfigure": false, "upgrade": false}

// New returns the command init.
func New(a *cli.App) *cobra.Command {
	o := &initOptions{}
	cmd := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Begin a configuration",
		Long: `Writes a configuration to begin with: an app with its key, scopes, admin role and
smoke tests, a test file, a .gitignore, and the workflow of a CI system if wanted.
It validates the files and prints the next command. Existing files are never
changed, and nothing is sent anywhere.

On a terminal it asks for what the flags don't say. Elsewhere, and with
--input=false, the defaults count. In a folder that contains a configuration there
is nothing to initialise; with --ci the workflow is added to it.`,
		Example: `  oktaform init
  oktaform init --app both --owner team/iam --ci github okta`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			o.flags = cmd.Flags().Changed
			return runInit(a, cli.Folder(args), o)
		},
	}
	cmd.Flags().StringVar(&o.app, "app", "", "what calls the API: `service`, web or both (default: service)")
	cmd.Flags().StringVar(&o.owner, "owner", "", "the `NAME` of the configuration, with which its objects in the org are marked (default: the folder's name)")
	cmd.Flags().StringVar(&o.ci, "ci", "", "also write the workflow of `github` or gitlab, or none (default: none)")
	cmd.Flags().BoolVar(&o.input, "input", true, "ask on a terminal")
	for _, name := range slices.Sorted(maps.Keys(terraformInitFlags)) {
		cmd.Flags().StringArray(name, nil, "")
		if !terraformInitFlags[name] {
			cmd.Flags().Lookup(name).NoOptDefVal = "true"
		}
		_ = cmd.Flags().MarkHidden(name) // it fails only for an unknown flag
	}
	_ = cmd.RegisterFlagCompletionFunc("app", cobra.FixedCompletions([]string{"service", "web", "both"}, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("ci", cobra.FixedCompletions([]string{"none", "github", "gitlab"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func runInit(a *cli.App, dir string, o *initOptions) error {
	if err := o.check(); err != nil {
		return err
	}
	if err := a.Within(dir); err != nil {
		return err
	}
	i := &initial{a: a, dir: dir, o: o}
	if err := i.look(); err != nil {
		return err
	}
	if i.configuration {
		return i.existing()
	}
	for _, name := range slices.Sorted(maps.Keys(terraformInitFlags)) {
		if o.flags(name) {
			return fmt.Errorf("--%s: the folder %s contains no configuration, and there are no providers and no state to initialise", name, view.ShellWord(dir))
		}
	}
	if i.terraform && !a.CanAsk(o.input) && o.app == "" {
		return i.instead()
	}
	if err := i.answers(); err != nil {
		return err
	}
	if o.app == importInstead {
		return i.instead()
	}
	return i.begin()
}

// check refuses values of flags before anything is asked or written.
func (o *initOptions) check() error {
	if o.app != "" && !slices.Contains([]starter.App{starter.Service, starter.Web, starter.Both}, starter.App(o.app)) {
		return fmt.Errorf("--app: %q is not service, web or both", o.app)
	}
	if o.ci != "" && !slices.Contains([]starter.CI{starter.None, starter.GitHub, starter.GitLab}, starter.CI(o.ci)) {
		return fmt.Errorf("--ci: %q is not none, github or gitlab", o.ci)
	}
	if o.flags("owner") {
		if err := schema.CheckOwner(o.owner); err != nil {
			return fmt.Errorf("--owner: %q is not valid: %w", o.owner, err)
		}
	}
	return nil
}

// initial is the beginning of a configuration in a folder.
type initial struct {
	a             *cli.App
	dir           string
	o             *initOptions
	configuration bool   // the folder contains one, and not only what a killed init wrote
	terraform     bool   // the folder contains files of Terraform
	org           string // the URL of the org for which a credential is set; may be ""
}

// look finds what the folder contains, and whether there is an org. A missing folder is empty.
func (i *initial) look() error {
	entries, err := i.a.Trees(i.dir).List(i.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, entry := range entries {
		name := entry.Name()
		i.terraform = i.terraform || strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tfstate")
	}
	i.configuration = slices.ContainsFunc(i.a.SourceFiles(i.dir), func(name string) bool { return !i.begun(name) })
	i.org = i.a.ConfiguredOrg()
	return nil
}

// begun reports whether a source file is one that an init wrote which was killed. The file with the
// owner comes last and makes the configuration complete; here it has a text that no init writes.
func (i *initial) begun(name string) bool {
	text, err := i.a.Trees(i.dir).Read(filepath.Join(i.dir, name), files.TextLimit)
	return err == nil && slices.ContainsFunc(starter.Options{Apps: starter.Both}.Configuration(), func(f starter.File) bool {
		return f.Name == name && bytes.Equal(f.Text, text)
	})
}

// existing leaves a configuration as it is. Terraform's init is a habit: it is no mistake.
func (i *initial) existing() error {
	if i.o.app != "" || i.o.owner != "" {
		return fmt.Errorf("the folder %s contains a configuration already, and init changes no existing file. Name another folder, or edit the .hcl files", view.ShellWord(i.dir))
	}
	if i.o.ci != "" && i.o.ci != string(starter.None) {
		steps := []step{{"Next, run what the workflow runs", i.a.CommandLine(i.dir, "test")}}
		seed, err := i.a.MissingSeed(i.dir)
		if err != nil {
			return err
		}
		if seed != "" {
			steps = slices.Insert(steps, 0, step{"Tests run in an org of their own, which lacks what data and import blocks name.\nNext, copy your org into a seed for it, and commit that (it names admins and people)",
				i.a.CommandLine(i.dir, "snapshot", "--all", "--out", seed)})
		}
		return i.write(nil, steps...)
	}
	validate, plan := i.a.CommandLine(i.dir, "validate"), i.a.CommandLine(i.dir, "plan")
	if i.org == "" { // plan needs one
		plan = i.a.CommandLine(i.dir, "plan", "--org", cli.SandboxOrg)
	}
	if i.a.JSON {
		return view.JSON(i.a.Env.Stdout, initJSON{Written: []string{}, Kept: []string{}, Next: validate})
	}
	i.a.Print(fmt.Sprintf("There is nothing to initialise: the folder contains a configuration, modules are\nlocal folders, and there are no providers and no state. Go on with\n\n  %s\n  %s\n", validate, plan))
	return nil
}

// importInstead is the answer of who wants the configuration of what there is.
const importInstead = "import"

// answers asks for what the flags don't say. Without a person the defaults count.
func (i *initial) answers() error {
	owner := defaultOwner(i.dir)
	if !i.a.CanAsk(i.o.input) {
		i.o.app, i.o.ci = orDefault(i.o.app, string(starter.Service)), orDefault(i.o.ci, string(starter.None))
		i.o.owner = orDefault(i.o.owner, owner)
		return nil
	}
	var err error
	if i.o.app == "" {
		choices := []cli.Choice{
			{Word: string(starter.Service), About: "a service, with a private key"},
			{Word: string(starter.Web), About: "a web app, in which people sign in"},
			{Word: string(starter.Both), About: "both"}}
		switch {
		case i.terraform:
			choices = append([]cli.Choice{{Word: importInstead, About: "what the Terraform files in this folder declare (import)"}}, choices...)
		case i.org != "":
			choices = append(choices, cli.Choice{Word: importInstead, About: "what the org " + i.org + " has already (import)"})
		}
		if i.o.app, err = i.a.Choose("What will call Okta's API?", choices); err != nil || i.o.app == importInstead {
			return err
		}
	}
	if i.o.owner == "" {
		if i.o.owner, err = i.a.AskText("Whose configuration is this? Its objects in the org are marked with the name of\na team or a job, such as team/iam.\n", owner, schema.CheckOwner); err != nil {
			return err
		}
	}
	if i.o.ci == "" {
		i.o.ci, err = i.a.Choose("Which CI system reviews and tests changes?", []cli.Choice{
			{Word: string(starter.None), About: "none"}, {Word: string(starter.GitHub), About: "GitHub"}, {Word: string(starter.GitLab), About: "GitLab"}})
	}
	return err
}

func orDefault(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

var notInOwner = regexp.MustCompile(`[^A-Za-z0-9._@:-]+`)

// defaultOwner makes a name of that of the folder.
func defaultOwner(dir string) string {
	name := strings.TrimLeft(notInOwner.ReplaceAllString(filepath.Base(cli.Absolute(dir)), "-"), ".-_@:")
	if name = name[:min(len(name), 128)]; schema.CheckOwner(name) != nil {
		return "okta"
	}
	return name
}
