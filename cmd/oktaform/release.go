package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

func newRelease(a *cli.App) *cobra.Command {
	o := &cli.ApplyOptions{NoSmoke: true, MaxDeletes: -1}
	cmd := &cobra.Command{
		Use:   "release ADDRESS [DIR]",
		Short: "Stop managing an object: remove its mark, and keep it in the org",
		Long: `Shows the plan, asks, removes the owner's mark from the object, and removes its block
from the configuration's file. The object stays in the org as it is, and nobody manages
it; oktaform import ADDRESS ID manages it again. While this runs, a removed block stands
in the file: if the run is killed, the same command finishes it.

A removed block with destroy = false does the same, also for an object in a module or
an instance of a block with for_each.`,
		Example: `  oktaform release web_app.portal`,
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRelease(cmd.Context(), a, args[0], cli.Folder(args[1:]), o)
		},
	}
	o.Target.Add(cmd)
	o.Target.AddConsistency(cmd)
	o.Inputs.Add(cmd)
	o.AddInput(cmd)
	o.SafetyFlags.Add(cmd)
	return cmd
}

func runRelease(ctx context.Context, a *cli.App, name, dir string, o *cli.ApplyOptions) error {
	addr, err := schema.ParseAddr(name)
	switch kind := kinds.Named(addr.Kind); {
	case err != nil:
		return err
	case kind == nil:
		return fmt.Errorf("%s: there is no kind %q; oktaform schema shows all kinds", addr, addr.Kind)
	case !kind.Owned():
		return fmt.Errorf("%s: a %s carries no mark. Remove its block; on_destroy or a removed block decides what happens to it (docs/ownership.md)", addr, kind.Title)
	case addr.Module != "" || addr.Key != "":
		return fmt.Errorf("%s is in a module, or one of several instances of a block: write a removed block with destroy = false (docs/ownership.md)", addr)
	case a.JSON && !o.AutoApprove, o.NoInput() && !o.AutoApprove:
		return errors.New("nobody can approve this: add --auto-approve")
	}
	a.Begin()
	edit, err := withoutBlock(a, dir, addr)
	if err != nil {
		return err
	}
	o.Sources = edit.planned
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
	orgName := s.Client.URL()
	if s.Alone {
		orgName = cli.SandboxOrg
	}
	if edit.begun != "" || !edit.declared {
		if edit.begun != "" && edit.begun != orgName {
			return fmt.Errorf("the release of %s in %s was interrupted, and this is %s: finish it there first (%s says so)", addr, edit.begun, orgName, edit.file)
		}
		p, err := s.Plan(ctx, s.PlanOptions(o.PlanFlags, false))
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(p.Changes, func(c plan.Change) bool { return c.Addr == addr }) {
			if _, _, err := s.Lock(ctx, &plan.Plan{}, o); err != nil { // removes the lease of a run that was killed
				return err
			}
			if edit.begun == "" {
				nothingToRelease(a, addr, dir, orgName, p.Changes)
				return nil
			}
			return finishRelease(a, s, dir, addr)
		}
	}
	o.Targets = []string{addr.String()}
	p, err := s.Approved(ctx, o, nil)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(p.Changes, func(c plan.Change) bool { return c.Action == plan.Forget && c.Addr == addr }) {
		return fmt.Errorf("this configuration owns no %s in the org; oktaform state list shows what it owns", addr)
	}
	p, release, err := s.Lock(ctx, p, o)
	if err != nil {
		return err
	}
	if err := edit.begin(s, addr, orgName); err != nil {
		return errors.Join(err, release(nil, false))
	}
	result, err := s.CarryOut(ctx, p, o)
	after := release(result, err == nil)
	switch {
	case err == nil:
		return errors.Join(finishRelease(a, s, dir, addr), after)
	case result.Wrote(addr) || result.Uncertain(org.Uncertain):
		after = errors.Join(after, fmt.Errorf("a removed block stands for %s in %s until it is released: run the same command again", addr, edit.file))
	default:
		after = errors.Join(after, edit.undo(s, addr, orgName))
	}
	if after != nil {
		a.ShowDiagnostics(cli.DiagnosticsOf(after))
	}
	return err
}

// nothingToRelease is no error: an earlier run may have been interrupted after its last write. The
// org can't tell that from a mistyped address, so the message suggests an owned one like it.
func nothingToRelease(a *cli.App, addr schema.Addr, dir, orgName string, owned []plan.Change) {
	if a.JSON {
		return
	}
	names := make([]string, len(owned))
	for i, c := range owned {
		names[i] = c.Addr.String()
	}
	a.Say(fmt.Sprintf("Nothing to release: %s does not declare %s, and no object in %s carries its mark (any more).%s\n",
		view.ShellWord(dir), addr, view.Plain(orgName), config.DidYouMean(addr.String(), names)))
}

// blockEdit takes the block of an object out of the files of a configuration. Until the org has
// released the object, a removed block with a note stands in its place: it says what is wanted if
// the run is killed, and a later run recognizes it.
type blockEdit struct {
	sources  map[string][]byte // the files as they are
	after    map[string][]byte // those that change, without the block
	planned  map[string][]byte // those that change, with the removed block
	file     string            // that holds the block, or the removed block
	declared bool              // a file declares the object
	begun    string            // the org in which an earlier run has begun the release; "" without
}

// withoutBlock takes the block of an object, and import blocks for it, out of the files that hold
// them. Nothing is written.
func withoutBlock(a *cli.App, dir string, addr schema.Addr) (*blockEdit, error) {
	sources, err := a.Sources(dir)
	if err != nil {
		return nil, err
	}
	names := slices.Sorted(maps.Keys(sources))
	if len(names) == 0 {
		return nil, fmt.Errorf("%s contains no .hcl file", dir)
	}
	edit := &blockEdit{sources: sources, after: map[string][]byte{}}
	begun := regexp.MustCompile(strings.Replace(regexp.QuoteMeta(removedBlock(addr, "ORG")), "ORG", `(\S+)`, 1))
	for _, name := range names {
		text := sources[name]
		if m := begun.FindSubmatch(text); m != nil && !edit.declared {
			edit.file, edit.begun = name, string(m[1])
		}
		text = begun.ReplaceAll(text, nil)
		file, _ := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
		if file == nil {
			continue // loading says what is wrong
		}
		whole := text
		for _, block := range slices.Backward(file.Body.(*hclsyntax.Body).Blocks) {
			own := block.Type == addr.Kind && slices.Equal(block.Labels, []string{addr.Name})
			if own || fileedit.ImportTarget(block, whole) == addr.String() {
				text = fileedit.Cut(text, block.Range())
			}
			if own {
				edit.file, edit.begun, edit.declared = name, "", true
			}
		}
		if !bytes.Equal(text, sources[name]) {
			edit.after[name] = text
		}
	}
	edit.file = cmp.Or(edit.file, names[0])
	if _, changed := edit.after[edit.file]; !changed {
		edit.after[edit.file] = sources[edit.file]
	}
	edit.planned = maps.Clone(edit.after)
	edit.planned[edit.file] = edit.withRemoved(addr, "-")
	return edit, nil
}

// removedBlock is what stands in the file while the org releases the object.
func removedBlock(addr schema.Addr, orgName string) string {
	return fmt.Sprintf("\n# Its release has begun in %s: release it again, and this goes.\nremoved {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", orgName, addr)
}

func (e *blockEdit) withRemoved(addr schema.Addr, orgName string) []byte {
	return append(bytes.Clone(e.after[e.file]), removedBlock(addr, orgName)...)
}

// begin writes the files with the removed block. The file with the object's block is the last one:
// until then the files declare the object.
func (e *blockEdit) begin(s *cli.Session, addr schema.Addr, orgName string) error {
	for name := range e.after {
		now, err := s.Trees.Read(name, files.SourceLimit)
		if err != nil {
			return err
		}
		if !bytes.Equal(now, e.sources[name]) {
			return fmt.Errorf("%s was changed meanwhile, so nothing was written: run again", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(e.after)) {
		if name == e.file {
			continue
		}
		if err := s.Trees.Replace(name, e.after[name], 0); err != nil {
			return errors.Join(err, e.undo(s, addr, orgName))
		}
	}
	if err := s.Trees.Replace(e.file, e.withRemoved(addr, orgName), 0); err != nil {
		return errors.Join(err, e.undo(s, addr, orgName))
	}
	return nil
}

// undo writes the files as they were, unless somebody has changed them meanwhile.
func (e *blockEdit) undo(s *cli.Session, addr schema.Addr, orgName string) error {
	var err error
	for name, wrote := range e.after {
		if name == e.file {
			wrote = e.withRemoved(addr, orgName)
		}
		now, failed := s.Trees.Read(name, files.SourceLimit)
		switch {
		case failed != nil || bytes.Equal(now, e.sources[name]):
		case bytes.Equal(now, wrote):
			failed = s.Trees.Replace(name, e.sources[name], 0)
		default:
			failed = fmt.Errorf("%s was changed meanwhile, so the block of %s was not put back", name, addr)
		}
		err = errors.Join(err, failed)
	}
	return err
}

// finishRelease removes the removed block, now that the object is released. It edits the files as
// they are now: somebody may have changed them meanwhile.
func finishRelease(a *cli.App, s *cli.Session, dir string, addr schema.Addr) error {
	e, err := withoutBlock(a, dir, addr)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(e.after)) {
		if err := s.Trees.Replace(name, e.after[name], 0); err != nil {
			return fmt.Errorf("%s is released, and a removed block for it still stands in %s: run the same command again: %w", addr, e.file, err)
		}
	}
	for name := range e.sources {
		if err := s.Trees.RemoveTemporary(name); err != nil {
			return err
		}
	}
	if !a.JSON {
		a.Say(fmt.Sprintf("The block of %s is removed from %s.\n", addr, e.file))
	}
	return nil
}
