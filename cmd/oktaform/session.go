package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/revision"
	"github.com/oktaform/oktaform/internal/view"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// session is one run of a command: a loaded configuration and the org that it
// is for.
type session struct {
	app    *app
	config *config.Config
	client *org.Client
	local  *embeddedOrg // nil for a real org
	// noBrowser prints the address where a person signs in, instead of opening a
	// browser.
	noBrowser  bool
	credential okta.Mode // that the org is read with; "" for the embedded org and without any
	// offline: there is no client.
	offline bool
	// events: what an earlier run has read counts, as far as the System Log says that
	// it is still so. notes tell how the org was read.
	events bool
	notes  []string
	pace   pace
	trees  files.Trees // in which paths are looked for that a person names
	trace  *os.File    // of the requests; nil without
	lease  *org.Lease  // nil until it is taken
	whom   string      // in whose name the org is used, for people; "" until it is asked for
}

// open loads the configuration and signs in to the org.
func (a *app) open(ctx context.Context, dir string, in inputs, t target) (*session, error) {
	s := &session{app: a}
	if t.org == sandboxOrg {
		local, err := a.startEmbedded(dir)
		if err != nil {
			return nil, err
		}
		s.local = local
	}
	if err := s.load(dir, in); err != nil {
		s.close()
		return nil, err
	}
	if err := s.connect(t); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) load(dir string, in inputs) error {
	opts := config.Options{Environ: s.app.env.environ, Inputs: in.list, Sources: in.sources, Checkout: s.app.checkouts()}
	opts.Ask = s.app.asker(!in.noInput())
	if s.local != nil {
		opts.Generate = s.local.secret
	}
	if s.offline {
		opts.Generate = madeUp
	}
	if err := s.app.within(dir); err != nil {
		return err
	}
	c, diags := config.Load(dir, opts)
	s.config, s.trees = c, s.app.trees(dir)
	s.app.secrets = append(s.app.secrets, c.Secrets()...)
	diags = append(diags, c.Validate()...)
	if err := failed(diags, c.Files()); err != nil {
		return err
	}
	s.app.showDiagnostics(append(diags, s.trackedKeys(dir)...), c.Files())
	return nil
}

// trackedKeys warns of private key files that git tracks.
func (s *session) trackedKeys(dir string) hcl.Diagnostics {
	declared, _ := s.config.Evaluate(nil).All()
	var names []string
	of := map[string]*schema.Desired{}
	for i := range declared {
		for _, key := range declared[i].Keys {
			if name, err := filepath.Rel(absolute(dir), key.File); err == nil && key.File != "" && filepath.IsLocal(name) {
				names, of[filepath.ToSlash(name)] = append(names, filepath.ToSlash(name)), &declared[i]
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	around, err := checkout.Find(dir, s.app.checkouts())
	if err != nil {
		return nil // where the repository matters, loading has said so
	}
	var diags hcl.Diagnostics
	for _, name := range revision.Tracked(around, names) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Private key in git",
			Detail:  fmt.Sprintf("Git tracks the private key file %s: whoever gets the repository may act as the app. Take it out (git rm --cached %s), replace the key (oktaform key rotate %s), and see that nobody has it from the history.", view.Plain(name), view.ShellWord(name), of[name].Addr.ShellWord()+folderWord(dir)),
			Subject: &of[name].Range})
	}
	return diags
}

func (s *session) connect(t target) error {
	s.pace = t.pace
	options, err := t.pace.options(s)
	if err != nil {
		return err
	}
	options.Clock, options.Timeout = s.app.env.clock, s.app.env.attempt
	options.Consistency, options.Observe = t.consistency, s.app.stream().Request
	if s.local != nil {
		client, err := org.Connect(s.local.credentials(), options)
		s.client = client
		return err
	}
	credentials, err := okta.FindCredentials(t.org, s.app.env.get, s.app.env.home)
	if err != nil {
		return err
	}
	if err := s.checkURL(credentials.URL, credentialOfAnother); err != nil {
		return err
	}
	s.credential = credentials.Mode
	s.app.secrets = append(s.app.secrets, credentials.Hidden()...)
	s.client, err = org.Connect(credentials, options)
	return err
}

const credentialOfAnother = "org.url is %s, and the credential in use is for %s. Nothing was sent. Use the credential of that org (OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN), or correct org.url; it never chooses where a credential goes."

// checkURL holds org.url against the org that is used; detail says what to do
// where they differ. The configuration can't choose where a credential goes: whoever may change it
// could send the credential to a host of his own.
func (s *session) checkURL(used, detail string) error {
	if s.config.URL == "" || sameOrigin(s.config.URL, used) {
		return nil
	}
	return failed(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The configuration is for another org",
		Detail:  fmt.Sprintf(detail, s.config.URL, used),
		Subject: &s.config.URLRange}}, s.config.Files())
}

func sameOrigin(a, b string) bool {
	ua, err1 := url.Parse(a)
	ub, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && strings.EqualFold(ua.Scheme, ub.Scheme) && strings.EqualFold(ua.Host, ub.Host)
}

// close releases what the session holds. It is nil where opening it has failed, as on a
// full disk.
func (s *session) close() {
	if s == nil {
		return
	}
	s.endPace()
	if s.config != nil {
		_ = s.config.Close()
	}
	if s.local != nil {
		_ = errors.Join(s.local.Shutdown(), s.local.folder.Close())
	}
}

// now is the org's time. It decides whatever has to do with a moment that the org has
// given: this machine's clock may be wrong.
func (s *session) now(ctx context.Context) (time.Time, error) { return s.client.OrgClock().Now(ctx) }

// as says for people in whose name the org is used.
func (s *session) as(ctx context.Context) string {
	switch {
	case s.whom != "":
	case s.client == nil:
	case s.local != nil:
		s.whom = "super admin of the embedded org"
	default:
		s.whom = cmp.Or(s.client.Whom(ctx), "whoever the credential belongs to, which it may not tell")
	}
	return s.whom
}

// stamp is the time that a plan carries for people and policies: the org's, as far as it
// is known.
func (s *session) stamp() time.Time {
	if s.client == nil {
		return s.app.env.clock.LocalNow()
	}
	return s.client.OrgClock().Estimate()
}

// failed adds the configuration's sources to diagnostics.
func (s *session) failed(diags hcl.Diagnostics) error { return failed(diags, s.config.Files()) }

// plan reads the org and plans.
func (s *session) plan(ctx context.Context, o plan.Options) (*plan.Plan, error) {
	r, err := s.read(ctx, o)
	if err != nil {
		return nil, err
	}
	o.Now = func() (time.Time, error) { return s.now(ctx) }
	o.Exchanges = func() (map[string][]string, error) { return s.client.Exchanges(ctx, s.config.Owner) }
	p, err := s.make(r.found, o)
	if err != nil {
		return nil, err
	}
	p.Notes = append(s.notes, p.Notes...)
	diags, err := p.Unassigned(func(app, user string) (map[string]string, error) { return s.client.ThroughGroups(ctx, app, user) })
	if err != nil {
		return nil, err
	}
	promoted, err := p.FirstRoles(func(group string) ([]string, error) { return s.client.Members(ctx, group) })
	if err != nil {
		return nil, err
	}
	roles := func(user string) (own, group []string, err error) { return s.client.AdminRoles(ctx, user) }
	signIns, err := p.AdminCredentials(roles)
	if err != nil {
		return nil, err
	}
	admins := sync.OnceValues(func() ([]string, error) { return s.client.AdminUsers(ctx) })
	if err := p.LosesByGroup(func(user string) (own, group []string, err error) {
		if list, err := admins(); err == nil && !slices.Contains(list, user) {
			return nil, nil, nil // most users are no admins
		}
		return roles(user)
	}); err != nil {
		return nil, err
	}
	if err := s.failed(slices.Concat(diags, promoted, signIns)); err != nil {
		return nil, err
	}
	return p, nil
}

// reading is what has to be known of the org to plan, and what was found.
type reading struct {
	lookups []schema.Lookup // of data blocks
	query   schema.Query
	found   *schema.Snapshot
}

// read reads what has to be known of the org to plan.
func (s *session) read(ctx context.Context, o plan.Options) (*reading, error) {
	r := &reading{}
	data, err := s.lookUp(o.Destroy, func(lookups []schema.Lookup) ([]schema.Found, error) {
		r.lookups = append(r.lookups, lookups...)
		return s.client.LookUp(ctx, lookups)
	})
	if err != nil {
		return nil, err
	}
	r.query = s.query(data, o)
	if s.events {
		r.found, err = s.readChanged(ctx, r.query)
	} else {
		r.found, err = s.client.Read(ctx, r.query)
	}
	s.endJob()
	if err != nil {
		return nil, err
	}
	r.found.Data = data
	return r, nil
}

// query is what has to be known of the org to plan, besides data.
func (s *session) query(data map[string]*schema.Object, o plan.Options) schema.Query {
	eval := s.config.Evaluate(plan.KnownData(data))
	declared, _ := eval.All()
	identity, _ := eval.Identity()
	return plan.Query(declared, identity, o)
}

// make plans with what was read.
func (s *session) make(snapshot *schema.Snapshot, o plan.Options) (*plan.Plan, error) {
	p, diags := plan.Make(s.config, snapshot, o)
	if err := s.failed(diags); err != nil {
		return nil, err
	}
	s.app.showDiagnostics(diags, s.config.Files())
	p.Credential = string(s.credential)
	return p, nil
}

// known tells what a plan's reading of the org found.
func known(p *plan.Plan) config.Known {
	objects := map[string]*schema.Object{}
	maps.Copy(objects, p.Data)
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Prior != nil && c.Action != plan.Delete {
			objects[c.Addr.String()] = c.Prior
		}
	}
	return func(addr schema.Addr) *schema.Object { return objects[addr.String()] }
}
