package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/org/readcache"
	"github.com/oktaform/oktaform/schema"
)

// readChanged reads the org with the read cache of an earlier run, as far as the System Log shows
// that nothing has changed, and saves the cache. A cache file that cannot be read or written costs
// time but does not fail the plan.
func (s *Session) readChanged(ctx context.Context, q schema.Query) (*schema.Snapshot, error) {
	who, err := s.Client.Identity(ctx)
	if err != nil {
		return nil, err
	}
	file := s.App.Env.readCachePath(who.OrgID, q.Owner)
	found, next, how, err := readcache.Read(ctx, s.Client, who, q, readCacheFile(file), BuildID())
	if err != nil {
		return nil, err
	}
	s.notes = append(s.notes, how)
	if next == nil {
		return found, nil
	}
	data, err := next.Encode()
	if err == nil {
		err = writeReadCache(file, data)
	}
	if err != nil {
		s.notes = append(s.notes, "refresh=events: the read cache was not written: "+err.Error())
	}
	return found, nil
}

// readCacheFile returns the cache in a file; nil if there is no file. A file that another user may
// have written is refused, because it could hide their changes.
func readCacheFile(file string) *readcache.Cache {
	data, err := files.ReadPrivate(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return readcache.None(err.Error())
	}
	return readcache.Decode(data)
}

func writeReadCache(file string, data []byte) error {
	if file == "" {
		return errors.New("there is no cache folder: set XDG_CACHE_HOME or HOME")
	}
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	if err := (files.Trees{}).Replace(file, data, 0o600); err != nil {
		return err
	}
	dropOutdated(folder, file)
	return nil
}

// dropOutdated deletes cache files that are no longer of use, of any org, because they show who has
// which role. It also deletes temporary files of killed runs. The age of a file is relative to the
// one just written: both times come from the file system.
func dropOutdated(folder, fresh string) {
	now, err := os.Lstat(fresh)
	if err != nil {
		return
	}
	for _, pattern := range []string{"read-*.json", "import-*.journal", ".read-*.tmp", ".new-*"} {
		files, _ := filepath.Glob(filepath.Join(folder, pattern))
		for _, file := range files {
			if info, err := os.Lstat(file); err == nil && now.ModTime().Sub(info.ModTime()) > readcache.MaxAge {
				_ = os.Remove(file)
			}
		}
	}
}

// BuildID identifies this build of the program, for what no other build reads. Unreleased versions
// may share a name, so it includes the executable's size and time.
func BuildID() string {
	path, err := os.Executable()
	if released != "" || err != nil {
		return Version()
	}
	info, err := os.Stat(path)
	if err != nil {
		return Version()
	}
	return Version() + " built " + info.ModTime().UTC().Format(time.RFC3339Nano)
}

// readCachePath returns the path of the read cache for an owner in an org; "" if there is no cache
// folder.
func (e *Environment) readCachePath(orgID, owner string) string {
	return e.CachePath("read-", ".json", orgID, owner)
}

// CachePath returns the path of a file in the current user's folder of caches, outside of every
// checkout, for what is named by of; "" if there is no such folder. What it is for follows from its
// prefix and suffix.
func (e *Environment) CachePath(prefix, suffix string, of ...string) string {
	folder := e.Get("XDG_CACHE_HOME")
	switch {
	case filepath.IsAbs(folder):
	case e.Home == "":
		return ""
	case runtime.GOOS == "darwin":
		folder = filepath.Join(e.Home, "Library", "Caches")
	case runtime.GOOS == "windows" && e.Get("LocalAppData") != "":
		folder = e.Get("LocalAppData")
	default:
		folder = filepath.Join(e.Home, ".cache")
	}
	sum := sha256.Sum256([]byte(strings.Join(of, "\x00")))
	return filepath.Join(folder, "oktaform", prefix+hex.EncodeToString(sum[:12])+suffix)
}
