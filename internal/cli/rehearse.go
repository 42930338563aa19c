package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/orgcopy"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// RehearseHelp is the help of --rehearse.
const RehearseHelp = "first apply the plan, with the smoke tests, to an embedded org with a copy of its objects"

// Rehearse applies a plan to an embedded org that holds a copy of what the plan is about, and
// runs the smoke tests there. Nothing is written to the org of the plan. An error ends with the
// status that the apply would have had.
func (s *Session) Rehearse(ctx context.Context, p *plan.Plan, options plan.Options, o *ApplyOptions) error {
	a := s.App
	if p.Empty() {
		return nil
	}
	r, copied, err := s.openCopy(ctx, p, o)
	if err != nil {
		return fmt.Errorf("the plan can't be rehearsed: %w. Nothing was written to %s", err, p.URL)
	}
	defer func() { _ = r.embedded.Shutdown() }()
	a.Stream().Rehearsal("start", p.URL, "")
	if !a.JSON {
		a.Print("\n" + view.RehearsalBegins(p.URL, copied.Count(), r.whom, copied.Gaps, a.Style()))
	}
	err = s.rehearseIn(ctx, r, p, options, o)
	if err == nil {
		a.Stream().Rehearsal("complete", p.URL, "")
		if !a.JSON {
			a.Print("\n" + view.RehearsalDone(p.URL, a.Style()))
		}
		return nil
	}
	diags, files := DiagnosticsOf(err)
	status := statusOf(err)
	if code, known := errors.AsType[StatusError](err); known { // it has been shown
		status = int(code)
	} else {
		a.ShowDiagnostics(diags, files)
	}
	a.Stream().Rehearsal("errored", p.URL, diags.Error())
	if !a.JSON {
		a.Print("\n" + view.RehearsalFailed(p.URL, a.Style()))
	}
	return StatusError(status)
}

// RehearsePlan rehearses a plan that no apply has admitted: first it checks what an apply checks
// before it writes, such as the rights of the credential. A credential that only reads is for
// plans: another one applies them, so its rights are not checked.
func (s *Session) RehearsePlan(ctx context.Context, p *plan.Plan, options plan.Options, o *ApplyOptions) error {
	if p.Empty() {
		return nil
	}
	if err := s.Admit(ctx, p, s.limits(o), !s.Client.OnlyReads(), s.leaseOptions(o)); err != nil {
		return err
	}
	return s.Rehearse(ctx, p, options, o)
}

// rehearsal is a session with an embedded org that holds a copy of the org.
type rehearsal struct {
	*Session
	embedded *sandbox.Org
}

// openCopy starts an embedded org with a copy of what the plan is about. The rehearsal acts there
// as the principal of the plan, if the copy has all their rights and they can sign in; else, and
// for a credential that only reads, as a super admin.
func (s *Session) openCopy(ctx context.Context, p *plan.Plan, o *ApplyOptions) (*rehearsal, *orgcopy.Copy, error) {
	passwords, err := s.passwords(p)
	if err != nil {
		return nil, nil, err
	}
	copied, err := orgcopy.Read(ctx, s.Client, orgcopy.Options{IDs: p.IDs(), Passwords: passwords, Principal: p.Principal})
	s.EndJob()
	if err != nil {
		return nil, nil, err
	}
	seed, err := copied.Seed()
	if err != nil {
		return nil, nil, err
	}
	embedded, err := sandbox.Listen("127.0.0.1:0", sandbox.Options{Seed: seed})
	if err != nil {
		return nil, nil, err
	}
	if s.Hide != nil {
		s.Hide(embedded.Token())
	}
	session := *s.Session
	session.Alone, session.Credential, session.ReadOrg = true, "", nil
	r := &rehearsal{&Session{App: s.App, Session: &session, whom: "a super admin: not all rights of the credential in use can be read"}, embedded}
	if s.Client.OnlyReads() {
		r.whom = "a super admin: the credential in use only reads, so another one will apply the plan"
		copied.HasPrincipal = false
	}
	token := okta.Credentials{URL: embedded.URL, Mode: okta.SSWS, Token: schema.NewSecret(embedded.Token()), Source: "the copy of the org"}
	clientOptions := okta.Options{UserAgent: "oktaform/" + Version(), Clock: s.App.Env.Clock, Timeout: s.App.Env.Attempt, Consistency: o.consistency}
	own, isApp := s.Client.ForCopy(embedded.URL)
	if copied.HasPrincipal && isApp {
		client, err := org.Connect(own, clientOptions)
		if err == nil && client.SignsIn(ctx) {
			session.Client, r.whom = client, s.Principal(ctx)
			return r, copied, nil
		}
	}
	if copied.HasPrincipal && s.Client.HasAPIToken() {
		r.whom = s.Principal(ctx)
	}
	if session.Client, err = org.Connect(token, clientOptions); err != nil {
		_ = embedded.Shutdown()
	}
	return r, copied, err
}

// passwords are those that the configuration sets for users who exist: the org tells none, and
// smoke tests sign in with them.
func (s *Session) passwords(p *plan.Plan) (map[string]string, error) {
	ids := map[schema.Addr]string{}
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Kind.Person && !c.Kind.OnExisting {
			ids[c.Addr] = c.ID
		}
	}
	declared, diags := s.Config.Evaluate(p.Known()).All()
	if err := s.Failed(diags); err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, d := range declared {
		if id := ids[d.Addr]; id != "" {
			out[id] = kinds.Password(&d)
		}
	}
	return out, nil
}

// rehearseLease shows whether the credential may take a lease. It is not the owner's own, which
// another run may hold in the org, and so in the copy.
func (s *Session) rehearseLease(ctx context.Context, r *rehearsal) error {
	held, _, err := r.Client.Acquire(ctx, org.LeaseOptions{Owner: s.Config.Owner + "/rehearsal", Self: s.App.Env.Self(), Dead: s.App.Env.Dead})
	if err == nil {
		err = held.Release(ctx, true)
	}
	if err != nil {
		return fmt.Errorf("lease: %w", err)
	}
	return nil
}

// rehearseIn plans again in the copy, applies that plan, and runs the smoke tests.
func (s *Session) rehearseIn(ctx context.Context, r *rehearsal, p *plan.Plan, options plan.Options, o *ApplyOptions) (err error) {
	a, copied := s.App, r.Session.Session
	if o.Lease != "off" && !s.Alone {
		if err := s.rehearseLease(ctx, r); err != nil {
			return err
		}
	}
	again, err := copied.Plan(ctx, options)
	if err != nil {
		return err
	}
	if o.deactivate {
		again.OnlyDeactivate()
	}
	if !plan.Equal(p, again) {
		return errors.New("the plan for the copy differs from the plan for the org, so the rehearsal would prove nothing: report this as an error of oktaform, with both plans")
	}
	defer s.Config.HoldKeys()() // what is made for the copy is no key of the org's apps
	run := apply.Options{Parallelism: o.parallelism, Events: func(e apply.Event) {
		if !a.JSON {
			a.Print(view.Progress(e, a.Style()))
		}
	}}
	if !o.NoSmoke && !o.SmokeAfter {
		run.Smoke = func(ctx context.Context, tests []schema.SmokeTest) []string {
			report := r.RunTests(ctx, tests)
			r.showReport(report)
			return session.FailedTests(report)
		}
	}
	result, diags := copied.Apply(ctx, again, run)
	switch {
	case diags.HasErrors():
		return s.Failed(diags)
	case tested(result):
		return StatusError(ExitSmoke)
	case result.NotDone > 0 || len(result.Withheld) > 0:
		return fmt.Errorf("%d changes could not be made", result.NotDone+len(result.Withheld))
	case o.NoSmoke || o.Destroy:
		return nil
	}
	eval := s.Config.Evaluate(result.Known)
	tests, diags := eval.SmokeTests()
	if err := s.Failed(diags); err != nil {
		return err
	}
	tests = slices.DeleteFunc(tests, func(t schema.SmokeTest) bool { return !again.Targeted(t.App.Addr) })
	return r.Smoke(ctx, eval, tests, SmokeReport{Require: o.RequireSmoke})
}
