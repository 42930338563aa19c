package smoke

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// Token is an access token with the tokens issued beside it, and the key that proves its possession
// if it is bound to one.
type Token struct {
	Type                string // Bearer or DPoP
	Access, ID, Refresh schema.Secret
	Scopes              []string
	Lifetime            time.Duration

	test *test
	got  *token
}

// Token gets a token with the app, scopes and sign-in of asked. The token is nil if there is none;
// the result's reason or last step says why.
func (r *Runner) Token(ctx context.Context, asked schema.SmokeTest) (*Token, Result) {
	org := r.prepared()
	t := newTest(org, &asked)
	start := org.Clock()
	err := t.prepare(ctx)
	var got *token
	if err == nil {
		got, err = t.obtainWithRetry(ctx)
	}
	result := t.result(err, start)
	if err != nil || got == nil {
		return nil, result
	}
	return &Token{
		Type: got.Type, Access: schema.NewSecret(got.Access), ID: schema.NewSecret(got.ID), Refresh: schema.NewSecret(got.Refresh),
		Scopes: got.scopes(t.Scopes), Lifetime: time.Duration(got.Expires) * time.Second, test: t, got: got,
	}, result
}

// Header returns the headers for one call of the API with the token: Authorization and, for a bound
// token, a new DPoP proof for this method and path.
func (k *Token) Header(method, path string) (http.Header, error) {
	target, err := resolve(k.test.org.URL, path)
	if err != nil {
		return nil, err
	}
	header := http.Header{"Authorization": {k.Type + " " + k.got.Access}}
	return header, k.test.addProof(header, method, target, k.got.Access)
}

// Answer is the org's answer to a call.
type Answer struct {
	Status    int
	Header    http.Header
	Body      []byte // at most 1 MiB
	RequestID string
	Took      time.Duration
	// Explanation explains an error, if an explanation is known.
	Explanation *catalog.Explanation
}

// Call calls the API with the token. The error means that there was no answer, or that the path
// leads to another host, in which case nothing is sent.
func (k *Token) Call(ctx context.Context, request schema.TestRequest) (*Answer, error) {
	target, err := resolve(k.test.org.URL, request.Path)
	if err != nil {
		return nil, err
	}
	a, err := k.test.call(ctx, request.Method, target, k.got, request)
	if err != nil {
		return nil, err
	}
	answer := &Answer{Status: a.status, Header: a.header, Body: a.body, RequestID: a.requestID(), Took: a.took}
	f := a.fault()
	if e, ok := catalog.Lookup(f.Fault); ok && a.status >= 400 {
		if f.Error == "insufficient_scope" && f.scope != "" {
			e.Cause += " It needs " + strings.Join(strings.Fields(f.scope), " or ") + "."
		}
		answer.Explanation = &e
	}
	return answer, nil
}
