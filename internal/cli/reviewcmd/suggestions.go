package reviewcmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/fileedit"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view/accessview"
	"github.com/oktaform/oktaform/schema"
)

// suggestionsOf returns the mechanical fixes of findings as edits of lines, one for each attribute:
// two fixes of one list are one edit. A value that its block does not contain literally gets none.
func suggestionsOf(c *config.Config, findings []review.Finding) (list []accessview.ReviewSuggestion) {
	type corrected struct {
		addr, attribute string
	}
	declared := map[string]*schema.Desired{}
	all, _ := c.Evaluate(nil).All() // Validate reported the errors
	for i := range all {
		declared[all[i].Addr.String()] = &all[i]
	}
	groups, order := map[corrected][]review.Finding{}, []corrected{}
	for _, f := range findings {
		if f.Correction == nil || f.Waiver != nil {
			continue
		}
		key := corrected{f.Addr.String(), f.Attribute}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], f)
	}
	blocks := map[string][]*hclsyntax.Block{}
	for _, key := range order {
		d := declared[key.addr]
		if d == nil {
			continue
		}
		name := d.Range.Filename
		if _, parsed := blocks[name]; !parsed {
			blocks[name] = blocksOf(c.Files()[name], name)
		}
		for _, b := range blocks[name] {
			if b.TypeRange.Start != d.Range.Start {
				continue
			}
			if s, edited := suggestionOf(c.Files()[name].Bytes, b, d, key.attribute, groups[key]); edited {
				list = append(list, s)
			}
		}
	}
	return list
}

// blocksOf returns the blocks of a file; none of one that is not in HCL's own syntax.
func blocksOf(file *hcl.File, name string) []*hclsyntax.Block {
	if file == nil {
		return nil
	}
	parsed, diags := hclsyntax.ParseConfig(file.Bytes, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil
	}
	return parsed.Body.(*hclsyntax.Body).Blocks
}

// suggestionOf returns the edit of one list of a block. Only the block is parsed again: a file may
// contain thousands.
func suggestionOf(src []byte, b *hclsyntax.Block, d *schema.Desired, attribute string, findings []review.Finding) (s accessview.ReviewSuggestion, edited bool) {
	was, _ := d.Value.GetAttr(attribute).Unmark()
	var texts []string
	for _, e := range schema.Elements(was) {
		if !e.IsKnown() || e.Type() != cty.String {
			return s, false
		}
		texts = append(texts, e.AsString())
	}
	s = accessview.ReviewSuggestion{Address: d.Addr.String(), Attribute: attribute}
	corrected := texts
	for i := range findings {
		after := findings[i].Correction.Apply(corrected)
		if slices.Equal(after, corrected) {
			continue // another fix includes it
		}
		corrected = after
		if name := findings[i].Rule + " " + findings[i].Title; len(s.Rules) == 0 || s.Rules[len(s.Rules)-1] != name {
			s.Rules = append(s.Rules, name)
		}
	}
	block := src[b.TypeRange.Start.Byte:b.CloseBraceRange.End.Byte]
	o, err := fileedit.Find(map[string]*hcl.File{d.Range.Filename: {Bytes: block}}, d.Kind, d.Addr, d.Range)
	if err != nil {
		return s, false // in a module, for example: the finding's text says what to do
	}
	if err := o.SetStrings(attribute, texts, corrected); err != nil {
		return s, false
	}
	after, err := o.Bytes()
	if err != nil {
		return s, false
	}
	s.Path = o.File
	s.Line, s.Before, s.After = changedLines(block, after)
	s.Line += b.TypeRange.Start.Line - 1
	sum := sha256.Sum256([]byte(strings.Join([]string{s.Path, s.Address, attribute, strings.Join(s.Before, "\n"), strings.Join(s.After, "\n")}, "\x00")))
	s.ID = hex.EncodeToString(sum[:8])
	return s, len(s.Before) > 0
}

// changedLines returns the lines that differ between two versions of a file, and the number of the
// first one.
func changedLines(before, after []byte) (first int, was, is []string) {
	a, b := bytes.Split(before, []byte("\n")), bytes.Split(after, []byte("\n"))
	for first < len(a) && first < len(b) && bytes.Equal(a[first], b[first]) {
		first++
	}
	end := 0
	for end < len(a)-first && end < len(b)-first && bytes.Equal(a[len(a)-1-end], b[len(b)-1-end]) {
		end++
	}
	lines := func(list [][]byte) []string {
		texts := []string{}
		for _, line := range list {
			texts = append(texts, string(line))
		}
		return texts
	}
	return first + 1, lines(a[first : len(a)-end]), lines(b[first : len(b)-end])
}
