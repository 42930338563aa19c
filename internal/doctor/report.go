// Package doctor checks what a run depends on: the configuration, the credential, the network, the
// org and the key files. It changes nothing.
package doctor

import (
	"errors"
	"strings"
)

// Status is the result of one check.
type Status string

// The results of a check.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Fails   Status = "fails"
	Skipped Status = "skipped" // it could not be checked
)

// Check is the result of one check, with what to do about it.
type Check struct {
	Name   string `json:"check"`
	Status Status `json:"status"`
	Text   string `json:"text"`
	Fix    string `json:"fix,omitempty"`
	// Err is the error behind a failure; nil if there is none.
	Err error `json:"-"`
}

// Report is the result of all checks.
type Report struct {
	Checks []Check `json:"checks"`
}

// Worst returns the worst status.
func (r *Report) Worst() Status {
	worst := OK
	for _, c := range r.Checks {
		if c.Status == Fails || c.Status == Warning && worst == OK {
			worst = c.Status
		}
	}
	return worst
}

// Failure returns the errors behind the failures; nil if there are none.
func (r *Report) Failure() error {
	var all []error
	for _, c := range r.Checks {
		all = append(all, c.Err)
	}
	return errors.Join(all...)
}

// Hide replaces secrets in all texts.
func (r *Report) Hide(secrets []string) {
	for i := range r.Checks {
		c := &r.Checks[i]
		for _, secret := range secrets {
			c.Text = strings.ReplaceAll(c.Text, secret, "(sensitive value)")
			c.Fix = strings.ReplaceAll(c.Fix, secret, "(sensitive value)")
		}
	}
}

func (r *Report) add(name string, status Status, text, fix string) {
	r.Checks = append(r.Checks, Check{Name: name, Status: status, Text: text, Fix: fix})
}

func (r *Report) ok(name, text string)        { r.add(name, OK, text, "") }
func (r *Report) warn(name, text, fix string) { r.add(name, Warning, text, fix) }
func (r *Report) skip(name, text string)      { r.add(name, Skipped, text, "") }

func (r *Report) fail(name, text, fix string, err error) {
	r.Checks = append(r.Checks, Check{Name: name, Status: Fails, Text: text, Fix: fix, Err: err})
}
