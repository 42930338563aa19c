package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/terraform"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

// release writes what makes Terraform let go of the objects.
func (o *importOptions) release(a *cli.App, r terraform.Release, report *view.TerraformReport) error {
	report.Instances = r.Instances
	if r.Removed == nil {
		return nil
	}
	for n := 1; ; n++ {
		name := "removed.tf"
		if n > 1 {
			name = fmt.Sprintf("removed_%d.tf", n)
		}
		report.Removed = filepath.Join(o.out, terraformFolder, name)
		err := a.Trees(o.out).Create(report.Removed, r.Removed, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return prefixed("--out", err)
		}
	}
}

func prefixed(flag string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", flag, err)
}

// checkByPlan plans the new configuration: it should import, and change nothing but marks.
func (o *importOptions) checkByPlan(ctx context.Context, a *cli.App, report *view.TerraformReport) error {
	s, p, err := openPlanned(ctx, a, o.out, &planOptions{Target: o.Target, Inputs: o.Inputs, Refresh: cli.Refresh{From: "true"}})
	o.nextInputs(a, report)
	if err != nil {
		return err
	}
	defer s.Close()
	counts := p.Counts()
	report.Imported, report.Checked = counts.Import, true
	more := *p
	more.Changes = nil
	for _, c := range p.Changes {
		var n plan.Counts
		if n.Count(c); n.Add+n.Change+n.Destroy+n.Forget > 0 {
			report.Changes = append(report.Changes, c.Addr.String())
			more.Changes = append(more.Changes, c)
		}
	}
	if len(report.Changes) > 0 && !a.JSON {
		report.Plan = view.Plan(&more, a.Style())
	}
	return nil
}

// nextInputs adds the values of variables to the commands that come next. Secrets are not shown.
func (o *importOptions) nextInputs(a *cli.App, report *view.TerraformReport) {
	words, untold := (&planOptions{Inputs: o.Inputs}).again(a, ".")
	for _, word := range words {
		report.Flags += " " + view.ShellWord(word)
	}
	for _, flag := range untold {
		report.Notes = append(report.Notes, "The next commands need "+flag+" as well, which is not shown.")
	}
}
