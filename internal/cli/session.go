package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/browser"
	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/revision"
	"github.com/oktaform/oktaform/internal/session"
	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Session is one run of a command: a loaded configuration and its org.
type Session struct {
	*session.Session
	App     *App
	local   *embeddedOrg // nil for a real org
	offline bool         // without a client
	// Events enables the read cache (--refresh=events). notes say how the org was read.
	Events   bool
	notes    []string
	requests Requests
	trace    *os.File // of the requests; may be nil
	whom     string   // the principal for people; "" until it is needed
	profile  string   // that the credential is from; "" for another source
}

// NewSession returns a session without a configuration and without an org.
func (a *App) NewSession() *Session {
	s := &Session{App: a, Session: &session.Session{
		Clock:  a.Env.Clock,
		Hide:   func(secret string) { a.Secrets = append(a.Secrets, secret) },
		Notice: func(text string) { a.printAround(terminal.Wrap(text, a.Env.Columns(), "") + "\n") },
	}}
	s.Warn = func(diags hcl.Diagnostics) { a.ShowDiagnostics(diags, s.Config.Files()) }
	s.ReadOrg = s.readOrg
	return s
}

// Open loads the configuration and signs in to the org.
func (a *App) Open(ctx context.Context, dir string, in Inputs, t Target) (*Session, error) {
	s := a.NewSession()
	if t.Org == SandboxOrg && a.HasConfiguration(dir) { // else loading fails, and leaves no data
		local, err := a.startEmbedded(dir)
		if err != nil {
			return nil, err
		}
		s.local, s.Alone = local, true
	}
	if err := s.LoadFolder(dir, in); err != nil {
		s.Close()
		return nil, err
	}
	if err := s.connect(t); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// OpenOrg signs in to an org without a configuration.
func (a *App) OpenOrg(t Target) (*Session, error) {
	s := a.NewSession()
	s.Config, s.Trees = config.Empty(""), a.Trees("")
	if err := s.connect(t); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// OpenWithout is like OpenOrg and uses all flags of the target. dir contains the embedded org's
// data.
func (a *App) OpenWithout(dir string, t Target) (*Session, error) {
	s := a.NewSession()
	s.Config, s.Trees = config.Empty(""), a.Trees(dir)
	if t.Org == SandboxOrg {
		local, err := a.startEmbedded(dir)
		if err != nil {
			return nil, err
		}
		s.local, s.Alone = local, true
	}
	if err := s.connect(t); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// OpenAny signs in to the org with the configuration in the folder, where there is one, so that
// its org.url counts; else without.
func (a *App) OpenAny(ctx context.Context, dir string, in Inputs, t Target) (*Session, error) {
	var entries []fs.DirEntry
	folder, err := files.Open(dir)
	if err == nil {
		entries, err = folder.List(".")
		_ = folder.Close()
	}
	declared := slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return config.IsSourceFile(e.Name()) })
	switch {
	case err != nil || declared:
		return a.Open(ctx, dir, in, t)
	case t.Org == SandboxOrg:
		return nil, errors.New("the embedded org is stored beside a configuration: name the folder with its .hcl files")
	}
	return a.OpenOrg(t)
}

// ConfiguredOrg returns the URL of the org for which a credential is set; "" if there is none.
func (a *App) ConfiguredOrg() string {
	found, err := a.credentials(Target{})
	if err != nil {
		return ""
	}
	return found.URL
}

// HasConfiguration reports whether a folder holds a configuration.
func (a *App) HasConfiguration(dir string) bool { return len(a.SourceFiles(dir)) > 0 }

// SourceFiles returns the names of a configuration's files; nil if the folder can't be read.
func (a *App) SourceFiles(dir string) (names []string) {
	entries, _ := a.Trees(dir).List(dir)
	for _, e := range entries {
		if !e.IsDir() && config.IsSourceFile(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

// Sources reads the .hcl files of a configuration, by their paths.
func (a *App) Sources(dir string) (map[string][]byte, error) {
	trees := a.Trees(dir)
	entries, err := trees.List(dir)
	if err != nil {
		return nil, fmt.Errorf("the configuration's folder can't be read: %w", err)
	}
	sources := map[string][]byte{}
	for _, e := range entries {
		if !config.IsSourceFile(e.Name()) || filepath.Ext(e.Name()) == ".json" {
			continue
		}
		name := filepath.Join(dir, e.Name())
		if sources[name], err = trees.Read(name, files.TextLimit); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return sources, nil
}

// LoadFolder loads the configuration in a folder, and shows warnings.
func (s *Session) LoadFolder(dir string, in Inputs) error {
	opts := config.Options{Environ: s.App.Env.Environ, Inputs: in.List, Sources: in.Sources, Checkout: s.App.Checkouts(), NewKey: s.App.Env.NewKey}
	opts.PromptVariable, opts.SecretsUnknown = s.App.asker(!in.NoInput()), in.reading
	if s.local != nil {
		opts.Generate = s.local.secret
	}
	if s.offline {
		opts.Generate = madeUp
	}
	if err := s.App.Within(dir); err != nil {
		return err
	}
	diags := s.Load(dir, opts)
	s.Trees = s.App.Trees(dir)
	if err := s.Failed(diags); err != nil {
		return err
	}
	s.App.ShowDiagnostics(append(diags, s.trackedKeys(dir)...), s.Config.Files())
	return nil
}

// trackedKeys warns of private key files that are tracked by git.
func (s *Session) trackedKeys(dir string) hcl.Diagnostics {
	declared, _ := s.Config.Evaluate(nil).All()
	var names []string
	of := map[string]*schema.Desired{}
	for i := range declared {
		for _, key := range declared[i].Keys {
			if name, err := filepath.Rel(Absolute(dir), key.File); err == nil && key.File != "" && filepath.IsLocal(name) {
				names, of[filepath.ToSlash(name)] = append(names, filepath.ToSlash(name)), &declared[i]
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	around, err := checkout.Find(dir, s.App.Checkouts())
	if err != nil {
		return nil // loading reports it if it matters
	}
	var diags hcl.Diagnostics
	for _, name := range revision.Tracked(around, names) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Private key in git",
			Detail:  fmt.Sprintf("Git tracks the private key file %s: anybody with the repository can act as the app. Remove it (git rm --cached %s), and replace the key (oktaform key rotate %s), since it stays in the history.", view.Plain(name), view.ShellWord(name), of[name].Addr.ShellWord()+FolderWord(dir)),
			Subject: &of[name].Range})
	}
	return diags
}

func (s *Session) connect(t Target) error {
	if s.local != nil && t.Profile != "" {
		return errors.New("--org sandbox signs in to the embedded org by itself: leave --profile out")
	}
	if s.local != nil {
		options, err := s.clientOptions(t)
		if err != nil {
			return err
		}
		if s.Client, err = org.Connect(s.local.credentials(), options); err == nil {
			s.UseBrowser(false)
		}
		return err
	}
	credentials, err := s.App.credentials(t)
	if err != nil {
		return err
	}
	return s.SignIn(credentials, t)
}

// SignIn signs in to the org of a credential.
func (s *Session) SignIn(credentials okta.Credentials, t Target) error {
	options, err := s.clientOptions(t)
	if err != nil {
		return err
	}
	s.profile = credentials.Profile
	if err = s.Connect(credentials, options); err == nil {
		s.UseBrowser(false)
	}
	return err
}

func (s *Session) clientOptions(t Target) (okta.Options, error) {
	s.requests = t.Requests
	options, err := t.Requests.options(s)
	options.Clock, options.Timeout = s.App.Env.Clock, s.App.Env.Attempt
	options.Consistency, options.Observe = t.consistency, s.App.Stream().Request
	return options, err
}

// UseBrowser lets a person sign in if there is a terminal, or if printed is set: then the address
// is printed instead of opening a browser. All tests share the browser, because one person signs in
// at a time.
func (s *Session) UseBrowser(printed bool) {
	s.Browser = nil
	if s.App.Env.terminal || printed {
		s.Browser = browser.SignIn(s.Client.URL(), s.App.Env.Stderr, printed)
	}
}

// Close closes the session. It may be called on a nil session, whose opening failed.
func (s *Session) Close() {
	if s == nil {
		return
	}
	s.endRequests()
	_ = s.Session.Close()
	if s.local != nil {
		_ = errors.Join(s.local.Shutdown(), s.local.folder.Close())
	}
}

// Principal describes the principal that the org is used as, for people.
func (s *Session) Principal(ctx context.Context) string {
	switch {
	case s.whom != "":
	case s.Client == nil:
	case s.local != nil:
		s.whom = "super admin of the embedded org"
	default:
		s.whom = cmp.Or(s.Client.PrincipalTitle(ctx), "unknown: the credential can't read its own principal")
		if s.profile != "" {
			s.whom += " (profile " + s.profile + ")"
		}
	}
	return s.whom
}

// Plan reads the org, plans, and checks the plan.
func (s *Session) Plan(ctx context.Context, o plan.Options) (*plan.Plan, error) {
	p, err := s.Session.Plan(ctx, o)
	if err == nil {
		p.Notes = append(s.notes, p.Notes...)
	}
	return p, err
}

// readOrg reads the org, with the read cache if requested.
func (s *Session) readOrg(ctx context.Context, q schema.Query) (*schema.Snapshot, error) {
	defer s.EndJob()
	if s.Events {
		return s.readChanged(ctx, q)
	}
	return s.Client.Read(ctx, q)
}

// MissingSeed returns the seed that the tests of a configuration need, because it names objects
// that no test provides; "" if the folder contains a seed or test files, or none is needed.
func (a *App) MissingSeed(dir string) (string, error) {
	entries, err := a.Trees(dir).List(dir)
	if err != nil {
		return "", err
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == config.SeedFile || config.IsTestFile(e.Name()) }) {
		return "", nil
	}
	sources, err := a.Sources(dir)
	if err != nil {
		return "", err
	}
	for name, text := range sources {
		file, _ := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
		if file == nil {
			continue // validation says what is wrong
		}
		if slices.ContainsFunc(file.Body.(*hclsyntax.Body).Blocks, func(b *hclsyntax.Block) bool { return b.Type == "data" || b.Type == "import" }) {
			return filepath.Join(dir, config.SeedFile), nil
		}
	}
	return "", nil
}
