package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/schema"
)

// An import of a large org takes as long as the org's limits make it. What it has read stands in
// a journal beside the files, so that one that was interrupted goes on from there.

// journalFile is the journal, in the folder of data beside a configuration.
const journalFile = "import.journal"

// journalAge is how long what a journal holds counts.
const journalAge = 12 * time.Hour

// journal is what an import has read so far.
type journal struct {
	folder *files.Root
	orgURL string
	now    time.Time
	mu     sync.Mutex
	file   io.WriteCloser
	known  map[string]journalLine
	began  time.Time // of what is known; zero where nothing is
	err    error
}

// journalLine is one object. Print stands for its document: one that has changed is read again.
type journalLine struct {
	Time   time.Time     `json:"time"`
	Org    string        `json:"org"`
	Print  string        `json:"print"`
	Object schema.Object `json:"object"`
}

// openJournal opens the journal of an import into a folder.
func openJournal(dir, orgURL string, now time.Time) (*journal, error) {
	root, err := files.Open(dir)
	if err != nil {
		return nil, err
	}
	defer root.Close()
	folder, err := root.MakeFolder(cli.DataFolder)
	if err != nil {
		return nil, err
	}
	j := &journal{folder: folder, orgURL: orgURL, now: now, known: map[string]journalLine{}}
	err = folder.Replace(".gitignore", []byte("*\n"), 0o644)
	if err == nil {
		err = j.read()
	}
	if err == nil {
		j.file, err = folder.Append(journalFile, 0o600)
	}
	if err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return j, nil
}

func (j *journal) read() error {
	data, err := j.folder.Read(journalFile, files.DataLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var line journalLine
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.Org != j.orgURL || j.now.Sub(line.Time) > journalAge {
			continue // the last line may be half written
		}
		j.known[line.Object.Kind+" "+line.Object.ID] = line
		if j.began.IsZero() || line.Time.Before(j.began) {
			j.began = line.Time
		}
	}
	return err
}

// Known returns an object whose document is still the same.
func (j *journal) Known(c org.Candidate, print string) (schema.Object, bool) {
	line, ok := j.known[c.Kind.Name+" "+c.ID]
	return line.Object, ok && line.Print == print
}

// Keep adds an object.
func (j *journal) Keep(o schema.Object, print string) {
	data, err := json.Marshal(journalLine{j.now.UTC(), j.orgURL, print, o})
	j.mu.Lock()
	defer j.mu.Unlock()
	if err == nil {
		_, err = j.file.Write(append(data, '\n'))
	}
	if j.err == nil {
		j.err = err
	}
}

// note says that an import goes on.
func (j *journal) note() string {
	if len(j.known) == 0 {
		return ""
	}
	return fmt.Sprintf("Continuing the import that was interrupted: what it read of %d objects since %s counts.\n", len(j.known), j.began.Format(time.RFC3339))
}

// close ends the journal. done says that nothing needs it any more.
func (j *journal) close(done bool) error {
	err := errors.Join(j.err, j.file.Close())
	if done {
		err = errors.Join(err, j.folder.OSRoot().Remove(journalFile))
	}
	return errors.Join(err, j.folder.Close())
}
