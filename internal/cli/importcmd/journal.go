package importcmd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// An import of a large org takes as long as the org's limits make it. What it has read stands in
// a journal in the user's folder of caches, so that one that was interrupted goes on from there. It
// isn't kept beside the files that it writes: whoever can commit there could say what the org
// holds.

// journalAge is how long what a journal holds counts.
const journalAge = 12 * time.Hour

// journal is what an import has read so far.
type journal struct {
	path   string // "" where there is no folder for it
	orgURL string
	build  string // of oktaform: another one may read something else of an object
	now    time.Time
	mu     sync.Mutex
	file   *os.File // nil where there is none
	known  map[string]journalLine
	began  time.Time // of what is known; zero where nothing is
}

// journalLine is one object. Print stands for its document: one that has changed is read again.
type journalLine struct {
	Time   time.Time     `json:"time"`
	Org    string        `json:"org"`
	Build  string        `json:"build"`
	Print  string        `json:"print"`
	Object schema.Object `json:"object"`
}

// openJournal opens the journal of an import into a folder. One that somebody else may have written
// doesn't count, and is begun again. An import does without one where it can't be kept.
func openJournal(env *cli.Environment, dir, orgURL string, now time.Time) *journal {
	j := &journal{orgURL: orgURL, build: cli.BuildID(), now: now, known: map[string]journalLine{}}
	dir, err := filepath.Abs(dir)
	j.path = env.CachePath("import-", ".journal", orgURL, dir)
	if err != nil || j.path == "" || os.MkdirAll(filepath.Dir(j.path), 0o700) != nil {
		return j
	}
	data, err := files.ReadPrivate(j.path)
	if err != nil {
		_ = os.Remove(j.path)
	}
	j.read(data)
	if j.file, err = os.OpenFile(j.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
		j.file = nil
	}
	return j
}

func (j *journal) read(data []byte) {
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var line struct {
			journalLine
			Object json.RawMessage `json:"object"`
		}
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.Org != j.orgURL || line.Build != j.build {
			continue // the last line may be half written
		}
		if j.now.Sub(line.Time).Abs() > journalAge {
			continue
		}
		object, err := kinds.DecodeObject(line.Object)
		if err != nil {
			continue
		}
		line.journalLine.Object = object
		j.known[object.Kind+" "+object.ID] = line.journalLine
		if j.began.IsZero() || line.Time.Before(j.began) {
			j.began = line.Time
		}
	}
}

// Known returns an object whose document is still the same.
func (j *journal) Known(c org.Candidate, print string) (schema.Object, bool) {
	line, ok := j.known[c.Kind.Name+" "+c.ID]
	return line.Object, ok && line.Print == print
}

// Keep adds an object. What can't be written is read again another time.
func (j *journal) Keep(o schema.Object, print string) {
	data, err := json.Marshal(journalLine{j.now.UTC(), j.orgURL, j.build, print, o})
	j.mu.Lock()
	defer j.mu.Unlock()
	if err == nil && j.file != nil {
		_, _ = j.file.Write(append(data, '\n'))
	}
}

// note says that an import goes on.
func (j *journal) note() string {
	if len(j.known) == 0 {
		return ""
	}
	return fmt.Sprintf("Continuing the interrupted import: %d objects were read since %s.\n", len(j.known), j.began.Format(time.RFC3339))
}

// close ends the journal. done says that nothing needs it any more.
func (j *journal) close(done bool) {
	if j.file == nil {
		return
	}
	_ = j.file.Close()
	if done {
		_ = os.Remove(j.path)
	}
}
