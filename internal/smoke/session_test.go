package smoke

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

func TestTokenByHand(t *testing.T) {
	o := newFakeOrg(t)
	token, result := o.runner().Token(context.Background(), o.reporter("okta.users.read"))
	if token == nil || result.Outcome != Passed || token.Type != "Bearer" || token.Lifetime.Hours() != 1 || token.Scopes[0] != "okta.users.read" {
		t.Fatalf("%+v %+v", token, result)
	}
	answer, err := token.Call(context.Background(), schema.TestRequest{Method: "GET", Path: "/api/v1/users"})
	if err != nil || answer.Status != 200 || !strings.Contains(string(answer.Body), "00uADA") || answer.RequestID == "" || answer.Explanation != nil {
		t.Errorf("%+v, %v", answer, err)
	}
	o.role = false
	if answer, err = token.Call(context.Background(), schema.TestRequest{Method: "GET", Path: "/api/v1/users"}); err != nil || answer.Explanation == nil || answer.Explanation.Name != "no admin role" {
		t.Errorf("%+v, %v", answer, err)
	}
	header, err := token.Header("GET", "/api/v1/users")
	if err != nil || header.Get("Authorization") != "Bearer "+token.Access.Reveal() || header.Get("DPoP") != "" {
		t.Errorf("%v, %v", header, err)
	}
	for _, path := range []string{"//evil.example.com/", "https://evil.example.com/"} {
		if _, err := token.Call(context.Background(), schema.TestRequest{Method: "GET", Path: path}); err == nil {
			t.Errorf("the token went to %s", path)
		}
		if _, err := token.Header("GET", path); err == nil {
			t.Errorf("there is a header for %s", path)
		}
	}
	o.granted = nil
	if token, result := o.runner().Token(context.Background(), o.reporter("okta.users.read")); token != nil || result.last().Diagnosis != "scope not granted" {
		t.Errorf("%+v %+v", token, result)
	}
}

func TestProvenTokenByHand(t *testing.T) {
	o := newFakeOrg(t)
	o.dpop, o.nonce, o.tokenType = true, "nonce-1", "DPoP"
	asked := o.reporter("okta.users.read")
	asked.App.DPoP = true
	token, _ := o.runner().Token(context.Background(), asked)
	if token == nil {
		t.Fatal("no token")
	}
	first, err1 := token.Header("GET", "/api/v1/users")
	second, err2 := token.Header("GET", "/api/v1/users")
	if err1 != nil || err2 != nil || first.Get("DPoP") == "" || first.Get("DPoP") == second.Get("DPoP") || !strings.HasPrefix(first.Get("Authorization"), "DPoP ") {
		t.Errorf("%v %v", first, second)
	}
}

// A person with a browser takes the place of what a password can't do.
func TestBrowser(t *testing.T) {
	for _, mfa := range []bool{false, true} {
		o := newFakeOrg(t)
		test := o.explorer("openid", "okta.users.read")
		if mfa {
			o.signInStatus = "MFA_REQUIRED"
		} else {
			test.SignIn = &schema.SignIn{Browser: true}
		}
		runner := o.runner()
		runner.Browser = o.person
		r := runner.Run(context.Background(), []schema.SmokeTest{test}).Tests[0]
		if mfa {
			r.Steps = r.Steps[1:] // that the password wasn't enough
		}
		wantOutcome(t, r, Passed)
		if r.Steps[0].Name != "sign in with a browser" || r.Steps[0].Got != "code=(sensitive) state=(as sent)" {
			t.Errorf("%+v", r.Steps)
		}
		runner.Browser = func(context.Context, string, string) (url.Values, error) {
			return nil, errors.New("the page was closed")
		}
		if r := runner.Run(context.Background(), []schema.SmokeTest{test}).Tests[0]; r.Outcome != Failed || r.last().Problem != "nobody signed in: the page was closed" {
			t.Errorf("%+v", r)
		}
		runner.Browser = func(context.Context, string, string) (url.Values, error) {
			return url.Values{"code": {"stolen"}, "state": {"another"}}, nil
		}
		if r := runner.Run(context.Background(), []schema.SmokeTest{test}).Tests[0]; r.Outcome != Failed || r.last().Diagnosis != "state differs" {
			t.Errorf("%+v", r)
		}
	}
}

// person signs in on the page and comes back from it.
func (o *fakeOrg) person(ctx context.Context, page, redirectURI string) (url.Values, error) {
	o.mu.Lock()
	o.sessions["person"] = true
	o.mu.Unlock()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, page+"&prompt=none&sessionToken=person", nil)
	if err != nil {
		return nil, err
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	params, ok := cutRedirect(answer.Header.Get("Location"), redirectURI)
	if !ok {
		return nil, errors.New("no redirect")
	}
	return params, nil
}
