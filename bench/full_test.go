package bench_test

import (
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/oktaform/oktaform/bench"
	"github.com/oktaform/oktaform/sandbox"
)

var (
	full = flag.Bool("full", false, "measure everything and write the results into README.md")
	most = flag.Int("most", 10000, "apps in the largest configuration that is measured without limits")
)

// TestFull measures what README.md shows.
func TestFull(t *testing.T) {
	if !*full {
		t.Skip("measures for minutes: run with -full")
	}
	var out strings.Builder
	fmt.Fprint(&out, "### Under the limits of an enterprise org, in simulated time\n\n")
	fmt.Fprint(&out, "| Apps | | Requests | of them `/api/v1/apps` | 429 | Time | Floor | Ratio |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for n := 10; n <= min(1000, *most); n *= 10 {
		limited(t, &out, n)
	}
	fmt.Fprint(&out, "\n### Without limits, the program itself against a sandbox in a process of its own\n\n")
	fmt.Fprint(&out, "| Apps | | Latency | Requests | Time | Processor time | Peak memory |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	var plans []usage
	for n := 10; n <= *most; n *= 10 {
		plans = append(plans, unlimited(t, &out, n, buildProgram(t)))
	}
	if k := len(plans); k > 1 {
		first, last := plans[k-2], plans[k-1]
		fmt.Fprintf(&out, "\nFrom %d to %d apps a plan's processor time grows with the exponent %.2f, its peak memory with %.2f (1 is linear).\n",
			last.apps/10, last.apps, math.Log10(last.cpu.Seconds()/first.cpu.Seconds()), math.Log10(float64(last.memory)/float64(first.memory)))
	}
	writeResults(t, out.String())
}

// limited measures apply and plan under limits.
func limited(t *testing.T, out *strings.Builder, n int) {
	dir := t.TempDir()
	write := func(changed int) {
		if err := bench.WriteConfig(dir, n, changed); err != nil {
			t.Fatal(err)
		}
	}
	write(0)
	simulate(t, sandbox.Options{RateLimit: sandbox.RateLimitEnterprise}, 3, func(t *testing.T, s *simulation) {
		for _, name := range []string{"apply", "plan", "plan, 10 changed"} {
			if name == "plan, 10 changed" {
				write(10)
			}
			p := s.run(t, dir, name == "apply")
			total, refused := p.requests()
			fmt.Fprintf(out, "| %d | %s | %d | %d | %d | %s | %s | %.2f |\n", n, name, total, p.in("/api/v1/apps"), refused,
				p.took.Round(time.Second), p.floor().Round(time.Second), p.took.Seconds()/p.floor().Seconds())
		}
	})
}

// usage is what one run of the program took.
type usage struct {
	apps      int
	requests  int
	wall, cpu time.Duration
	memory    int64 // bytes, at most
}

// buildProgram builds oktaform.
func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oktaform")
	if out, err := exec.Command("go", "build", "-o", path, "../cmd/oktaform").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// unlimited measures the program without limits, and returns its plan without
// latency.
func unlimited(t *testing.T, out *strings.Builder, n int, program string) usage {
	dir := t.TempDir()
	if err := bench.WriteConfig(dir, n, 0); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "org.db")
	var plain usage
	for _, latency := range []string{"0", "50ms"} {
		if latency != "0" && n > 1000 {
			continue
		}
		env, stop := serve(t, program, data, latency)
		for _, command := range []string{"apply", "plan"} {
			if command == "apply" && latency != "0" {
				continue
			}
			u := measure(t, env, program, command, dir)
			u.apps = n
			fmt.Fprintf(out, "| %d | %s | %s | %d | %.1f s | %.1f s | %d MB |\n", n, command, latency, u.requests, u.wall.Seconds(), u.cpu.Seconds(), u.memory>>20)
			if command == "plan" && latency == "0" {
				plain = u
			}
		}
		stop()
	}
	return plain
}

// serve starts a sandbox and returns the environment for its clients.
func serve(t *testing.T, program, data, latency string) (env []string, stop func()) {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	cmd := exec.Command(program, "sandbox", "--listen", "127.0.0.1:0", "--data", data, "--ready-file", ready, "--latency", latency)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		text, _ := os.ReadFile(ready)
		if m := regexp.MustCompile(`(?s)"token": "(.*?)".*"url": "(.*?)"`).FindSubmatch(text); m != nil {
			return append(os.Environ(), "OKTA_CLIENT_TOKEN="+string(m[1]), "OKTA_CLIENT_ORGURL="+string(m[2])), func() {
				_ = cmd.Process.Signal(os.Interrupt)
				_ = cmd.Wait()
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the sandbox doesn't start")
	return nil, nil
}

// measure runs the program once.
func measure(t *testing.T, env []string, program, command, dir string) usage {
	t.Helper()
	args := []string{command, "--stats"}
	if command == "apply" {
		args = append(args, "--auto-approve")
	}
	cmd := exec.Command(program, append(args, dir)...)
	cmd.Env = env
	var errs strings.Builder
	cmd.Stderr = &errs
	begin := time.Now()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", command, err, errs.String())
	}
	u := usage{wall: time.Since(begin), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.memory = r.Maxrss << 10 // Linux counts in kilobytes
	}
	if m := regexp.MustCompile(`(?m)^total +([\d,]+)`).FindStringSubmatch(errs.String()); m != nil {
		u.requests, _ = strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
	}
	return u
}

// writeResults replaces what stands below the mark in README.md.
func writeResults(t *testing.T, results string) {
	t.Helper()
	const mark = "<!-- results -->\n"
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(text), mark)
	if !ok {
		t.Fatal("README.md has no place for results")
	}
	if err := os.WriteFile("README.md", []byte(head+mark+"\n"+results), 0o644); err != nil {
		t.Fatal(err)
	}
}
