package org

import (
	"context"
	"maps"
	"slices"

	"github.com/oktaform/oktaform/schema"
)

// Users and admin blocks carry no mark. A run therefore records in its lease which of their admin
// roles it is about to replace, and the next run reads there what was unfinished.

// Announce records the exchanges that the run is about to make, in addition to those of an
// unfinished run. It omits what does not fit into the description.
func (l *Lease) Announce(ctx context.Context, exchanges map[string][]string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := maps.Clone(l.content.Exchanges)
	for _, addr := range slices.Sorted(maps.Keys(exchanges)) {
		note := l.content
		note.Exchanges = maps.Clone(all)
		if note.Exchanges == nil {
			note.Exchanges = map[string][]string{}
		}
		for _, key := range exchanges[addr] {
			if !slices.Contains(note.Exchanges[addr], key) {
				note.Exchanges[addr] = append(slices.Clip(note.Exchanges[addr]), key)
			}
		}
		if len(note.String()) <= schema.MaxDescription {
			all = note.Exchanges
		}
	}
	if len(exchanges) == 0 || maps.EqualFunc(all, l.content.Exchanges, slices.Equal) {
		return nil
	}
	l.content.Exchanges = all
	return l.extend(ctx, leaseLife)
}

// Exchanges returns the exchanges of an unfinished run, by address; nil if there are none.
func (c *Client) Exchanges(ctx context.Context, owner string) (map[string][]string, error) {
	found, err := c.findLease(ctx, leaseName+owner)
	if err != nil || found == nil {
		return nil, err
	}
	return found.content.Exchanges, nil
}
