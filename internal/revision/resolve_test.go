package revision

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestResolve holds the meaning of names against git's own.
func TestResolve(t *testing.T) {
	r := newRepository(t)
	first := r.commit("first")
	r.git("branch", "old")
	r.git("branch", "team/odd;$(name)'")
	r.git("tag", "light")
	r.git("tag", "-a", "-m", "annotated", "heavy")
	r.git("tag", "-a", "-m", "of a tag", "heavier", "heavy")
	r.commit("second")
	r.git("checkout", "-q", "-b", "side", "HEAD^")
	r.commit("third")
	r.git("checkout", "-q", "main")
	r.git("merge", "-q", "-m", "merged", "side")
	r.git("update-ref", "refs/remotes/origin/main", "HEAD^1")
	r.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	r.git("fetch", "-q", ".", "side")
	names := []string{"HEAD", "@", "main", "old", "team/odd;$(name)'", "light", "heavy", "heavier", "heavy^{commit}", "HEAD^", "HEAD^1", "HEAD^2", "HEAD^2^", "HEAD~2", "HEAD~", "HEAD^0", "HEAD^2~0",
		"origin", "origin/main", "origin/HEAD", "remotes/origin/main", "refs/remotes/origin/main", "heads/main", "tags/heavy", "refs/heads/main", "refs/tags/heavy^0", "FETCH_HEAD", "ORIG_HEAD", first, first[:7], first[:12]}
	check := func() {
		t.Helper()
		opened := r.open()
		for _, name := range names {
			want := r.git("rev-parse", "--verify", "--quiet", name+"^{commit}")
			if id, err := opened.Resolve(name); err != nil || id.String() != want {
				t.Errorf("%s: %s, %v; git says %s", name, id, err, want)
			}
		}
		for _, name := range []string{"", "nothing", "HEAD^3", "old^", "HEAD~99", "--all", "-", "HEAD@{1}", "@{u}", "HEAD:main.hcl", ":/first", "main..side", "../HEAD", "refs/../HEAD", "config", "index", "heads", "refs/heads", "\x00", "^", "HEAD^-1", "HEAD~99999999999999999999"} {
			if id, err := opened.Resolve(name); err == nil {
				t.Errorf("%q is %s", name, id)
			}
		}
	}
	check()
	r.git("pack-refs", "--all")
	r.git("gc", "-q", "--prune=now")
	check()
	unknown := (*UnknownError)(nil)
	if _, err := r.open().Resolve("nothing"); !errors.As(err, &unknown) {
		t.Errorf("nothing: %v", err)
	}

	// What two things are called is nobody's name.
	r.git("tag", "origin/main", "old")
	r.git("branch", first[:7], "main")
	r.git("tag", "same", "main")
	r.git("branch", "same", "main")
	opened := r.open()
	for _, name := range []string{"origin/main", first[:7]} {
		if id, err := opened.Resolve(name); err == nil || !strings.Contains(err.Error(), "can mean") {
			t.Errorf("%s: %s, %v", name, id, err)
		}
	}
	if id, err := opened.Resolve("same"); err != nil || id.String() != r.git("rev-parse", "refs/heads/main") {
		t.Errorf("two names of one commit: %s, %v", id, err)
	}
}

// TestFork holds common ancestors against git's in histories with many merges,
// whose dates say nothing, as whoever makes a commit chooses its date.
func TestFork(t *testing.T) {
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 1))
		r := newRepository(t)
		tree := r.git("write-tree")
		var ids []string
		for i := range 24 {
			args := []string{"commit-tree", tree, "-m", fmt.Sprint(i)}
			for _, j := range random.Perm(len(ids))[:min(len(ids), random.IntN(3))] {
				args = append(args, "-p", ids[max(j, len(ids)-8)])
			}
			when := 1700000000 + random.IntN(1000)
			ids = append(ids, r.gitAt(fmt.Sprintf("@%d +0000", when), "", args...))
		}
		opened := r.open()
		for range 40 {
			a, b := ids[random.IntN(len(ids))], ids[random.IntN(len(ids))]
			best, err := opened.bestCommon(ParseID(a), ParseID(b))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range best {
				got = append(got, c.id.String())
			}
			slices.Sort(got)
			want := strings.Fields(r.gitAt("@0 +0000", "", "-c", "alias.bases=!git merge-base --all "+a+" "+b+" || true", "bases"))
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("seed %d: %s and %s have %v, git says %v", seed, a, b, got, want)
			}
			contains, err := opened.Contains(ParseID(a), ParseID(b))
			if err != nil || contains != slices.Equal(want, []string{b}) {
				t.Errorf("seed %d: %s contains %s: %v, %v", seed, a, b, contains, err)
			}
			fork, err := opened.Fork(ParseID(a), ParseID(b))
			if len(want) > 1 {
				want = []string{a} // none of them is the base's newest state
			}
			if (err == nil) != (len(want) > 0) || err == nil && fork.String() != want[0] {
				t.Errorf("seed %d: %s, %v; want %v", seed, fork, err, want)
			}
		}
	}
}

func TestShallow(t *testing.T) {
	r := newRepository(t)
	first := r.commit("first")
	for i := range 9 {
		r.commit(fmt.Sprint(i))
	}
	r.git("branch", "side", "HEAD~5")
	clone := &repository{t, t.TempDir()}
	clone.git("clone", "-q", "--depth", "2", "--no-single-branch", "file://"+r.dir, "in")
	clone.dir += "/in"
	opened := clone.open()
	notFetched := (*NotFetchedError)(nil)
	if _, err := opened.Resolve("HEAD~1"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"HEAD~2", "origin/side~2", first} {
		if _, err := opened.Resolve(name); !errors.As(err, &notFetched) {
			t.Errorf("%s: %v", name, err)
		}
	}
	head, _ := opened.Resolve("HEAD")
	side, err := opened.Resolve("origin/side")
	if err != nil {
		t.Fatal(err)
	}
	if base, err := opened.Fork(head, side); !errors.As(err, &notFetched) {
		t.Errorf("the merge base of what isn't connected: %s, %v", base, err)
	}
}
