package sandbox

import (
	"net/http"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Reset makes the org what it was when it was created, with the seed of Options.Seed or of the last
// LoadSeed. It keeps the admin token and the signing keys, and ends sessions and tokens. Faults,
// clock offset and settings become those of Options again.
func (s *Server) Reset() error {
	s.mu.Lock()
	seed := s.seed
	s.mu.Unlock()
	s.SetClockOffset(s.options.ClockOffset)
	if err := s.SetFaults(s.options.Faults...); err != nil {
		return err
	}
	if err := s.SetSettings(Settings{s.options.RateLimit, s.options.PublicClientAppAdmins, s.options.Features}); err != nil {
		return err
	}
	s.requests.clear()
	return s.LoadSeed(seed)
}

// LoadSeed replaces the org by the one that a seed describes. It keeps the admin token and the
// signing keys, and ends sessions and tokens. A wrong seed changes nothing.
func (s *Server) LoadSeed(seed []byte) error {
	now := s.now().UTC().Truncate(time.Second)
	fresh := mgmt.NewOrg()
	if err := mgmt.SeedOrg(fresh, seed, s.Token(), now); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, key := range s.org.SigningKeys.All() {
		fresh.SigningKeys.Put(id, key)
	}
	s.org.Replace(fresh)
	s.seed = seed
	s.useCopiedFeatures()
	return s.commit()
}

func (s *Server) postReset(c *web.Call) error {
	if err := s.Reset(); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// putSeed replaces the org by the seed in the body.
func (s *Server) putSeed(c *web.Call) error {
	if err := s.LoadSeed(c.Body); err != nil {
		return web.Invalid("seed", err.Error())
	}
	return c.NoContent(http.StatusNoContent)
}

// getObjects lists the objects, of each kind only the first by name.
func (s *Server) getObjects(c *web.Call) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.JSON(http.StatusOK, map[string]any{"kinds": mgmt.Inventory(s.org, shownObjects)})
}

// shownObjects is the number of objects of a kind that the control API names.
const shownObjects = 200

// getHealth answers anybody: it says nothing but that the org serves.
func (s *Server) getHealth(c *web.Call) error {
	return c.JSON(http.StatusOK, map[string]any{"status": "ok"})
}
