// Package oktaform declares an Okta org's API access from Go, as the oktaform program does: Open
// loads a folder of .hcl files; the Session plans against an org, applies, and runs the smoke
// tests. Results and errors are values. A test suite can set up its org with it: examples/test-org
// is a Go module that does.
//
// The package does not read flags, the environment or a terminal. It writes only to the org, and
// the private keys that the configuration generates.
package oktaform

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Error carries diagnostics with their positions in the files, and the reason why a run stopped.
type Error = session.Error

// Reasons of an [Error].
const (
	Invalid     = session.Invalid     // the configuration, the plan or the org is invalid
	LacksRights = session.LacksRights // the credential lacks rights that the plan needs
	Guarded     = session.Guarded     // a guard refused a plan that may be a mistake
)

// Report is the result of a run of smoke tests.
type Report = smoke.Report

// Outcomes of a test in a [Report].
const (
	Passed  = smoke.Passed
	Failed  = smoke.Failed
	Skipped = smoke.Skipped
)

// ErrChanged means that another run has changed the org since a plan was made: plan again.
var ErrChanged = errors.New("another run has changed the org since this plan was made: plan again")

// Options name the org of a configuration and give values to its variables.
type Options struct {
	Org Credential
	// Variables are values of variables, as --var NAME=VALUE takes them.
	Variables map[string]string
	// VarFiles are .tfvars files, in order. Variables take precedence.
	VarFiles []string
	// Consistency is how long a change may stay invisible in the org. Zero means 5 seconds.
	Consistency time.Duration
	// NoLease means that something else keeps other runs of the configuration from writing.
	NoLease bool
	// Warn receives warnings; it may be nil.
	Warn func(hcl.Diagnostics)
}

// Credential is an org's URL and what to sign in with there: a Token, an AccessToken, or a service
// app's ClientID with its PrivateKey and the Scopes to request.
type Credential struct {
	URL         string
	Token       string // an API token
	AccessToken string
	ClientID    string
	PrivateKey  string // PEM or JWK
	KeyID       string // optional for an app with one key
	Scopes      []string
}

func (c Credential) credentials() (okta.Credentials, error) {
	out := okta.Credentials{URL: c.URL, Source: "oktaform.Options"}
	switch {
	case c.URL == "":
		return out, errors.New("Options.Org has no URL")
	case c.Token != "":
		out.Mode, out.Token = okta.SSWS, schema.NewSecret(c.Token)
	case c.AccessToken != "":
		out.Mode, out.Token = okta.Bearer, schema.NewSecret(c.AccessToken)
	case c.ClientID != "" && c.PrivateKey != "":
		out.Mode, out.ClientID, out.Scopes = okta.PrivateKey, c.ClientID, c.Scopes
		out.PrivateKey, out.PrivateKeyID = schema.NewSecret(c.PrivateKey), c.KeyID
	default:
		return out, errors.New("Options.Org has no credential: set Token, AccessToken, or ClientID and PrivateKey")
	}
	return out, nil
}

// Session is a loaded configuration and its org. It is not safe for concurrent use.
type Session struct {
	s     *session.Session
	lease session.LeaseOptions
	plans map[*plan.Plan]plan.Options // made by this session, and therefore checked
}

// Open loads the configuration in a folder and signs in to the org.
func Open(dir string, o Options) (*Session, error) {
	credentials, err := o.Org.credentials()
	if err != nil {
		return nil, err
	}
	var inputs []config.Input
	for _, file := range o.VarFiles {
		inputs = append(inputs, config.VarFile(file))
	}
	for _, name := range slices.Sorted(maps.Keys(o.Variables)) {
		inputs = append(inputs, config.Var(name+"="+o.Variables[name]))
	}
	s := &Session{
		s:     &session.Session{Clock: clock.System{}, Warn: o.Warn, Trees: session.Trees(dir, checkout.Options{})},
		lease: session.LeaseOptions{Off: o.NoLease, Self: session.Self(), Dead: session.Dead},
		plans: map[*plan.Plan]plan.Options{},
	}
	diags := s.s.Load(dir, config.Options{Inputs: inputs})
	err = s.s.Failed(diags)
	if err == nil {
		if o.Warn != nil && len(diags) > 0 {
			o.Warn(diags)
		}
		err = s.s.Connect(credentials, okta.Options{UserAgent: "oktaform", Clock: clock.System{}, Consistency: o.Consistency})
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes the configuration's files.
func (s *Session) Close() error { return errors.Join(s.s.Close(), s.s.Trees.Close()) }

// PlanOptions configure a plan.
type PlanOptions struct {
	Destroy bool // delete everything that the configuration owns
	// Targets are addresses of objects, blocks and modules that the plan is limited to, with what
	// they depend on. None means everything.
	Targets []string
	// TrustKeys are addresses of apps that may gain rights although they have keys and client
	// secrets of unknown origin.
	TrustKeys []string
	// TrustRights are addresses of imported objects that may pass on rights which nothing declares.
	TrustRights []string
	// TakeOver continues although none of the owner's objects is declared here.
	TakeOver bool
}

// Plan reads the org and returns what has to change. It changes nothing.
func (s *Session) Plan(ctx context.Context, o PlanOptions) (*plan.Plan, error) {
	c := s.s.Config
	options := plan.Options{Owner: c.Owner, AuthoritativeAdmins: c.AuthoritativeAdmins,
		Destroy: o.Destroy, Targets: o.Targets, Trusted: o.TrustKeys, TrustedRights: o.TrustRights, TakeOver: o.TakeOver}
	p, err := s.s.Plan(ctx, options)
	if err != nil {
		return nil, err
	}
	s.plans[p] = options
	return p, nil
}

// ApplyOptions configure how to apply a plan, and what it may do. Messages name the program's
// flags, which have the same names.
type ApplyOptions struct {
	// MaxDeletes is how many objects may be deleted or replaced. Zero means 30 % of the owned ones
	// if there are at least 3; a negative number means none.
	MaxDeletes int
	// Force deletes groups, custom roles and resource sets although they have dependents.
	Force bool
	// AllowAdminRemoval are addresses of users and admin blocks who may lose admin roles that
	// others may have assigned.
	AllowAdminRemoval []string
	// AllowUndeclaredAdminRemoval allows the same for principals who are not declared
	// (org.authoritative_admins).
	AllowUndeclaredAdminRemoval bool
	// NoSmoke skips the smoke tests between creating new objects and removing what they replace.
	NoSmoke bool
	// Events is called for each step, never concurrently; it may be nil.
	Events func(apply.Event)
}

func (o *ApplyOptions) limits() plan.Limits {
	most := o.MaxDeletes
	switch {
	case most == 0:
		most = -1
	case most < 0:
		most = 0
	}
	return plan.Limits{MaxDeletes: most, Force: o.Force, RemoveAdmins: o.AllowAdminRemoval, RemoveUndeclaredAdmins: o.AllowUndeclaredAdminRemoval}
}

// Apply applies a plan of this session, unless the org has changed since. The result is nil if
// nothing was started. If Apply returns an error, the result says how far the run has come; the
// next run continues from there.
func (s *Session) Apply(ctx context.Context, p *plan.Plan, o ApplyOptions) (*apply.Result, error) {
	options, made := s.plans[p]
	if !made {
		return nil, errors.New("the plan was not made by this session, and so was not checked")
	}
	if !p.Empty() {
		if err := s.s.Admit(ctx, p, o.limits(), true, s.lease); err != nil {
			return nil, err
		}
	}
	p, release, err := s.s.Lock(ctx, p, s.lease, func(ctx context.Context, before *plan.Plan) (*plan.Plan, error) {
		p, err := s.s.Plan(ctx, options)
		if err == nil && !plan.Equal(before, p) {
			err = ErrChanged
		}
		return p, err
	})
	if err != nil {
		return nil, err
	}
	run := apply.Options{Events: o.Events}
	if !o.NoSmoke && !p.Destroy {
		run.Smoke = func(ctx context.Context, tests []schema.SmokeTest) []string {
			return session.FailedTests(s.s.RunTests(ctx, tests))
		}
	}
	result, diags := s.s.Apply(ctx, p, run)
	err = s.s.Failed(diags)
	if err == nil && result.NotDone+len(result.Withheld) > 0 {
		err = fmt.Errorf("the run is not complete: %d changes were not started, %d removals were not done", result.NotDone, len(result.Withheld))
	}
	return result, errors.Join(err, release(result, err == nil))
}

// Smoke runs the configuration's smoke tests with real tokens, against the org as it is. A failed
// test is not an error: the report contains it.
func (s *Session) Smoke(ctx context.Context) (*Report, error) {
	eval, err := s.s.AsIs(ctx)
	if err != nil {
		return nil, err
	}
	tests, diags := eval.SmokeTests()
	if err := s.s.Failed(diags); err != nil {
		return nil, err
	}
	report := s.s.RunTests(ctx, tests)
	report.Coverage = report.Cover(eval.Principals())
	return &report, nil
}

// Outputs returns the configuration's outputs, with the org as it is.
func (s *Session) Outputs(ctx context.Context) ([]plan.Output, error) {
	eval, err := s.s.AsIs(ctx)
	if err != nil {
		return nil, err
	}
	outputs, diags := eval.Outputs()
	var list []plan.Output
	for _, out := range outputs {
		list = append(list, plan.Output(out))
	}
	return list, s.s.Failed(diags)
}
