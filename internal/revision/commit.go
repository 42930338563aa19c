package revision

import (
	"bytes"
	"container/heap"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
)

// commit holds the fields of a commit that are used.
type commit struct {
	id      ID
	tree    ID
	parents []ID
	time    int64 // the author's date
}

// NotFetchedError means that only the id of a commit is known.
type NotFetchedError struct{ ID ID }

func (e *NotFetchedError) Error() string {
	return fmt.Sprintf("commit %s is not here; in a shallow clone it has to be fetched first (git fetch --unshallow, fetch-depth: 0 of actions/checkout, GIT_DEPTH: \"0\" on GitLab)", e.ID)
}

func (r *Repository) commit(id ID) (*commit, error) {
	kind, content, err := r.object(id)
	if errors.Is(err, errMissing) && len(r.shallow) > 0 {
		return nil, &NotFetchedError{id}
	}
	if err != nil {
		return nil, err
	}
	if kind != plumbing.CommitObject {
		return nil, fmt.Errorf("%s is a %s, and no commit", id, kind)
	}
	c := &commit{id: id}
	for line := range bytes.Lines(content) {
		key, value, _ := strings.Cut(strings.TrimSuffix(string(line), "\n"), " ")
		switch key {
		case "tree":
			c.tree = plumbing.NewHash(value)
		case "parent":
			c.parents = append(c.parents, plumbing.NewHash(value))
		case "committer":
			if fields := strings.Fields(value); len(fields) > 2 {
				c.time, _ = strconv.ParseInt(fields[len(fields)-2], 10, 64)
			}
		case "": // the message follows
			return c, nil
		}
	}
	return c, nil
}

// Parents returns the parents of a commit.
func (r *Repository) Parents(id ID) ([]ID, error) {
	c, err := r.commit(id)
	if err != nil {
		return nil, err
	}
	return c.parents, nil
}

// Contains reports whether ancestor is the commit itself or one of its ancestors.
func (r *Repository) Contains(id, ancestor ID) (bool, error) {
	if c, err := r.commit(id); err != nil || id == ancestor || slices.Contains(c.parents, ancestor) {
		return err == nil, err // without reading more of a shallow clone than it has
	}
	best, err := r.bestCommon(id, ancestor)
	return len(best) == 1 && best[0].id == ancestor, err
}

// Fork returns the commit at which a branch left its base: their merge base. If there are several,
// as after merges in both directions, it returns the base's end, because each of them may lack what
// the base has removed since, and dates cannot decide: the author of a commit chooses its date.
func (r *Repository) Fork(base, branch ID) (ID, error) {
	best, err := r.bestCommon(base, branch)
	if err != nil {
		return ID{}, err
	}
	switch len(best) {
	case 0:
		return ID{}, fmt.Errorf("commits %s and %s have no history in common", base, branch)
	case 1:
		return best[0].id, nil
	}
	return base, nil
}

const (
	ofA    = 1 << iota // an ancestor of the first commit
	ofB                // an ancestor of the second
	behind             // an ancestor of a common ancestor
)

// bestCommon returns the common ancestors of two commits that are not ancestors of another common
// one. The dates of commits only affect how long that takes, because authors choose them.
func (r *Repository) bestCommon(a, b ID) ([]*commit, error) {
	w := walk{repository: r, marks: map[ID]int{}, queued: map[ID]bool{}}
	if err := errors.Join(w.add(a, ofA), w.add(b, ofB)); err != nil {
		return nil, err
	}
	common := map[ID]*commit{}
	for w.open > 0 {
		c := w.next()
		mark := w.marks[c.id]
		if mark&(ofA|ofB) == ofA|ofB {
			common[c.id] = c
			mark |= behind
		}
		for _, parent := range c.parents {
			if err := w.add(parent, mark); err != nil && mark&behind == 0 {
				return nil, err
			}
		}
	}
	var best []*commit
	for id, c := range common {
		if w.marks[id]&behind == 0 {
			best = append(best, c)
		}
	}
	if len(best) < 2 {
		return best, nil
	}
	return slices.DeleteFunc(best, func(c *commit) bool {
		return slices.ContainsFunc(best, func(other *commit) bool { return c != other && r.reaches(other, c.id) })
	}), nil
}

// reaches reports whether id is among the available ancestors of a commit.
func (r *Repository) reaches(from *commit, id ID) bool {
	seen := map[ID]bool{}
	for left := slices.Clone(from.parents); len(left) > 0; {
		next := left[len(left)-1]
		left = left[:len(left)-1]
		if next == id {
			return true
		}
		if seen[next] {
			continue
		}
		seen[next] = true
		if c, err := r.commit(next); err == nil {
			left = append(left, c.parents...)
		}
	}
	return false
}

// walk visits commits from two on, the newest first.
type walk struct {
	repository *Repository
	marks      map[ID]int
	queue      []*commit // a heap
	queued     map[ID]bool
	open       int // number of commits in the queue that are not behind
}

// add marks a commit, and queues it if the mark is new.
func (w *walk) add(id ID, mark int) error {
	before := w.marks[id]
	after := before | mark
	if before == after {
		return nil
	}
	if w.queued[id] {
		w.marks[id] = after
		if before&behind == 0 && after&behind != 0 {
			w.open--
		}
		return nil
	}
	c, err := w.repository.commit(id)
	if err != nil {
		return err
	}
	w.marks[id] = after
	w.queued[id] = true
	heap.Push(w, c)
	if after&behind == 0 {
		w.open++
	}
	return nil
}

func (w *walk) next() *commit {
	c := heap.Pop(w).(*commit)
	delete(w.queued, c.id)
	if w.marks[c.id]&behind == 0 {
		w.open--
	}
	return c
}

func (w *walk) Len() int           { return len(w.queue) }
func (w *walk) Less(i, j int) bool { return w.queue[i].time > w.queue[j].time }
func (w *walk) Swap(i, j int)      { w.queue[i], w.queue[j] = w.queue[j], w.queue[i] }
func (w *walk) Push(c any)         { w.queue = append(w.queue, c.(*commit)) }

func (w *walk) Pop() any {
	last := w.queue[len(w.queue)-1]
	w.queue = w.queue[:len(w.queue)-1]
	return last
}
