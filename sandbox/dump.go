package sandbox

import (
	"encoding/json"
	"io"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
)

// Dump writes the org as JSON that Options.Seed takes: an org made from it
// has the same objects with the same ids. It holds no secret: no password, no
// client secret, no token, no signing key; and neither sessions nor the log.
func (s *Server) Dump(w io.Writer) error { return s.dump(w, false) }

// DumpWithSecrets is Dump with client secrets and the hashes of passwords.
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
