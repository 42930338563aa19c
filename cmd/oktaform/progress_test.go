package main

import (
	"bytes"
	"context"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
)

// TestLongJobs: before a job that takes long, its requests and its time are told,
// and then what is being waited for: on a terminal in a line that changes, else in
// lines, and as JSON where that is wanted. The time is simulated.
func TestLongJobs(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		flags []string
		width int // of the terminal; 0 for none
		wants []string
	}{
		{"lines", nil, 0, []string{
			`(?m)^Applying 12 objects: 36 requests in /api/v1/apps \(10 a minute\), .*\. At this org's rate limits that takes about 3 min\.$`,
			`(?m)^Applying: \d+ of 48 requests done\. /api/v1/apps: 10 of 20 a minute, resumes in 1 min$`,
		}},
		{"JSON", []string{"--json"}, 0, []string{
			`(?m)^{.*"forecast":{"job":"Applying","objects":12,.*}$`,
			`(?m)^{.*"type":"rate_limit_wait","wait":{"bucket":"/api/v1/apps","done":\d+,"limit":20,"queued":\d+,"seconds":\d+,"total":48,.*}$`,
		}},
		{"terminal", nil, 120, []string{
			`Applying 12 objects: 36 requests`,
			"\r\x1b\\[KApplying \\[ +\\] 0/48 requests",
			"\r\x1b\\[K$",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &sweep{t: t, folder: t.TempDir()}
			s.write("p", "org {\n  owner = \"team/pace\"\n}\n\nservice_app \"bot\" {\n  count           = 12\n  label           = \"Bot ${count.index}\"\n  okta_api_scopes = [\"okta.users.read\", \"okta.groups.read\"]\n\n  public_key \"bot\" {\n    private_key_file = \"keys/${count.index}.pem\"\n    generate         = true\n  }\n}\n")
			clock := newFakeClock()
			server, err := sandbox.New(sandbox.Options{SigningKey: signingKey(), RateLimit: sandbox.RateLimitFree, Clock: clock.Now, Sleep: func(ctx context.Context, d time.Duration) { _ = clock.Sleep(ctx, d) }})
			if err != nil {
				t.Fatal(err)
			}
			g := s.serve(server)
			var out, errs bytes.Buffer
			me := org.Process{Host: "pace", PID: 1}
			status := run(context.Background(), append([]string{"apply", "--auto-approve", filepath.Join(s.folder, "p")}, c.flags...), &cli.Environment{
				Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Environ: s.environ(g), Home: s.folder, Clock: clock, Width: c.width,
				Self: func() org.Process { return me }, Dead: func(org.Process) bool { return false }})
			text := errs.String()
			if len(c.flags) > 0 {
				text = out.String()
			}
			if status != 0 {
				t.Fatalf("exit status %d:\n%s", status, errs.String())
			}
			for _, want := range c.wants {
				if !regexp.MustCompile(want).MatchString(text) {
					t.Errorf("no %s in\n%.2000s", want, text)
				}
			}
		})
	}
}
