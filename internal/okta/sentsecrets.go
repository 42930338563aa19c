package okta

import (
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/terminal"
)

// sentSecrets are the secrets that the client sends: its API token, access tokens and client
// assertions. An org or a proxy may repeat them in an answer.
type sentSecrets struct {
	mu      sync.Mutex
	secrets []string
	kept    []string // sensitive texts that the client writes, the longest first
}

const (
	// shortestSecret prevents a short text from being replaced wherever it occurs.
	shortestSecret = 12
	// maxSecrets limits how many are kept; the oldest tokens have expired.
	maxSecrets = 100
	hidden     = "(sensitive value)"
)

// Hide registers a sensitive text, which no error of this client then quotes.
func (c *Client) Hide(text string) { c.secrets.addKept(text) }

// shortestKept is the minimum length of a secret: a shorter text occurs in any message.
const shortestKept = 4

func (s *sentSecrets) addKept(text string) {
	if len(text) < shortestKept {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.kept, text) {
		s.kept = append(s.kept, text)
		slices.SortStableFunc(s.kept, func(a, b string) int { return len(b) - len(a) })
	}
}

func (s *sentSecrets) add(secret string) {
	if len(secret) < shortestSecret {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.secrets) >= maxSecrets {
		s.secrets = slices.Delete(s.secrets, 1, 2) // the first one is the credential itself
	}
	s.secrets = append(s.secrets, secret)
}

// hide replaces the secrets in a text. A nil s hides nothing.
func (s *sentSecrets) hide(text string) string {
	if s == nil {
		return text
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range slices.Concat(s.secrets, s.kept) {
		text = strings.ReplaceAll(text, secret, hidden)
	}
	return text
}

// clip is Clip for a text that may quote a secret.
func (s *sentSecrets) clip(text string) string { return Clip(s.hide(text)) }

// Clip shortens a text from outside and removes its line breaks.
func Clip(s string) string {
	s = terminal.Plain(s)
	const most = 500
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// redactedError is an error whose text quotes none of the secrets.
type redactedError struct {
	cause error
	text  string
}

func (d *redactedError) Error() string { return d.text }
func (d *redactedError) Unwrap() error { return d.cause }

// error returns the error without secrets in its text, which may quote an answer.
func (s *sentSecrets) error(err error) error {
	text := err.Error()
	if clean := s.hide(text); clean != text {
		return &redactedError{err, clean}
	}
	return err
}
