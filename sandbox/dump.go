package sandbox

import (
	"encoding/json"
	"io"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
)

// Dump writes the org as JSON that Options.Seed accepts: an org seeded with it has the same objects
// with the same ids. The dump holds no secrets (passwords, client secrets, tokens, signing keys),
// no sessions and no System Log.
func (s *Server) Dump(w io.Writer) error { return s.dump(w, false) }

// DumpWithSecrets is like Dump, and includes client secrets and the hashes of passwords.
func (s *Server) DumpWithSecrets(w io.Writer) error { return s.dump(w, true) }

func (s *Server) dump(w io.Writer, secrets bool) error {
	s.mu.Lock()
	doc := mgmt.Dump(s.org, secrets)
	text, err := json.MarshalIndent(doc, "", "  ")
	s.mu.Unlock()
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
