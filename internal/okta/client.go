package okta

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	sdk "github.com/okta/okta-sdk-golang/v5/okta"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/schema"
)

// Options configure a client. The zero value is ready to use.
type Options struct {
	Clock     clock.Machine // nil: the system's
	UserAgent string        // empty: "oktaform"
	// Parallelism is the maximum number of concurrent requests. Zero means as many as the org's
	// limits and Share allow.
	Parallelism int
	// Share is the part of each of the org's rate limits that the client may use, above 0 and at
	// most 1. Zero means DefaultShare.
	Share float64
	// Watch reports waits, and how long large jobs will take.
	Watch Watch
	// Trace receives a JSON line for each request: method, path, bucket, status, ms, wait_ms,
	// retry. Nil means none.
	Trace io.Writer
	// Transport sends the requests; nil means a copy of http.DefaultTransport.
	Transport http.RoundTripper
	// Timeout limits one attempt. Zero means a minute.
	Timeout time.Duration
	// Consistency is how long a change may stay invisible. Zero means DefaultConsistency.
	Consistency time.Duration
	// Observe is called for every request that changes the org, concurrently. It may be nil.
	Observe func(schema.Request)
}

// DefaultConsistency is how long a change may stay invisible in an org.
const DefaultConsistency = 5 * time.Second

// DefaultShare is the part of a rate limit that Okta lets one credential use, unless an admin has
// changed it.
const DefaultShare = 0.5

// Client speaks to one org. It is safe for concurrent use.
type Client struct {
	url             string   // without a trailing slash; also the issuer of the org authorization server
	principal       string   // client id that the client signs in as, if known
	scopes          []string // of the access tokens that the client requests; nil without
	options         Options
	api             *http.Client // with the client's credentials
	unauthenticated *http.Client // without credentials
	signIn          *http.Client // for token requests: without credentials, and not counted as concurrent requests
	sdk             *sdk.APIClient
	limiter         *limiter
	meter           *meter
	clock           *clock.Org
	proofs          *proofs
	secrets         sentSecrets
	guard           atomic.Pointer[WriteGuard]
	apiToken        bool
	credentials     Credentials
}

// Connect returns a client. It sends nothing.
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
		own.MaxIdleConnsPerHost = MaxJobsPerBucket // all requests go to one host; the default of 2 would reconnect for most
		o.Transport = own
	}
	if o.Share <= 0 || o.Share > 1 {
		o.Share = DefaultShare
	}
	client := &Client{url: base, options: o, credentials: c,
		meter: &meter{totals: map[string]*schema.BucketStats{}, trace: o.Trace}}
	client.clock = clock.NewOrg(o.Clock, func(ctx context.Context) error {
		_, err := client.OrgID(ctx)
		return err
	})
	client.proofs = &proofs{now: client.clock.Estimate}
	client.limiter = newLimiter(o.Clock, client.clock, o.Share, o.Parallelism, o.Watch.Waiting)
	client.unauthenticated = client.over(origin, o.Transport, false)
	// A request that waits for a token counts as concurrent already. If token requests counted too,
	// enough such requests would wait for each other forever.
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

// over returns an HTTP client that adds limits and retries to next.
func (c *Client) over(origin *url.URL, next http.RoundTripper, extra bool) *http.Client {
	return &http.Client{
		Transport: &transport{next: next, clock: c.options.Clock, limiter: c.limiter, meter: c.meter, org: origin.Host, extra: extra, userAgent: c.options.UserAgent, timeout: c.options.Timeout, time: c.clock, guard: &c.guard},
		// No call of the API redirects, so redirects are never followed.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// newSDK configures the SDK's client by hand. NewConfiguration would first read ~/.okta/okta.yaml
// and every OKTA_* variable, print to standard output if one is malformed, and drop the port of the
// URL.
func newSDK(origin *url.URL, client *http.Client) *sdk.APIClient {
	cfg := &sdk.Configuration{
		Host:          origin.Host,
		Scheme:        origin.Scheme,
		DefaultHeader: map[string]string{},
		Servers:       sdk.ServerConfigurations{{URL: origin.String()}},
		HTTPClient:    client,
	}
	// The SDK requires a mode; signer replaces the header that it sets.
	cfg.Okta.Client.AuthorizationMode = "SSWS"
	cfg.Okta.Client.OrgUrl = origin.String()
	return sdk.NewAPIClient(cfg)
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// URL returns the org's URL without a trailing slash.
func (c *Client) URL() string { return c.url }

// OrgClock returns the org's clock, derived from its answers.
func (c *Client) OrgClock() *clock.Org { return c.clock }

// HTTP returns a client for requests with credentials of their own, such as those of smoke tests.
// It has the same limits and retries, adds no credentials, and follows no redirects.
func (c *Client) HTTP() *http.Client { return c.unauthenticated }

// Authorized returns a client that adds this client's credentials to requests to the org, for
// callers that judge the answers themselves. It has the same limits and retries, and follows no
// redirects.
func (c *Client) Authorized() *http.Client { return c.api }

// OrgID requests the id of the org. The request has no credentials, so its answer shows the limit
// of the org itself (see planBucket).
func (c *Client) OrgID(ctx context.Context) (string, error) {
	doc, err := c.Document(ctx, c.requestBy(c.unauthenticated, http.MethodGet, "/.well-known/okta-organization", nil))
	return Text(doc, "id"), err
}

// Principal returns the client id that the client signs in as; "" if unknown.
func (c *Client) Principal() string { return c.principal }

// Scopes returns the scopes of the access tokens that the client requests; nil if scopes do not
// limit it or are unknown.
func (c *Client) Scopes() []string { return c.scopes }

// OnlyReads reports whether the client cannot write: it requests access tokens, all of whose
// scopes are for reading.
func (c *Client) OnlyReads() bool {
	return len(c.scopes) > 0 && !slices.ContainsFunc(c.scopes, func(scope string) bool { return !strings.HasSuffix(scope, ".read") })
}

// HasAPIToken reports whether the credential is an API token, and not one of OAuth.
func (c *Client) HasAPIToken() bool { return c.apiToken }

// ForCopy returns the credential of a service app with its private key, for a copy of the org that
// runs on this machine. ok is false for other credentials: a copy does not know them.
func (c *Client) ForCopy(url string) (credentials Credentials, ok bool) {
	credentials = c.credentials
	credentials.URL, credentials.Source = url, "the copy of the org"
	return credentials, credentials.Mode == PrivateKey
}

// Machine returns this machine's clock.
func (c *Client) Machine() clock.Machine { return c.options.Clock }

// Consistency returns how long a change may stay invisible.
func (c *Client) Consistency() time.Duration { return c.options.Consistency }

// Bucket returns the rate-limit bucket of a request.
func (c *Client) Bucket(method, path string) string { return c.limiter.buckets.Of(method, path) }
