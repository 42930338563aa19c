// Package orgcopy copies an org, or what a run needs of one, into a seed of the embedded org.
// The copy keeps ids, names and marks, so that a configuration finds the same objects in it as in
// the org. It contains no secret: no client secret, no password, no private key.
package orgcopy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/secretname"
	"github.com/oktaform/oktaform/schema"
)

// Source answers reads of Okta's API.
type Source interface {
	// List reads all pages of a list, WrappedList those of a list that an object contains under a
	// key.
	List(ctx context.Context, path, query string) ([]map[string]any, error)
	WrappedList(ctx context.Context, path, key string) ([]map[string]any, error)
	Get(ctx context.Context, path string, into any) error
	Bucket(method, path string) string
	Begin(job string, objects int, load schema.Load)
}

// Options select what is copied.
type Options struct {
	// IDs are the ids of the objects that are copied with all their parts, and of the users who are
	// copied, with their groups. Only the documents of other groups, apps, roles, resource sets and
	// zones are copied, because names are unique in an org. Nil copies everything.
	IDs []string
	// Principal is the id of the user, or the client id of the app, that acts in the copy: its
	// rights are copied as well. "" for none.
	Principal string
	// Anonymize replaces personal data.
	Anonymize bool
	// Passwords are set in the copy, by the ids of users: no org shows its passwords.
	Passwords map[string]string
}

// Copy is a seed of the embedded org.
type Copy struct {
	Org map[string]any `json:"org"`
	// SuperAdmin is the login of the user to whom the embedded org's token belongs.
	SuperAdmin   string           `json:"superAdmin,omitempty"`
	Policies     []map[string]any `json:"policies,omitempty"`
	Users        []map[string]any `json:"users,omitempty"`
	Groups       []map[string]any `json:"groups,omitempty"`
	GroupRules   []map[string]any `json:"groupRules,omitempty"`
	Apps         []map[string]any `json:"apps,omitempty"`
	CustomRoles  []map[string]any `json:"customRoles,omitempty"`
	ResourceSets []map[string]any `json:"resourceSets,omitempty"`
	Zones        []map[string]any `json:"zones,omitempty"`
	Origins      []map[string]any `json:"trustedOrigins,omitempty"`
	// HasPrincipal reports whether the copy has the principal of the options with all their rights.
	HasPrincipal bool `json:"-"`
	// Gaps name what the org refused to show, or the copy can't contain.
	Gaps []string `json:"-"`
}

// Seed returns the copy as a file.
func (c *Copy) Seed() ([]byte, error) {
	data, err := json.MarshalIndent(c, "", "  ")
	return append(data, '\n'), err
}

// Count returns the number of objects in the copy.
func (c *Copy) Count() int {
	return len(c.Users) + len(c.Groups) + len(c.Apps) + len(c.CustomRoles) + len(c.ResourceSets) + len(c.Zones) + len(c.Origins)
}

// Read copies an org. What it refuses to show is omitted and named in Gaps; other failures end the
// read.
func Read(ctx context.Context, from Source, o Options) (*Copy, error) {
	r := &reading{from: from, options: o, copy: &Copy{Org: map[string]any{}}}
	if err := r.identity(ctx); err != nil {
		return nil, err
	}
	if err := r.principal(ctx); err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context) error{r.schema, r.policies, r.users, r.groups, r.groupRules, r.customRoles, r.resourceSets, r.apps, r.zones, r.origins} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	from.Begin("Copying", len(r.jobs), okta.LoadOf(r.jobs))
	if err := okta.RunJobs(ctx, r.jobs); err != nil {
		return nil, err
	}
	r.tidy()
	r.copy.HasPrincipal = r.hasPrincipal()
	for _, list := range [][]map[string]any{r.copy.Groups, r.copy.GroupRules, r.copy.CustomRoles, r.copy.ResourceSets, r.copy.Zones, r.copy.Origins} {
		eachText(list, secretname.Addresses)
	}
	if o.Anonymize {
		r.copy.anonymize()
	}
	slices.Sort(r.copy.Gaps)
	r.copy.Gaps = slices.Compact(r.copy.Gaps)
	return r.copy, nil
}

// reading is a copy in progress.
type reading struct {
	from    Source
	options Options
	copy    *Copy
	jobs    []okta.Job

	// roleCount is the number of admin roles that the principal has by itself; -1 if unknown.
	roleCount int

	mu sync.Mutex // guards Gaps, unseenRights, and what jobs add to objects
	// unseenRights means that the org refused to show part of a role or resource set.
	unseenRights bool
}

// identity copies the id and name of the org.
func (r *reading) identity(ctx context.Context) error {
	var doc map[string]any
	if err := r.from.Get(ctx, "/.well-known/okta-organization", &doc); err != nil {
		return err
	}
	r.copy.Org = pick(doc, "id", "cell")
	if okta.Text(doc, "pipeline") == "idx" {
		r.copy.Org["features"] = []string{identityEngine}
	}
	return nil
}

// whole reports whether all parts of the object are read.
func (r *reading) whole(id string) bool {
	return r.options.IDs == nil || slices.Contains(r.options.IDs, id)
}

// list reads a list that an org may refuse to show, or lack.
func (r *reading) list(ctx context.Context, what, path, query string) ([]map[string]any, error) {
	docs, err := r.from.List(ctx, path, query)
	return docs, r.gap(what, err)
}

// gap records the org's refusal as a gap, and returns other errors.
func (r *reading) gap(what string, err error) error {
	refused := okta.Refusal(err)
	if refused == nil {
		return err
	}
	r.missing(what, refused.Summary)
	return nil
}

// missing records what the copy does not have.
func (r *reading) missing(what, why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.copy.Gaps = append(r.copy.Gaps, fmt.Sprintf("%s: %s", what, why))
}

// orLacks records that the org lacks a part of the API, so that the copy lacks it as well, if that
// is why it refused a read. part is the name of the part in seeds.
func (r *reading) orLacks(part string, err error) error {
	if !okta.LacksFeature(err) {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if lacks, _ := r.copy.Org["lacks"].([]string); !slices.Contains(lacks, part) {
		r.copy.Org["lacks"] = slices.Sorted(slices.Values(append(lacks, part)))
	}
	return nil
}

// later reads a part of an object with the other parts.
func (r *reading) later(path string, run func(context.Context) error) {
	r.jobs = append(r.jobs, okta.Job{Bucket: r.from.Bucket(http.MethodGet, path), N: 1, Run: run})
}

// set sets a member of an element.
func (r *reading) set(element map[string]any, member string, value any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	element[member] = value
}

// made returns an element with the members that most objects have.
func made(doc map[string]any) map[string]any {
	return pick(doc, "id", "created", "lastUpdated")
}

// pick returns these members of a document, except null and empty ones.
func pick(doc map[string]any, members ...string) map[string]any {
	out := map[string]any{}
	for _, name := range members {
		if value := doc[name]; value != nil && value != "" {
			out[name] = value
		}
	}
	return out
}

// zones copies network zones.
func (r *reading) zones(ctx context.Context) (err error) {
	r.copy.Zones, err = r.documents(ctx, "network zones", "/api/v1/zones", "zones")
	return err
}

// origins copies trusted origins.
func (r *reading) origins(ctx context.Context) (err error) {
	r.copy.Origins, err = r.documents(ctx, "trusted origins", "/api/v1/trustedOrigins", "trustedOrigins")
	return err
}

// documents copies a list of objects that consist of a document only.
func (r *reading) documents(ctx context.Context, what, path, part string) ([]map[string]any, error) {
	docs, err := r.from.List(ctx, path, "limit=200")
	err = r.gap(what, r.orLacks(part, err))
	var list []map[string]any
	for _, doc := range docs {
		element := made(doc)
		element["document"] = without(doc, "id", "created", "createdBy", "lastUpdated", "lastUpdatedBy", "_links", "_embedded")
		list = append(list, element)
	}
	return list, err
}

// policies copies the access policies, and whether they require a second factor.
func (r *reading) policies(ctx context.Context) error {
	enrolment, err := r.from.List(ctx, "/api/v1/policies", "type=PROFILE_ENROLLMENT")
	if okta.LacksPolicies(err) {
		return nil
	}
	if err := r.gap("profile enrollment policies", err); err != nil {
		return err
	}
	docs, err := r.list(ctx, "access policies", "/api/v1/policies", "type=ACCESS_POLICY")
	for _, doc := range append(docs, enrolment...) {
		element := pick(doc, "id", "created", "lastUpdated", "name", "description", "type", "system")
		if element["system"] == false {
			delete(element, "system")
		}
		r.copy.Policies = append(r.copy.Policies, element)
		if okta.Text(doc, "type") != "ACCESS_POLICY" {
			continue
		}
		path := "/api/v1/policies/" + okta.Text(doc, "id") + "/rules"
		r.later(path, func(ctx context.Context) error {
			rules, err := r.list(ctx, "rules of the access policy "+okta.Text(doc, "name"), path, "")
			for _, rule := range rules {
				if okta.Text(rule, "actions", "appSignOn", "verificationMethod", "factorMode") == "2FA" {
					r.set(element, "mfa", true)
				}
			}
			return err
		})
	}
	return err
}
