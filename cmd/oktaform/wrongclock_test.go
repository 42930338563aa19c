package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/clock"
)

// clockAhead is the variable by which a story sets how far the program's clock is ahead
// of the org's. The program itself knows nothing of it.
const clockAhead = "STORY_CLOCK_AHEAD"

// withQuickKeys is the variable by which a sweep's program makes its keys by quickKey.
const withQuickKeys = "STORY_QUICK_KEYS"

// program is main with the clock that a story gives the machine, and a sweep's keys.
func program() {
	env := cli.System()
	if os.Getenv(withQuickKeys) != "" {
		env.NewKey = quickKey
	}
	if ahead := os.Getenv(clockAhead); ahead != "" {
		d, err := time.ParseDuration(ahead)
		if err != nil {
			panic(err)
		}
		env.Clock = wrongClock{d}
	}
	os.Exit(run(context.Background(), os.Args[1:], env))
}

// wrongClock is the system's clock with an error.
type wrongClock struct{ ahead time.Duration }

func (c wrongClock) LocalNow() time.Time { return time.Now().Add(c.ahead) }

func (c wrongClock) Sleep(ctx context.Context, d time.Duration) error {
	return clock.System{}.Sleep(ctx, d)
}

// wrongClocks are the errors of a machine's clock that nothing may depend on.
var wrongClocks = []string{"10m", "-10m", "1h", "-1h", "26h", "-26h"}

// setClock sets the variables of a story: how far the program's clock is ahead, and the
// time that a person on this machine takes for the present.
func setClock(env *testscript.Env, ahead string) error {
	d, err := time.ParseDuration(ahead)
	env.Setenv(clockAhead, ahead)
	env.Setenv("LOCALNOW", time.Now().Add(d).UTC().Format(time.RFC3339))
	return err
}

// timedStories are those in which time decides something. Each runs under one wrong
// clock, the first under every one; all run under all with EVERY_CLOCK set, which takes
// a while.
var timedStories = []string{
	"time", "quickstart", "drift", "keyrotate", "clientsecret", "secrets", "lifecycle", "smoke", "savedplan", "users",
	"events", "eventsfile", "inspect", "token", "credentials", "snapshot", "orgadmins", "cibot",
}

// TestStoriesWithWrongClock runs stories on a machine whose clock is wrong. What they
// assert is the same.
func TestStoriesWithWrongClock(t *testing.T) {
	t.Parallel()
	for i, name := range timedStories {
		clocks := wrongClocks[i%len(wrongClocks) : i%len(wrongClocks)+1]
		if i == 0 || os.Getenv("EVERY_CLOCK") != "" {
			clocks = wrongClocks
		}
		for _, ahead := range clocks {
			t.Run(name+" "+ahead, func(t *testing.T) {
				t.Parallel()
				p := stories(ahead, "testdata/script/"+name+".txtar")
				p.UpdateScripts = false
				testscript.Run(t, p)
			})
		}
	}
}
