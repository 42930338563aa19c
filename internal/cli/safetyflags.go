package cli

import (
	"time"

	"github.com/spf13/cobra"
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
}

// Add adds the flags to a command.
func (o *SafetyFlags) Add(cmd *cobra.Command) {
	o.AddGuards(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.deactivate, "deactivate-only", false, "delete nothing: deactivate apps and users, and keep the rest")
	f.StringVar(&o.Lease, "lease", "on", "on: keep other runs of this configuration from writing; off: if something else ensures that")
	f.DurationVar(&o.leaseWait, "lease-timeout", 0, "how long to wait while another run holds the lease, `DURATION`")
}

// AddGuards adds the flags of every command that deletes.
func (o *SafetyFlags) AddGuards(cmd *cobra.Command) {
	f := cmd.Flags()
	o.allowAdminRemoval = newAdminRemovalFlag()
	f.Var(&o.allowAdminRemoval, "allow-admin-removal", "remove admin roles that somebody else may have assigned: with =`ADDRESS`, from that user, admin block or imported object; without, from undeclared admins (org.authoritative_admins). May be repeated")
	f.Lookup("allow-admin-removal").NoOptDefVal = undeclaredAdmins
	f.BoolVar(&o.AutoApprove, "auto-approve", false, "don't ask")
	f.StringVar(&o.Journal, "journal", "", "append each change, as a JSON line, to `FILE`")
	f.BoolVar(&o.force, "force", false, "delete groups, custom roles and resource sets although others use them")
}
