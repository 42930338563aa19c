package importcmd

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// check plans what was written, with what was read. It fails if the plan changes more of a written
// object than its mark, and returns a note if the credential in use can't plan.
func (i *importing) check(ctx context.Context, in cli.Inputs, inv *schema.Inventory, r *generate.Result) (note string, err error) {
	if len(r.Written) == 0 {
		return "", nil
	}
	s, err := i.Session.Edited(i.Dir, in, nil)
	if err != nil {
		return "", fmt.Errorf("the files that were written are not valid, which is an error of oktaform: %w", err)
	}
	defer func() { _ = s.Close() }()
	s.ReadOrg = i.Session.Client.ReadAfter(inv)
	p, err := s.Plan(ctx, plan.Options{Owner: s.Config.Owner, Command: "oktaform plan " + view.ShellWord(i.Dir)})
	i.Session.EndJob()
	switch {
	case org.Denied(err):
		return fmt.Sprintf("Not planned, since the credential in use may not read all that a plan reads: %s\n", strings.TrimSuffix(err.Error(), ".")+"."), nil
	case err != nil:
		return "", fmt.Errorf("the files are written to %s, but they can't be planned: %w", view.ShellWord(i.Dir), err)
	}
	if changes := unexpected(p, r, i.add); len(changes) > 0 {
		return "", &session.Error{Diagnostics: hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The plan does more than import", Detail: changesMore(i.Dir, changes)}}}
	}
	return fmt.Sprintf("A plan of %s imports what is new, and changes nothing else of it.\n", view.ShellWord(i.Dir)), nil
}

// unexpected returns the changes that are more than an import. Where there was a configuration
// before, only what was written now counts.
func unexpected(p *plan.Plan, r *generate.Result, add bool) (changes []*plan.Change) {
	written := map[schema.Addr]bool{}
	for _, w := range r.Written {
		written[w.Addr] = true
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		imports := c.Action == plan.Import && len(c.Kind.Changed(c.Before, c.After)) == 0
		if c.Action == plan.NoOp || imports || c.OnlyMoved() || add && !written[c.Addr] {
			continue
		}
		changes = append(changes, c)
	}
	return changes
}

// changesMore names the objects that a plan would change beyond their mark.
func changesMore(dir string, changes []*plan.Change) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The files are written to %s, but a plan of them changes more than the marks:\n", view.ShellWord(dir))
	for _, c := range changes {
		fmt.Fprintf(&b, "\n  %s (%s): ", c.Addr, c.ID)
		switch names := changedAttributes(c); {
		case len(names) > 0:
			b.WriteString("it would change " + strings.Join(names, ", "))
		case c.Action == plan.Create:
			b.WriteString("it would create it")
		default:
			b.WriteString("the action is " + string(c.Action))
		}
		if c.Reason != "" {
			b.WriteString(" (" + c.Reason + ")")
		}
	}
	fmt.Fprintf(&b, "\n\nIf somebody has changed the org meanwhile, remove the files and import again. Else edit these blocks until\noktaform plan %s shows imports only, or remove them.", view.ShellWord(dir))
	return b.String()
}

func changedAttributes(c *plan.Change) []string {
	if c.Before.IsNull() || c.After.IsNull() {
		return nil
	}
	return c.Kind.Changed(c.Before, c.After)
}
