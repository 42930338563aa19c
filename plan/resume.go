package plan

import (
	"reflect"
	"slices"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// An interrupted run of a saved plan has done a part of it. The plan made after that is approved if
// it is the rest: each of its changes leads to what the saved plan shows, and starts from something
// between its before and after. Any other change in the meantime makes the plan stale.

// continues reports whether the plan made now is what remains of the saved one.
func (s *Saved) continues(now *Document) bool {
	was := map[string][]*ResourceChange{}
	for i := range s.Document.ResourceChanges {
		r := &s.Document.ResourceChanges[i]
		was[r.Address] = append(was[r.Address], r)
	}
	seen := map[string]bool{}
	for i := range now.ResourceChanges {
		r := &now.ResourceChanges[i]
		seen[r.Address] = true
		if !slices.ContainsFunc(was[r.Address], func(w *ResourceChange) bool { return w.leaves(r) }) {
			return false
		}
	}
	for addr, list := range was {
		for _, w := range list {
			if !seen[addr] && w.Own.Action != "delete" && w.Own.Action != "forget" {
				return false
			}
		}
	}
	for name, out := range s.Document.OutputChanges {
		other, ok := now.OutputChanges[name]
		if !ok || !within(jsonValue(out.After), jsonValue(out.AfterUnknown), jsonValue(other.After)) {
			return false
		}
	}
	return len(now.OutputChanges) == len(s.Document.OutputChanges)
}

// leaves reports whether now is what remains of an approved change.
func (r *ResourceChange) leaves(now *ResourceChange) bool {
	same := resourcePair{r, now}
	if r.Own.ID == now.Own.ID && same.moved() == "" && same.difference() == "" {
		return true
	}
	if !slices.Equal(r.Change.Actions, shownActions[actionNamed(r.Own.Action)]) || !r.startsAt(now) {
		return false
	}
	if r.Type != now.Type || len(now.Own.UndeclaredElements) > 0 && !reflect.DeepEqual(r.Own.UndeclaredElements, now.Own.UndeclaredElements) {
		return false
	}
	sameObject := r.Own.ID == now.Own.ID
	switch r.Own.Action + " " + now.Own.Action {
	case "delete delete":
		return sameObject && r.Own.OnDestroy == now.Own.OnDestroy && r.unchanged(now)
	case "replace delete":
		return sameObject && now.DeposedKey != "" && r.unchanged(now)
	case "create create", "replace create":
		return r.sameEnd(now)
	case "create update", "create no-op":
		return r.marks(now) && r.sameEnd(now) && r.partlyApplied(now, nil)
	case "replace update", "replace no-op":
		return !sameObject && now.DeposedKey == "" && r.marks(now) && r.sameEnd(now) && r.partlyApplied(now, nil)
	case "update update", "update no-op", "import import", "import update", "import no-op", "replace replace":
		before, _ := jsonValue(r.Change.Before).(map[string]any)
		return sameObject && r.marks(now) && r.sameEnd(now) && r.partlyApplied(now, before)
	}
	return false
}

// startsAt reports whether an object carries the mark that it had, or one that an interrupted run
// gave it.
func (r *ResourceChange) startsAt(now *ResourceChange) bool {
	is := now.Own.PriorOwner
	switch {
	case now.Own.Action == "create": // it does not exist
		return true
	case is == nil || r.Own.PriorOwner == nil && r.Own.Owner == nil:
		return is == nil && r.Own.PriorOwner == nil
	case r.Own.PriorOwner != nil && *is == *r.Own.PriorOwner:
		return true
	}
	if r.Own.Owner == nil {
		return false
	}
	deposed := *r.Own.Owner
	deposed.Deposed = true
	return is.Finished() == r.Own.Owner.Finished() || r.Own.Action == "replace" && is.Finished() == deposed.Finished()
}

// marks reports whether an object carries, or will carry, the approved mark.
func (r *ResourceChange) marks(now *ResourceChange) bool {
	if r.Own.Owner == nil || now.Own.Owner == nil {
		return r.Own.Owner == nil && now.Own.Owner == nil
	}
	return r.Own.Owner.Finished() == now.Own.Owner.Finished()
}

// sameEnd reports whether both changes lead to the same object, as far as the approved one knew it.
// What that did not declare, and the remaining one does not change, may be anything.
func (r *ResourceChange) sameEnd(now *ResourceChange) bool {
	kind := kinds.Named(r.Type)
	was, _ := jsonValue(r.Change.After).(map[string]any)
	unknown, _ := jsonValue(r.Change.AfterUnknown).(map[string]any)
	after, _ := jsonValue(now.Change.After).(map[string]any)
	before, _ := jsonValue(now.Change.Before).(map[string]any)
	if kind == nil || was == nil || after == nil {
		return false
	}
	for name, v := range after {
		a := kind.Attr(name)
		switch {
		case within(was[name], unknown[name], v):
		case v == nil && a != nil && a.VersionOf != "": // a version that is already reached
		case v == nil && a != nil && a.Unmanaged && r.Own.Action == "replace": // of the old half, not declared
		case was[name] == nil && before != nil && reflect.DeepEqual(before[name], v):
		default:
			return false
		}
	}
	return true
}

// partlyApplied reports whether an object is as before, as after, or as an interrupted run leaves
// it.
func (r *ResourceChange) partlyApplied(now *ResourceChange, before map[string]any) bool {
	kind := kinds.Named(r.Type)
	after, _ := jsonValue(r.Change.After).(map[string]any)
	unknown, _ := jsonValue(r.Change.AfterUnknown).(map[string]any)
	is, _ := jsonValue(now.Change.Before).(map[string]any)
	end, _ := jsonValue(now.Change.After).(map[string]any)
	for name, v := range is {
		switch {
		case name == "id", before != nil && reflect.DeepEqual(before[name], v), within(after[name], unknown[name], v):
		case before == nil && after[name] == nil && reflect.DeepEqual(end[name], v):
		case before != nil && name == kind.Label && v == r.temporaryName(before[name]):
		case mixed(before[name], after[name], unknown[name], v):
		default:
			return false
		}
	}
	return true
}

// unchanged reports whether an object to delete is as it was, or is deactivated or temporarily
// renamed by an interrupted run.
func (r *ResourceChange) unchanged(now *ResourceChange) bool {
	kind := kinds.Named(r.Type)
	was, _ := jsonValue(r.Change.Before).(map[string]any)
	is, _ := jsonValue(now.Change.Before).(map[string]any)
	for name, v := range is {
		a := kind.Attr(name)
		switch {
		case reflect.DeepEqual(was[name], v):
		case v == nil && a != nil && a.Unmanaged: // not read, because it is not declared
		case name == "status" && (v == "INACTIVE" || v == "DEPROVISIONED"):
		case name == kind.Label && v == r.temporaryName(was[name]):
		default:
			return false
		}
	}
	return true
}

// temporaryName returns the temporary name of the object.
func (r *ResourceChange) temporaryName(name any) any {
	text, _ := name.(string)
	var owner schema.Owner
	if r.Own.PriorOwner != nil {
		owner = *r.Own.PriorOwner
	}
	return TemporaryName(kinds.Named(r.Type), owner, text, r.Own.ID)
}

// within reports whether v is what was shown, except where that was unknown. Lists may have another
// order, because they are sorted by ids that were unknown.
func within(shown, unknown, v any) bool {
	if unknown == true {
		return true
	}
	switch shown := shown.(type) {
	case map[string]any:
		other, ok := v.(map[string]any)
		masks, _ := unknown.(map[string]any)
		if !ok {
			return false
		}
		for name := range shown {
			if _, there := other[name]; !there {
				return false
			}
		}
		for name, elem := range other { // shown values do not include unknown ones
			if !within(shown[name], masks[name], elem) {
				return false
			}
		}
		return true
	case []any:
		other, ok := v.([]any)
		return ok && len(other) == len(shown) && matched(shown, unknown, other, within)
	}
	return reflect.DeepEqual(shown, v)
}

// matched reports whether each element of a list is one of those shown.
func matched(shown []any, unknown any, list []any, is func(shown, unknown, v any) bool) bool {
	masks, _ := unknown.([]any)
	left := make([]bool, len(shown))
	for _, v := range list {
		i := -1
		for j, s := range shown {
			var mask any
			if j < len(masks) {
				mask = masks[j]
			}
			if !left[j] && is(s, mask, v) {
				i = j
				break
			}
		}
		if i < 0 {
			return false
		}
		left[i] = true
	}
	return true
}

// mixed reports whether a list contains only elements from before or after, each possibly with only
// some of its parts.
func mixed(before, after, unknown, v any) bool {
	list, ok := v.([]any)
	if !ok {
		return false
	}
	old, _ := before.([]any)
	want, _ := after.([]any)
	masks, _ := unknown.([]any)
	for len(masks) < len(want) {
		masks = append(masks, nil)
	}
	shown := append(slices.Clone(want), old...)
	return matched(shown, masks, list, func(s, mask, v any) bool { return within(s, mask, v) || partly(s, mask, old, v) })
}

// partly reports whether an element is one that was shown, except that its lists may lack elements
// or contain elements from before.
func partly(shown, unknown any, old []any, v any) bool {
	want, ok1 := shown.(map[string]any)
	is, ok2 := v.(map[string]any)
	if !ok1 || !ok2 {
		return false
	}
	masks, _ := unknown.(map[string]any)
	for name, part := range is {
		if within(want[name], masks[name], part) {
			continue
		}
		list, isList := part.([]any)
		parts, _ := want[name].([]any)
		partMasks, _ := masks[name].([]any)
		for len(partMasks) < len(parts) {
			partMasks = append(partMasks, nil)
		}
		for _, o := range old {
			if object, ok := o.(map[string]any); ok {
				more, _ := object[name].([]any)
				parts = append(slices.Clone(parts), more...)
			}
		}
		if !isList || !matched(parts, partMasks, list, within) {
			return false
		}
	}
	return true
}
