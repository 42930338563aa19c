package plan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Approves returns, as diagnostics, why a plan that was made now is not the saved and approved one:
// what changed in the org, what changed in the configuration, and where the file was edited.
// Without diagnostics they are equal, or the new plan is what remains of the saved one after an
// interrupted run.
func (s *Saved) Approves(now *Document) hcl.Diagnostics {
	was := &s.Document
	refuse := func(summary, format string, args ...any) hcl.Diagnostics {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...) + " Nothing was changed."}}
	}
	switch {
	case was.Origin.OrgID != now.Origin.OrgID:
		return refuse("Saved plan is for another org", "The plan was made for the org %s (%s), and this is %s (%s).",
			was.Origin.OrgID, was.Origin.URL, now.Origin.OrgID, now.Origin.URL)
	case was.Origin.Owner != now.Origin.Owner:
		return refuse("Saved plan is for another configuration", "The plan was made for what %q owns, and the configuration here is that of %q.",
			was.Origin.Owner, now.Origin.Owner)
	case was.Origin.Destroy != now.Origin.Destroy && was.Origin.Destroy:
		return refuse("Saved plan destroys", "The plan was made with --destroy. A plan file alone is not enough to destroy: use destroy FILE.")
	case was.Origin.Destroy != now.Origin.Destroy:
		return refuse("Saved plan doesn't destroy", "The plan was made without --destroy: use apply FILE.")
	case !slices.Equal(slices.Sorted(slices.Values(was.Origin.Flags)), now.Origin.Flags):
		return refuse("Saved plan was made with other flags", "The plan was made with %s, and this run has %s. They allow what a plan otherwise refuses, so they must be given again with the file, and can't be added later: give the same flags.",
			flagNames(was.Origin.Flags), flagNames(now.Origin.Flags))
	}
	var stale, other []string
	for _, pair := range pairs(was.ResourceChanges, now.ResourceChanges) {
		if text := pair.moved(); text != "" {
			stale = append(stale, text)
		} else if text := pair.difference(); text != "" {
			other = append(other, text)
		}
	}
	if text := outputsDiffer(was, now); text != "" && len(stale) == 0 {
		other = append(other, text)
	}
	rest := len(stale)+len(other) > 0 && s.continues(now)
	if rest && now.Applyable {
		return nil
	}
	var diags hcl.Diagnostics
	if rest {
		return refuse("Saved plan is stale", "All its changes are made already. Since it was made, the org has changed:\n%s\nTo run the smoke tests again use smoke.", strings.Join(stale, "\n"))
	}
	if len(stale) > 0 {
		diags = append(diags, refuse("Saved plan is stale", "Since it was made, the org has changed:\n%s\nMake a new plan and have it approved.", strings.Join(stale, "\n"))...)
	}
	if len(other) > 0 {
		diags = append(diags, refuse("Saved plan differs from the configuration", "The configuration or the values of its variables have changed since the plan was made, or the file was edited:\n%s\nMake a new plan and have it approved.", strings.Join(other, "\n"))...)
	}
	return diags
}

func flagNames(flags []string) string {
	if len(flags) == 0 {
		return "none of --import, --take-over, --trust-keys and --trust-rights"
	}
	return "--" + strings.Join(flags, " --")
}

// resourcePair holds the changes of one object in two plans; was or now is nil if a plan has none.
type resourcePair struct{ was, now *ResourceChange }

// pairs matches changes by address and id, and the remaining ones by address alone.
func pairs(was, now []ResourceChange) (list []resourcePair) {
	key := func(r *ResourceChange) string { return r.Address + "\n" + r.Own.ID }
	left := map[string][]*ResourceChange{}
	for i := range now {
		left[key(&now[i])] = append(left[key(&now[i])], &now[i])
	}
	var alone []*ResourceChange
	for i := range was {
		k := key(&was[i])
		if same := left[k]; len(same) > 0 {
			list, left[k] = append(list, resourcePair{&was[i], same[0]}), same[1:]
		} else {
			alone = append(alone, &was[i])
		}
	}
	rest := slices.Concat(slices.Collect(maps.Values(left))...)
	for _, r := range alone {
		p := resourcePair{was: r}
		if i := slices.IndexFunc(rest, func(o *ResourceChange) bool { return o.Address == r.Address }); i >= 0 {
			p.now = rest[i]
			rest = slices.Delete(rest, i, i+1)
		}
		list = append(list, p)
	}
	for _, r := range rest {
		list = append(list, resourcePair{now: r})
	}
	slices.SortStableFunc(list, func(a, b resourcePair) int { return cmp.Compare(a.addr(), b.addr()) })
	return list
}

func (p resourcePair) addr() string {
	if p.was != nil {
		return p.was.Address
	}
	return p.now.Address
}

// moved says what changed in the org, or "".
func (p resourcePair) moved() string {
	switch {
	case p.was == nil && p.now.Own.ID == "", p.now == nil && p.was.Own.ID == "":
		return "" // the object does not exist in the org
	case p.was == nil:
		return fmt.Sprintf("  - %s (%s) is new", p.now.Address, p.now.Own.ID)
	case p.now == nil:
		return fmt.Sprintf("  - %s (%s) no longer exists, or no longer belongs to this configuration", p.was.Address, p.was.Own.ID)
	case p.was.Own.ID != p.now.Own.ID && p.was.Own.ID == "":
		return fmt.Sprintf("  - %s exists now: %s", p.was.Address, p.now.Own.ID)
	case p.was.Own.ID != p.now.Own.ID && p.now.Own.ID == "":
		return fmt.Sprintf("  - %s (%s) no longer exists", p.was.Address, p.was.Own.ID)
	case p.was.Own.ID != p.now.Own.ID:
		return fmt.Sprintf("  - %s is another object: %s instead of %s", p.was.Address, p.now.Own.ID, p.was.Own.ID)
	}
	var parts []string
	for name, hash := range p.was.Own.Content {
		if now, both := p.now.Own.Content[name]; both && now != hash {
			parts = append(parts, name)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	slices.Sort(parts)
	return fmt.Sprintf("  - %s (%s): %s", p.was.Address, p.was.Own.ID, strings.Join(parts, ", "))
}

// difference says how the two plans differ, or "".
func (p resourcePair) difference() string {
	switch {
	case p.was == nil:
		return fmt.Sprintf("  - %s: %s now, and not in the saved plan", p.now.Address, p.now.Own.Action)
	case p.now == nil:
		return fmt.Sprintf("  - %s: %s in the saved plan, and not now", p.was.Address, p.was.Own.Action)
	case p.was.Own.Action != p.now.Own.Action:
		return fmt.Sprintf("  - %s: %s in the saved plan, %s now", p.was.Address, p.was.Own.Action, p.now.Own.Action)
	}
	was, now := p.was.comparable(), p.now.comparable()
	var parts []string
	for name := range now {
		if !reflect.DeepEqual(was[name], now[name]) {
			parts = append(parts, name)
		}
	}
	for name := range was {
		if _, ok := now[name]; !ok {
			parts = append(parts, name)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	slices.Sort(parts)
	return fmt.Sprintf("  - %s: %s", p.was.Address, strings.Join(parts, ", "))
}

// comparable returns what must be equal in two plans, with names for people: the attributes of
// before and after, and everything else that matters. Positions of blocks and folders of keys do
// not.
func (r *ResourceChange) comparable() map[string]any {
	c, own := *r, r.Own
	c.Change.Before, c.Change.After = nil, nil
	own.Reason, own.File, own.Line, own.Content = "", "", 0, nil
	own.Generates = slices.Clone(own.Generates)
	for i := range own.Generates {
		own.Generates[i].File = ""
	}
	c.Own = own
	parts, _ := jsonValue(c).(map[string]any)
	if change, ok := parts["change"].(map[string]any); ok {
		delete(parts, "change")
		for name, v := range change {
			parts[name] = v
		}
	}
	for side, v := range map[string]any{"before": r.Change.Before, "after": r.Change.After} {
		values, exists := jsonValue(v).(map[string]any)
		parts[side] = exists
		for name, v := range values {
			parts[side+"."+name] = v
		}
	}
	return parts
}

func outputsDiffer(was, now *Document) string {
	if reflect.DeepEqual(jsonValue(was.OutputChanges), jsonValue(now.OutputChanges)) {
		return ""
	}
	return "  - the outputs"
}

// jsonValue returns a value as decoded from its JSON.
func jsonValue(v any) (out any) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	_ = dec.Decode(&out)
	return out
}
