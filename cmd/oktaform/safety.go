package main

import (
	"time"

	"github.com/spf13/cobra"
)

// safety are the flags that say how careful a run is that changes the org.
type safety struct {
	autoApprove bool
	journal     string
	rollback    bool
	force       bool
	deactivate  bool
	lease       string
	leaseWait   time.Duration
	// allowAdminRemoval names those whose admin roles may be taken away, though others may have
	// assigned these.
	allowAdminRemoval addressFlag
}

func (o *safety) add(cmd *cobra.Command) {
	f := cmd.Flags()
	o.allowAdminRemoval = newAdminRemovalFlag()
	f.Var(&o.allowAdminRemoval, "allow-admin-removal", "take admin roles away that somebody else may have assigned: with =`ADDRESS` from that user, admin block or imported object; without, from those who aren't declared (org.authoritative_admins). May be repeated")
	f.Lookup("allow-admin-removal").NoOptDefVal = undeclaredAdmins
	f.BoolVar(&o.autoApprove, "auto-approve", false, "don't ask")
	f.StringVar(&o.journal, "journal", "", "add what is done, as JSON lines, to `FILE`")
	f.BoolVar(&o.deactivate, "deactivate-only", false, "delete nothing: deactivate apps and users, and leave the rest")
	f.BoolVar(&o.force, "force", false, "delete groups, custom roles and resource sets although others use them")
	f.StringVar(&o.lease, "lease", "on", "on: keep other runs of this configuration from writing; off where something else does")
	f.DurationVar(&o.leaseWait, "lease-timeout", 0, "how long to wait while another run holds the lease, `DURATION`")
}
