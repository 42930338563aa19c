package main

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/org"
)

// answering runs something before it gives its answer, as a person who thinks about a
// plan while others work.
type answering struct {
	before func()
	answer io.Reader
}

func (a *answering) Read(p []byte) (int, error) {
	if a.before != nil {
		a.before()
		a.before = nil
	}
	return a.answer.Read(p)
}

// TestPlanIsMadeUnderTheLease: another run with another configuration begins and ends while
// the first waits for its approval. The first one must not leave what that changed.
func TestPlanIsMadeUnderTheLease(t *testing.T) {
	t.Parallel()
	const mine = "org {\n  owner = \"team/lease\"\n}\ngroup \"a\" {\n  name = \"A\"\n  description = \"mine\"\n}\ngroup \"b\" {\n  name = \"B\"\n}\n"
	for _, again := range []string{"yes\nyes\n", "yes\n"} {
		s := &sweep{t: t, folder: t.TempDir()}
		s.write("main", strings.Replace(mine, "group \"b\"", "group \"old\"", 1))
		g := s.serve(newOrg(t, nil))
		apply := func(folder string) {
			t.Helper()
			if status, out := s.command(g, newFakeClock(), "apply", "--auto-approve", s.folder+"/"+folder); status != 0 {
				t.Fatalf("exit status %d:\n%s", status, out)
			}
		}
		apply("main")
		s.write("main", mine)
		s.write("other", strings.Replace(mine, "mine", "theirs", 1))

		var out strings.Builder
		me := org.Process{Host: "here", PID: 9999}
		clock := newFakeClock()
		stdin := &answering{before: func() { apply("other") }, answer: strings.NewReader(again)}
		status := run(context.Background(), []string{"apply", s.folder + "/main"}, &cli.Environment{Stdin: stdin, Stdout: &out, Stderr: &out, Environ: s.environ(g), Home: s.folder,
			Clock: clock, Attempt: time.Second, Self: func() org.Process { return me }, Dead: func(org.Process) bool { return false }})
		if !strings.Contains(out.String(), "Another run has changed the org since this plan was made") {
			t.Errorf("the plan wasn't made again:\n%s", out.String())
		}
		if again == "yes\n" {
			if status == 0 {
				t.Errorf("the other plan was carried out without approval:\n%s", out.String())
			}
			continue
		}
		if status != 0 {
			t.Errorf("exit status %d:\n%s", status, out.String())
		}
		if status, out := s.command(g, newFakeClock(), "plan", "--detailed-exitcode", s.folder+"/main"); status != 0 {
			t.Errorf("the org isn't as declared:\n%s", out)
		}
	}
}

// TestSweepSparesARunThatBegins: a run whose leftovers are about to be swept begins anew, and
// ends, while the sweep waits for its approval. What it uses now must stay.
func TestSweepSparesARunThatBegins(t *testing.T) {
	t.Parallel()
	s := &sweep{t: t, folder: t.TempDir()}
	s.write("run", "org {\n  owner = \"ci-1\"\n}\ngroup \"a\" {\n  name = \"A\"\n}\n")
	s.write("again", "org {\n  owner = \"ci-1\"\n}\ngroup \"a\" {\n  name = \"A\"\n}\ngroup \"b\" {\n  name = \"B\"\n}\n")
	g := s.serve(newOrg(t, nil))
	apply := func(folder string) {
		t.Helper()
		if status, out := s.command(g, newFakeClock(), "apply", "--auto-approve", s.folder+"/"+folder); status != 0 {
			t.Fatalf("exit status %d:\n%s", status, out)
		}
	}
	apply("run")
	g.org.SetClockOffset(7 * time.Hour)
	for _, test := range []struct {
		before func()
		want   string
	}{
		{func() { apply("again") }, "ci-1 stays: it has changed since the sweep was planned"},
		{nil, "ci-1 stays: group.b \"B\" "},
	} {
		var out strings.Builder
		stdin := &answering{before: test.before, answer: strings.NewReader("yes\n")}
		status := run(context.Background(), []string{"sweep", "--owner", "ci-*", "--older-than", "6h"}, &cli.Environment{Stdin: stdin, Stdout: &out, Stderr: &out, Environ: s.environ(g), Home: s.folder,
			Clock: newFakeClock(), Attempt: time.Second, Self: func() org.Process { return org.Process{Host: "here", PID: 9999} }, Dead: func(org.Process) bool { return false }})
		if status != 0 || !strings.Contains(strings.Join(strings.Fields(out.String()), " "), test.want) {
			t.Errorf("exit status %d, without %q:\n%s", status, test.want, out.String())
		}
		if status, out := s.command(g, newFakeClock(), "plan", "--detailed-exitcode", s.folder+"/again"); status != 0 {
			t.Errorf("what the run uses is gone:\n%s", out)
		}
	}
}
