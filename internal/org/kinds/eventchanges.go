package kinds

import (
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
)

// MayChange reports whether an event of the System Log may have changed an attribute or type of
// nested block of an object of the kind, which the event names as target. An event of
// an unknown type may have changed everything.
func (k *Kind) MayChange(event string, target okta.EventTarget, attr string) bool {
	effect, known := effectOf(event)
	if !known {
		return !reads(event)
	}
	if len(effect.Targets) > 0 && !slices.Contains(effect.Targets, target.Type) {
		return false // the event is about another object, and only mentions this one
	}
	if only := slices.Concat(effect.Only, effect.SideData); len(only) > 0 {
		return slices.Contains(only, attr)
	}
	// The document of an object contains its keys, but no side data.
	return strings.HasSuffix(event, ".create") || !k.beside(attr)
}

// reads reports whether events of the type record only reading or errors.
func reads(event string) bool {
	return strings.Contains(event, ".read_") || strings.Contains(event, "detect_error") || strings.Contains(event, ".show_")
}

// beside reports whether the org keeps an attribute beside the document of an object.
func (k *Kind) beside(attr string) bool {
	if _, found := k.PartPaths()[attr]; found {
		return true
	}
	return attr == RoleBlock || slices.ContainsFunc(k.Events, func(e EventEffect) bool { return slices.Contains(e.SideData, attr) })
}

// DeletionEvents are the types of event that record the deletion of an object of the kind.
func (k *Kind) DeletionEvents() (types []string) {
	for _, effect := range k.Events {
		for _, name := range strings.Fields(effect.Types) {
			if strings.HasSuffix(name, ".delete") && !strings.Contains(name, "permission") && !strings.Contains(name, "resources") || strings.HasSuffix(name, ".delete.completed") {
				types = append(types, name)
			}
		}
	}
	return types
}

func effectOf(event string) (EventEffect, bool) {
	for _, kind := range All() {
		for _, effect := range kind.Events {
			if slices.Contains(strings.Fields(effect.Types), event) {
				return effect, true
			}
		}
	}
	return EventEffect{}, false
}
