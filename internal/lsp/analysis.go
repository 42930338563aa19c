package lsp

import (
	"context"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/schema"
)

// Analysis is what loading a configuration shows, with the editor's buffers in place of files.
type Analysis struct {
	Dir         string
	Diagnostics hcl.Diagnostics // as those of validate
	// Review is a review of the whole configuration; nil while there are errors, or before it is
	// made.
	Review *review.Review
	Tests  []schema.SmokeTest // the smoke tests of the text that was reviewed

	versions map[string]int // of the buffers, by path
}

// loads are the configurations with open documents. One is loaded at a time, in the background.
type loads struct {
	timer   *time.Timer
	results chan func()
	busy    bool
	dirty   []string             // configurations that changed, in the order of their changes
	last    map[string]*Analysis // by folder
	// changes counts the changes of buffers: a load in the background ends early if there was
	// another one.
	changes *atomic.Int64
	pause   time.Duration
	shown   map[string]map[string][]Diagnostic // published, by configuration and path
}

// The time from the last change to the load, so that a fast typist does not cause one for each key:
// a part of what the last load took, within these limits.
const (
	minPause = 15 * time.Millisecond
	maxPause = 250 * time.Millisecond
)

func newLoads() loads {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return loads{timer: timer, results: make(chan func()), last: map[string]*Analysis{}, changes: new(atomic.Int64), pause: minPause,
		shown: map[string]map[string][]Diagnostic{}}
}

// analysis returns the last analysis of a configuration that the file is part of; nil if there is
// none yet. It may be older than the text.
func (s *Server) analysis(path string) *Analysis {
	for _, dir := range s.roots(filepath.Dir(path)) {
		if a := s.loads.last[dir]; a != nil {
			return a
		}
	}
	return nil
}

// touched loads the configurations again that a changed buffer is part of.
func (s *Server) touched(d *Document) {
	s.loads.changes.Add(1)
	switch {
	case d.Path == "", d.isTest(), !d.isSource() && !d.isVariables():
		s.publishAlone(d)
	default:
		if d.isVariables() {
			s.publishAlone(d)
		}
		for _, dir := range s.roots(filepath.Dir(d.Path)) {
			s.markDirty(dir)
		}
	}
}

// closed removes what was published about a buffer, and loads the file on the disk.
func (s *Server) closed(d *Document) {
	s.loads.changes.Add(1)
	s.publishAs(d.name(), nil, []*Document{d})
	if d.Path == "" {
		return
	}
	for _, dir := range s.roots(filepath.Dir(d.Path)) {
		if len(s.buffersOf(dir)) > 0 {
			s.markDirty(dir)
			continue
		}
		s.publishAs(dir, nil, nil)
		delete(s.loads.last, dir)
	}
}

// buffersOf returns the buffers that are part of a configuration.
func (s *Server) buffersOf(dir string) (list []*Document) {
	for _, d := range s.open {
		if d.Path != "" && (d.isSource() || d.isVariables()) && slices.Contains(s.roots(filepath.Dir(d.Path)), dir) {
			list = append(list, d)
		}
	}
	return list
}

func (s *Server) markDirty(dir string) {
	if !slices.Contains(s.loads.dirty, dir) {
		s.loads.dirty = append(s.loads.dirty, dir)
	}
	s.loads.timer.Reset(s.loads.pause)
}

// load is one load in the background.
type load struct {
	dir      string
	opts     config.Options
	versions map[string]int
	change   int64
	changes  *atomic.Int64
}

func (l *load) stale() bool { return l.changes.Load() != l.change }

// startLoads loads the next configuration that changed.
func (s *Server) startLoads(ctx context.Context) {
	if s.loads.busy || len(s.loads.dirty) == 0 {
		return
	}
	l := &load{dir: s.loads.dirty[0], versions: map[string]int{}, change: s.loads.changes.Load(), changes: s.loads.changes,
		opts: config.Options{Environ: s.opts.Environ, Incomplete: true, Checkout: s.opts.Checkout, Now: s.opts.Now(), Sources: map[string][]byte{}}}
	for _, d := range s.open {
		if d.Path != "" {
			l.opts.Sources[d.Path], l.versions[d.Path] = d.Text, d.Version
		}
	}
	s.loads.dirty, s.loads.busy = s.loads.dirty[1:], true
	report := func(done func()) {
		select {
		case s.loads.results <- done:
		case <-ctx.Done():
		}
	}
	began := s.opts.Now()
	crash.Go(func() {
		err := crash.Safe(func() error { s.load(l, report, began); return nil })()
		report(func() { s.loaded(ctx, l, err) })
	})
}

// load loads a configuration, and reports its errors, then its findings.
func (s *Server) load(l *load, report func(func()), began time.Time) {
	c, diags := config.Load(l.dir, l.opts)
	defer func() { _ = c.Close() }()
	if l.stale() {
		return
	}
	diags = append(diags, c.Validate()...)
	diags = s.opts.Conceal(diags, c.Secrets())
	if l.stale() {
		return
	}
	took := s.opts.Now().Sub(began)
	a := &Analysis{Dir: l.dir, Diagnostics: diags, versions: l.versions}
	report(func() {
		s.loads.pause = min(max(took/4, minPause), maxPause)
		s.analyzed(l, a)
	})
	if diags.HasErrors() || l.stale() {
		return
	}
	version := review.VersionOf(c)
	r := review.Assess(review.Single(version), review.Options{Now: s.opts.Now()})
	report(func() {
		complete := *a
		complete.Review, complete.Tests = r, version.Judgement.Tests
		s.analyzed(l, &complete)
	})
}

// analyzed publishes an analysis, unless there was another change.
func (s *Server) analyzed(l *load, a *Analysis) {
	if l.stale() {
		return
	}
	if last := s.loads.last[a.Dir]; a.Review == nil && !a.Diagnostics.HasErrors() && last != nil {
		a.Review, a.Tests = last.Review, last.Tests // until the new one is made, for hovers
		s.publish(a, false)
	} else {
		s.publish(a, true)
	}
	s.loads.last[a.Dir] = a
}

// loaded begins the next load. One that ended early because of another change is repeated, unless
// the change has asked for that.
func (s *Server) loaded(ctx context.Context, l *load, err error) {
	s.loads.busy = false
	if err != nil {
		s.log(err.Error())
	}
	if l.stale() && len(s.buffersOf(l.dir)) > 0 && !slices.Contains(s.loads.dirty, l.dir) {
		s.markDirty(l.dir)
		return
	}
	if len(s.loads.dirty) > 0 {
		s.loads.timer.Reset(s.loads.pause)
	}
}
