package cli

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Inputs are the flags that give values to a configuration, in the order of the command line.
type Inputs struct {
	List []config.Input
	// Sources are new contents of the configuration's files, and keys of which it has no file yet;
	// there is no flag for them.
	Sources map[string][]byte
	Args    []string // as given: --var NAME=VALUE
	// terraform is nil for a command without these flags.
	terraform *terraformFlags
	reading   bool // see OnlyRead
}

// OnlyRead says that a command only reads the org, so that it needs no value for a sensitive
// variable.
func (in *Inputs) OnlyRead() { in.reading = true }

// AddReading adds the flags to a command that only reads the org.
func (in *Inputs) AddReading(cmd *cobra.Command) {
	in.Add(cmd)
	in.OnlyRead()
}

// AddInput adds the Terraform flags of a command that plans.
func (in *Inputs) AddInput(cmd *cobra.Command) {
	in.terraform = &terraformFlags{}
	in.terraform.add(cmd)
}

// NoInput reports whether the command line forbids questions.
func (in *Inputs) NoInput() bool { return in.terraform != nil && !in.terraform.input }

// Add adds the flags to a command.
func (in *Inputs) Add(cmd *cobra.Command) {
	cmd.Flags().Var(&inputFlag{"--var", in, config.Var}, "var", "set a `NAME=VALUE` of a variable; may be repeated")
	cmd.Flags().Var(&inputFlag{varFile, in, config.VarFile}, "var-file", "read values of variables from `FILE`; may be repeated. The last of --var and --var-file takes precedence")
}

const varFile = "--var-file"

// inputFlag is one of the flags; all of them add to one list.
type inputFlag struct {
	name string
	in   *Inputs
	make func(string) config.Input
}

func (f *inputFlag) String() string { return "" }

// Type returns the name of the value in usage texts.
func (f *inputFlag) Type() string { return "string" }

// Set adds a value.
func (f *inputFlag) Set(text string) error {
	f.in.List = append(f.in.List, f.make(text))
	f.in.Args = append(f.in.Args, f.name, text)
	return nil
}

// Without drops the values that --var gives to these variables.
func (in *Inputs) Without(names []string) {
	var list []config.Input
	var args []string
	for i, input := range in.List {
		flag, text := in.Args[2*i], in.Args[2*i+1]
		if name, _, _ := strings.Cut(text, "="); flag != varFile && slices.Contains(names, name) {
			continue
		}
		list, args = append(list, input), append(args, flag, text)
	}
	in.List, in.Args = list, args
}

// AddressFlag is a flag that loosens a check: for everything with a certain word, or for the object
// with an address; it may be repeated.
type AddressFlag struct {
	All     bool
	Addrs   []string
	word    string // stands for everything
	example string // an example of an address
}

const trustAll = "all"

func newTrustFlag() AddressFlag { return AddressFlag{word: trustAll, example: "web_app.portal"} }

// String returns the flag's value, with commas between addresses.
func (f *AddressFlag) String() string {
	if f.All {
		return f.word
	}
	return strings.Join(f.Addrs, ",")
}

// Type returns the name of the value in usage texts.
func (f *AddressFlag) Type() string { return "string" }

// Set accepts the word or an address.
func (f *AddressFlag) Set(text string) error {
	switch text {
	case f.word, "true":
		f.All = true
		return nil
	case "false":
		f.All, f.Addrs = false, nil
		return nil
	}
	addr, err := schema.ParseAddr(text)
	if err != nil {
		return fmt.Errorf("%q is neither %q nor an address such as %s", text, f.word, f.example)
	}
	if !slices.Contains(f.Addrs, addr.String()) {
		f.Addrs = append(f.Addrs, addr.String())
	}
	return nil
}

const undeclaredAdmins = "undeclared"

func newAdminRemovalFlag() AddressFlag {
	return AddressFlag{word: undeclaredAdmins, example: "user.ada"}
}

// Target holds the flags that name the org and configure the client.
type Target struct {
	Org     string
	Profile string
	Requests
	// consistency is a flag of commands that write; zero means the default.
	consistency time.Duration
}

// Add adds the flags to a command.
func (t *Target) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.Org, "org", "", "the org's `URL`, or sandbox for the embedded org (default: OKTA_CLIENT_ORGURL, then that of the credential)")
	cmd.Flags().StringVar(&t.Profile, "profile", "", "sign in as this profile of oktaform login, `NAME` (default: OKTAFORM_PROFILE, then the one of the last oktaform login)")
	t.Requests.Add(cmd)
}

// AddConsistency adds --consistency to a command that writes.
func (t *Target) AddConsistency(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&t.consistency, "consistency", 5*time.Second, "how long the org may take to show a write, `DURATION`")
}

// PlanFlags configure a plan.
type PlanFlags struct {
	Import    bool
	TakeOver  bool
	TrustKeys AddressFlag
	// TrustRights names imported objects that may pass on rights that nothing declares.
	TrustRights AddressFlag
	Targets     []string
	Concise     bool // show one line for each object
	// AbsentImports is no flag: commands that change nothing set it (plan.Options).
	AbsentImports bool
}

// Add adds the flags to a command.
func (p *PlanFlags) Add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.Import, "import", false, "import unowned objects whose name or label is declared")
	cmd.Flags().BoolVar(&p.TakeOver, "take-over", false, "proceed although none of the owner's objects is declared here")
	p.TrustKeys = newTrustFlag()
	cmd.Flags().Var(&p.TrustKeys, "trust-keys", "let apps gain rights although somebody else may have added their keys or client secrets: all apps, or with =`ADDRESS` one app; may be repeated")
	cmd.Flags().Lookup("trust-keys").NoOptDefVal = trustAll
	p.TrustRights = AddressFlag{word: trustAll, example: "group.staff"}
	cmd.Flags().Var(&p.TrustRights, "trust-rights", "let new members and keys of imported objects gain rights that the org keeps and nothing declares: of all objects, or with =`ADDRESS` of one; may be repeated")
	cmd.Flags().Lookup("trust-rights").NoOptDefVal = trustAll
	p.AddConcise(cmd)
	cmd.Flags().StringArrayVar(&p.Targets, "target", nil, "change only the object, block or module at this `ADDRESS`, and its dependencies; may be repeated")
}

// AddConcise adds the flag for a short plan.
func (p *PlanFlags) AddConcise(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.Concise, "concise", false, "show one line for each object, without the values")
}

// PlanText returns a plan for people.
func (p *PlanFlags) PlanText(made *plan.Plan, style view.Style) string {
	if p.Concise {
		return view.ConcisePlan(made, style)
	}
	return view.Plan(made, style)
}

// Options returns the plan options for the flags.
func (p *PlanFlags) Options(owner string, destroy bool) plan.Options {
	return plan.Options{Owner: owner, Destroy: destroy, Import: p.Import, TakeOver: p.TakeOver, TrustKeys: p.TrustKeys.All, Trusted: p.TrustKeys.Addrs,
		TrustRights: p.TrustRights.All, TrustedRights: p.TrustRights.Addrs, Targets: p.Targets, AbsentImports: p.AbsentImports}
}

// ReadingFlags are those of commands that plan and change nothing, so that nobody gains rights.
func ReadingFlags() *PlanFlags {
	all := AddressFlag{All: true}
	return &PlanFlags{TrustKeys: all, TrustRights: all, AbsentImports: true}
}

// PlanOptions returns the options of a plan that may change the org.
func (s *Session) PlanOptions(p PlanFlags, destroy bool) plan.Options {
	o := p.Options(s.Config.Owner, destroy)
	o.AuthoritativeAdmins = s.Config.AuthoritativeAdmins
	o.Command = commandLine(s.App.args...)
	return o
}

// FolderWord returns the configuration's folder as a further word of a suggested command line.
func FolderWord(dir string) string {
	if dir == "." {
		return ""
	}
	return " " + view.ShellWord(dir)
}

// terraformFlags are flags of Terraform that scripts and CI systems use.
type terraformFlags struct {
	input bool // ask for values and for approval
}

// add accepts Terraform's flags on a command that plans. All but --input have no effect: there is
// no state to lock (for the lease see --lease and --lease-timeout), and warnings are always
// compact.
func (f *terraformFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.input, "input", true, "ask on a terminal for values of variables, and for approval")
	flags.Bool("compact-warnings", false, "")
	flags.Bool("lock", true, "")
	flags.String("lock-timeout", "", "")
	for _, name := range []string{"compact-warnings", "lock", "lock-timeout"} {
		_ = flags.MarkHidden(name) // it fails only for an unknown flag
	}
}
