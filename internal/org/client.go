package org

import (
	"sync"
	"sync/atomic"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Client reads and writes the objects of one org. It is safe for use by several goroutines
// at once.
type Client struct {
	*okta.Client
	lease atomic.Pointer[Lease] // held by this run; nil for none

	policies struct { // authentication policies, listed once
		sync.Mutex
		list []schema.Named
	}
	names names
	roles turn // who changes role assignments: Okta refuses two changes at once (E0000268)
}

// Connect prepares a client. It sends nothing.
func Connect(c okta.Credentials, o okta.Options) (*Client, error) {
	client, err := okta.Connect(c, o)
	if err != nil {
		return nil, err
	}
	return &Client{Client: client}, nil
}
