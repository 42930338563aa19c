package cli

import (
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// SafetyFlags limit what a run may change.
type SafetyFlags struct {
	AutoApprove bool
	Journal     string
	Rollback    bool
	force       bool
	deactivate  bool
	Lease       string
	leaseWait   time.Duration
	// allowAdminRemoval names principals who may lose admin roles that others may have assigned.
	allowAdminRemoval AddressFlag
	flags             *pflag.FlagSet
}

// Add adds the flags to a command.
func (o *SafetyFlags) Add(cmd *cobra.Command) {
	o.AddGuards(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.deactivate, "deactivate-only", false, "delete nothing: deactivate apps and users, and keep the rest")
	o.addLease(f)
	f.DurationVar(&o.leaseWait, "lease-timeout", 0, "how long to wait while another run holds the lease, `DURATION`")
}

// AddGuards adds the flags of every command that deletes.
func (o *SafetyFlags) AddGuards(cmd *cobra.Command) {
	f := cmd.Flags()
	o.addLimits(f)
	f.BoolVar(&o.AutoApprove, "auto-approve", false, "don't ask")
	f.StringVar(&o.Journal, "journal", "", "append each change, as a JSON line, to `FILE`")
}

// addLimits adds the flags that allow a plan what is refused otherwise.
func (o *SafetyFlags) addLimits(f *pflag.FlagSet) {
	o.allowAdminRemoval = newAdminRemovalFlag()
	f.Var(&o.allowAdminRemoval, "allow-admin-removal", "remove admin roles that somebody else may have assigned: with =`ADDRESS`, from that user, admin block or imported object; without, from undeclared admins (org.authoritative_admins). May be repeated")
	f.Lookup("allow-admin-removal").NoOptDefVal = undeclaredAdmins
	f.BoolVar(&o.force, "force", false, "delete groups, custom roles and resource sets although others use them")
}

func (o *SafetyFlags) addLease(f *pflag.FlagSet) {
	f.StringVar(&o.Lease, "lease", "on", "on: keep other runs of this configuration from writing; off: if something else ensures that")
}

// AddMaxDeletes adds the flag for the number of deletions.
func (o *ApplyOptions) AddMaxDeletes(f *pflag.FlagSet) {
	f.IntVar(&o.MaxDeletes, "max-deletes", -1, "refuse to delete more than `N` objects (default: 30 % of the owned ones, where there are at least 3)")
}

// AddRehearsed adds the flags of an apply that decide whether a rehearsal of it goes well.
func (o *ApplyOptions) AddRehearsed(cmd *cobra.Command) {
	o.flags = pflag.NewFlagSet("rehearsed", pflag.ContinueOnError)
	o.addLimits(o.flags)
	o.addLease(o.flags)
	o.AddMaxDeletes(o.flags)
	cmd.Flags().AddFlagSet(o.flags)
}

// GivenFlag returns a flag of AddRehearsed that was given; "" if none was.
func (o *ApplyOptions) GivenFlag() (name string) {
	o.flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed {
			name = f.Name
		}
	})
	return name
}
