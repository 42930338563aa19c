//go:build linux

package sandbox

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var kills = flag.Int("kills", 6, "in how many moments TestKilledAnywhere kills the sandbox")

// createGroup creates a group and returns the status; 0 if no answer came.
func (c *child) createGroup(name string) int {
	r, err := http.NewRequest("POST", c.url+"/api/v1/groups", strings.NewReader(fmt.Sprintf(`{"profile":{"name":%q,"description":%q}}`, name, strings.Repeat("d", 900))))
	if err != nil {
		return 0
	}
	r.Header.Set("Authorization", "SSWS "+c.token)
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.ReadAll(response.Body); err != nil {
		return 0
	}
	return response.StatusCode
}

// TestKilledAnywhere kills a sandbox with SIGKILL in many moments, while it starts and while it
// writes. Whatever it answered is in the data file afterwards, and at most the one request that got
// no answer besides. `go test ./sandbox -run TestKilledAnywhere -kills 200` tries 200 moments.
func TestKilledAnywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "org.db")
	answered, number := map[string]bool{}, 0
	for point := range *kills {
		c, out := startChild(t, path, "")
		wait := time.Duration(point) * 40 * time.Millisecond / time.Duration(max(*kills, 1)) * 3
		if point%4 == 3 { // while it opens and compacts the file
			time.Sleep(wait)
			_ = c.Process.Kill()
			_ = c.Wait()
		} else {
			c.ready(t, out)
			timer := time.AfterFunc(wait, func() { _ = c.Process.Kill() })
			for {
				name := fmt.Sprintf("group-%d", number)
				number++
				status := c.createGroup(name)
				if status == 0 {
					break
				}
				if status != 200 {
					t.Fatalf("%d", status)
				}
				answered[name] = true
			}
			timer.Stop()
			_ = c.Wait()
		}
		server, err := New(Options{DataFile: path, SigningKey: testSigningKey})
		if err != nil {
			t.Fatalf("point %d: %v", point, err)
		}
		found := 0
		for _, g := range server.org.Groups.All() {
			if answered[g.Name()] {
				found++
			}
		}
		if extra := server.org.Groups.Len() - 1 - found; found != len(answered) || extra > point+1 {
			t.Fatalf("point %d: %d of %d groups are there, and %d others", point, found, len(answered), extra)
		}
		if err := server.Close(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d moments, %d groups", *kills, len(answered))
	if leftovers, _ := filepath.Glob(path + ".*.tmp"); len(leftovers) > *kills {
		t.Errorf("%d temporary files", len(leftovers))
	}
}

// TestDiskFull: while the disk is full, changes are refused with 500 and reads are answered; once
// there is room again, changes work, and the file has everything that was answered.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "org.db")
	c, out := startChild(t, path, "")
	c.ready(t, out)
	limit := func(size int) {
		t.Helper()
		if _, err := fmt.Fprintf(c.stdin, "limit %d\n", size); err != nil {
			t.Fatal(err)
		}
		if line, err := out.ReadString('\n'); err != nil || line != "<nil>\n" {
			t.Fatalf("%q %v", line, err)
		}
	}
	answered := map[string]bool{}
	create := func(n int) int {
		name := fmt.Sprintf("group-%d", n)
		status := c.createGroup(name)
		if status == 200 {
			answered[name] = true
		}
		return status
	}
	for n := range 5 {
		if status := create(n); status != 200 {
			t.Fatal(status)
		}
	}
	limit(20_000)
	refused := 0
	for n := 5; n < 40; n++ {
		switch status := create(n); status {
		case 200:
			if refused > 0 {
				t.Fatal("a change succeeds on a full disk")
			}
		case 500:
			refused++
		default:
			t.Fatal(status)
		}
	}
	if refused == 0 {
		t.Fatal("the disk was never full")
	}
	r, _ := http.NewRequest("GET", c.url+"/api/v1/groups", nil)
	r.Header.Set("Authorization", "SSWS "+c.token)
	if response, err := http.DefaultClient.Do(r); err != nil || response.StatusCode != 200 {
		t.Errorf("a read on a full disk: %v %v", response, err)
	}
	limit(0)
	if status := create(100); status != 200 {
		t.Errorf("after the disk has room: %d", status)
	}
	_ = c.Process.Kill()
	_ = c.Wait()
	server, err := New(Options{DataFile: path, SigningKey: testSigningKey})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Close() }()
	for _, g := range server.org.Groups.All() {
		delete(answered, g.Name())
	}
	if len(answered) > 0 {
		t.Errorf("lost: %v", answered)
	}
}
