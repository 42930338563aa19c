package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
)

const (
	// family begins the name of every object of every run.
	family = "oktaform-conformance-"
	// domain is in every object of every run, as a second mark: a reserved domain, to which no mail
	// can be sent.
	domain = "conformance.oktaform.example.com"
	mark   = "Made and removed by the conformance suite of oktaform, " + domain
)

// Options configure a run.
type Options struct {
	// Patience is how long an exchange marked with eventually may be repeated.
	Patience time.Duration
	// Progress is called after each exchange. It may be nil.
	Progress func(done, all int)
	// Observed are answers of real orgs that replace promises; nil means those in observed.json.
	Observed map[string]Observation
	// Exceptions are known differences; nil means those in exceptions.txt.
	Exceptions []Exception
}

// org is the org that a run is about.
type org struct{ client *okta.Client }

// Now returns the org's time.
func (o org) Now() time.Time { return o.client.OrgClock().Estimate() }

// run is one run of the suites.
type run struct {
	org     org
	vars    variables
	keys    keys
	options Options
	made    []made
	report  *Report
}

// Run sends the exchanges to the client's org and compares the answers. It first removes what an
// interrupted run has left, and finally its own objects, even if the context ends. The error says
// that the run is incomplete; the report is then that of the exchanges until then.
func Run(ctx context.Context, client *okta.Client, options Options) (*Report, error) {
	exchanges, err := Exchanges()
	if err != nil {
		return nil, err
	}
	if options.Observed == nil {
		options.Observed = observed()
	}
	if options.Exceptions == nil {
		options.Exceptions = exceptions()
	}
	r := &run{org: org{client}, options: options, report: newReport(), vars: variables{
		"org": client.URL(), "prefix": family + hexadecimal(4), "domain": domain, "mark": mark,
		"password": "Aa1-" + hexadecimal(12), "newPassword": "Bb2-" + hexadecimal(12), "secret": hexadecimal(24),
		"none": "00000000000000000000",
	}}
	r.vars["host"] = client.URL()[strings.Index(client.URL(), "//")+2:]
	if r.keys, err = newKeys(); err == nil {
		err = r.keys.publish(r.vars)
	}
	if err != nil {
		return nil, err
	}
	if r.report.Leftovers, err = r.sweep(ctx, family); err != nil {
		return nil, fmt.Errorf("removing what an interrupted run left: %w", err)
	}
	err = r.all(ctx, exchanges)
	return r.report, errors.Join(err, r.tidy(context.WithoutCancel(ctx)))
}

// all makes the exchanges.
func (r *run) all(ctx context.Context, exchanges []Exchange) error {
	for i := range exchanges {
		err := r.one(ctx, &exchanges[i])
		if ctx.Err() != nil {
			return fmt.Errorf("interrupted after %d of %d exchanges", r.report.Exchanges, len(exchanges))
		}
		if err != nil {
			return err
		}
		if r.options.Progress != nil {
			r.options.Progress(i+1, len(exchanges))
		}
	}
	return nil
}

// one makes an exchange and adds it to the report.
func (r *run) one(ctx context.Context, x *Exchange) error {
	_, patient := x.directive("eventually")
	for waited := time.Duration(0); ; waited += time.Second {
		a, problems, err := r.exchange(ctx, x)
		var missing missingError
		switch {
		case errors.As(err, &missing):
			r.report.skip(x, missing.Error())
			return nil
		case err != nil:
			return fmt.Errorf("%s: %w", x.Name, err)
		case len(problems) > 0 && patient && waited < r.options.Patience:
			if err := r.org.client.Machine().Sleep(ctx, time.Second); err != nil {
				return err
			}
			continue
		}
		r.record(x, a, problems)
		return nil
	}
}

// exchange sends the request once and compares the answer.
func (r *run) exchange(ctx context.Context, x *Exchange) (*answer, []string, error) {
	request, admin, err := r.build(ctx, x)
	if err != nil {
		return nil, nil, err
	}
	client := r.org.client.HTTP()
	if admin {
		client = r.org.client.Authorized()
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	a := &answer{status: response.StatusCode, header: response.Header}
	if a.body, err = io.ReadAll(response.Body); err != nil {
		return nil, nil, err
	}
	a.doc, _ = decode(string(a.body))
	r.remember(request, a)
	if o, known := r.options.Observed[x.Name]; known {
		return a, r.asObserved(x, o, a), nil
	}
	problems, err := r.check(x, a)
	return a, problems, err
}

// asObserved compares an answer with that of a real org, and saves variables.
func (r *run) asObserved(x *Exchange, o Observation, a *answer) []string {
	problems, unsaved := o.compare(r, x, a), r.save(x, a)
	if o.Status == x.Status {
		problems = append(problems, unsaved...)
	}
	return problems
}

// hexadecimal returns n random bytes.
func hexadecimal(n int) string {
	bytes := make([]byte, n)
	_, _ = rand.Read(bytes)
	return hex.EncodeToString(bytes)
}

// succeeded reports a status that says that the org did what was asked.
func succeeded(status int) bool {
	return status >= http.StatusOK && status < http.StatusMultipleChoices
}
