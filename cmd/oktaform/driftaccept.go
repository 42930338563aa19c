package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/drift"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
)

// acceptDrift edits the configuration's files so that they declare what the org has, once that was
// reviewed and approved.
func acceptDrift(ctx context.Context, a *cli.App, s *cli.Session, r *drift.Report, dir string, o *driftOptions) error {
	accepted, err := chosenDrift(r, o.accept)
	if err != nil {
		return err
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
	for _, name := range slices.Sorted(maps.Keys(sources)) {
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
	}
	for _, d := range accepted {
		a.Print("Accepted " + view.Plain(d.Addr()) + ".\n")
	}
	return nil
}

// chosenDrift finds the drift that the flags name. What concerns access has to be named itself, not
// only by its object.
func chosenDrift(r *drift.Report, names []string) (chosen []*drift.Difference, err error) {
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
			return nil, errors.New(nameEach(name, unnamed))
		}
		if len(found) == 0 {
			return nil, noSuchDrift(r, name)
		}
		for _, d := range found {
			if !d.Acceptable() {
				return nil, fmt.Errorf("%s %s, and no edit of its block can accept that: %s", d.Addr(), view.DriftSummary(d), d.WayOut())
			}
			if !slices.Contains(chosen, d) {
				chosen = append(chosen, d)
			}
		}
	}
	return chosen, nil
}

// nameEach asks for the exact names of what concerns access.
func nameEach(name string, list []*drift.Difference) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s differs in attributes that decide access. Name each of them:", name)
	for _, d := range list {
		fmt.Fprintf(&b, "\n  --accept %s", d.Addr())
		for _, said := range view.DriftSaid(d) {
			b.WriteString("\n    " + said)
		}
	}
	return b.String()
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
	in := review.Compare(review.VersionOf(s.Config), review.VersionOf(edited.Config))
	r := review.Assess(in, review.Options{Now: s.Stamp()})
	var list []review.Accepted
	for _, d := range accepted {
		one := review.Accepted{Addr: d.Change.Addr, Kind: d.Change.Kind, Attribute: d.Attribute, Who: view.DriftWho(d), Range: d.Change.Range}
		var keys []string
		for _, key := range d.Keys() {
			keys = append(keys, fmt.Sprintf("key %q, thumbprint %s", key.KID, key.Thumbprint))
		}
		one.Keys = strings.Join(keys, "; ")
		list = append(list, one)
	}
	r.Accept(list)
	a.Print("\n" + view.ReviewText(view.NewReview(r, dir, "the files as they are"), a.Style(), a.Env.Width, false))
}
