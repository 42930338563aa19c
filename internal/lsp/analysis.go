package lsp

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
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

// loads are the configurations with open documents. One is loaded at a time, in the background, and
// one is reviewed.
type loads struct {
	timer, reviewTimer *time.Timer
	results            chan func()
	busy, reviewing    bool
	dirty              []string                           // configurations that changed, in the order of their changes
	newest             map[string]*load                   // the last load, by configuration
	unreviewed         map[string]*load                   // what is reviewed once nobody types, by configuration
	last               map[string]*Analysis               // by configuration
	shown              map[string]map[string][]Diagnostic // published, by configuration and path
}

// The times from the last change to the load, so that changes that come together cause one load,
// and to the review.
const (
	loadPause   = 10 * time.Millisecond
	reviewPause = time.Second
)

func newLoads() loads {
	stopped := func() *time.Timer {
		timer := time.NewTimer(time.Hour)
		timer.Stop()
		return timer
	}
	return loads{timer: stopped(), reviewTimer: stopped(), results: make(chan func()), newest: map[string]*load{}, unreviewed: map[string]*load{}, last: map[string]*Analysis{},
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
	s.publishAs(d.name(), nil, []*Document{d})
	if d.Path == "" {
		return
	}
	for _, dir := range s.roots(filepath.Dir(d.Path)) {
		if len(s.buffersOf(dir)) > 0 {
			s.markDirty(dir)
			continue
		}
		s.outdate(dir)
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
	s.outdate(dir)
	if !slices.Contains(s.loads.dirty, dir) {
		s.loads.dirty = append(s.loads.dirty, dir)
	}
	s.loads.timer.Reset(loadPause)
}

// outdate makes the load of a configuration end early, and its review, if they are not done.
func (s *Server) outdate(dir string) {
	if l := s.loads.newest[dir]; l != nil {
		l.outdated.Store(true)
	}
	if l := s.loads.unreviewed[dir]; l != nil {
		delete(s.loads.unreviewed, dir)
		l.release()
	}
}

// load is one load in the background, and what it found.
type load struct {
	dir      string
	opts     config.Options
	versions map[string]int
	outdated atomic.Bool // whether the configuration has changed since

	config   *config.Config
	analysis *Analysis // nil if the load ended early
}

// release gives the memory of the configuration back.
func (l *load) release() {
	if l.config != nil {
		_ = l.config.Close()
		l.config = nil
	}
}

// startLoads loads the next configuration that changed.
func (s *Server) startLoads(ctx context.Context) {
	if s.loads.busy || len(s.loads.dirty) == 0 {
		return
	}
	l := &load{dir: s.loads.dirty[0], versions: map[string]int{},
		opts: config.Options{Environ: s.opts.Environ, Incomplete: true, Checkout: s.opts.Checkout, Now: s.opts.Now(), Sources: map[string][]byte{}}}
	for _, d := range s.open {
		if d.Path != "" {
			l.opts.Sources[d.Path], l.versions[d.Path] = d.Text, d.Version
		}
	}
	s.loads.dirty, s.loads.busy, s.loads.newest[l.dir] = s.loads.dirty[1:], true, l
	crash.Go(func() {
		err := crash.Safe(func() error { s.load(l); return nil })()
		s.report(ctx, func() { s.loaded(l, err) })
	})
}

// report makes the goroutine that handles messages call a function.
func (s *Server) report(ctx context.Context, done func()) {
	select {
	case s.loads.results <- done:
	case <-ctx.Done():
	}
}

// load loads and checks a configuration. It ends early if that has changed meanwhile.
func (s *Server) load(l *load) {
	c, diags := config.Load(l.dir, l.opts)
	l.config = c
	if !l.outdated.Load() {
		diags = append(diags, c.Validate()...)
	}
	diags = s.opts.Redact(diags, c.Secrets())
	if !l.outdated.Load() {
		l.analysis = &Analysis{Dir: l.dir, Diagnostics: diags, versions: l.versions}
	}
}

// loaded publishes an analysis and begins the next load.
func (s *Server) loaded(l *load, err error) {
	s.loads.busy = false
	if err != nil {
		s.log(err.Error())
	}
	s.analyzed(l, l.analysis)
	if l.analysis != nil && !l.outdated.Load() && !l.analysis.Diagnostics.HasErrors() {
		s.loads.unreviewed[l.dir] = l
		s.loads.reviewTimer.Reset(reviewPause)
	} else {
		l.release()
	}
	if len(s.loads.dirty) > 0 {
		s.loads.timer.Reset(loadPause)
	}
}

// startReviews reviews the next configuration. Loads do not wait for it.
func (s *Server) startReviews(ctx context.Context) {
	if s.loads.reviewing || len(s.loads.unreviewed) == 0 {
		return
	}
	dir := slices.Min(slices.Collect(maps.Keys(s.loads.unreviewed)))
	l := s.loads.unreviewed[dir]
	delete(s.loads.unreviewed, dir)
	s.loads.reviewing = true
	crash.Go(func() {
		var complete *Analysis
		err := crash.Safe(func() error { complete = s.withReview(l.config, l.analysis); return nil })()
		s.report(ctx, func() { s.reviewed(ctx, l, complete, err) })
	})
}

// withReview returns an analysis with the review of the configuration.
func (s *Server) withReview(c *config.Config, a *Analysis) *Analysis {
	version := versions.Of(c)
	complete := *a
	complete.Tests = version.Judgement.Tests
	complete.Review = review.Assess(versions.Single(version), review.Options{Now: s.opts.Now()})
	return &complete
}

// reviewed publishes the findings, and begins the next review.
func (s *Server) reviewed(ctx context.Context, l *load, complete *Analysis, err error) {
	s.loads.reviewing = false
	l.release()
	if err != nil {
		s.log(err.Error())
	}
	s.analyzed(l, complete)
	s.startReviews(ctx)
}

// analyzed publishes an analysis, unless there is none or the configuration has changed.
func (s *Server) analyzed(l *load, a *Analysis) {
	if a == nil || l.outdated.Load() {
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
