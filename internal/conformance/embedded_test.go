package conformance

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/openapicheck"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// newOrg starts an embedded org behind a handler, and returns it with a client.
func newOrg(t *testing.T, wrap func(http.Handler) http.Handler) (*sandbox.Server, *okta.Client) {
	t.Helper()
	server, err := sandbox.New(sandbox.Options{SigningKey: signingKey})
	if err != nil {
		t.Fatal(err)
	}
	return server, connect(t, server, wrap)
}

// connect returns a client of an org behind a handler.
func connect(t *testing.T, server *sandbox.Server, wrap func(http.Handler) http.Handler) *okta.Client {
	t.Helper()
	listener := httptest.NewServer(wrap(server))
	t.Cleanup(listener.Close)
	client, err := okta.Connect(okta.Credentials{URL: listener.URL, Mode: okta.SSWS, Token: schema.NewSecret(server.Token())}, okta.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

var signingKey, _ = sandbox.NewSigningKey()

// TestEmbeddedOrgConforms: the embedded org answers every exchange as its source promises, and is
// afterwards as it was before.
func TestEmbeddedOrgConforms(t *testing.T) {
	_, client := newOrg(t, func(h http.Handler) http.Handler { return openapicheck.Wrap(t, h) })
	report, err := Run(t.Context(), client, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Differences {
		t.Errorf("%s: %s (%s %s)", d.Exchange, d.Request, d.Source.Kind, d.Source.Text)
		for _, problem := range d.Problems {
			t.Errorf("\t%s", problem)
		}
	}
	for _, s := range report.NotRun {
		t.Errorf("%s was not made: %s", s.Exchange, s.Reason)
	}
	t.Logf("%d of %d exchanges agree; by source: %v", report.Agree, report.Exchanges, report.Sources)
}
