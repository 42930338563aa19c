package cli

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/doctor"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/profile"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/view"
)

// proxyVariables name the proxies of a request, as net/http reads them.
var proxyVariables = []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"}

// Doctor prepares the checks of a folder and an org. What can't be opened is a failed check. The
// session must be closed.
func (a *App) Doctor(dir string, in Inputs, t Target) (*doctor.Run, *Session) {
	s := a.NewSession()
	s.Warn, s.Notice = nil, nil
	s.Config, s.Trees = config.Empty(""), a.Trees(dir)
	run := &doctor.Run{Dir: FolderWord(dir), Session: s.Session, Principal: s.Principal, Proxy: http.ProxyFromEnvironment, Word: view.ShellWord,
		Configured: a.HasConfiguration(dir)}
	for _, name := range proxyVariables {
		if a.Env.Get(name) != "" && !slices.Contains(run.ProxyVariables, name) {
			run.ProxyVariables = append(run.ProxyVariables, name)
		}
	}
	if run.ConfigErr = a.openForDoctor(s, dir, in, t, run.Configured); run.ConfigErr != nil {
		s.Config = config.Empty("")
	}
	run.Embedded = s.local != nil
	switch {
	case run.Embedded:
		run.URL = s.local.URL
	case t.Org != SandboxOrg:
		run.Credentials, run.CredentialErr = a.credentials(t)
		run.NoCredential = errors.Is(run.CredentialErr, okta.ErrNoCredential)
		run.Profile = cmp.Or(t.Profile, a.Env.Get(ProfileVariable))
		run.BadProfile = errors.Is(run.CredentialErr, profile.ErrUnknown) || errors.Is(run.CredentialErr, profile.ErrIncomplete)
		run.URL = run.Credentials.URL
		if run.URL == "" {
			run.URL = okta.FindOrg(t.Org, a.Env.Get, a.Env.Home)
		}
	}
	if run.CredentialErr == nil && (run.Embedded || t.Org != SandboxOrg) {
		run.CredentialErr = s.connect(t)
	}
	return run, s
}

func (a *App) openForDoctor(s *Session, dir string, in Inputs, t Target, configured bool) error {
	if _, err := a.Trees(dir).Stat(dir); err != nil {
		return err
	}
	if err := a.Within(dir); err != nil {
		return err
	}
	if t.Org == SandboxOrg {
		if !configured {
			return errors.New("the embedded org is stored beside a configuration: name the folder with its .hcl files")
		}
		local, err := a.startEmbedded(dir)
		if err != nil {
			return err
		}
		s.local, s.Alone = local, true
	}
	if !configured {
		return nil
	}
	opts := config.Options{Environ: a.Env.Environ, Inputs: in.List, SecretsUnknown: true, Checkout: a.Checkouts()}
	if s.local != nil {
		opts.Generate = s.local.secret
	}
	diags := s.Load(dir, opts)
	if !diags.HasErrors() {
		diags = append(diags, s.Config.Evaluate(nil).NeededSecrets()...)
	}
	return session.Failed(diags, s.Config.Files())
}

// StatusFor returns the exit status of an error that was shown.
func StatusFor(err error) error { return StatusError(statusOf(err)) }
