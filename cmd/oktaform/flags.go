package main

import (
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

// inputs are the flags that give values to a configuration, in the order of the
// command line.
type inputs struct {
	list []config.Input
	// sources are files of the configuration as they are to become; no flag.
	sources map[string][]byte
	words   []string // the same, as they were given: --var NAME=VALUE
	// terraform is nil for a command that takes none of these flags.
	terraform *terraformFlags
}

// addInput adds the flags of Terraform's that a command that plans takes.
func (in *inputs) addInput(cmd *cobra.Command) {
	in.terraform = &terraformFlags{}
	in.terraform.add(cmd)
}

// noInput reports whether the command line says that nobody is to be asked.
func (in *inputs) noInput() bool { return in.terraform != nil && !in.terraform.input }

func (in *inputs) add(cmd *cobra.Command) {
	cmd.Flags().Var(&inputFlag{"--var", in, config.Var}, "var", "set a `NAME=VALUE` of a variable; may be repeated")
	cmd.Flags().Var(&inputFlag{varFile, in, config.VarFile}, "var-file", "read values of variables from `FILE`; may be repeated. Of --var and --var-file the last one wins")
}

const varFile = "--var-file"

// inputFlag is one of the flags; both add to one list.
type inputFlag struct {
	name string
	in   *inputs
	make func(string) config.Input
}

func (f *inputFlag) String() string { return "" }

// Type is the word for the value in a usage text.
func (f *inputFlag) Type() string { return "string" }

// Set takes up one more.
func (f *inputFlag) Set(text string) error {
	f.in.list = append(f.in.list, f.make(text))
	f.in.words = append(f.in.words, f.name, text)
	return nil
}

// target are the flags that name the org and say how to speak to it.
type target struct {
	org string
	pace
	// consistency is a flag of the commands that write; zero means the default.
	consistency time.Duration
}

func (t *target) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.org, "org", "", "the org's `URL`, or sandbox for the embedded org (default: OKTA_CLIENT_ORGURL, then ~/.okta/okta.yaml)")
	t.pace.add(cmd)
}

func (t *target) addConsistency(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&t.consistency, "consistency", 5*time.Second, "how long what was written may stay invisible in the org, `DURATION`")
}

// planning are the flags that shape a plan.
type planning struct {
	adopt     bool
	takeOver  bool
	trustKeys addressFlag
	targets   []string
}

func (p *planning) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.adopt, "adopt", false, "take over unowned objects whose label is declared")
	cmd.Flags().BoolVar(&p.takeOver, "take-over", false, "go on although none of the owner's objects is declared here")
	p.trustKeys = newTrustFlag()
	cmd.Flags().Var(&p.trustKeys, "trust-keys", "let apps gain rights with keys and client secrets of which this configuration can't know who put them there: all, or with =`ADDRESS` that of one app; may be repeated")
	cmd.Flags().Lookup("trust-keys").NoOptDefVal = trustAll
	cmd.Flags().StringArrayVar(&p.targets, "target", nil, "only change the object, block or module at this `ADDRESS`, and what it depends on; may be repeated")
}

func (p *planning) options(owner string, destroy bool) plan.Options {
	return plan.Options{Owner: owner, Destroy: destroy, Adopt: p.adopt, TakeOver: p.takeOver, TrustKeys: p.trustKeys.all, Trusted: p.trustKeys.addrs, Targets: p.targets}
}

// planOptions are the options of a plan that may change the org.
func (s *session) planOptions(p planning, destroy bool) plan.Options {
	o := p.options(s.config.Owner, destroy)
	o.AuthoritativeAdmins = s.config.AuthoritativeAdmins
	o.Command = commandLine(s.app.args...)
	return o
}

// folderWord is the configuration's folder as one more word of a command line to propose.
func folderWord(dir string) string {
	if dir == "." {
		return ""
	}
	return " " + view.ShellWord(dir)
}

// again is what has to stand after apply FILE, so that the plan is made in the same way: the
// configuration's folder and the flags. untold names variables whose values are secret.
func (o *planOptions) again(a *app, dir string) (words, untold []string) {
	if dir != "." {
		words = append(words, dir)
	}
	if a.chdir != "" {
		words = append(words, "--chdir", a.chdir)
	}
	if o.org != "" {
		words = append(words, "--org", o.org)
	}
	for i := 0; i < len(o.words); i += 2 {
		name, value, _ := strings.Cut(o.words[i+1], "=")
		if o.words[i] == "--var" && slices.ContainsFunc(a.secrets, func(s string) bool { return s != "" && strings.Contains(value, s) }) {
			untold = append(untold, "--var "+name)
			continue
		}
		words = append(words, o.words[i], o.words[i+1])
	}
	for _, flag := range []struct {
		name string
		on   bool
	}{{"--adopt", o.adopt}, {"--take-over", o.takeOver}, {"--trust-keys", o.trustKeys.all}} {
		if flag.on {
			words = append(words, flag.name)
		}
	}
	for _, addr := range o.trustKeys.addrs {
		words = append(words, "--trust-keys="+addr)
	}
	for _, t := range o.targets {
		words = append(words, "--target", t)
	}
	return words, untold
}
