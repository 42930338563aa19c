package org

import (
	"cmp"
	"context"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// An app that authenticates with a client secret is marked as pending from its creation until it
// has its rights. If a run is interrupted in between, nobody can depend on its secret yet: the next
// run replaces the secret, whoever created it, without asking a person (plan/trust.go).

// renews reports whether a change gives an app its first rights and replaces all its secrets: if
// the run is interrupted before the rights are granted, the secrets must be replaced once more.
func renews(now *orgkinds.Remote, d schema.Desired, want schema.Value) bool {
	if !d.Kind.IsApp() || !kinds.SecretBased(want) || !schema.HasRights(want) || now.HasRights() {
		return false
	}
	if d.RenewCredentials || !now.UsesSecret() {
		return true
	}
	keeps, known := now.KeepsSecret(want)
	return known && !keeps
}

// withoutAssignments returns the value of an app without the assignments that the configuration
// leaves unmanaged, after reading these.
func (c *Client) withoutAssignments(ctx context.Context, now *orgkinds.Remote, want schema.Value) (schema.Value, error) {
	none, err := c.ReadUndeclaredMembers(ctx, now, want)
	return want.With(none), err
}

// unaltered reads an app again, and fails if its document or secrets are not as this run has just
// written them.
func (c *Client) unaltered(ctx context.Context, now *orgkinds.Remote, want schema.Value) error {
	var stale error
	err := c.Until(ctx, func() (bool, error) {
		doc, err := now.Kind.Get(ctx, c.Org, now.ID())
		if okta.NotFound(err) {
			stale = err
			return false, nil // visible
		}
		if err != nil {
			return false, err
		}
		object, err := (&orgkinds.Remote{Kind: now.Kind, Doc: doc}).Object()
		if err != nil {
			return false, err
		}
		differ := slices.DeleteFunc(now.Kind.Mismatches(want, object.Value), func(name string) bool {
			a, b := now.Kind.Attr(name), now.Kind.Block(name)
			return a != nil && a.Path == "" || b != nil && !b.KeyMaterial // not in the document
		})
		altered, err := c.SecretsAltered(ctx, now)
		if err != nil {
			return false, err
		}
		if altered {
			differ = append(differ, orgkinds.SecretBlock)
		}
		now.Doc, stale = doc, nil
		if len(differ) > 0 {
			stale = &StaleError{Object: now.Title(), Attributes: differ}
		}
		return stale == nil, nil
	})
	return cmp.Or(err, stale)
}

// conclude checks that an app with its rights is still as this run has written it, and removes the
// mark of an unfinished creation.
func (c *Client) conclude(ctx context.Context, now *orgkinds.Remote, d schema.Desired, want schema.Value) (schema.Object, error) {
	made, err := now.Object()
	if err != nil {
		return made, err
	}
	if err := c.unaltered(ctx, now, want); err != nil {
		return made, err
	}
	d.Owner.Pending = false
	doc, err := okta.Clone(now.Doc)
	if err != nil {
		return made, err
	}
	if err := encode(d, want, doc); err != nil {
		return made, err
	}
	doc["status"] = now.Doc["status"]
	if err := now.Kind.Update(ctx, c.Org, now, doc, want); err != nil {
		return made, err
	}
	object, err := c.updated(ctx, now, want, (&orgkinds.Remote{Kind: now.Kind, Doc: doc}).Owner())
	if object.ID == "" {
		object = made
	}
	return object, err
}
