package kinds

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// The statuses that are changed by separate calls.
const (
	statusAttr = "status"
	active     = "ACTIVE"
	inactive   = "INACTIVE"
)

// document completes a kind whose objects are documents without parts: they are listed, created,
// read, replaced and deleted by requests on the collection, and separate calls change their status.
// parameter is the name of the id in Okta's paths; readOnly are fields that no request contains.
// counts reports whether an object can be declared.
func document(k *Kind, parameter string, counts func(doc map[string]any) bool, readOnly ...string) *Kind {
	one := func(id string) string { return k.Collection + "/" + url.PathEscape(id) }
	writable := func(doc map[string]any) map[string]any {
		doc = maps.Clone(doc)
		maps.DeleteFunc(doc, func(name string, _ any) bool { return slices.Contains(readOnly, name) })
		return doc
	}
	turn := func(ctx context.Context, o *Org, id, how string) error {
		return o.Do(ctx, okta.Repeatable(o.Request(http.MethodPost, one(id)+"/lifecycle/"+how, nil)))
	}
	k.Whole = func(ctx context.Context, o *Org) (*Whole, error) {
		all := &Whole{}
		docs, err := o.List(ctx, k.Collection, "limit=200")
		for _, doc := range docs {
			r := &Remote{Kind: k, Doc: doc}
			o.Remember(r.ID(), r.Name())
			if counts(doc) {
				all.Remotes = append(all.Remotes, r)
			} else {
				all.other(k.Name, doc, r.Name(), okta.Text(doc, "type"), "a "+k.Title+" made by Okta")
			}
		}
		return all, err
	}
	k.List = func(ctx context.Context, o *Org) ([]*Remote, error) {
		all, err := k.Whole(ctx, o)
		return all.Remotes, err
	}
	k.Get = func(ctx context.Context, o *Org, id string) (map[string]any, error) {
		return o.Document(ctx, o.Request(http.MethodGet, one(id), nil))
	}
	k.Create = func(ctx context.Context, o *Org, doc map[string]any, want schema.Value) (map[string]any, error) {
		made, err := o.Document(ctx, o.Request(http.MethodPost, k.Collection, writable(doc)))
		if err != nil || schema.Text(want.GetAttr(statusAttr)) != inactive {
			return made, err
		}
		id := okta.Text(made, "id")
		if err := o.Present(ctx, func() error { return turn(ctx, o, id, "deactivate") }); err != nil {
			return made, err
		}
		made["status"] = inactive
		return made, nil
	}
	// It deactivates the object first, or activates it last.
	k.Update = func(ctx context.Context, o *Org, now *Remote, doc map[string]any, want schema.Value) error {
		is, should := okta.Text(now.Doc, "status"), schema.Text(want.GetAttr(statusAttr))
		if should == inactive && is != should {
			if err := turn(ctx, o, now.ID(), "deactivate"); err != nil {
				return err
			}
		}
		if doc != nil {
			if err := o.Do(ctx, o.Request(http.MethodPut, one(now.ID()), writable(doc))); err != nil {
				return err
			}
		}
		if should == active && is != should {
			return turn(ctx, o, now.ID(), "activate")
		}
		return nil
	}
	k.Delete = func(ctx context.Context, o *Org, now *Remote, _ string) error {
		if k.DeactivatesFirst && okta.Text(now.Doc, "status") != inactive {
			if err := turn(ctx, o, now.ID(), "deactivate"); err != nil {
				return err
			}
		}
		return o.Do(ctx, o.Request(http.MethodDelete, one(now.ID()), nil))
	}
	path := k.Collection + "/{" + parameter + "}"
	k.Operations = Operations{Create: "POST " + k.Collection, Update: "PUT " + path, Delete: "DELETE " + path}
	k.Lookup = &Lookup{Source: k.Name, Collection: k.Collection,
		All: func(ctx context.Context, o *Org) ([]map[string]any, error) {
			return o.List(ctx, k.Collection, "limit=200")
		}}
	return k
}
