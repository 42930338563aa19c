package revision

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/storage/filesystem/dotgit"
)

// A revision is a name and steps from it to older commits.
var (
	steps    = regexp.MustCompile(`(\^\{commit\}|\^[0-9]*|~[0-9]*)$`)
	fullID   = regexp.MustCompile(`^[0-9a-f]{40}$`)
	shortID  = regexp.MustCompile(`^[0-9a-f]{4,39}$`)
	headName = regexp.MustCompile(`^([A-Z_]+_)?HEAD$`)
)

// UnknownError means that a repository has no revision with a name.
type UnknownError struct{ Name, Why string }

func (e *UnknownError) Error() string { return e.Why }

// Resolve returns the commit of a revision: the name of a branch, tag or remote branch, HEAD, or a
// full or abbreviated commit id, followed by any number of ^, ^N and ~N. An ambiguous name is
// refused, because anybody who can push a tag could otherwise choose what the name of a branch
// means.
func (r *Repository) Resolve(revision string) (ID, error) {
	name, path := revision, []string{}
	for {
		step := steps.FindString(name)
		if step == "" {
			break
		}
		name = strings.TrimSuffix(name, step)
		path = append(path, step)
	}
	id, err := r.named(name)
	if err != nil {
		return ID{}, err
	}
	if id, err = r.peel(id); err != nil {
		return ID{}, err
	}
	for _, step := range slices.Backward(path) {
		if id, err = r.step(id, step); err != nil {
			return ID{}, err
		}
	}
	return id, nil
}

// step returns an older commit.
func (r *Repository) step(id ID, step string) (ID, error) {
	if step == "^{commit}" {
		return id, nil
	}
	n := 1
	if digits := step[1:]; digits != "" {
		var err error
		if n, err = strconv.Atoi(digits); err != nil {
			return ID{}, fmt.Errorf("%s: %w", step, err)
		}
	}
	times, parent := 1, n
	if step[0] == '~' {
		times, parent = n, 1
	}
	for range times {
		if parent == 0 { // ^0 is the commit itself
			break
		}
		c, err := r.commit(id)
		if err != nil {
			return ID{}, err
		}
		if parent > len(c.parents) {
			why := fmt.Sprintf("commit %s has %d parents, so there is no %s of it", id, len(c.parents), step)
			return ID{}, &UnknownError{step, why}
		}
		id = c.parents[parent-1]
	}
	_, err := r.commit(id) // fails if it was not fetched
	return id, err
}

// named returns the object that a name without steps means.
func (r *Repository) named(name string) (ID, error) {
	if fullID.MatchString(name) {
		return plumbing.NewHash(name), nil
	}
	if name == "@" {
		name = "HEAD"
	}
	found := map[string]ID{}
	if headName.MatchString(name) {
		if id, err := r.headOf(name); err == nil {
			found[name] = id
		} else if !errors.Is(err, plumbing.ErrReferenceNotFound) {
			return ID{}, err
		}
	}
	for _, rule := range []string{"refs/tags/%s", "refs/heads/%s", "refs/remotes/%s", "refs/remotes/%s/HEAD", "refs/%s", "%s"} {
		full := fmt.Sprintf(rule, name)
		if !strings.HasPrefix(full, "refs/") || strings.HasPrefix(full, "refs/refs/") {
			continue
		}
		if id, err := r.Ref(full); err == nil {
			found[full] = id
		} else if !errors.Is(err, plumbing.ErrReferenceNotFound) {
			return ID{}, err
		}
	}
	if shortID.MatchString(name) {
		ids, err := r.abbreviated(name)
		if err != nil {
			return ID{}, err
		}
		for _, id := range ids {
			found[id.String()] = id
		}
	}
	return only(name, found)
}

// only returns the single object that a name means.
func only(name string, found map[string]ID) (ID, error) {
	var names []string
	ids := map[ID]bool{}
	var one ID
	for full, id := range found {
		names = append(names, full)
		ids[id] = true
		one = id
	}
	slices.Sort(names)
	switch len(ids) {
	case 0:
		return ID{}, &UnknownError{name, fmt.Sprintf("the repository has no branch, tag or commit %s", name)}
	case 1:
		return one, nil
	default:
		return ID{}, fmt.Errorf("%s can mean %s: write the one that is meant in full", name, strings.Join(names, " or "))
	}
}

// Ref returns the object of a full ref name such as refs/heads/main.
func (r *Repository) Ref(name string) (ID, error) {
	const deepest = 5 // symbolic refs: git's own limit
	for range deepest {
		ref, err := r.refs.Ref(plumbing.ReferenceName(name))
		if errors.Is(err, dotgit.ErrReferenceNameEscape) {
			err = plumbing.ErrReferenceNotFound
		}
		if err != nil {
			return ID{}, fmt.Errorf("%s: %w", name, err)
		}
		if ref.Type() == plumbing.HashReference {
			return ref.Hash(), nil
		}
		name = ref.Target().String()
	}
	return ID{}, fmt.Errorf("%s stands for a name that stands for a name, and so on", name)
}

// headOf reads HEAD or a similar file, such as FETCH_HEAD.
func (r *Repository) headOf(name string) (ID, error) {
	text, err := r.head.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return ID{}, plumbing.ErrReferenceNotFound
	}
	if err != nil {
		return ID{}, err
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if target, ok := strings.CutPrefix(line, "ref: "); ok {
		return r.Ref(strings.TrimSpace(target))
	}
	if len(line) >= 40 && fullID.MatchString(line[:40]) {
		return plumbing.NewHash(line[:40]), nil
	}
	return ID{}, fmt.Errorf("%s names no commit", name)
}

// abbreviated returns the commits and tags whose ids have this prefix.
func (r *Repository) abbreviated(beginning string) ([]ID, error) {
	prefix, err := hex.DecodeString(beginning[:len(beginning)&^1])
	if err != nil {
		return nil, err
	}
	var list []ID
	for _, o := range r.objects {
		ids, err := o.HashesWithPrefix(prefix)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if !strings.HasPrefix(id.String(), beginning) {
				continue
			}
			encoded, err := r.find(id)
			if err != nil {
				return nil, err
			}
			if kind := encoded.Type(); kind == plumbing.CommitObject || kind == plumbing.TagObject {
				list = append(list, id)
			}
		}
	}
	return list, nil
}

// peel follows annotated tags to their commit.
func (r *Repository) peel(id ID) (ID, error) {
	const deepest = 10
	for range deepest {
		kind, content, err := r.object(id)
		if errors.Is(err, errMissing) && len(r.shallow) > 0 {
			return ID{}, &NotFetchedError{id}
		}
		if err != nil {
			return ID{}, err
		}
		if kind != plumbing.TagObject {
			_, err := r.commit(id)
			return id, err
		}
		line, _, _ := strings.Cut(string(content), "\n")
		id = plumbing.NewHash(strings.TrimPrefix(line, "object "))
	}
	return ID{}, errors.New("a tag of a tag of a tag, and so on")
}
