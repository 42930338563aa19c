package importcmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/terraform"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

// removedFile returns the file with which Terraform releases the objects, under an unused name.
func (o *importOptions) removedFile(a *cli.App, r terraform.Release, report *view.TerraformReport) (map[string][]byte, error) {
	report.Instances = r.Instances
	if r.Removed == nil {
		return nil, nil
	}
	for n := 1; ; n++ {
		name := filepath.Join(terraformFolder, "removed.tf")
		if n > 1 {
			name = filepath.Join(terraformFolder, fmt.Sprintf("removed_%d.tf", n))
		}
		report.Removed = filepath.Join(o.out, name)
		text, err := a.Trees(o.out).Read(report.Removed, files.TextLimit)
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && bytes.Equal(text, r.Removed):
			return map[string][]byte{name: r.Removed}, nil
		case err != nil:
			return nil, prefixed("--out", err)
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
	s, p, err := (&cli.Planning{Target: o.Target, Inputs: o.Inputs, Refresh: cli.Refresh{From: "true"}}).Plan(ctx, a, o.out)
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
		if o.add && !slices.ContainsFunc(report.Objects, func(written view.TerraformObject) bool { return written.Addr == c.Addr.String() }) {
			continue // the configuration in the folder wants that
		}
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
	words, untold := (&cli.Planning{Inputs: o.Inputs}).Again(a, ".")
	for _, word := range words {
		report.Flags += " " + view.ShellWord(word)
	}
	for _, flag := range untold {
		report.Notes = append(report.Notes, "The next commands need "+flag+" as well, which is not shown.")
	}
}
