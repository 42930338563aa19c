package org

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// asked is what is to be read of an object besides its document, its rights and
// what its kind always has.
type asked struct {
	parts []string // the unmanaged attributes that are declared
	// rights are those that the object is to hold. Where it lacks one, what can act
	// in its name is read too: that goes before a right comes.
	rights schema.Rights
}

// jobs read what is not a field of the object's document.
func (c *Client) jobs(r *remote, ask asked) []okta.Job {
	res, parts := c.resource(r.kind), ask.parts
	guarded := r.kind.Block("client_secret") != nil && !slices.Contains(parts, "client_secret")
	var jobs []okta.Job
	add := func(path string, n int, run func(context.Context) error) {
		jobs = append(jobs, okta.Job{Bucket: c.Bucket(http.MethodGet, path), N: n, Run: func(ctx context.Context) error {
			if err := run(ctx); err != nil {
				return fmt.Errorf("reading %s: %w", r.title(), err)
			}
			return nil
		}})
	}
	if r.kind.Attr("okta_api_scopes") != nil {
		add(appsPath+"/ID/grants", 1, func(ctx context.Context) (err error) {
			if r.grants, err = c.listGrants(ctx, r.id()); err != nil || !guarded || len(without(ask.rights.Scopes, r.scopes())) == 0 {
				return err
			}
			return c.readSecretsOnce(ctx, r)
		})
	}
	if path, assignmentType := res.principal(r); path != "" {
		add(path, 1, func(ctx context.Context) (err error) {
			if r.roles, err = c.listRoles(ctx, path, assignmentType); err != nil || !guarded || len(without(ask.rights.Roles, r.roleTypes())) == 0 {
				return err
			}
			return c.readSecretsOnce(ctx, r)
		})
	}
	if more, ok := res.(detailed); ok {
		add(iamPath, 1, func(ctx context.Context) error {
			if err := more.details(ctx, r); err != nil {
				return err
			}
			r.more = more.values(r)
			return nil
		})
	}
	if r.kind.Block("client_secret") != nil && slices.Contains(parts, "client_secret") {
		add(appsPath+"/ID/credentials/secrets", 1, func(ctx context.Context) error { return c.readSecretsOnce(ctx, r) })
	}
	jobs = append(jobs, c.policyJob(r, ask)...)
	for _, m := range res.memberships() {
		if block := r.kind.Details(m.attr); block != nil && m.details != nil && slices.Contains(parts, block.Type) {
			add(m.path, 1, func(ctx context.Context) error { return r.readDetails(ctx, m, block.Type) })
		}
	}
	r.complete = true
	lists := slices.DeleteFunc(res.memberships(), func(m membership) bool { return !slices.Contains(parts, m.attr) })
	if len(lists) > 0 {
		add(lists[0].path, len(lists), func(ctx context.Context) error {
			for _, m := range lists {
				list, err := m.list(ctx, r.id())
				if err != nil {
					return err
				}
				r.setMembers(m.attr, list)
			}
			return nil
		})
	}
	return jobs
}

// policyJob reads by which policy an app signs people in, where that is asked.
func (c *Client) policyJob(r *remote, ask asked) []okta.Job {
	if r.policyLink() == "" || !slices.Contains(ask.parts, "access_policy") {
		return nil
	}
	return []okta.Job{{Bucket: c.Bucket(http.MethodGet, policiesPath), N: 1, Run: func(ctx context.Context) error {
		if err := c.readPolicy(ctx, r); err != nil {
			return fmt.Errorf("reading %s: %w", r.title(), err)
		}
		return nil
	}}}
}
