package org

import (
	"context"
	"maps"
	"slices"

	"github.com/oktaform/oktaform/schema"
)

// Users and admin blocks carry no mark. A run therefore records in its lease which of their admin
// roles it is about to replace, and the next run reads there what was unfinished.

// Announce records the admin roles that the run is about to replace, in addition to those of an
// unfinished run. It omits what does not fit into the description.
func (l *Lease) Announce(ctx context.Context, replaced map[string][]string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := maps.Clone(l.content.ReplacedRoles)
	for _, addr := range slices.Sorted(maps.Keys(replaced)) {
		content := l.content
		content.ReplacedRoles = maps.Clone(all)
		if content.ReplacedRoles == nil {
			content.ReplacedRoles = map[string][]string{}
		}
		for _, key := range replaced[addr] {
			if !slices.Contains(content.ReplacedRoles[addr], key) {
				content.ReplacedRoles[addr] = append(slices.Clip(content.ReplacedRoles[addr]), key)
			}
		}
		if len(content.String()) <= schema.MaxDescription {
			all = content.ReplacedRoles
		}
	}
	if len(replaced) == 0 || maps.EqualFunc(all, l.content.ReplacedRoles, slices.Equal) {
		return nil
	}
	l.content.ReplacedRoles = all
	return l.extend(ctx, leaseLife)
}

// ReplacedRoles returns the admin roles that an unfinished run was replacing, by address; nil if
// there are none.
func (c *Client) ReplacedRoles(ctx context.Context, owner string) (map[string][]string, error) {
	found, err := c.findLease(ctx, leaseName+owner)
	if err != nil || found == nil {
		return nil, err
	}
	return found.content.ReplacedRoles, nil
}
