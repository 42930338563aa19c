package bench_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/bench"
	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/sandbox"
)

var (
	full = flag.Bool("full", false, "measure everything and write the results into README.md")
	most = flag.Int("most", 10000, "apps in the largest configuration that is measured without limits")
)

// TestFull measures what README.md shows.
func TestFull(t *testing.T) {
	if !*full {
		skip.Test(t, skip.Benchmark)
	}
	var out strings.Builder
	program := buildProgram(t)
	fmt.Fprintf(&out, "Measured on %s. Load average at the beginning: %s; ", machine(), load())
	start := starts(t, program)
	var table strings.Builder
	runs := map[string][]usage{}
	for n := 10; n <= *most; n *= 10 {
		unlimited(t, &table, runs, n, program)
	}
	fmt.Fprintf(&out, "at the end of the runs without limits: %s (%d cores are all that can be busy).\n\n", load(), runtime.NumCPU())
	fmt.Fprintf(&out, "`oktaform version` takes %.0f ms (the median of 21 runs).\n\n", start.Seconds()*1000)
	fmt.Fprint(&out, "### Under the limits of an enterprise org, in simulated time\n\n")
	fmt.Fprint(&out, "| Apps | | Requests | of them `/api/v1/apps` | 429 | Time | Floor | Ratio |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for n := 10; n <= min(1000, *most); n *= 10 {
		limited(t, &out, n)
	}
	realTime(t, &out, program)
	fmt.Fprint(&out, "\n### Without limits, the program itself against a sandbox in a process of its own\n\n")
	fmt.Fprint(&out, "| Apps | | Latency | Requests | of them `/api/v1/apps` | Time | Processor time | Peak memory |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	out.WriteString(table.String())
	exponents(&out, runs)
	writeResults(t, out.String())
}

// exponents tells how the figures of a command grow with the number of apps.
func exponents(out *strings.Builder, runs map[string][]usage) {
	fmt.Fprint(out, "\nGrowth from row to row as a power of the number of apps (1 is linear):\n\n| | Apps | Processor time | Peak memory |\n| --- | --- | --- | --- |\n")
	for _, command := range slices.Sorted(maps.Keys(runs)) {
		list := runs[command]
		for i := 1; i < len(list); i++ {
			a, b := list[i-1], list[i]
			fmt.Fprintf(out, "| %s | %d to %d | %.2f | %.2f |\n", command, a.apps, b.apps,
				math.Log10(b.cpu.Seconds()/a.cpu.Seconds()), math.Log10(float64(b.memory)/float64(a.memory)))
		}
	}
}

// limited measures apply and plan under limits.
func limited(t *testing.T, out *strings.Builder, n int) {
	dir := t.TempDir()
	write := func(changed int) {
		if err := bench.WriteConfig(dir, n, changed); err != nil {
			t.Fatal(err)
		}
	}
	row := func(name string, p phase) {
		total, refused := p.requests()
		fmt.Fprintf(out, "| %d | %s | %d | %d | %d | %s | %s | %.2f |\n", n, name, total, p.in("/api/v1/apps"), refused,
			p.took.Round(time.Second), p.floor().Round(time.Second), p.took.Seconds()/p.floor().Seconds())
	}
	write(0)
	simulate(t, sandbox.Options{RateLimit: sandbox.RateLimitEnterprise}, 6, func(t *testing.T, s *simulation) {
		row("apply", s.run(t, dir, true))
		row("plan", s.run(t, dir, false))
		write(10)
		row("plan, 10 changed", s.run(t, dir, false))
		write(0)
		_, memory := s.runByEvents(t, dir, nil)
		p, memory := s.runByEvents(t, dir, memory)
		row("plan --refresh=events", p)
		s.widen(t)
		p, _ = s.runByEvents(t, dir, memory)
		if p.changes != 10 {
			t.Errorf("a plan by events shows %d changes of 10", p.changes)
		}
		row("plan --refresh=events, 10 changed", p)
	})
}

// usage is what one run of the program took.
type usage struct {
	apps             int
	requests, scarce int // scarce: those in the bucket of apps
	wall, cpu        time.Duration
	memory           int64 // bytes, at most
}

// buildProgram builds oktaform.
func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "oktaform")
	cmd := exec.Command("go", "build", "-trimpath", "-o", path, "../cmd/oktaform")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // as the action builds it: it starts in half the time
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// unlimited measures the program without limits. runs gets what it took without
// latency, by command.
func unlimited(t *testing.T, out *strings.Builder, runs map[string][]usage, n int, program string) {
	dir := t.TempDir()
	data := filepath.Join(t.TempDir(), "org.db")
	for day, latency := range []string{"0", "50ms"} {
		if latency != "0" && n > 1000 {
			continue
		}
		// Each on a day of its own: what the log tells of the last one isn't in the future.
		env, stop := serve(t, program, data, "--latency", latency, "--clock-offset", fmt.Sprintf("%dh", 24*day))
		measured := func(row string, changed, times int, args ...string) {
			if err := bench.WriteConfig(dir, n, changed); err != nil {
				t.Fatal(err)
			}
			u, slowest := measureTimes(t, times, env, program, dir, args...)
			u.apps = n
			fmt.Fprintf(out, "| %d | %s | %s | %d | %d | %s | %s | %d MB |\n", n, row, latency, u.requests, u.scarce,
				seconds(u.wall, slowest.wall), seconds(u.cpu, slowest.cpu), u.memory>>20)
			if latency == "0" {
				runs[row] = append(runs[row], u)
			}
		}
		if latency == "0" {
			measured("apply", 0, 1, "apply", "--auto-approve")
		}
		measured("plan", 0, repeats, "plan")
		measured("plan, 10 changed", 10, repeats, "plan")
		if err := bench.WriteConfig(dir, n, 0); err != nil {
			t.Fatal(err)
		}
		remember(t, env, program, dir)
		measured("plan --refresh=events", 0, 1, "plan", "--refresh=events")
		narrow := widen(t, env)
		measured("plan --refresh=events, 10 changed", 0, 1, "plan", "--refresh=events")
		narrow()
		stop()
	}
}

// remember lets a plan by events find the org as it was, and nothing of late in the
// log: ten minutes pass in the org.
func remember(t *testing.T, env []string, program, dir string) {
	t.Helper()
	for range 2 {
		measure(t, env, program, dir, "plan", "--refresh=events")
		call(t, env, http.MethodPut, "/_sandbox/clock", `{"advance":"11m"}`, nil)
	}
}

// widen gives ten apps one more scope each in the org. What it returns takes them
// away again.
func widen(t *testing.T, env []string) (narrow func()) {
	t.Helper()
	var apps, made []struct{ ID string }
	call(t, env, http.MethodGet, tenApps, "", &apps)
	for _, app := range apps {
		var grant struct{ ID string }
		call(t, env, http.MethodPost, "/api/v1/apps/"+app.ID+"/grants", oneMoreScope(variable(env, "OKTA_CLIENT_ORGURL")), &grant)
		made = append(made, grant)
	}
	return func() {
		for i, app := range apps {
			call(t, env, http.MethodDelete, "/api/v1/apps/"+app.ID+"/grants/"+made[i].ID, "", nil)
		}
	}
}

// call makes a request of the org beside the program.
func call(t *testing.T, env []string, method, path, body string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, variable(env, "OKTA_CLIENT_ORGURL")+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "SSWS "+variable(env, "OKTA_CLIENT_TOKEN"))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %s", method, path, resp.Status)
	}
	if into == nil {
		return
	}
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// variable is the last value of a name in an environment.
func variable(env []string, name string) string {
	for _, entry := range slices.Backward(env) {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// realTime confirms the simulation: a plan under limits, and the clock of the wall.
func realTime(t *testing.T, out *strings.Builder, program string) {
	const n = 100
	dir := t.TempDir()
	if err := bench.WriteConfig(dir, n, 0); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "org.db")
	env, stop := serve(t, program, data)
	measure(t, env, program, dir, "apply", "--auto-approve")
	stop()
	env, stop = serve(t, program, data, "--rate-limit", "enterprise")
	defer stop()
	u := measure(t, env, program, dir, "plan")
	fmt.Fprintf(out, "\nIn real time, against the same limits, a plan of %d apps takes %s (%d requests, %d of them in `/api/v1/apps`).\n", n, u.wall.Round(time.Second), u.requests, u.scarce)
}

// starts is how long the program takes to say its version.
func starts(t *testing.T, program string) time.Duration {
	t.Helper()
	var took []time.Duration
	for range 21 {
		begin := time.Now()
		if err := exec.Command(program, "version").Run(); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	slices.Sort(took)
	return took[len(took)/2]
}

// machine names the machine as Linux does.
func machine() string {
	name, memory := runtime.GOARCH, ""
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if m := regexp.MustCompile(`(?m)^model name\s*: (.*)`).FindSubmatch(text); m != nil {
			name = string(m[1])
		}
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if m := regexp.MustCompile(`(?m)^MemTotal:\s*(\d+)`).FindSubmatch(text); m != nil {
			kb, _ := strconv.Atoi(string(m[1]))
			memory = fmt.Sprintf(", %d GB", kb>>20)
		}
	}
	return fmt.Sprintf("%s, %d cores%s, %s", name, runtime.NumCPU(), memory, runtime.Version())
}

// load is the machine's load average of the last minute.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(text), " ")
	return cmp.Or(first, "unknown")
}

// serve starts a sandbox and returns the environment for its clients.
func serve(t *testing.T, program, data string, args ...string) (env []string, stop func()) {
	t.Helper()
	ready := filepath.Join(t.TempDir(), "ready.json")
	cmd := exec.Command(program, append([]string{"sandbox", "--listen", "127.0.0.1:0", "--data", data, "--ready-file", ready}, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for range 600 {
		text, _ := os.ReadFile(ready)
		if m := regexp.MustCompile(`(?s)"token": "(.*?)".*"url": "(.*?)"`).FindSubmatch(text); m != nil {
			return append(os.Environ(), "XDG_CACHE_HOME="+t.TempDir(), "OKTA_CLIENT_TOKEN="+string(m[1]), "OKTA_CLIENT_ORGURL="+string(m[2])), func() {
				_ = cmd.Process.Signal(os.Interrupt)
				_ = cmd.Wait()
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatal("the sandbox doesn't start")
	return nil, nil
}

// repeats is how often what changes nothing is measured. Other work on a machine adds to
// what a run takes, and takes nothing away: so the least counts, and the most is shown.
const repeats = 3

// measureTimes runs the program several times. The best is the least time and processor
// time and the most memory, the slowest the most of all.
func measureTimes(t *testing.T, times int, env []string, program, dir string, args ...string) (best, slowest usage) {
	t.Helper()
	best = measure(t, env, program, dir, args...)
	slowest = best
	for range times - 1 {
		u := measure(t, env, program, dir, args...)
		if u.requests != best.requests {
			t.Errorf("%s: %d requests, and then %d", args, best.requests, u.requests)
		}
		best.wall, best.cpu, best.memory = min(best.wall, u.wall), min(best.cpu, u.cpu), max(best.memory, u.memory)
		slowest.wall, slowest.cpu = max(slowest.wall, u.wall), max(slowest.cpu, u.cpu)
	}
	return best, slowest
}

// seconds writes the least and the most, where they differ.
func seconds(least, most time.Duration) string {
	text := fmt.Sprintf("%.1f", least.Seconds())
	if to := fmt.Sprintf("%.1f", most.Seconds()); to != text {
		text += " to " + to
	}
	return text + " s"
}

// measure runs the program once.
func measure(t *testing.T, env []string, program, dir string, args ...string) usage {
	t.Helper()
	cmd := exec.Command(program, append(args, "--stats", dir)...)
	cmd.Env = env
	var errs strings.Builder
	cmd.Stderr = &errs
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	done, memory := make(chan struct{}), make(chan int64)
	go watch(cmd.Process.Pid, done, memory)
	err := cmd.Wait()
	u := usage{wall: time.Since(begin), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	close(done)
	u.memory = <-memory
	if err != nil {
		t.Fatalf("%s: %v\n%s", args, err, errs.String())
	}
	count := func(row string) int {
		m := regexp.MustCompile(`(?m)^` + row + ` +([\d,]+)`).FindStringSubmatch(errs.String())
		if m == nil {
			return 0
		}
		n, _ := strconv.Atoi(strings.ReplaceAll(m[1], ",", ""))
		return n
	}
	u.requests, u.scarce = count("total"), count("/api/v1/apps")
	return u
}

// watch sends the most memory that a process had, in bytes. What the system tells
// of a process that has ended includes the one that began it.
func watch(pid int, done <-chan struct{}, most chan<- int64) {
	peak := int64(0)
	for {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if m := regexp.MustCompile(`(?m)^VmHWM:\s*(\d+)`).FindSubmatch(text); m != nil {
			kb, _ := strconv.ParseInt(string(m[1]), 10, 64)
			peak = max(peak, kb<<10)
		}
		select {
		case <-done:
			most <- peak
			return
		case <-time.After(20 * time.Millisecond):
		}
	}
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
