package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

func newRelease(a *cli.App) *cobra.Command {
	o := &cli.ApplyOptions{NoSmoke: true, MaxDeletes: -1}
	cmd := &cobra.Command{
		Use:   "release ADDRESS [DIR]",
		Short: "Stop managing an object: remove its mark, and keep it in the org",
		Long: `Shows the plan, asks, removes the owner's mark from the object, and removes its block
from the configuration's file. The object stays in the org as it is, and nobody manages
it; oktaform import ADDRESS ID manages it again.

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
	switch kind := schema.KindNamed(addr.Kind); {
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
	o.Sources, o.Targets = edit.planned, []string{addr.String()}
	s, err := a.Open(ctx, dir, o.Inputs, o.Target)
	if err != nil {
		return err
	}
	defer s.Close()
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
	result, err := s.CarryOut(ctx, p, o)
	if after := release(result, err == nil); after != nil {
		a.ShowDiagnostics(cli.DiagnosticsOf(after))
		err = errors.Join(err, after)
	}
	if err != nil {
		return err
	}
	for name, text := range edit.after {
		if err := s.Trees.Replace(name, text, 0); err != nil {
			return fmt.Errorf("%s is released, but its block is still in the configuration: remove it before the next plan: %w", addr, err)
		}
	}
	if !a.JSON && edit.file != "" {
		a.Print(fmt.Sprintf("The block of %s is removed from %s.\n", addr, edit.file))
	}
	return nil
}

// blockEdit are the files of the configuration without the block of an object.
type blockEdit struct {
	planned map[string][]byte // with a removed block in its place, for the plan
	after   map[string][]byte // those that change
	file    string            // that held the block; "" where there is none
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
	edit := &blockEdit{planned: map[string][]byte{}, after: map[string][]byte{}}
	for _, name := range names {
		file, _ := hclsyntax.ParseConfig(sources[name], name, hcl.InitialPos)
		if file == nil {
			continue // loading says what is wrong
		}
		text := sources[name]
		for _, block := range slices.Backward(file.Body.(*hclsyntax.Body).Blocks) {
			own := block.Type == addr.Kind && slices.Equal(block.Labels, []string{addr.Name})
			if own || importsTo(block, sources[name]) == addr.String() {
				text = cut(text, block.Range())
				edit.planned[name], edit.after[name] = text, text
			}
			if own {
				edit.file = name
			}
		}
	}
	first := cmp.Or(edit.file, names[0])
	if _, changed := edit.planned[first]; !changed {
		edit.planned[first] = sources[first]
	}
	removed := fmt.Sprintf("\nremoved {\n  from = %s\n  lifecycle {\n    destroy = false\n  }\n}\n", addr)
	edit.planned[first] = append(bytes.Clone(edit.planned[first]), removed...)
	return edit, nil
}

// importsTo is the address that an import block names; "" for other blocks.
func importsTo(block *hclsyntax.Block, src []byte) string {
	to := block.Body.Attributes["to"]
	if block.Type != "import" || to == nil {
		return ""
	}
	return strings.TrimSpace(string(to.Expr.Range().SliceBytes(src)))
}

// cut takes the lines of a block out of a file, and one empty line before them.
func cut(text []byte, r hcl.Range) []byte {
	begin := bytes.LastIndexByte(text[:r.Start.Byte], '\n') + 1
	end := r.End.Byte
	if i := bytes.IndexByte(text[end:], '\n'); i >= 0 {
		end += i + 1
	}
	before := text[:begin]
	if bytes.HasSuffix(before, []byte("\n\n")) {
		before = before[:len(before)-1]
	}
	return slices.Concat(before, text[end:])
}
