//go:build linux

package main

import (
	"debug/elf"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
)

// instruction is one of a Dockerfile's.
type instruction struct{ name, args string }

// dockerfile reads the container's instructions, by stage.
func dockerfile(t *testing.T) (build, final []instruction) {
	t.Helper()
	text, err := os.ReadFile("../../ci/sandbox/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var stages [][]instruction
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, args, found := strings.Cut(line, " ")
		if !found || !slices.Contains(strings.Fields("FROM WORKDIR COPY RUN USER ENV EXPOSE HEALTHCHECK ENTRYPOINT"), name) {
			t.Fatalf("not an instruction: %s", line)
		}
		if name == "FROM" {
			stages = append(stages, nil)
		}
		if len(stages) == 0 {
			t.Fatalf("before FROM: %s", line)
		}
		stages[len(stages)-1] = append(stages[len(stages)-1], instruction{name, args})
	}
	if len(stages) != 2 {
		t.Fatalf("%d stages", len(stages))
	}
	return stages[0], stages[1]
}

func argsOf(t *testing.T, list []instruction, name string) string {
	t.Helper()
	for _, i := range list {
		if i.name == name {
			return i.args
		}
	}
	t.Fatalf("the Dockerfile has no %s", name)
	return ""
}

// TestContainer builds the container's binary as its Dockerfile does, and runs it as the container
// would: in a root that has nothing but the files that the Dockerfile copies, without rights, with
// its environment and its entry point; then its health check.
func TestContainer(t *testing.T) {
	t.Parallel()
	build, final := dockerfile(t)
	if from := argsOf(t, final, "FROM"); from != "scratch" {
		t.Errorf("FROM %s", from)
	}
	if user := argsOf(t, final, "USER"); user != "65532:65532" {
		t.Errorf("USER %s", user)
	}
	var entry, health []string
	if err := json.Unmarshal([]byte(argsOf(t, final, "ENTRYPOINT")), &entry); err != nil {
		t.Fatal(err)
	}
	_, check, _ := strings.Cut(argsOf(t, final, "HEALTHCHECK"), "CMD ")
	if err := json.Unmarshal([]byte(check), &health); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "data"), 0o755); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(root, "oktaform")
	compile := ""
	for _, i := range build {
		if i.name == "RUN" && strings.Contains(i.args, "go build") {
			compile = strings.Replace(i.args, "-o /oktaform", "-o '"+binary+"'", 1)
		}
	}
	cmd := exec.Command("sh", "-c", compile)
	cmd.Dir = "../.."
	if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(compile, binary) {
		t.Fatalf("%s: %v\n%s", compile, err, out)
	}
	static(t, binary)

	if os.Getuid() != 0 {
		skip.Test(t, skip.NotRoot)
	}
	for path := root; path != "/" && path != os.TempDir(); path = filepath.Dir(path) {
		if err := os.Chmod(path, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(root, "data"), 65532, 65532); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	environ := []string{strings.Replace(argsOf(t, final, "ENV"), ":8080", ":"+port, 1), "OKTAFORM_SANDBOX_DATA=/data/org.db"}
	inside := func(args []string, environ []string) *exec.Cmd {
		cmd := &exec.Cmd{Path: args[0], Args: args, Env: environ, Dir: "/",
			SysProcAttr: &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}}}
		return cmd
	}
	serve := inside(entry, environ)
	log, err := serve.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	serve.Stderr = os.Stderr
	if err := serve.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = serve.Wait() }()
	defer func() { _ = serve.Process.Signal(syscall.SIGTERM) }()
	first := make([]byte, 4096)
	n, _ := io.ReadAtLeast(log, first, 20)
	if !strings.Contains(string(first[:n]), "OKTA_CLIENT_TOKEN=") {
		t.Fatalf("%s", first[:n])
	}
	if out, err := inside(health, environ).CombinedOutput(); err != nil {
		t.Errorf("the health check: %v %s", err, out)
	}
	response, err := http.Get("http://127.0.0.1:" + port + "/oauth2/v1/keys")
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%v %v", response, err)
	}
	_ = response.Body.Close()
	if info, err := os.Stat(filepath.Join(root, "data", "org.db")); err != nil || info.Sys().(*syscall.Stat_t).Uid != 65532 {
		t.Errorf("the data file: %v", err)
	}
	if err := inside(health, []string{"OKTAFORM_SANDBOX_LISTEN=127.0.0.1:" + freePort(t)}).Run(); err == nil {
		t.Error("the health check finds an org where none is")
	}
}

// static checks that a binary needs no loader and no library.
func static(t *testing.T, path string) {
	t.Helper()
	file, err := elf.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	libraries, err := file.ImportedLibraries()
	if err != nil || len(libraries) > 0 {
		t.Errorf("libraries %v %v", libraries, err)
	}
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the binary needs a loader")
		}
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return fmt.Sprint(l.Addr().(*net.TCPAddr).Port)
}
