package org

import (
	"net/http"
	"net/url"
	"sync"

	"github.com/okta/okta-sdk-golang/v5/okta"
)

// Options say how to speak to an org. The zero value is fine.
type Options struct {
	Clock     Clock  // nil: the system's
	UserAgent string // empty: "oktaform"
	// Parallelism is the number of requests under way at once. Zero means 5:
	// Okta allows a free org 35, all its users together.
	Parallelism int
	// Transport carries the requests; nil means a copy of the default one.
	Transport http.RoundTripper
}

// Client speaks to one org. It is safe for use by several goroutines at once.
type Client struct {
	url       string // without a slash at the end: also the issuer of the org authorization server
	principal string // client id that we sign in as, if known
	options   Options
	api       *http.Client // with our credentials
	plain     *http.Client // without
	signIn    *http.Client // for tokens: without, and with a slot of its own
	sdk       *okta.APIClient

	names sync.Map   // id -> name of every app, group and user seen, for references
	roles sync.Mutex // held while role assignments change: Okta refuses two changes at once (E0000268)
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
		o.Clock = systemClock{}
	}
	if o.UserAgent == "" {
		o.UserAgent = "oktaform"
	}
	if o.Parallelism <= 0 {
		o.Parallelism = 5
	}
	if o.Transport == nil {
		o.Transport = http.DefaultTransport.(*http.Transport).Clone()
	}
	slots := make(chan struct{}, o.Parallelism)
	// No call of the API redirects, so nothing is sent to where one might lead.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client := &Client{url: base, options: o}
	client.plain = &http.Client{
		Transport:     &transport{next: o.Transport, clock: o.Clock, slots: slots, userAgent: o.UserAgent},
		CheckRedirect: stay,
	}
	// A request that waits for a token holds a slot already. If tokens took one
	// of the same, enough such requests would wait for each other for ever.
	client.signIn = &http.Client{
		Transport:     &transport{next: o.Transport, clock: o.Clock, slots: make(chan struct{}, 1), userAgent: o.UserAgent},
		CheckRedirect: stay,
	}
	auth, err := client.authorization(c)
	if err != nil {
		return nil, err
	}
	client.api = &http.Client{
		Transport: &transport{
			next:  &signer{next: o.Transport, origin: origin, auth: auth},
			clock: o.Clock, slots: slots, userAgent: o.UserAgent,
		},
		CheckRedirect: stay,
	}
	client.sdk = newSDK(origin, client.api)
	return client, nil
}

// newSDK makes the SDK's client from a configuration built by hand.
// NewConfiguration would read ~/.okta/okta.yaml and every OKTA_* variable first,
// print on standard output where one is malformed, and lose the port of the URL.
func newSDK(origin *url.URL, client *http.Client) *okta.APIClient {
	cfg := &okta.Configuration{
		Host:          origin.Host,
		Scheme:        origin.Scheme,
		DefaultHeader: map[string]string{},
		Servers:       okta.ServerConfigurations{{URL: origin.String()}},
		HTTPClient:    client,
	}
	// The SDK insists on a mode; the header that it sets is replaced by signer.
	cfg.Okta.Client.AuthorizationMode = "SSWS"
	cfg.Okta.Client.OrgUrl = origin.String()
	return okta.NewAPIClient(cfg)
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// URL is the org's URL without a slash at the end.
func (c *Client) URL() string { return c.url }

// HTTP is a client for requests that carry credentials of their own, such as
// those of smoke tests: the same limits and retries, nothing of our credentials,
// and no redirect is followed.
func (c *Client) HTTP() *http.Client { return c.plain }
