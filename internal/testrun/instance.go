package testrun

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// Options are what all tests of a run share.
type Options struct {
	Environ   []string
	Inputs    []config.Input
	Checkout  checkout.Options
	Seed      []byte // the content of each org; nil for an empty one
	Clock     clock.Machine
	Attempt   time.Duration // the timeout of one request; zero means the default
	UserAgent string
	// SigningKey signs the tokens of all orgs, which saves the time to make one for each.
	SigningKey *rsa.PrivateKey
	// FailOn is the severity from which a finding of the review fails; None means none does.
	FailOn severity.Level
	// Password returns a value for a sensitive variable without one.
	Password func() string
	// Hide receives secrets, which no message may quote. It is called concurrently.
	Hide func(string)
	// Sources replace the contents of files of the configuration, by path.
	Sources map[string][]byte
}

// instance is a fresh org, and the configuration that is tested in it.
type instance struct {
	*session.Session // the loaded configuration; nil before load
	options          *Options
	dir              string
	embedded         *sandbox.Org
	keys             *config.TestKeys

	mu        sync.Mutex
	passwords map[string]string // of variables without a value
}

// start starts an org.
func start(dir string, o *Options) (*instance, error) {
	embedded, err := sandbox.Listen("127.0.0.1:0", sandbox.Options{Seed: o.Seed, SigningKey: o.SigningKey})
	if err != nil {
		return nil, err
	}
	o.Hide(embedded.Token())
	// Keys on a curve are made in no time, and Okta accepts them like those of RSA.
	newKey := func() ([]byte, error) {
		key, err := jwk.Generate("P-256")
		if err != nil {
			return nil, err
		}
		return key.PEM()
	}
	return &instance{options: o, dir: dir, embedded: embedded, keys: &config.TestKeys{New: newKey}, passwords: map[string]string{}}, nil
}

// close ends the org.
func (in *instance) close() {
	if in.Session != nil {
		_ = in.Session.Close()
	}
	_ = in.embedded.Shutdown()
}

// load loads the configuration, with further values of variables. If it can't, the one that was
// loaded before stays.
func (in *instance) load(values ...config.Input) error {
	o := in.options
	s := &session.Session{Clock: o.Clock, Hide: o.Hide, Alone: true, Immediate: true}
	diags := s.Load(in.dir, config.Options{Environ: o.Environ, Inputs: slices.Concat(o.Inputs, values), Checkout: o.Checkout, Sources: o.Sources,
		TestKeys: in.keys, Generate: in.password})
	if err := s.Failed(diags); err != nil {
		_ = s.Close()
		return err
	}
	if in.Session != nil {
		_ = in.Session.Close()
	}
	in.Session = s
	s.Trees = session.Trees(in.dir, o.Checkout)
	credentials := okta.Credentials{URL: in.embedded.URL, Mode: okta.SSWS, Token: schema.NewSecret(in.embedded.Token()), Source: "the org of the test"}
	var err error
	s.Client, err = org.Connect(credentials, okta.Options{UserAgent: o.UserAgent, Clock: o.Clock, Timeout: o.Attempt})
	return err
}

// password returns the same value in each load.
func (in *instance) password(name string) (string, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.passwords[name] == "" {
		in.passwords[name] = in.options.Password()
	}
	return in.passwords[name], nil
}

// makePlan plans, with what a test may do in its own org: no key there is a stranger's.
func (in *instance) makePlan(ctx context.Context, destroy bool) (*plan.Plan, error) {
	p, err := in.Plan(ctx, plan.Options{Owner: in.Config.Owner, Destroy: destroy, TrustKeys: true, Unprotected: true, AuthoritativeAdmins: in.Config.AuthoritativeAdmins})
	return p, explainEmptyOrg(err)
}

const emptyOrgHelp = "The org of a test holds only what the test puts there. Give it the object with a seed (--seed FILE, or the file seed.json beside the configuration), or with a request in the setup block of a test file."

// explainEmptyOrg adds to an error about a missing object how a test provides it.
func explainEmptyOrg(err error) error {
	failed, ok := errors.AsType[*session.Error](err)
	if !ok {
		return err
	}
	for _, d := range failed.Diagnostics {
		if strings.Contains(d.Summary, "found nothing") || strings.Contains(strings.ToLower(d.Summary), "import") && d.Severity == hcl.DiagError {
			d.Detail += " " + emptyOrgHelp
		}
	}
	return err
}

// carryOut applies a plan and returns what the org holds afterwards. Tests of replacements run in
// between.
func (in *instance) carryOut(ctx context.Context, p *plan.Plan) (config.Known, *smoke.Report, error) {
	var between *smoke.Report
	o := apply.Options{Smoke: func(ctx context.Context, tests []schema.SmokeTest) []string {
		report := in.RunTests(ctx, tests)
		between = &report
		return session.FailedTests(report)
	}}
	result, diags := in.Apply(ctx, p, o)
	if err := in.Failed(diags); err != nil {
		return result.Known, between, err
	}
	switch {
	case between != nil && between.Failed > 0:
		return result.Known, between, errors.New("a smoke test of a replacement failed, so what it replaces stays")
	case result.NotDone > 0 || len(result.Withheld) > 0:
		return result.Known, between, fmt.Errorf("%d changes could not be made", result.NotDone+len(result.Withheld))
	}
	return result.Known, between, nil
}

// runSmoke runs the smoke tests with what is known of the org.
func (in *instance) runSmoke(ctx context.Context, known config.Known) (*smoke.Report, error) {
	tests, diags := in.Config.Evaluate(known).SmokeTests()
	if err := in.Failed(diags); err != nil {
		return nil, err
	}
	report := in.RunTests(ctx, tests)
	return &report, nil
}

// reviewed reviews the configuration as it is, with its waivers.
func (in *instance) reviewed() *review.Review {
	v := versions.Of(in.Config)
	return review.Assess(versions.Compare(v, v), review.Options{Now: in.Clock.LocalNow()})
}

// destroyAll destroys what the configuration owns, and returns an error if something is left.
func (in *instance) destroyAll(ctx context.Context) (deleted int, err error) {
	p, err := in.makePlan(ctx, true)
	if err != nil {
		return 0, err
	}
	deleted = p.Counts().Destroy
	if _, _, err = in.carryOut(ctx, p); err != nil {
		return deleted, err
	}
	if p, err = in.makePlan(ctx, true); err != nil {
		return deleted, err
	}
	if !p.Empty() {
		return deleted, in.Failed(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Something is left after destroy", Detail: changesOf(p)}})
	}
	// The marks are looked for in the org itself, too.
	var dump strings.Builder
	if err := in.embedded.Dump(&dump); err != nil {
		return deleted, err
	}
	for _, mark := range []string{"[oktaform " + in.Config.Owner + " ", `"oktaform_owner": "` + in.Config.Owner + `"`} {
		if strings.Contains(dump.String(), mark) {
			return deleted, in.Failed(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Something is left after destroy",
				Detail: fmt.Sprintf("An object in the org still carries the mark of the owner %q.", in.Config.Owner)}})
		}
	}
	return deleted, nil
}

// changesOf lists the changes of a plan, a line each.
func changesOf(p *plan.Plan) string {
	verbs := map[plan.Action]string{plan.Create: "would be created", plan.Update: "would be updated", plan.Delete: "would be destroyed",
		plan.Replace: "would be replaced", plan.Forget: "would be released", plan.Import: "would be imported"}
	var lines []string
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action == plan.NoOp {
			continue
		}
		line := fmt.Sprintf("%s %s", c.Addr, verbs[c.Action])
		if c.Action == plan.Update {
			line += ": " + strings.Join(c.Kind.Changed(c.Before, c.After), ", ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
