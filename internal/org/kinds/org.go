package kinds

import (
	"context"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Org is an org for the functions of kinds: the client, and what was read of the org so far.
type Org struct {
	*okta.Client
	names    names
	policies struct { // authentication policies, listed once
		sync.Mutex
		list []schema.Named
	}
	roleWrites turn // held while role assignments change: Okta refuses concurrent changes (E0000268)
}

// NewOrg returns the org of a client.
func NewOrg(c *okta.Client) *Org { return &Org{Client: c} }

// names are the names of the apps, groups and users read so far, by id, for references to them.
type names struct {
	mu   sync.RWMutex
	byID map[string]string
}

// NameKnown returns the name of an object, if it was read.
func (o *Org) NameKnown(id string) (name string, known bool) {
	o.names.mu.RLock()
	defer o.names.mu.RUnlock()
	name, known = o.names.byID[id]
	return name, known
}

// Remember stores the name of an object, for references to it.
func (o *Org) Remember(id, name string) {
	if id == "" || name == "" {
		return
	}
	o.names.mu.Lock()
	defer o.names.mu.Unlock()
	if o.names.byID == nil {
		o.names.byID = map[string]string{}
	}
	o.names.byID[id] = name
}

// NameOf returns the name of an object, or its id if the name is unknown.
func (o *Org) NameOf(id string) string {
	if name, known := o.NameKnown(id); known {
		return name
	}
	return id
}

// Until repeats look until it finds something, fails, or the consistency bound has passed.
func (o *Org) Until(ctx context.Context, look func() (found bool, err error)) error {
	begin, pause := o.Machine().LocalNow(), 100*time.Millisecond
	for {
		found, err := look()
		if err != nil || found {
			return err
		}
		left := o.Consistency() - o.Machine().LocalNow().Sub(begin)
		if left <= 0 {
			return nil
		}
		if err := o.Machine().Sleep(ctx, min(pause, left)); err != nil {
			return err
		}
		pause = min(2*pause, time.Second)
	}
}

// Present repeats a read until the new object that it names is visible.
func (o *Org) Present(ctx context.Context, read func() error) error {
	var missing error
	err := o.Until(ctx, func() (bool, error) {
		if missing = read(); okta.NotFound(missing) {
			return false, nil
		}
		return true, missing
	})
	if err == nil {
		err = missing
	}
	return err
}

// turn is a lock that may be held for minutes, while a request waits for the org's limits. It is
// not a sync.Mutex, so that simulated time (testing/synctest) passes while somebody waits for it.
type turn struct {
	mu    sync.Mutex
	free  *sync.Cond
	taken bool
}

func (t *turn) Lock() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.free == nil {
		t.free = sync.NewCond(&t.mu)
	}
	for t.taken {
		t.free.Wait()
	}
	t.taken = true
}

func (t *turn) Unlock() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taken = false
	t.free.Signal()
}
