package importcmd

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/terraform"
	"github.com/oktaform/oktaform/internal/view"
)

// fromFolder translates .tf files.
func (o *importOptions) fromFolder(ctx context.Context, a *cli.App, report *view.TerraformReport) error {
	root, err := files.Open(o.fromTerraform)
	if err != nil {
		return fmt.Errorf("--from-terraform: %w", err)
	}
	defer root.Close()
	t, err := terraform.Translate(root)
	if err != nil {
		return fmt.Errorf("--from-terraform: %s can't be translated: %w", files.Quoted(o.fromTerraform), err)
	}
	if len(t.Declared) == 0 {
		return fmt.Errorf("--from-terraform: the .tf files in %s declare nothing that oktaform can declare%s", files.Quoted(o.fromTerraform), firstRemark(t))
	}
	i, err := o.begin(ctx, a)
	if err != nil {
		return err
	}
	defer i.Session.Close()
	report.Flags = i.OrgFlag()
	t.Files[terraform.OrgFile] = terraform.OrgBlock(o.owner)
	pending := &pendingImport{trees: i.Session.Trees, dir: o.out}
	for _, name := range slices.Sorted(maps.Keys(t.Files)) {
		pending.add(name, nil, t.Files[name])
	}
	removed, err := o.removedFile(a, t.Release(), report)
	if err != nil {
		return err
	}
	for name, text := range removed {
		pending.add(name, nil, text)
	}
	if err := pending.write(); err != nil {
		return prefixed("--out", err)
	}
	o.Inputs.Without(t.Unused)
	report.Declared = len(t.Declared)
	for _, r := range t.Remarks {
		report.Remarks = append(report.Remarks, view.TerraformRemark(r))
	}
	if u, err := url.Parse(i.Session.Client.URL()); err == nil && len(t.Hosts) > 0 && !slices.Contains(t.Hosts, u.Host) {
		report.Notes = append(report.Notes, fmt.Sprintf("The files are for %s, and the org is %s.", strings.Join(t.Hosts, ", "), u.Host))
	}
	return nil
}

func firstRemark(t *terraform.Translation) string {
	if len(t.Remarks) == 0 {
		return ""
	}
	r := t.Remarks[0]
	return fmt.Sprintf(". %s:%d: %s", r.File, r.Line, r.Text)
}
