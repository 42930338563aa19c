package state

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
)

// JournalHeader is the first line of every data file.
const JournalHeader = `{"format":"oktaform-sandbox","version":1}`

// Journal is the data file: a header line, then one line for each request that changed something,
// with the records of all objects that it changed. Each line is written with one system call before
// the request is answered. A process killed at any time leaves complete lines and at most one
// partial line at the end, of a request that was never answered.
type Journal struct {
	file *os.File
	size int64 // of the complete lines
}

// OpenJournal loads the file into the org, locks it, and compacts it. A missing or empty file is a
// new org.
func OpenJournal(folder *os.Root, path string, o *Org) (*Journal, error) {
	old, err := openLocked(folder, path)
	if err != nil {
		return nil, fmt.Errorf("sandbox data file: %w", err)
	}
	if err := ReadJournal(old, o); err != nil {
		_ = old.Close()
		return nil, fmt.Errorf("sandbox data file %s: %w", path, err)
	}
	j, err := compact(folder, path, o, old)
	_ = old.Close() // after the new file is locked
	if err != nil {
		return nil, fmt.Errorf("sandbox data file: %w", err)
	}
	return j, nil
}

// openLocked opens or creates the file and locks it. If another process has replaced the file by a
// compacted one meanwhile, it opens the new one: only a lock on the file at path counts.
func openLocked(folder *os.Root, path string) (*os.File, error) {
	for {
		file, err := folder.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := lockFile(file); err != nil {
			_ = file.Close()
			return nil, fmt.Errorf("%s is in use by another process: %w", path, err)
		}
		held, err1 := file.Stat()
		named, err2 := folder.Lstat(path)
		if err2 == nil && !named.Mode().IsRegular() {
			_ = file.Close()
			return nil, fmt.Errorf("%s is no regular file", path)
		}
		if err1 == nil && err2 == nil && os.SameFile(held, named) {
			return file, nil
		}
		_ = file.Close()
	}
}

// ReadJournal applies all complete lines to the org.
func ReadJournal(r io.Reader, o *Org) error {
	tables := map[string]Storable{}
	for _, t := range o.Tables() {
		tables[t.Name()] = t
	}
	reader := bufio.NewReaderSize(r, 1<<16)
	for number := 1; ; number++ {
		line, err := reader.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil // a partial last line was never answered
		}
		if err != nil {
			return err
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		if number == 1 {
			if err := checkHeader(line); err != nil {
				return err
			}
			continue
		}
		if err := applyLine(line, tables); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
}

// checkHeader returns an error unless this version of oktaform wrote the first line.
func checkHeader(line []byte) error {
	var header struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	switch err := json.Unmarshal(line, &header); {
	case string(line) == JournalHeader:
		return nil
	case err != nil || header.Format != "oktaform-sandbox":
		return errors.New("it isn't a data file of the sandbox: name another file")
	}
	return fmt.Errorf("its version is %d, and this one knows version 1: use the newer oktaform, or another data file", header.Version)
}

func applyLine(line []byte, tables map[string]Storable) error {
	var records []Record
	if err := json.Unmarshal(line, &records); err != nil {
		return err
	}
	for _, r := range records {
		t, known := tables[r.Kind]
		if !known {
			return fmt.Errorf("unknown kind of record %q", r.Kind)
		}
		if err := t.load(r); err != nil {
			return err
		}
	}
	return nil
}

// compact writes the org to a temporary file and renames it to the data file, which is open as old.
func compact(folder *os.Root, path string, o *Org, old *os.File) (*Journal, error) {
	tmp := path + "." + rand.Text()[:8] + ".tmp"
	file, err := folder.OpenFile(tmp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	j, err := writeCompact(file, o)
	if err == nil {
		if err = folder.Rename(tmp, path); err != nil && runtime.GOOS == "windows" {
			_ = old.Close() // not every file system replaces an open file there
			err = folder.Rename(tmp, path)
		}
	}
	if err != nil {
		_ = file.Close()
		_ = folder.Remove(tmp)
		return nil, err
	}
	return j, nil
}

func writeCompact(file *os.File, o *Org) (*Journal, error) {
	if err := lockFile(file); err != nil {
		return nil, err
	}
	j := &Journal{file: file}
	if err := j.writeLine([]byte(JournalHeader)); err != nil {
		return nil, err
	}
	for _, t := range o.Tables() {
		records, err := t.Dump()
		if err != nil {
			return nil, err
		}
		for _, r := range records {
			if err := j.writeRecords([]Record{r}); err != nil {
				return nil, err
			}
		}
	}
	if err := file.Sync(); err != nil {
		return nil, err
	}
	return j, nil
}

// Append writes the changes since its last call as one line.
func (j *Journal) Append(o *Org) error {
	var records []Record
	for _, t := range o.Tables() {
		changed, err := t.changes()
		if err != nil {
			return err
		}
		records = append(records, changed...)
	}
	if len(records) == 0 {
		return nil
	}
	return j.writeRecords(records)
}

func (j *Journal) writeRecords(records []Record) error {
	line, err := json.Marshal(records)
	if err != nil {
		return err
	}
	return j.writeLine(line)
}

// writeLine appends one line. If the write fails, it removes the partial line.
func (j *Journal) writeLine(line []byte) error {
	n, err := j.file.WriteAt(append(line, '\n'), j.size)
	if err != nil {
		_ = j.file.Truncate(j.size)
		return err
	}
	j.size += int64(n)
	return nil
}

// Close releases the data file.
func (j *Journal) Close() error { return j.file.Close() }
