//go:build linux

package sandbox

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
)

// child is a sandbox in a process of its own, which can be killed.
type child struct {
	*exec.Cmd
	url, token string
	stdin      io.WriteCloser
}

// The variables that make this test binary a sandbox: its data file and its seed.
const childData, childSeed = "SANDBOX_TEST_DATA", "SANDBOX_TEST_SEED"

func init() {
	if data, isChild := os.LookupEnv(childData); isChild {
		serveChild(data, os.Getenv(childSeed))
	}
}

// serveChild serves until its input ends. A line "limit N" limits the size of files, as a full disk
// does; "limit 0" ends that.
func serveChild(data, seed string) {
	signal.Ignore(syscall.SIGXFSZ)
	options := Options{DataFile: data}
	if seed != "" {
		options.Seed, _ = os.ReadFile(seed)
	}
	org, err := Listen("127.0.0.1:0", options)
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	fmt.Println(org.URL, org.Token())
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var size uint64
		_, _ = fmt.Sscanf(lines.Text(), "limit %d", &size)
		limit := syscall.Rlimit{Cur: size, Max: ^uint64(0)}
		if size == 0 {
			limit.Cur = limit.Max
		}
		fmt.Println(syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit))
	}
	_ = org.Shutdown()
	os.Exit(0)
}

// startChild starts a sandbox, without waiting for it.
func startChild(t *testing.T, data, seed string) (*child, *bufio.Reader) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := &child{Cmd: exec.Command(self)}
	c.Env = append(os.Environ(), childData+"="+data, childSeed+"="+seed)
	c.Stderr = os.Stderr
	stdout, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if c.stdin, err = c.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	return c, bufio.NewReader(stdout)
}

// ready waits until the sandbox serves.
func (c *child) ready(t *testing.T, out *bufio.Reader) {
	t.Helper()
	line, err := out.ReadString('\n')
	if err != nil || strings.HasPrefix(line, "failed") {
		t.Fatalf("%s %v", line, err)
	}
	c.url, c.token, _ = strings.Cut(strings.TrimSpace(line), " ")
}
