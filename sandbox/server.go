package sandbox

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Options configure a Server. The zero value is an org in memory.
type Options struct {
	// DataFile is the file that stores the org between runs. Empty means in memory only.
	DataFile string
	// DataFolder is the open folder that contains DataFile; if nil, DataFile is a path.
	DataFolder *os.Root
	// Seed is an org in JSON, as Server.Dump writes it, or a part of one written by hand;
	// docs/sandbox.md describes it. It is used only when the org is created.
	Seed []byte
	// AdminToken is the SSWS token of the org's super admin, for tests. It is used only when the
	// org is created. Empty means a random one.
	AdminToken string
	// SigningKey signs the org's tokens with RS256. It is used only when the org is created. Nil
	// means a new one; tests that create many orgs save time by sharing one.
	SigningKey *rsa.PrivateKey
	// PublicClientAppAdmins is the org's setting that makes each new service app a super admin.
	// Server.SetSettings changes it.
	PublicClientAppAdmins bool
	// Features are the features of the org; nil means DefaultFeatures. Server.SetSettings changes
	// them.
	Features []Feature
	// RateLimit is the org's profile of rate limits. Empty means RateLimitOff. Server.SetSettings
	// changes it.
	RateLimit RateLimit
	// Faults are failures to inject. Server.SetFaults changes them.
	Faults []Fault

	// RemoteControl lets other machines use the control API and its page, with the admin token.
	// Without it they answer on loopback addresses only.
	RemoteControl bool

	// Clock returns the org's time, for limits, token lifetimes, the System Log and all timestamps.
	// Nil means time.Now.
	Clock func() time.Time
	// ClockOffset is how far the org's clock is ahead of Clock; negative if it is behind.
	// Server.SetClockOffset changes it.
	ClockOffset time.Duration
	// Sleep waits for faults that delay answers. It must return early if the context ends. Nil
	// means real time.
	Sleep func(context.Context, time.Duration)
}

// NewSigningKey returns a new key for Options.SigningKey.
func NewSigningKey() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) }

// RotateSigningKey makes a new key that signs the org's tokens from now on, and returns its kid.
// Tokens that were signed before stay valid: /oauth2/v1/keys lists all keys.
func (s *Server) RotateSigningKey() (kid string, err error) {
	key, err := oauth.NewSigningKey(nil, s.now().UTC().Truncate(time.Second))
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.org.SigningKeys.Put(key.ID, key)
	return key.ID, s.commit()
}

// Server is an Okta org as an http.Handler. Its methods are safe for concurrent use.
type Server struct {
	options  Options
	mux      *router
	routes   []web.Route
	faults   faults
	requests requestLog
	offset   atomic.Int64 // Options.ClockOffset

	mu       sync.Mutex // guards all fields below
	settings Settings
	limits   limits
	org      *state.Org
	seed     []byte         // that Reset goes back to
	journal  *state.Journal // nil without a data file
}

// Settings are the settings that can be changed while the org runs, besides its faults and clock.
type Settings struct {
	RateLimit             RateLimit `json:"rateLimit"`
	PublicClientAppAdmins bool      `json:"publicClientAppAdmins"`
	Features              []Feature `json:"features"` // nil means DefaultFeatures
}

// New opens the org in Options.DataFile, or creates a new one. It fails if the file cannot be read
// or written, is no data file, or is in use by another process, and if the seed, a fault or the
// rate-limit profile is invalid.
func New(options Options) (*Server, error) {
	if options.Clock == nil {
		options.Clock = time.Now
	}
	s := &Server{options: options, org: mgmt.NewOrg(), mux: newRouter(), routes: routes(), limits: newLimits(""), seed: options.Seed}
	s.SetClockOffset(options.ClockOffset)
	if err := s.SetFaults(options.Faults...); err != nil {
		return nil, err
	}
	if err := s.SetSettings(Settings{options.RateLimit, options.PublicClientAppAdmins, options.Features}); err != nil {
		return nil, err
	}
	if options.DataFile != "" {
		folder, name, err := options.data()
		if err != nil {
			return nil, fmt.Errorf("sandbox data file: %w", err)
		}
		j, err := state.OpenJournal(folder, name, s.org)
		if folder != options.DataFolder {
			_ = folder.Close()
		}
		if err != nil {
			return nil, err
		}
		s.journal = j
	}
	if err := s.bootstrap(); err != nil {
		_ = s.Close()
		return nil, err
	}
	s.useCopiedFeatures()
	for _, rt := range s.routes {
		s.mux.handle(rt.Pattern, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, &rt) })
	}
	return s, nil
}

// useCopiedFeatures sets the features that a copied org had, unless the options name others.
func (s *Server) useCopiedFeatures() {
	if own := s.org.Self().Features; s.options.Features == nil && own != nil {
		s.settings.Features = own
	}
}

// bootstrap fills a new org. It does not change an existing one.
func (s *Server) bootstrap() error {
	if s.org.Self() != nil {
		return nil
	}
	now := s.now().UTC().Truncate(time.Second)
	if err := mgmt.Bootstrap(s.org, s.options.Seed, s.options.AdminToken, s.options.SigningKey, now); err != nil {
		return err
	}
	return s.commit()
}

// data returns the open folder of the data file and the file's name in it.
func (o *Options) data() (folder *os.Root, name string, err error) {
	if o.DataFolder != nil {
		return o.DataFolder, o.DataFile, nil
	}
	path := o.DataFile
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return nil, "", err
		}
	}
	folder, err = os.OpenRoot(filepath.Dir(path))
	return folder, filepath.Base(path), err
}

// Close releases the data file, which is complete at all times.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.journal == nil {
		return nil
	}
	j := s.journal
	s.journal = nil
	return j.Close()
}

// Token returns the SSWS token of the org's super admin.
func (s *Server) Token() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.Self().AdminToken
}

// Settings returns the org's settings.
func (s *Server) Settings() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings
}

// SetSettings changes the org's settings. A new rate-limit profile starts counting from zero.
// SetSettings fails for an unknown profile or feature.
func (s *Server) SetSettings(settings Settings) error {
	profile, err := ParseRateLimit(string(settings.RateLimit))
	if err != nil {
		return err
	}
	settings.RateLimit = profile
	if settings.Features == nil {
		settings.Features = DefaultFeatures()
	}
	if err := mgmt.CheckFeatures(settings.Features); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limits.profile != settings.RateLimit {
		s.limits.profile = settings.RateLimit
		clear(s.limits.windows)
	}
	s.settings = settings
	return nil
}

// now returns the org's time.
func (s *Server) now() time.Time { return s.options.Clock().Add(s.ClockOffset()) }

// ClockOffset returns how far the org's clock is ahead of Options.Clock.
func (s *Server) ClockOffset() time.Duration { return time.Duration(s.offset.Load()) }

// SetClockOffset sets how far the org's clock is ahead of Options.Clock; a negative offset sets it
// back.
func (s *Server) SetClockOffset(d time.Duration) { s.offset.Store(int64(d)) }
