package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/revision"
	"github.com/oktaform/oktaform/internal/view"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Session is one run of a command: a loaded configuration and the org that it
// is for.
type Session struct {
	App    *App
	Config *config.Config
	Client *org.Client
	local  *embeddedOrg // nil for a real org
	// noBrowser prints the address where a person signs in, instead of opening a
	// browser.
	NoBrowser  bool
	credential okta.Mode // that the org is read with; "" for the embedded org and without any
	// offline: there is no client.
	offline bool
	// events: what an earlier run has read counts, as far as the System Log says that
	// it is still so. notes tell how the org was read.
	Events bool
	notes  []string
	pace   Requests
	Trees  files.Trees // in which paths are looked for that a person names
	trace  *os.File    // of the requests; nil without
	lease  *org.Lease  // nil until it is taken
	whom   string      // in whose name the org is used, for people; "" until it is asked for
}

// Open loads the configuration and signs in to the org.
func (a *App) Open(ctx context.Context, dir string, in Inputs, t Target) (*Session, error) {
	s := &Session{App: a}
	if t.Org == SandboxOrg {
		local, err := a.startEmbedded(dir)
		if err != nil {
			return nil, err
		}
		s.local = local
	}
	if err := s.load(dir, in); err != nil {
		s.Close()
		return nil, err
	}
	if err := s.connect(t); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) load(dir string, in Inputs) error {
	opts := config.Options{Environ: s.App.Env.Environ, Inputs: in.List, Sources: in.Sources, Checkout: s.App.Checkouts()}
	opts.Ask = s.App.asker(!in.NoInput())
	if s.local != nil {
		opts.Generate = s.local.secret
	}
	if s.offline {
		opts.Generate = madeUp
	}
	if err := s.App.Within(dir); err != nil {
		return err
	}
	c, diags := config.Load(dir, opts)
	s.Config, s.Trees = c, s.App.Trees(dir)
	s.App.Secrets = append(s.App.Secrets, c.Secrets()...)
	diags = append(diags, c.Validate()...)
	if err := Failed(diags, c.Files()); err != nil {
		return err
	}
	s.App.ShowDiagnostics(append(diags, s.trackedKeys(dir)...), c.Files())
	return nil
}

// trackedKeys warns of private key files that git tracks.
func (s *Session) trackedKeys(dir string) hcl.Diagnostics {
	declared, _ := s.Config.Evaluate(nil).All()
	var names []string
	of := map[string]*schema.Desired{}
	for i := range declared {
		for _, key := range declared[i].Keys {
			if name, err := filepath.Rel(Absolute(dir), key.File); err == nil && key.File != "" && filepath.IsLocal(name) {
				names, of[filepath.ToSlash(name)] = append(names, filepath.ToSlash(name)), &declared[i]
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	around, err := checkout.Find(dir, s.App.Checkouts())
	if err != nil {
		return nil // where the repository matters, loading has said so
	}
	var diags hcl.Diagnostics
	for _, name := range revision.Tracked(around, names) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Private key in git",
			Detail:  fmt.Sprintf("Git tracks the private key file %s: whoever gets the repository may act as the app. Take it out (git rm --cached %s), replace the key (oktaform key rotate %s), and see that nobody has it from the history.", view.Plain(name), view.ShellWord(name), of[name].Addr.ShellWord()+FolderWord(dir)),
			Subject: &of[name].Range})
	}
	return diags
}

func (s *Session) connect(t Target) error {
	s.pace = t.Requests
	options, err := t.Requests.options(s)
	if err != nil {
		return err
	}
	options.Clock, options.Timeout = s.App.Env.Clock, s.App.Env.Attempt
	options.Consistency, options.Observe = t.consistency, s.App.Stream().Request
	if s.local != nil {
		client, err := org.Connect(s.local.credentials(), options)
		s.Client = client
		return err
	}
	credentials, err := okta.FindCredentials(t.Org, s.App.Env.Get, s.App.Env.Home)
	if err != nil {
		return err
	}
	if err := s.checkURL(credentials.URL, credentialOfAnother); err != nil {
		return err
	}
	s.credential = credentials.Mode
	s.App.Secrets = append(s.App.Secrets, credentials.Hidden()...)
	s.Client, err = org.Connect(credentials, options)
	return err
}

const credentialOfAnother = "org.url is %s, and the credential in use is for %s. Nothing was sent. Use the credential of that org (OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN), or correct org.url; it never chooses where a credential goes."

// checkURL holds org.url against the org that is used; detail says what to do
// where they differ. The configuration can't choose where a credential goes: whoever may change it
// could send the credential to a host of his own.
func (s *Session) checkURL(used, detail string) error {
	if s.Config.URL == "" || sameOrigin(s.Config.URL, used) {
		return nil
	}
	return Failed(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The configuration is for another org",
		Detail:  fmt.Sprintf(detail, s.Config.URL, used),
		Subject: &s.Config.URLRange}}, s.Config.Files())
}

func sameOrigin(a, b string) bool {
	ua, err1 := url.Parse(a)
	ub, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && strings.EqualFold(ua.Scheme, ub.Scheme) && strings.EqualFold(ua.Host, ub.Host)
}

// Close releases what the session holds. It is nil where opening it has failed, as on a
// full disk.
func (s *Session) Close() {
	if s == nil {
		return
	}
	s.endPace()
	if s.Config != nil {
		_ = s.Config.Close()
	}
	if s.local != nil {
		_ = errors.Join(s.local.Shutdown(), s.local.folder.Close())
	}
}

// Now is the org's time. It decides whatever has to do with a moment that the org has
// given: this machine's clock may be wrong.
func (s *Session) Now(ctx context.Context) (time.Time, error) { return s.Client.OrgClock().Now(ctx) }

// Principal says for people in whose name the org is used.
func (s *Session) Principal(ctx context.Context) string {
	switch {
	case s.whom != "":
	case s.Client == nil:
	case s.local != nil:
		s.whom = "super admin of the embedded org"
	default:
		s.whom = cmp.Or(s.Client.Whom(ctx), "whoever the credential belongs to, which it may not tell")
	}
	return s.whom
}

// Stamp is the time that a plan carries for people and policies: the org's, as far as it
// is known.
func (s *Session) Stamp() time.Time {
	if s.Client == nil {
		return s.App.Env.Clock.LocalNow()
	}
	return s.Client.OrgClock().Estimate()
}

// Failed adds the configuration's sources to diagnostics.
func (s *Session) Failed(diags hcl.Diagnostics) error { return Failed(diags, s.Config.Files()) }

// Plan reads the org and plans.
func (s *Session) Plan(ctx context.Context, o plan.Options) (*plan.Plan, error) {
	r, err := s.Read(ctx, o)
	if err != nil {
		return nil, err
	}
	o.Now = func() (time.Time, error) { return s.Now(ctx) }
	o.Exchanges = func() (map[string][]string, error) { return s.Client.Exchanges(ctx, s.Config.Owner) }
	p, err := s.make(r.Found, o)
	if err != nil {
		return nil, err
	}
	p.Notes = append(s.notes, p.Notes...)
	diags, err := p.Unassigned(func(app, user string) (map[string]string, error) { return s.Client.ThroughGroups(ctx, app, user) })
	if err != nil {
		return nil, err
	}
	promoted, err := p.FirstRoles(func(group string) ([]string, error) { return s.Client.Members(ctx, group) })
	if err != nil {
		return nil, err
	}
	roles := func(user string) (own, group []string, err error) { return s.Client.AdminRoles(ctx, user) }
	signIns, err := p.AdminCredentials(roles)
	if err != nil {
		return nil, err
	}
	admins := sync.OnceValues(func() ([]string, error) { return s.Client.AdminUsers(ctx) })
	if err := p.LosesByGroup(func(user string) (own, group []string, err error) {
		if list, err := admins(); err == nil && !slices.Contains(list, user) {
			return nil, nil, nil // most users are no admins
		}
		return roles(user)
	}); err != nil {
		return nil, err
	}
	if err := s.Failed(slices.Concat(diags, promoted, signIns)); err != nil {
		return nil, err
	}
	return p, nil
}

// reading is what has to be known of the org to plan, and what was found.
type reading struct {
	Lookups []schema.Lookup // of data blocks
	Query   schema.Query
	Found   *schema.Snapshot
}

// Read reads what has to be known of the org to plan.
func (s *Session) Read(ctx context.Context, o plan.Options) (*reading, error) {
	r := &reading{}
	data, err := s.lookUp(o.Destroy, func(lookups []schema.Lookup) ([]schema.Found, error) {
		r.Lookups = append(r.Lookups, lookups...)
		return s.Client.LookUp(ctx, lookups)
	})
	if err != nil {
		return nil, err
	}
	r.Query = s.query(data, o)
	if s.Events {
		r.Found, err = s.readChanged(ctx, r.Query)
	} else {
		r.Found, err = s.Client.Read(ctx, r.Query)
	}
	s.endJob()
	if err != nil {
		return nil, err
	}
	r.Found.Data = data
	return r, nil
}

// query is what has to be known of the org to plan, besides data.
func (s *Session) query(data map[string]*schema.Object, o plan.Options) schema.Query {
	eval := s.Config.Evaluate(plan.KnownData(data))
	declared, _ := eval.All()
	identity, _ := eval.Identity()
	return plan.Query(declared, identity, o)
}

// make plans with what was read.
func (s *Session) make(snapshot *schema.Snapshot, o plan.Options) (*plan.Plan, error) {
	p, diags := plan.Make(s.Config, snapshot, o)
	if err := s.Failed(diags); err != nil {
		return nil, err
	}
	s.App.ShowDiagnostics(diags, s.Config.Files())
	p.Credential = string(s.credential)
	return p, nil
}

// Known tells what a plan's reading of the org found.
func Known(p *plan.Plan) config.Known {
	objects := map[string]*schema.Object{}
	maps.Copy(objects, p.Data)
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Prior != nil && c.Action != plan.Delete {
			objects[c.Addr.String()] = c.Prior
		}
	}
	return func(addr schema.Addr) *schema.Object { return objects[addr.String()] }
}
