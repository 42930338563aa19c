// Package session is one run over a configuration and its org: it loads, reads, plans with every
// check, takes the lease, applies, and tests. Begin with read.go. Both the program and the module's
// public package use it, so that neither can omit a check.
package session

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/schema"
)

// Session is a loaded configuration and its org.
type Session struct {
	Config *config.Config
	Client *org.Client // nil for plans from a snapshot
	// Trees are the folders in which files named by a person or the configuration are looked for.
	Trees files.Trees
	// Credential is the mode of the credential; "" for the embedded org.
	Credential okta.Mode
	// Alone means that nobody else can reach the org, so that no lease is needed.
	Alone bool
	// Immediate means that the org shows each change at once, as one in memory does.
	Immediate bool
	Clock     clock.Machine
	// Browser lets a person sign in; nil if there is none.
	Browser smoke.Browser
	// ReadOrg reads the org; nil means Client.Read.
	ReadOrg func(context.Context, schema.Query) (*schema.Snapshot, error)
	// Warn receives warnings; it may be nil.
	Warn func(hcl.Diagnostics)
	// Notice receives sentences about the run for people; it may be nil.
	Notice func(string)
	// Hide receives each secret that is read, which no message may quote; it may be nil.
	Hide func(secret string)

	lease *org.Lease // nil until it is taken
}

// Load loads and validates a configuration into the session. The configuration is set even if the
// diagnostics contain errors, because messages need its sources and secrets.
func (s *Session) Load(dir string, o config.Options) hcl.Diagnostics {
	c, diags := config.Load(dir, o)
	s.Config = c
	if s.Hide != nil {
		for _, secret := range c.Secrets() {
			s.Hide(secret)
		}
	}
	return append(diags, c.Validate()...)
}

// Connect signs in to the org of a credential, unless the configuration is for another org.
func (s *Session) Connect(c okta.Credentials, o okta.Options) error {
	if err := s.CheckURL(c.URL, credentialOfAnother); err != nil {
		return err
	}
	if s.Hide != nil {
		for _, secret := range c.Hidden() {
			s.Hide(secret)
		}
	}
	var err error
	s.Credential = c.Mode
	s.Client, err = org.Connect(c, o)
	return err
}

const credentialOfAnother = "org.url is %s, and the credential in use is for %s. Nothing was sent. Use the credential of that org (OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN), or correct org.url; org.url never decides where a credential is sent."

// CheckURL compares org.url with the URL of the org; detail says what to do if they differ. The
// configuration cannot choose where a credential is sent: otherwise whoever can change it could
// send the credential to their own host.
func (s *Session) CheckURL(used, detail string) error {
	if s.Config.URL == "" || SameOrigin(s.Config.URL, used) {
		return nil
	}
	return s.Failed(hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "The configuration is for another org",
		Detail:  fmt.Sprintf(detail, s.Config.URL, used),
		Subject: &s.Config.URLRange}})
}

// SameOrigin reports whether two URLs belong to one org.
func SameOrigin(a, b string) bool {
	ua, err1 := url.Parse(a)
	ub, err2 := url.Parse(b)
	return err1 == nil && err2 == nil && strings.EqualFold(ua.Scheme, ub.Scheme) && strings.EqualFold(ua.Host, ub.Host)
}

// Close closes the configuration's files.
func (s *Session) Close() error {
	if s.Config == nil {
		return nil
	}
	return s.Config.Close()
}

// Now returns the org's time. It is used for everything that concerns times of the org, because
// this machine's clock may be wrong.
func (s *Session) Now(ctx context.Context) (time.Time, error) { return s.Client.OrgClock().Now(ctx) }

// Stamp returns the time that a plan shows to people and policies: the org's, as far as it is
// known.
func (s *Session) Stamp() time.Time {
	if s.Client == nil {
		return s.Clock.LocalNow()
	}
	return s.Client.OrgClock().Estimate()
}

func (s *Session) hide(secret string) {
	if s.Hide != nil {
		s.Hide(secret)
	}
}

func (s *Session) warn(diags hcl.Diagnostics) {
	if s.Warn != nil && len(diags) > 0 {
		s.Warn(diags)
	}
}

// Trees returns the folders with files from others around a folder: its repository, or the folder
// itself if there is none.
func Trees(dir string, o checkout.Options) files.Trees {
	found, err := checkout.Find(dir, o)
	if err != nil {
		return nil // loading reports what is wrong with the folder
	}
	root, err := files.Open(found.Root)
	if err != nil {
		return nil
	}
	return files.Trees{root}
}
