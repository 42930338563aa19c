package okta

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	sdk "github.com/okta/okta-sdk-golang/v5/okta"
	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/schema"
)

// Options say how to speak to an org. The zero value is fine.
type Options struct {
	Clock     clock.Machine // nil: the system's
	UserAgent string        // empty: "oktaform"
	// Parallelism is the number of requests under way at once. Zero means as many
	// as the org's limits and Share allow.
	Parallelism int
	// Share is the part of each of the org's limits that we may use, above 0 and
	// at most 1. Zero means DefaultShare.
	Share float64
	// Watch is told of waits and of what long jobs will take.
	Watch Watch
	// Trace gets a JSON line for each request: method, path, bucket, status, ms,
	// wait_ms, retry. Nil for none.
	Trace io.Writer
	// Transport carries the requests; nil means a copy of the default one.
	Transport http.RoundTripper
	// Timeout is how long one attempt may take. Zero means a minute.
	Timeout time.Duration
	// Consistency is how long a change may stay invisible. Zero means 5 seconds.
	Consistency time.Duration
	// Observe is told of every request that was to change the org, from several
	// goroutines. May be nil.
	Observe func(schema.Request)
}

// DefaultConsistency is how long a change may stay invisible in an org.
const DefaultConsistency = 5 * time.Second

// DefaultShare is the part of a limit that Okta lets one credential use, unless
// an admin has changed it.
const DefaultShare = 0.5

// Client speaks to one org. It is safe for use by several goroutines at once.
type Client struct {
	url             string   // without a slash at the end: also the issuer of the org authorization server
	principal       string   // client id that we sign in as, if known
	scopes          []string // of the access tokens that we ask for; nil without
	options         Options
	api             *http.Client // with our credentials
	unauthenticated *http.Client // without
	signIn          *http.Client // for tokens: without, and beside the requests at once
	sdk             *sdk.APIClient
	limiter         *limiter
	meter           *meter
	clock           *clock.Org
	proofs          *proofs
	buffers         bufferPool
	secrets         sentSecrets
	guard           atomic.Pointer[WriteGuard]
}

// Connect prepares a client. It sends nothing.
func Connect(c Credentials, o Options) (*Client, error) {
	base, err := orgURL(c.URL)
	if err != nil {
		return nil, err
	}
	origin, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.UserAgent == "" {
		o.UserAgent = "oktaform"
	}
	if o.Timeout <= 0 {
		o.Timeout = attemptTimeout
	}
	if o.Consistency <= 0 {
		o.Consistency = DefaultConsistency
	}
	if o.Transport == nil {
		own := http.DefaultTransport.(*http.Transport).Clone()
		own.MaxResponseHeaderBytes = maxHeader
		own.MaxIdleConnsPerHost = MaxJobsPerBucket // all requests go to one host: with 2 most would dial anew
		o.Transport = own
	}
	if o.Share <= 0 || o.Share > 1 {
		o.Share = DefaultShare
	}
	client := &Client{url: base, options: o,
		meter: &meter{totals: map[string]*schema.BucketStats{}, trace: o.Trace}}
	client.clock = clock.NewOrg(o.Clock, func(ctx context.Context) error {
		_, err := client.OrgID(ctx)
		return err
	})
	client.proofs = &proofs{now: client.clock.Estimate}
	client.limiter = newLimiter(o.Clock, client.clock, o.Share, o.Parallelism, o.Watch.Waiting)
	client.unauthenticated = client.over(origin, o.Transport, false)
	// A request that waits for a token is one of those at once already. If tokens
	// counted too, enough such requests would wait for each other for ever.
	client.signIn = client.over(origin, &proving{next: o.Transport, proofs: client.proofs}, true)
	auth, err := client.authorization(c)
	if err != nil {
		return nil, err
	}
	client.api = client.over(origin, &signer{next: o.Transport, origin: origin, auth: auth}, false)
	own := client.api.Transport.(*transport)
	own.observe, own.guarded = o.Observe, true
	client.sdk = newSDK(origin, client.api)
	return client, nil
}

// over makes an HTTP client with the limits and retries over next.
func (c *Client) over(origin *url.URL, next http.RoundTripper, extra bool) *http.Client {
	return &http.Client{
		Transport: &transport{next: next, clock: c.options.Clock, limiter: c.limiter, meter: c.meter, org: origin.Host, extra: extra, userAgent: c.options.UserAgent, timeout: c.options.Timeout, time: c.clock, guard: &c.guard},
		// No call of the API redirects, so nothing is sent to where one might lead.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newSDK makes the SDK's client from a configuration built by hand.
// NewConfiguration would read ~/.okta/okta.yaml and every OKTA_* variable first,
// print on standard output where one is malformed, and lose the port of the URL.
func newSDK(origin *url.URL, client *http.Client) *sdk.APIClient {
	cfg := &sdk.Configuration{
		Host:          origin.Host,
		Scheme:        origin.Scheme,
		DefaultHeader: map[string]string{},
		Servers:       sdk.ServerConfigurations{{URL: origin.String()}},
		HTTPClient:    client,
	}
	// The SDK insists on a mode; the header that it sets is replaced by signer.
	cfg.Okta.Client.AuthorizationMode = "SSWS"
	cfg.Okta.Client.OrgUrl = origin.String()
	return sdk.NewAPIClient(cfg)
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// URL is the org's URL without a slash at the end.
func (c *Client) URL() string { return c.url }

// OrgClock is the org's clock, as its answers tell it.
func (c *Client) OrgClock() *clock.Org { return c.clock }

// HTTP is a client for requests that carry credentials of their own, such as
// those of smoke tests: the same limits and retries, nothing of our credentials,
// and no redirect is followed.
func (c *Client) HTTP() *http.Client { return c.unauthenticated }

// OrgID asks for the id of the org. The request takes no credentials, and so its answer
// shows the limit of the org itself (see planBucket).
func (c *Client) OrgID(ctx context.Context) (string, error) {
	doc, err := c.Document(ctx, c.requestBy(c.unauthenticated, http.MethodGet, "/.well-known/okta-organization", nil))
	return Text(doc, "id"), err
}

// Principal is the client id that the client signs in as; "" where that is unknown.
func (c *Client) Principal() string { return c.principal }

// Scopes are those of the access tokens that the client asks for; nil where scopes do not
// limit it, or are unknown.
func (c *Client) Scopes() []string { return c.scopes }

// Machine is this machine's clock.
func (c *Client) Machine() clock.Machine { return c.options.Clock }

// Consistency is how long a change may stay invisible.
func (c *Client) Consistency() time.Duration { return c.options.Consistency }

// Bucket names the rate-limit bucket of a request.
func (c *Client) Bucket(method, path string) string { return c.limiter.buckets.Of(method, path) }
