package session

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/oktaform/oktaform/internal/org"
)

// Self identifies this process, as distinct from others with the same number: on other machines, in
// other containers, and before a restart.
func Self() org.Process {
	host, _ := os.Hostname()
	// Containers may share a host name, and a restarted machine reuses process numbers.
	boot, _ := os.ReadFile("/proc/sys/kernel/random/boot_id")
	namespace, _ := os.Readlink("/proc/self/ns/pid")
	sum := sha256.Sum256([]byte(string(boot) + namespace))
	return org.Process{Host: host + "/" + base64.RawURLEncoding.EncodeToString(sum[:6]), PID: os.Getpid(), Start: startOf(os.Getpid())}
}

// Dead reports whether a process of this machine has ended.
func Dead(p org.Process) bool {
	process, err := os.FindProcess(p.PID)
	if err != nil {
		return true
	}
	defer func() { _ = process.Release() }()
	if runtime.GOOS != "windows" && process.Signal(syscall.Signal(0)) != nil {
		return true
	}
	return p.Start != startOf(p.PID) // another process has its number now
}

// startOf returns when a process was started, as Linux counts it; "" on other systems.
func startOf(pid int) string {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	// The name in brackets may contain spaces. The start is field 22.
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 20 || fields[0] == "Z" {
		return ""
	}
	return fields[19]
}
