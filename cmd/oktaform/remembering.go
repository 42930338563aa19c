package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/schema"
)

// readChanged reads the org with what an earlier run has read of it, as far as the
// System Log says that nothing has changed, and keeps what was read. A file that
// can't be read or written costs time, not the plan.
func (s *session) readChanged(ctx context.Context, q schema.Query) (*schema.Snapshot, error) {
	who, err := s.client.Identity(ctx)
	if err != nil {
		return nil, err
	}
	file := s.app.env.memoryFile(who.OrgID, q.Owner)
	found, next, how, err := s.client.ReadChanged(ctx, who, q, recalled(file), version())
	if err != nil {
		return nil, err
	}
	s.notes = append(s.notes, how)
	if next == nil {
		return found, nil
	}
	data, err := json.Marshal(next)
	if err == nil {
		err = writeMemory(file, data)
	}
	if err != nil {
		s.notes = append(s.notes, "refresh=events: nothing is kept for the next plan: "+err.Error())
	}
	return found, nil
}

// recalled is what a file holds; nil where there is none, or nothing of use.
func recalled(file string) *org.Memory {
	data, err := os.ReadFile(file)
	memory := &org.Memory{}
	if err != nil || json.Unmarshal(data, memory) != nil {
		return nil
	}
	return memory
}

func writeMemory(file string, data []byte) error {
	if file == "" {
		return errors.New("there is no folder for caches: set XDG_CACHE_HOME or HOME")
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return writePrivate(file, data)
}

// memoryFile is where is kept what was read of an org for an owner; "" where there
// is no place.
func (e *environment) memoryFile(orgID, owner string) string {
	folder := e.get("XDG_CACHE_HOME")
	switch {
	case filepath.IsAbs(folder):
	case e.home == "":
		return ""
	case runtime.GOOS == "darwin":
		folder = filepath.Join(e.home, "Library", "Caches")
	case runtime.GOOS == "windows" && e.get("LocalAppData") != "":
		folder = e.get("LocalAppData")
	default:
		folder = filepath.Join(e.home, ".cache")
	}
	sum := sha256.Sum256([]byte(orgID + "\x00" + owner))
	return filepath.Join(folder, "oktaform", "read-"+hex.EncodeToString(sum[:12])+".json")
}
