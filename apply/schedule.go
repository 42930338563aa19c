package apply

import (
	"slices"
	"sync"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/plan"
)

// schedule runs the changes, each after its dependencies, with as many concurrently as the options
// allow. It skips what depends on a failed change.
func (r *run) schedule(changes []*plan.Change) {
	s := newSchedule(changes)
	var wg sync.WaitGroup
	for range max(r.options.Parallelism, 1) {
		wg.Go(crash.Fatal(func() {
			for c := s.next(); c != nil; c = s.next() {
				if r.stopped() || r.blocked(c) {
					s.done(c, false)
					r.skip(c)
					continue
				}
				s.done(c, r.do(c))
			}
		}))
	}
	wg.Wait()
	for _, c := range s.skipped {
		r.skip(c)
	}
}

// blocked reports whether a dependency of c failed before this schedule began.
func (r *run) blocked(c *plan.Change) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for other := range r.failed {
		if other != c && slices.Contains(c.DependsOn, other.Addr) {
			return true
		}
	}
	return false
}

func (r *run) skip(c *plan.Change) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.NotDone++
	r.failed[c] = true
	r.emit(Event{Step: Skipped, Change: c, ID: c.ID})
}

// work is a queue of ready changes, with the number of dependencies that each other change waits
// for.
type work struct {
	mu      sync.Mutex
	ready   *sync.Cond
	queue   []*plan.Change
	waits   map[*plan.Change]int
	then    map[*plan.Change][]*plan.Change
	left    int // changes neither done nor skipped
	skipped []*plan.Change
	gone    map[*plan.Change]bool
}

func newSchedule(changes []*plan.Change) *work {
	s := &work{waits: map[*plan.Change]int{}, then: map[*plan.Change][]*plan.Change{}, gone: map[*plan.Change]bool{}}
	s.ready = sync.NewCond(&s.mu)
	byAddr := map[string][]*plan.Change{}
	// Removing rights waits for nothing, so deletions come first.
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b *plan.Change) int { return deletionsFirst(a) - deletionsFirst(b) })
	for _, c := range changes {
		byAddr[c.Addr.String()] = append(byAddr[c.Addr.String()], c)
		s.left++
	}
	for _, c := range changes {
		for _, addr := range c.DependsOn {
			for _, before := range awaited(byAddr[addr.String()], c) {
				s.waits[c]++
				s.then[before] = append(s.then[before], c)
			}
		}
		if s.waits[c] == 0 {
			s.queue = append(s.queue, c)
		}
	}
	return s
}

func deletionsFirst(c *plan.Change) int {
	if c.Action == plan.Delete {
		return 0
	}
	return 1
}

// awaited returns those of the changes with one address that c waits for. Besides the object
// itself, the old object of a replacement may be deleted at the address, and only its other half
// waits for that.
func awaited(changes []*plan.Change, c *plan.Change) []*plan.Change {
	others := slices.DeleteFunc(slices.Clone(changes), func(other *plan.Change) bool { return other == c })
	for _, other := range others {
		if other.Action != plan.Delete {
			return []*plan.Change{other}
		}
	}
	return others
}

// next waits for a ready change; nil if there are no more.
func (s *work) next() *plan.Change {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.queue) == 0 && s.left > 0 {
		s.ready.Wait()
	}
	if len(s.queue) == 0 {
		return nil
	}
	c := s.queue[0]
	s.queue = s.queue[1:]
	return c
}

// done records a finished change.
func (s *work) done(c *plan.Change, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left--
	for _, next := range s.then[c] {
		if !ok {
			s.skip(next)
			continue
		}
		if s.waits[next]--; s.waits[next] == 0 && !s.gone[next] {
			s.queue = append(s.queue, next)
		}
	}
	s.ready.Broadcast()
}

func (s *work) skip(c *plan.Change) {
	if s.gone[c] {
		return
	}
	s.gone[c] = true
	s.left--
	s.skipped = append(s.skipped, c)
	for _, next := range s.then[c] {
		s.skip(next)
	}
}
