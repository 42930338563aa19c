package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/plan"
)

// Planning holds the flags that decide what a plan is about.
type Planning struct {
	Inputs
	Target
	PlanFlags
	Refresh
	Destroy bool
}

// Plan opens a folder and its org, and plans. It leaves the session open.
func (o *Planning) Plan(ctx context.Context, a *App, dir string) (s *Session, p *plan.Plan, err error) {
	offline, err := o.Offline()
	if err != nil {
		return nil, nil, err
	}
	if offline {
		s, err = a.OpenOffline(dir, o.Inputs)
	} else {
		s, err = a.Open(ctx, dir, o.Inputs, o.Target)
	}
	if err != nil {
		return nil, nil, err
	}
	options := s.PlanOptions(o.PlanFlags, o.Destroy)
	s.Events = o.From == "events"
	if offline {
		p, err = s.PlanFrom(o.Snapshot, o.Org, options)
	} else {
		p, err = s.Plan(ctx, options)
	}
	if err != nil {
		s.Close()
	}
	return s, p, err
}

// Again returns the arguments of apply FILE that make it plan in the same way: the configuration's
// folder and the flags. untold names variables with secret values.
func (o *Planning) Again(a *App, dir string) (words, untold []string) {
	if dir != "." {
		words = append(words, dir)
	}
	if a.Chdir != "" {
		words = append(words, "--chdir", a.Chdir)
	}
	if o.Org != "" {
		words = append(words, "--org", o.Org)
	}
	if o.Profile != "" {
		words = append(words, "--profile", o.Profile)
	}
	for i := 0; i < len(o.Args); i += 2 {
		name, value, _ := strings.Cut(o.Args[i+1], "=")
		if o.Args[i] == "--var" && slices.ContainsFunc(a.Secrets, func(s string) bool { return s != "" && strings.Contains(value, s) }) {
			untold = append(untold, "--var "+name)
			continue
		}
		words = append(words, o.Args[i], o.Args[i+1])
	}
	for _, flag := range []struct {
		name string
		on   bool
	}{{"--import", o.Import}, {"--take-over", o.TakeOver}, {"--trust-keys", o.TrustKeys.All}, {"--trust-rights", o.TrustRights.All}} {
		if flag.on {
			words = append(words, flag.name)
		}
	}
	for _, addr := range o.TrustKeys.Addrs {
		words = append(words, "--trust-keys="+addr)
	}
	for _, addr := range o.TrustRights.Addrs {
		words = append(words, "--trust-rights="+addr)
	}
	for _, t := range o.Targets {
		words = append(words, "--target", t)
	}
	return words, untold
}

// Refresh holds the flags that say where a plan's knowledge of the org comes from.
type Refresh struct {
	From     string
	Snapshot string
}

// Add adds the flags to a command.
func (r *Refresh) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&r.From, "refresh", "true", "`true` reads the org; events reads only what the System Log shows as changed since the last such plan; false reads --snapshot instead of the org")
	cmd.Flags().Lookup("refresh").NoOptDefVal = "true"
	cmd.Flags().StringVar(&r.Snapshot, "snapshot", "", "with --refresh=false: plan from this snapshot `FILE`")
}

// Offline reports whether the plan must not use the org.
func (r *Refresh) Offline() (bool, error) {
	switch {
	case r.From != "true" && r.From != "false" && r.From != "events":
		return false, fmt.Errorf("--refresh must be true, false or events, not %q", r.From)
	case r.From != "false" && r.Snapshot != "":
		return false, errors.New("--snapshot needs --refresh=false: it is for plans without the org")
	case r.From == "false" && r.Snapshot == "":
		return false, errors.New("a plan without the org needs a snapshot: add --snapshot FILE, with a file of oktaform snapshot --out FILE")
	}
	return r.From == "false", nil
}
