package main

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/oktaform/oktaform/internal/openapicheck"
	"github.com/oktaform/oktaform/sandbox"
)

// story is what one script works with: an org and what is secret in it.
type story struct {
	tb       testing.TB
	work     string
	password string // a secret of this run that the scripts use
	// clientSecrets are SECRET1 and SECRET2, which scripts give to apps.
	clientSecrets [2]string
	org           *sandbox.Server
	server        *httptest.Server
	log           atomic.Pointer[toldLog] // nil: the org's own
}

// signingKey is that of the orgs of these tests, except where a story asks for another org. It is
// made when it is asked for: a story starts this binary as the program, many times.
var signingKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := sandbox.NewSigningKey()
	if err != nil {
		panic(err)
	}
	return key
})

type storyKey struct{}

func storyOf(ts *testscript.TestScript) *story { return ts.Value(storyKey{}).(*story) }

// serve starts an org and puts its URL, its token and a password for the
// stories' users into the environment.
func (s *story) serve(options sandbox.Options, setenv func(name, value string)) error {
	if options.SigningKey == nil {
		options.SigningKey = signingKey()
	}
	org, err := sandbox.New(options)
	if err != nil {
		return err
	}
	s.stop()
	s.org = org
	s.server = httptest.NewServer(s.tellLog(openapicheck.Wrap(s.tb, org)))
	setenv("OKTA_CLIENT_ORGURL", s.server.URL)
	setenv("OKTA_CLIENT_TOKEN", org.Token())
	setenv("PASSWORD", s.password)
	for i := range s.clientSecrets {
		if s.clientSecrets[i] == "" {
			s.clientSecrets[i] = rand.Text() + rand.Text()
		}
		setenv(fmt.Sprintf("SECRET%d", i+1), s.clientSecrets[i])
	}
	return nil
}

func (s *story) stop() {
	if s.server != nil {
		s.server.Close()
		_ = s.org.Close()
	}
}

func (s *story) end() {
	s.searchFiles()
	s.stop()
}

// cmdStatus runs a command and asserts its exit status.
func cmdStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N CMD ARGS...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		exit, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	storyOf(ts).searchOutput(ts)
	checkProposals(ts)
	if got != want {
		ts.Fatalf("exit status %d, want %d\nstdout:\n%s\nstderr:\n%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
}

// call speaks to the org as its super admin.
func (s *story) call(method, path, body string) (int, []byte, error) {
	req, err := http.NewRequest(method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Authorization", "SSWS "+s.org.Token())
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	return resp.StatusCode, data, err
}

// get reads a list or object of the org.
func (s *story) get(path string, into any) error {
	status, data, err := s.call("GET", path, "")
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("GET %s: %d %s", path, status, data)
	}
	return json.Unmarshal(data, into)
}

// cmdAPI changes the org behind the program's back. A PUT of an app merges the
// body into what the org has, field by field, since that is what a person in
// the console does.
func cmdAPI(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: api METHOD PATH [BODY]")
	}
	s, body := storyOf(ts), ""
	if len(args) == 3 {
		body = args[2]
	}
	if args[0] == "EDIT" {
		args[0], body = "PUT", s.merged(ts, args[1], body)
	}
	status, data, err := s.call(args[0], args[1], body)
	ts.Check(err)
	if ok := status < 300; ok == neg {
		ts.Fatalf("%s %s: %d %s", args[0], args[1], status, data)
	}
	_, err = ts.Stdout().Write(data)
	ts.Check(err)
}

func (s *story) merged(ts *testscript.TestScript, path, edit string) string {
	var doc, change map[string]any
	ts.Check(s.get(path, &doc))
	ts.Check(json.Unmarshal([]byte(edit), &change))
	merge(doc, change)
	data, err := json.Marshal(doc)
	ts.Check(err)
	return string(data)
}

func merge(doc, change map[string]any) {
	for name, value := range change {
		inner, ok1 := doc[name].(map[string]any)
		edit, ok2 := value.(map[string]any)
		if ok1 && ok2 {
			merge(inner, edit)
		} else {
			doc[name] = value
		}
	}
}

// cmdID finds an object by what people call it.
func cmdID(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: id VAR app|user|group LABEL")
	}
	s := storyOf(ts)
	var list []map[string]any
	path := map[string]string{"app": "/api/v1/apps?limit=200&q=", "user": "/api/v1/users?q=", "group": "/api/v1/groups?q="}[args[1]]
	ts.Check(s.get(path+url.QueryEscape(args[2]), &list))
	for _, object := range list {
		profile, _ := object["profile"].(map[string]any)
		if slices.Contains([]any{object["label"], profile["login"], profile["name"]}, any(args[2])) {
			ts.Setenv(args[0], object["id"].(string))
			return
		}
	}
	ts.Fatalf("no %s is called %q", args[1], args[2])
}

// cmdDump writes what the org holds as far as a configuration can change it,
// without ids of assignments and without times.
func cmdDump(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: dump FILE")
	}
	s := storyOf(ts)
	var out bytes.Buffer
	section := func(path string) []map[string]any {
		var list []map[string]any
		ts.Check(s.get(path, &list))
		fmt.Fprintf(&out, "# %s\n", path)
		for _, object := range list {
			for _, volatile := range []string{"created", "lastUpdated", "lastMembershipUpdated", "statusChanged", "activated", "lastLogin", "passwordChanged", "_links"} {
				delete(object, volatile)
			}
			line, err := json.Marshal(object)
			ts.Check(err)
			fmt.Fprintf(&out, "%s\n", line)
		}
		return list
	}
	for _, app := range section("/api/v1/apps?limit=200") {
		id := app["id"].(string)
		section("/api/v1/apps/" + id + "/grants")
		section("/api/v1/apps/" + id + "/groups")
		section("/api/v1/apps/" + id + "/users")
	}
	for _, group := range section("/api/v1/groups?limit=200") {
		section("/api/v1/groups/" + group["id"].(string) + "/users")
		section("/api/v1/groups/" + group["id"].(string) + "/roles")
	}
	for _, user := range section("/api/v1/users?filter=" + url.QueryEscape(`status eq "ACTIVE" or status eq "DEPROVISIONED" or status eq "STAGED"`)) {
		section("/api/v1/users/" + user["id"].(string) + "/roles")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), out.Bytes(), 0o644))
}

func cmdCopyExample(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: copyexample NAME DIR")
	}
	copyCommitted(storyOf(ts).tb, filepath.Join("../../examples", args[0]), ts.MkAbs(args[1]))
}

func cmdOrg(ts *testscript.TestScript, neg bool, args []string) {
	options := sandbox.Options{}
	for _, arg := range args {
		switch arg {
		case "super-apps":
			options.PublicClientAppAdmins = true
		case "free", "enterprise":
			options.RateLimit = sandbox.RateLimit(arg)
		default:
			if seed, ok := strings.CutPrefix(arg, "seed="); ok {
				options.Seed = []byte(ts.ReadFile(seed))
				continue
			}
			fault, err := sandbox.ParseFault(arg)
			ts.Check(err)
			options.Faults = append(options.Faults, fault)
		}
	}
	if len(args) == 0 { // another org doesn't accept the first one's tokens
		key, err := sandbox.NewSigningKey()
		ts.Check(err)
		options.SigningKey = key
	}
	ts.Check(storyOf(ts).serve(options, ts.Setenv))
}

// cmdCapture sets a variable to what the first group of a pattern matches in
// the last output.
func cmdCapture(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: capture VAR PATTERN")
	}
	m := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(m) < 2 {
		ts.Fatalf("stdout doesn't match %s", args[1])
	}
	ts.Setenv(args[0], m[1])
}

var (
	anyID      = regexp.MustCompile(`\b(0oa|00u|00g|oag|pks|cr0|iam|nzo)[0-9A-Za-z]{17}\b`)
	anyRequest = regexp.MustCompile(`(request id: |"errorId":"oae)[-\w]+`)
	anyTime    = regexp.MustCompile(`\b[0-9]+(ms|\.[0-9]s)\b`)
	anyHost    = regexp.MustCompile(`127\.0\.0\.1:[0-9]{5}`)
	clockNote  = regexp.MustCompile(`(?m)^ +note: The clock of this machine is .*\n +fix: Set the clock of this machine by NTP\.\n`)
	hidden     = regexp.MustCompile(`\(\d+ (unchanged attribute|attribute)s? `)
)

// cmdPlain writes the last output to a file, with what differs from run to run replaced: ids by
// their prefixes, the org's host, times, ids of requests, the story's folder. How many attributes
// are hidden differs with each attribute that a kind gains.
func cmdPlain(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: plain stdout|stderr FILE")
	}
	text := anyID.ReplaceAllString(ts.ReadFile(args[0]), "$1...")
	text = anyHost.ReplaceAllString(text, "ORG")
	text = anyTime.ReplaceAllString(text, "TIME")
	text = anyRequest.ReplaceAllString(text, "${1}...")
	text = hidden.ReplaceAllString(text, "(N ${1}s ")
	if ts.Getenv(clockAhead) != "0s" {
		text = clockNote.ReplaceAllString(text, "")
	}
	text = strings.ReplaceAll(text, storyOf(ts).work, "WORK")
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}
