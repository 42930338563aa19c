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
	reviews bool                 // whether one is being made
	waiting map[string]waiting   // reviews that wait for the end of this one, by configuration
	dirty   []string             // configurations that changed, in the order of their changes
	last    map[string]*Analysis // by folder
	// changes counts the changes of buffers: a load in the background ends early if there was
	// another one.
	changes *atomic.Int64
	pause   time.Duration
	shown   map[string]map[string][]Diagnostic // published, by configuration and path
}

// The time from the last change to the load, so that changes that come together cause one load: a
// part of what the last load took, within these limits.
const (
	minPause = 10 * time.Millisecond
	maxPause = 250 * time.Millisecond
)

func newLoads() loads {
	timer := time.NewTimer(time.Hour)
	timer.Stop()
	return loads{timer: timer, results: make(chan func()), waiting: map[string]waiting{}, last: map[string]*Analysis{}, changes: new(atomic.Int64), pause: minPause,
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

// waiting is a review that is not made yet.
type waiting struct {
	load *load
	c    *config.Config
	a    *Analysis
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
	began := s.opts.Now()
	crash.Go(func() {
		var c *config.Config
		var a *Analysis
		err := crash.Safe(func() error { c, a = s.load(l); return nil })()
		s.report(ctx, func() { s.loaded(ctx, l, c, a, err, s.opts.Now().Sub(began)) })
	})
}

// report makes the goroutine that handles messages call a function.
func (s *Server) report(ctx context.Context, done func()) {
	select {
	case s.loads.results <- done:
	case <-ctx.Done():
	}
}

// load loads and checks a configuration. It returns nil if there was another change meanwhile.
func (s *Server) load(l *load) (*config.Config, *Analysis) {
	c, diags := config.Load(l.dir, l.opts)
	if !l.stale() {
		diags = append(diags, c.Validate()...)
	}
	diags = s.opts.Conceal(diags, c.Secrets())
	if l.stale() {
		_ = c.Close()
		return nil, nil
	}
	return c, &Analysis{Dir: l.dir, Diagnostics: diags, versions: l.versions}
}

// loaded publishes an analysis and begins the review and the next load. A load that ended early
// because of another change is repeated, unless the change has asked for that.
func (s *Server) loaded(ctx context.Context, l *load, c *config.Config, a *Analysis, err error, took time.Duration) {
	s.loads.busy = false
	if err != nil {
		s.log(err.Error())
	}
	if a != nil && !l.stale() {
		s.loads.pause = min(max(took/16, minPause), maxPause)
		s.analyzed(l, a)
		s.startReview(ctx, l, c, a)
		c = nil
	}
	if c != nil {
		_ = c.Close()
	}
	if l.stale() && len(s.buffersOf(l.dir)) > 0 && !slices.Contains(s.loads.dirty, l.dir) {
		s.markDirty(l.dir)
	} else if len(s.loads.dirty) > 0 {
		s.loads.timer.Reset(s.loads.pause)
	}
}

// reviewPause is the time without a change before a configuration is reviewed.
const reviewPause = time.Second

// startReview reviews a configuration without errors, once nobody types. One review is made at a
// time; loads do not wait for it.
func (s *Server) startReview(ctx context.Context, l *load, c *config.Config, a *Analysis) {
	switch {
	case a.Diagnostics.HasErrors() || l.stale():
		_ = c.Close()
		return
	case s.loads.reviews:
		if older, ok := s.loads.waiting[l.dir]; ok {
			_ = older.c.Close()
		}
		s.loads.waiting[l.dir] = waiting{l, c, a}
		return
	}
	s.loads.reviews = true
	crash.Go(func() {
		defer func() { _ = c.Close() }()
		select {
		case <-time.After(reviewPause):
		case <-ctx.Done():
			return
		}
		complete := a
		err := crash.Safe(func() error {
			if !l.stale() {
				complete = s.withReview(c, a)
			}
			return nil
		})()
		s.report(ctx, func() { s.reviewed(ctx, l, complete, err) })
	})
}

// withReview returns an analysis with the review of the configuration.
func (s *Server) withReview(c *config.Config, a *Analysis) *Analysis {
	version := review.VersionOf(c)
	complete := *a
	complete.Tests = version.Judgement.Tests
	complete.Review = review.Assess(review.Single(version), review.Options{Now: s.opts.Now()})
	return &complete
}

// reviewed publishes the findings, and begins the reviews that had to wait.
func (s *Server) reviewed(ctx context.Context, l *load, complete *Analysis, err error) {
	s.loads.reviews = false
	if err != nil {
		s.log(err.Error())
	}
	if err == nil {
		s.analyzed(l, complete)
	}
	for dir, w := range s.loads.waiting {
		delete(s.loads.waiting, dir)
		s.startReview(ctx, w.load, w.c, w.a)
		if s.loads.reviews {
			break
		}
	}
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
