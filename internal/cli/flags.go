package cli

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

// Inputs are the flags that give values to a configuration, in the order of the
// command line.
type Inputs struct {
	List []config.Input
	// sources are files of the configuration as they are to become; no flag.
	Sources map[string][]byte
	Args    []string // the same, as they were given: --var NAME=VALUE
	// terraform is nil for a command that takes none of these flags.
	terraform *terraformFlags
}

// AddInput adds the flags of Terraform's that a command that plans takes.
func (in *Inputs) AddInput(cmd *cobra.Command) {
	in.terraform = &terraformFlags{}
	in.terraform.add(cmd)
}

// NoInput reports whether the command line says that nobody is to be asked.
func (in *Inputs) NoInput() bool { return in.terraform != nil && !in.terraform.input }

// Add adds the flags to a command.
func (in *Inputs) Add(cmd *cobra.Command) {
	cmd.Flags().Var(&inputFlag{"--var", in, config.Var}, "var", "set a `NAME=VALUE` of a variable; may be repeated")
	cmd.Flags().Var(&inputFlag{varFile, in, config.VarFile}, "var-file", "read values of variables from `FILE`; may be repeated. Of --var and --var-file the last one wins")
}

const varFile = "--var-file"

// inputFlag is one of the flags; both add to one list.
type inputFlag struct {
	name string
	in   *Inputs
	make func(string) config.Input
}

func (f *inputFlag) String() string { return "" }

// Type is the word for the value in a usage text.
func (f *inputFlag) Type() string { return "string" }

// Set takes up one more.
func (f *inputFlag) Set(text string) error {
	f.in.List = append(f.in.List, f.make(text))
	f.in.Args = append(f.in.Args, f.name, text)
	return nil
}

// Target are the flags that name the org and say how to speak to it.
type Target struct {
	Org string
	Requests
	// consistency is a flag of the commands that write; zero means the default.
	consistency time.Duration
}

// Add adds the flags to a command.
func (t *Target) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.Org, "org", "", "the org's `URL`, or sandbox for the embedded org (default: OKTA_CLIENT_ORGURL, then ~/.okta/okta.yaml)")
	t.Requests.add(cmd)
}

// AddConsistency adds --consistency to a command that writes.
func (t *Target) AddConsistency(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&t.consistency, "consistency", 5*time.Second, "how long what was written may stay invisible in the org, `DURATION`")
}

// PlanFlags are the flags that shape a plan.
type PlanFlags struct {
	Import    bool
	TakeOver  bool
	TrustKeys AddressFlag
	Targets   []string
}

// Add adds the flags to a command.
func (p *PlanFlags) Add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.Import, "import", false, "take over unowned objects whose label is declared")
	cmd.Flags().BoolVar(&p.TakeOver, "take-over", false, "go on although none of the owner's objects is declared here")
	p.TrustKeys = newTrustFlag()
	cmd.Flags().Var(&p.TrustKeys, "trust-keys", "let apps gain rights with keys and client secrets of which this configuration can't know who put them there: all, or with =`ADDRESS` that of one app; may be repeated")
	cmd.Flags().Lookup("trust-keys").NoOptDefVal = trustAll
	cmd.Flags().StringArrayVar(&p.Targets, "target", nil, "only change the object, block or module at this `ADDRESS`, and what it depends on; may be repeated")
}

// Options returns the options of a plan that the flags ask for.
func (p *PlanFlags) Options(owner string, destroy bool) plan.Options {
	return plan.Options{Owner: owner, Destroy: destroy, Import: p.Import, TakeOver: p.TakeOver, TrustKeys: p.TrustKeys.All, Trusted: p.TrustKeys.Addrs, Targets: p.Targets}
}

// PlanOptions are the options of a plan that may change the org.
func (s *Session) PlanOptions(p PlanFlags, destroy bool) plan.Options {
	o := p.Options(s.Config.Owner, destroy)
	o.AuthoritativeAdmins = s.Config.AuthoritativeAdmins
	o.Command = commandLine(s.App.args...)
	return o
}

// FolderWord is the configuration's folder as one more word of a command line to propose.
func FolderWord(dir string) string {
	if dir == "." {
		return ""
	}
	return " " + view.ShellWord(dir)
}
