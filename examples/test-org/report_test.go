package report

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/oktaform/oktaform"
	"github.com/oktaform/oktaform/sandbox"
)

// session is the test org's, and credentials are those of the program under test.
var (
	session     *oktaform.Session
	credentials oktaform.AppCredentials
)

func TestMain(m *testing.M) {
	status, err := withOrg(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

// withOrg runs the tests with an org that is made from the files in org.
func withOrg(m *testing.M) (status int, err error) {
	ctx := context.Background()
	org, err := sandbox.Listen("127.0.0.1:0", sandbox.Options{})
	if err != nil {
		return 1, err
	}
	defer org.Shutdown()

	// The private key is made beside the configuration, so that is a copy.
	work, err := os.MkdirTemp("", "test-org-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(work)
	dir := filepath.Join(work, "org")
	if err := os.CopyFS(dir, os.DirFS("org")); err != nil {
		return 1, err
	}

	session, err = oktaform.Open(dir, oktaform.Options{
		Org:       oktaform.Credential{URL: org.URL, Token: org.Token()},
		Variables: map[string]string{"password": "Correct-horse-7-battery"},
	})
	if err != nil {
		return 1, err
	}
	defer session.Close()
	plan, err := session.Plan(ctx, oktaform.PlanOptions{})
	if err != nil {
		return 1, err
	}
	if _, err := session.Apply(ctx, plan, oktaform.ApplyOptions{}); err != nil {
		return 1, err
	}
	if credentials, err = session.Credentials(ctx, "service_app.report"); err != nil {
		return 1, err
	}
	return m.Run(), nil
}

func TestLogins(t *testing.T) {
	logins, err := Logins(t.Context(), Config{
		URL: credentials.URL, ClientID: credentials.ClientID, KeyID: credentials.KeyID, PrivateKey: credentials.PrivateKey.Reveal(),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, login := range []string{"ada@example.com", "grace@example.com"} {
		if !slices.Contains(logins, login) {
			t.Errorf("%s is missing in %q", login, logins)
		}
	}
}

// What the app isn't declared to do is refused by the org, not by the test.
func TestReportReadsOnly(t *testing.T) {
	client, err := session.Client(t.Context(), "service_app.report")
	if err != nil {
		t.Fatal(err)
	}
	for method, want := range map[string]int{http.MethodGet: http.StatusOK, http.MethodDelete: http.StatusForbidden} {
		request, err := http.NewRequestWithContext(t.Context(), method, credentials.URL+"/api/v1/users/ada@example.com", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want {
			t.Errorf("%s: %s, want %d", method, answer.Status, want)
		}
	}
}

// The smoke tests of the configuration are tests of this module, too.
func TestSmoke(t *testing.T) {
	report, err := session.Smoke(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if report.Passed != 2 {
		t.Errorf("%s", report.Summary())
	}
	for _, test := range report.Tests {
		if test.Outcome != oktaform.Passed {
			t.Errorf("%s: %s %s", test.Name, test.Outcome, test.Reason)
		}
	}
}

// Nothing is left to do: the org is as the files say.
func TestNothingDrifts(t *testing.T) {
	plan, err := session.Plan(t.Context(), oktaform.PlanOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !plan.Empty() {
		t.Errorf("%d changes", len(plan.Changes))
	}
}
