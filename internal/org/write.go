package org

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Create creates the object that d describes. The request that creates it contains its keys and
// mark; then Create adds what belongs to it: roles before scopes, because without a scope there is
// no token.
//
// If it fails after the object was created, it returns the object with the error; the next run
// finds it by its mark.
func (c *Client) Create(ctx context.Context, d schema.Desired) (schema.Object, error) {
	c.hideSensitive(d)
	want := normalized(d)
	d.Owner.Pending = d.Kind.IsApp() && kinds.SecretBased(want) && schema.HasRights(want)
	doc := map[string]any{}
	if err := encode(d, want, doc); err != nil {
		return schema.Object{}, err
	}
	doc, found, err := c.make(ctx, d, want, doc)
	if err != nil {
		return schema.Object{}, err
	}
	if found != nil {
		return c.finish(ctx, found, d, want)
	}
	now := &orgkinds.Remote{Kind: orgkinds.Of(d.Kind), Doc: doc}
	made, err := now.Object()
	if err != nil {
		return made, err
	}
	if now.Kind.BornWithRoles {
		// An org can be configured to make every new service app a super admin.
		err := c.Present(ctx, func() error { return c.ReadRoles(ctx, now) })
		if err != nil {
			return made, err
		}
	}
	if err := c.converge(ctx, now, d, want, nil); err != nil {
		return made, err
	}
	if d.Owner.Pending {
		return c.conclude(ctx, now, d, want)
	}
	return c.written(ctx, now, want)
}

// finish changes an object that was found after a create without an answer to what d describes: the
// object is ours, but it is unknown how far its creation came.
func (c *Client) finish(ctx context.Context, found *orgkinds.Remote, d schema.Desired, want schema.Value) (schema.Object, error) {
	made, err := found.Object()
	if err != nil {
		return made, err
	}
	err = c.Present(ctx, func() error {
		return okta.RunJobs(ctx, c.Jobs(found, orgkinds.Selection{SideData: d.Kind.SideData(want), Rights: schema.RightsOf(want), Given: kinds.GivenSecrets(want)}))
	})
	if err != nil {
		return made, err
	}
	d.RenewCredentials = d.Owner.Pending // somebody else may have created an app with this mark, and know its secret
	object, err := c.applyTo(ctx, found, d, want)
	if object.ID == "" {
		object = made
	}
	return object, err
}

// Update changes an object from prior, as the plan saw it, to what d describes. It first removes
// rights that are not wanted, then changes the object itself, then adds rights. If the object no
// longer equals prior, it fails with a StaleError before any change.
func (c *Client) Update(ctx context.Context, prior schema.Object, d schema.Desired) (schema.Object, error) {
	c.hideSensitive(d)
	want := normalized(d)
	now, err := c.fresh(ctx, prior, orgkinds.Selection{SideData: d.Kind.SideData(want), Given: kinds.GivenSecrets(want)})
	if err != nil {
		return schema.Object{}, err
	}
	return c.applyTo(ctx, now, d, want)
}

// applyTo changes an object that was read completely to what d describes.
func (c *Client) applyTo(ctx context.Context, now *orgkinds.Remote, d schema.Desired, want schema.Value) (schema.Object, error) {
	doc, err := okta.Clone(now.Doc)
	if err != nil {
		return schema.Object{}, err
	}
	first := renews(now, d, want)
	d.RenewCredentials, d.Owner.Pending = d.RenewCredentials && first, d.Owner.Pending || first
	if err := encode(d, want, doc); err != nil {
		return schema.Object{}, err
	}
	owner := (&orgkinds.Remote{Kind: now.Kind, Doc: doc}).Owner()
	if _, ok := now.Doc["status"]; ok {
		doc["status"] = now.Doc["status"] // changed by separate calls
	}
	same, err := sameDocument(now, doc)
	if err != nil {
		return schema.Object{}, err
	}
	if same {
		doc = nil
	}
	if d.RenewCredentials {
		if want, err = c.withoutAssignments(ctx, now, want); err != nil {
			return schema.Object{}, err
		}
	}
	err = c.converge(ctx, now, d, want, func(ctx context.Context) error {
		return now.Kind.Update(ctx, c.Org, now, doc, want)
	})
	if err != nil {
		return schema.Object{}, err
	}
	if first {
		return c.conclude(ctx, now, d, want)
	}
	return c.updated(ctx, now, want, owner)
}

// converge makes the changes in an order that never gives a right before what could abuse it is
// removed. document writes the object's own fields; it is nil if they are right.
func (c *Client) converge(ctx context.Context, now *orgkinds.Remote, d schema.Desired, want schema.Value, document func(context.Context) error) error {
	if err := c.RevokeSurplus(ctx, now, want); err != nil {
		return err
	}
	if err := c.NarrowRoles(ctx, now, want); err != nil {
		return err
	}
	if document != nil {
		if err := document(ctx); err != nil {
			return err
		}
	}
	if err := c.SetPolicy(ctx, now, want); err != nil {
		return err
	}
	if err := c.SetClaim(ctx, now, want); err != nil {
		return err
	}
	if err := c.ConvergeSecrets(ctx, now, want, d.RenewCredentials); err != nil {
		return err
	}
	if err := c.SetMembers(ctx, now, want); err != nil {
		return err
	}
	if d.RenewCredentials {
		if err := c.unaltered(ctx, now, want); err != nil {
			return err
		}
	}
	if err := c.WidenRoles(ctx, now, want); err != nil {
		return err
	}
	return c.GrantMissing(ctx, now, want)
}

// Delete deletes an object; for a user, onDestroy decides (keep, deactivate, delete). It succeeds
// if the object is already deleted, and fails if its mark has changed.
func (c *Client) Delete(ctx context.Context, prior schema.Object, onDestroy string) error {
	kind := orgkinds.Named(prior.Kind)
	if kind == nil {
		return fmt.Errorf("unknown kind %q", prior.Kind)
	}
	var now *orgkinds.Remote
	var stale error
	err := c.Until(ctx, func() (bool, error) {
		doc, err := kind.Get(ctx, c.Org, prior.ID)
		if err != nil {
			return false, err
		}
		now = &orgkinds.Remote{Kind: kind, Doc: doc}
		stale = checkOwner(prior, now)
		return stale == nil, nil
	})
	if okta.NotFound(err) {
		return nil
	}
	if err = cmp.Or(err, stale); err != nil {
		return err
	}
	if err := kind.Delete(ctx, c.Org, now, onDestroy); err != nil && !okta.NotFound(err) {
		return err
	}
	return nil
}

// updated is written for an object whose document has changed: it reads the document until it shows
// the change or the consistency bound has passed. A change may be that of the mark alone: a destroy
// that still saw the mark of a released object would delete it.
func (c *Client) updated(ctx context.Context, now *orgkinds.Remote, want schema.Value, owner schema.Owner) (schema.Object, error) {
	made, err := now.Object()
	if err != nil {
		return made, err
	}
	err = c.Until(ctx, func() (bool, error) {
		doc, err := now.Kind.Get(ctx, c.Org, now.ID())
		if err != nil {
			return false, err
		}
		now.Doc = doc
		if made, err = c.written(ctx, now, want); err != nil {
			return false, err
		}
		return len(now.Kind.Mismatches(want, made.Value)) == 0 && made.Owner == owner, nil
	})
	return made, err
}

// written returns the object after its changes, with the declared unmanaged attributes, as the
// answers to the changes show it. It reads what they do not show.
func (c *Client) written(ctx context.Context, now *orgkinds.Remote, want schema.Value) (schema.Object, error) {
	c.Remember(now.ID(), now.Name())
	parts := now.Kind.SideData(want)
	now.Forget(parts)
	now.Complete = true
	if now.Kind.ReadParts == nil {
		return now.Object()
	}
	made, err := now.Object()
	if err != nil {
		return made, err
	}
	failed := c.Until(ctx, func() (bool, error) {
		if err := c.Present(ctx, func() error { return c.ReadParts(ctx, now) }); err != nil {
			return false, err
		}
		made, err = now.Object()
		return err != nil || len(now.Kind.Mismatches(want, made.Value)) == 0, err
	})
	return made, failed
}

// hideSensitive keeps the object's sensitive values out of errors: an org may quote what it
// refuses.
func (c *Client) hideSensitive(d schema.Desired) {
	for _, text := range d.Value.SensitiveTexts() {
		c.Hide(text)
	}
}

// normalized returns the wanted value in normal form and without marks: from here on it is only
// sent to the org.
func normalized(d schema.Desired) schema.Value {
	return d.Kind.Normal(d.Value.Unmarked())
}

func encode(d schema.Desired, want schema.Value, doc map[string]any) error {
	err := d.Kind.Encode(want, d.Owner, doc)
	if err == nil && orgkinds.Of(d.Kind).HasKeys() {
		err = orgkinds.SetKeys(doc, want)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", d.Addr, err)
	}
	return nil
}

// sameDocument reports whether writing doc would change nothing that the kind knows.
func sameDocument(now *orgkinds.Remote, doc map[string]any) (bool, error) {
	before, err1 := (&orgkinds.Remote{Kind: now.Kind, Doc: now.Doc}).Object()
	after, err2 := (&orgkinds.Remote{Kind: now.Kind, Doc: doc}).Object()
	if err := errors.Join(err1, err2); err != nil {
		return false, err
	}
	return before.Value.RawEquals(after.Value) && before.Owner == after.Owner, nil
}
