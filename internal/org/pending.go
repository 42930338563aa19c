package org

import (
	"cmp"
	"context"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/zclconf/go-cty/cty"
)

// An app that authenticates with a client secret is marked as pending from the request that creates
// it until it has its rights. If a run dies in between, nobody can depend on its secret yet: the next
// run replaces it, whoever made it, and need not ask a person (plan/trust.go).

// renews reports whether a change gives an app its first rights and leaves none of the secrets that
// it has: if the run dies before the rights are there, they are replaced once more.
func renews(now *remote, d schema.Desired, want schema.Value) bool {
	if !d.Kind.IsApp() || !schema.SecretBased(want) || !schema.HasRights(want) || len(now.grants)+len(now.roles) > 0 {
		return false
	}
	if d.Renew || !now.usesSecret() {
		return true
	}
	if now.secrets == nil {
		return false // not readable
	}
	_, _, kept := sortSecrets(now, want, false)
	return len(kept) == 0
}

// withoutAssignments returns an app with nobody assigned where the configuration leaves that open,
// and reads who is.
func (c *Client) withoutAssignments(ctx context.Context, now *remote, want schema.Value) (schema.Value, error) {
	none := schema.Values{}
	for _, m := range c.resource(now.kind).memberships() {
		if !want.GetAttr(m.attr).IsNull() {
			continue
		}
		list, err := m.list(ctx, now.id())
		if err != nil {
			return want, err
		}
		now.setMembers(m.attr, list)
		none[m.attr] = cty.ListValEmpty(schema.Ref)
	}
	return want.With(none), nil
}

// unaltered reads an app again, and fails if it isn't as this run has just written it: its document
// and its secrets.
func (c *Client) unaltered(ctx context.Context, now *remote, want schema.Value) error {
	var altered error
	err := c.until(ctx, func() (bool, error) {
		doc, err := c.resource(now.kind).get(ctx, now.id())
		if okta.NotFound(err) {
			altered = err
			return false, nil // fresh
		}
		if err != nil {
			return false, err
		}
		object, err := (&remote{kind: now.kind, doc: doc}).object()
		if err != nil {
			return false, err
		}
		differ := slices.DeleteFunc(now.kind.Differs(want, object.Value), func(name string) bool {
			a, b := now.kind.Attr(name), now.kind.Block(name)
			return a != nil && a.Path == "" || b != nil && !b.KeyMaterial // not in the document
		})
		secrets, err := c.listSecrets(ctx, now.id())
		switch {
		case okta.Denied(err):
		case err != nil:
			return false, err
		case now.secrets == nil && len(secrets) != 1, now.secrets != nil && !sameSecrets(secrets, now.secrets):
			differ = append(differ, "client_secret")
		}
		now.doc, altered = doc, nil
		if len(differ) > 0 {
			altered = &StaleError{Object: now.title(), Attributes: differ}
		}
		return altered == nil, nil
	})
	return cmp.Or(err, altered)
}

func sameSecrets(a, b []secret) bool {
	ids := func(list []secret) []string {
		var out []string
		for _, s := range list {
			out = append(out, s.id+" "+s.hash)
		}
		return slices.Sorted(slices.Values(out))
	}
	return slices.Equal(ids(a), ids(b))
}

// conclude looks whether an app with its rights is still as this run has written it, and takes the
// mark of an unfinished creation away.
func (c *Client) conclude(ctx context.Context, now *remote, d schema.Desired, want schema.Value) (schema.Object, error) {
	made, err := now.object()
	if err != nil {
		return made, err
	}
	if err := c.unaltered(ctx, now, want); err != nil {
		return made, err
	}
	d.Owner.Pending = false
	doc, err := okta.Clone(now.doc)
	if err != nil {
		return made, err
	}
	if err := encode(d, want, doc); err != nil {
		return made, err
	}
	doc["status"] = now.doc["status"]
	if err := c.resource(d.Kind).update(ctx, now, doc, want); err != nil {
		return made, err
	}
	object, err := c.updated(ctx, now, want, false)
	if object.ID == "" {
		object = made
	}
	return object, err
}
