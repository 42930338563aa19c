package driftcmd

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/rogpeppe/go-internal/diff"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/drift"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/internal/view/accessview"
	"github.com/oktaform/oktaform/plan"
)

// acceptDrift edits the configuration's files so that they declare what the org has, once that was
// reviewed and approved.
func acceptDrift(ctx context.Context, a *cli.App, s *cli.Session, r *drift.Report, dir string, o *driftOptions) error {
	accepted, done, err := chosenDrift(r, o.accept)
	if err != nil {
		return err
	}
	for _, name := range done {
		a.Say(view.Plain(name) + " doesn't differ from the org: there is nothing to accept.\n")
	}
	if len(accepted) == 0 {
		return nil
	}
	sources, err := editedFiles(s, accepted)
	if err != nil {
		return err
	}
	edited, err := s.Edited(dir, o.Inputs, sources)
	if err != nil {
		return fmt.Errorf("the edited configuration is not valid, so nothing was written: %w", err)
	}
	defer func() { _ = edited.Close() }()
	options := s.PlanOptions(o.PlanFlags, false)
	p, err := edited.Plan(ctx, options)
	if err != nil {
		return fmt.Errorf("the edited configuration can't be planned, so nothing was written: %w", err)
	}
	if err := checkAccepted(r.Plan, p, accepted); err != nil {
		return err
	}
	showEdit(a, s, edited, accepted, sources, dir)
	if !o.autoApprove {
		if err := a.Confirm("Do you want to edit "+view.Plain(strings.Join(slices.Sorted(maps.Keys(sources)), ", "))+"?\n  oktaform will write the lines shown above. The org is not changed.", "Edit"); err != nil {
			return err
		}
	}
	for _, name := range writeOrder(accepted, sources) {
		now, err := s.Trees.Read(name, files.SourceLimit)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, s.Config.Files()[name].Bytes) {
			return fmt.Errorf("%s has changed since it was read, so it was not written: run again", name)
		}
		if err := s.Trees.Replace(name, sources[name], 0); err != nil {
			return err
		}
		if err := s.Trees.RemoveTemporary(name); err != nil {
			return err
		}
	}
	for _, d := range accepted {
		a.Say("Accepted " + view.Plain(d.Addr()) + ".\n")
	}
	return nil
}

// writeOrder puts the files from which blocks are removed last: if the run is killed between two
// files, the same command still finds the blocks that it names.
func writeOrder(accepted []*drift.Difference, sources map[string][]byte) []string {
	names := slices.Sorted(maps.Keys(sources))
	removes := func(name string) int {
		if slices.ContainsFunc(accepted, func(d *drift.Difference) bool { return d.Attribute == "" && d.Change.Range.Filename == name }) {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(names, func(a, b string) int { return removes(a) - removes(b) })
	return names
}

// chosenDrift finds the drift that the flags name, and the names of what doesn't differ: a run that
// was killed may have accepted it. What concerns access has to be named itself, not only by its
// object.
func chosenDrift(r *drift.Report, names []string) (chosen []*drift.Difference, done []string, err error) {
	for _, name := range names {
		var found, unnamed []*drift.Difference
		for i := range r.Drift {
			d := &r.Drift[i]
			switch {
			case name == d.Addr():
				found = append(found, d)
			case name == d.Change.Addr.String() && d.ConcernsAccess():
				unnamed = append(unnamed, d)
			case name == d.Change.Addr.String():
				found = append(found, d)
			}
		}
		if len(unnamed) > 0 {
			return nil, nil, nameEach(name, unnamed)
		}
		if len(found) == 0 {
			if !equalsOrg(r, name) {
				return nil, nil, noSuchDrift(r, name)
			}
			done = append(done, name)
		}
		for _, d := range found {
			if !d.Acceptable() {
				return nil, nil, fmt.Errorf("%s %s, and no edit of its block can accept that: %s", d.Addr(), accessview.DriftSummary(d), d.WayOut())
			}
			if !slices.Contains(chosen, d) {
				chosen = append(chosen, d)
			}
		}
	}
	return chosen, done, nil
}

// equalsOrg reports whether a name is that of a declared object, or of one of its attributes or
// blocks, which is in the org as it is declared.
func equalsOrg(r *drift.Report, name string) bool {
	return slices.ContainsFunc(r.Plan.Changes, func(c plan.Change) bool {
		attribute, within := strings.CutPrefix(name, c.Addr.String()+".")
		switch {
		case c.Action != plan.NoOp || c.After.IsNull():
			return false
		case within:
			return c.Kind.Attr(attribute) != nil || c.Kind.Block(attribute) != nil
		}
		return name == c.Addr.String()
	})
}

// nameEach asks for the exact names of what concerns access.
func nameEach(name string, list []*drift.Difference) error {
	var lines []string
	for _, d := range list {
		lines = append(lines, "  --accept "+view.Plain(d.Addr()))
		for _, said := range accessview.DriftSaid(d) {
			lines = append(lines, "    "+view.Plain(said))
		}
	}
	return &session.Error{Diagnostics: hcl.Diagnostics{{Severity: hcl.DiagError,
		Summary: name + " differs in attributes that decide access. Name each of them:", Detail: strings.Join(lines, "\n")}}}
}

func noSuchDrift(r *drift.Report, name string) error {
	for i := range r.Pending {
		if d := &r.Pending[i]; name == d.Addr() || name == d.Change.Addr.String() {
			return fmt.Errorf("%s is a change of the configuration, not drift (%s): edit the file to revert it", d.Addr(), d.Why)
		}
	}
	var names []string
	for i := range r.Drift {
		names = append(names, r.Drift[i].Addr())
	}
	if len(names) == 0 {
		return fmt.Errorf("--accept %s: there is no drift", name)
	}
	return fmt.Errorf("--accept %s: no such drift; there is %s", name, strings.Join(names, ", "))
}

// editedFiles are the files with what is accepted, by their names.
func editedFiles(s *cli.Session, accepted []*drift.Difference) (map[string][]byte, error) {
	objects := map[string]*fileedit.Object{}
	byFile := map[string][]*fileedit.Object{}
	for _, d := range accepted {
		c := d.Change
		o := objects[c.Addr.String()]
		if o == nil {
			var err error
			if o, err = fileedit.Find(s.Config.Files(), c.Kind, c.Addr, c.Range); err != nil {
				return nil, err
			}
			objects[c.Addr.String()] = o
			byFile[o.File] = append(byFile[o.File], o)
		}
		if d.Attribute == "" {
			o.Remove()
			for _, block := range fileedit.FindImports(s.Config.Files(), c.Addr) {
				block.Remove()
				byFile[block.File] = append(byFile[block.File], block)
			}
			continue
		}
		if err := o.Accept(d.Attribute, c.After, c.Before); err != nil {
			return nil, err
		}
	}
	sources := map[string][]byte{}
	for name, list := range byFile {
		src, err := fileedit.Apply(list)
		if err != nil {
			return nil, err
		}
		sources[name] = src
	}
	return sources, nil
}

// checkAccepted refuses an edit that does not do precisely what it is for: the plan shows nothing
// more of what is accepted, and nothing else than before.
func checkAccepted(before, after *plan.Plan, accepted []*drift.Difference) error {
	for _, d := range accepted {
		if plan.Differs(after, d.Change.Addr, d.Attribute) {
			return fmt.Errorf("%s can't be accepted by an edit of its block, so nothing was written: a plan would still change it. Edit the file by hand, or revert the change with apply", d.Addr())
		}
	}
	for i := range after.Changes {
		c := &after.Changes[i]
		if c.Action == plan.NoOp {
			continue
		}
		changed := []string{""}
		if !c.Before.IsNull() && !c.After.IsNull() {
			changed = c.Kind.Changed(c.Before, c.After)
		}
		for _, name := range changed {
			if !plan.Differs(before, c.Addr, name) {
				return fmt.Errorf("the edit would also change %s, so nothing was written: edit the files by hand", strings.TrimSuffix(c.Addr.String()+"."+name, "."))
			}
		}
	}
	return nil
}

// showEdit shows the edit, and what it means for who may do what.
func showEdit(a *cli.App, s *cli.Session, edited *session.Session, accepted []*drift.Difference, sources map[string][]byte, dir string) {
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		a.Print(string(diff.Diff("old/"+name, s.Config.Files()[name].Bytes, "new/"+name, sources[name])))
	}
	in := versions.Compare(versions.Of(s.Config), versions.Of(edited.Config))
	r := review.Assess(in, review.Options{Now: s.Stamp()})
	var list []review.Accepted
	for _, d := range accepted {
		one := review.Accepted{Addr: d.Change.Addr, Kind: d.Change.Kind, Attribute: d.Attribute, Who: accessview.DriftWho(d), Range: d.Change.Range}
		var keys []string
		for _, key := range d.Keys() {
			keys = append(keys, fmt.Sprintf("key %q, thumbprint %s", key.KID, key.Thumbprint))
		}
		one.Keys = strings.Join(keys, "; ")
		list = append(list, one)
	}
	r.Accept(list)
	a.Print("\n" + accessview.ReviewText(accessview.NewReview(r, dir, "the files as they are"), a.Style(), a.Width(), false))
}
