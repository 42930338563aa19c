package org_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/org/readcache"
	"github.com/oktaform/oktaform/internal/reference"
)

// Whatever the System Log answers, a read by events finds what there is. What it
// can't make out of the log, it reads, says why, and keeps what it may.
func TestReadByEventsWithBadLogs(t *testing.T) {
	k := rememberedOrg(t)
	log := func(edit func(*http.Request, *http.Response)) func(*http.Request, *http.Response) {
		return func(req *http.Request, resp *http.Response) {
			if req.URL.Path == "/api/v1/logs" {
				edit(req, resp)
			}
		}
	}
	body := func(resp *http.Response, text string) {
		resp.Body = io.NopCloser(strings.NewReader(text))
		resp.ContentLength = -1
		resp.Header.Del("Content-Length")
	}
	events := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"eventType":"app.oauth2.token.revoke"},`, n), ",") + "]"
	}
	fromCursor := func(req *http.Request) bool { return req.URL.Query().Has("after") }
	// endless is a log that ends nowhere, unless it is read from a time on.
	endless := func(page int) func(*http.Request, *http.Response) {
		anew := false
		return log(func(req *http.Request, resp *http.Response) {
			if anew = anew || !fromCursor(req); !anew {
				resp.Header.Set("Link", `<`+req.URL.String()+`>; rel="next"`)
				body(resp, events(page))
			}
		})
	}
	for _, row := range []struct {
		name  string
		edit  func(*http.Request, *http.Response)
		how   string
		keeps bool
	}{
		{"it fails", log(func(_ *http.Request, resp *http.Response) {
			resp.StatusCode = http.StatusInternalServerError
		}), "everything was read: the System Log query failed: status 500", false},
		{"it isn't there", log(func(_ *http.Request, resp *http.Response) {
			resp.StatusCode = http.StatusNotFound
			body(resp, `{"errorCode":"E0000007","errorSummary":"Not found: Resource not found: logs (Logs)."}`)
		}), "everything was read: the System Log query failed: status 404, Not found: Resource not found: logs (Logs).", false},
		{"it is no JSON", log(func(_ *http.Request, resp *http.Response) {
			body(resp, "<html>")
		}), "everything was read: the System Log can't be read: GET http://", false},
		{"it is no list", log(func(_ *http.Request, resp *http.Response) {
			body(resp, `{"eventType":"app.oauth2.token.revoke"}`)
		}), "everything was read: the System Log can't be read: GET http://", false},
		{"it breaks off", log(func(_ *http.Request, resp *http.Response) {
			resp.Body = io.NopCloser(io.MultiReader(strings.NewReader("["), broken{}))
		}), "everything was read: the System Log can't be read: GET http://", false},
		{"it has no next page", log(func(_ *http.Request, resp *http.Response) {
			resp.Header.Del("Link")
		}), "everything was read: the System Log returned no link to continue from.", false},
		{"nobody tells the time", func(_ *http.Request, resp *http.Response) {
			resp.Header.Del("Date")
		}, "everything was read: the org's answers don't tell the time (Date)", false},
		{"it shows others' events only", log(func(req *http.Request, resp *http.Response) {
			if fromCursor(req) {
				body(resp, "[]")
				return
			}
			body(resp, `[{"eventType":"app.oauth2.token.revoke","actor":{"id":"00uSomebody"}}]`)
		}), "everything was read: the System Log shows nothing that 00u", false},
		// The last ten minutes are no more than can be read: what is read now is of use.
		{"it is long", endless(1000), "everything was read: the System Log holds more than 20000 events since then.", true},
		{"it never ends", endless(1), "everything was read: the System Log has no end: 21 pages contain 21 events.", true},
		{"it has 20,000 events", func() func(*http.Request, *http.Response) {
			pages := 0
			return log(func(req *http.Request, resp *http.Response) {
				if pages++; fromCursor(req) && pages <= 20 {
					resp.Header.Set("Link", `<`+req.URL.String()+`>; rel="next"`)
					body(resp, events(1000))
				}
			})
		}(), "objects were read again", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			past := &readcache.Cache{}
			if err := json.Unmarshal(k.file, past); err != nil {
				t.Fatal(err)
			}
			k.carry.edit = row.edit
			defer func() { k.carry.edit = nil }()
			found, next, how, err := k.read(past)
			if err != nil || len(found.Objects) != k.objects || !strings.Contains(how, row.how) || (next != nil) != row.keeps {
				t.Errorf("%v\n got %q, kept: %t\nwant %q, kept: %t", err, how, next != nil, row.how, row.keeps)
			}
		})
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// Who gives up gets no plan, whatever the log would have told.
func TestReadByEventsGivenUp(t *testing.T) {
	k := rememberedOrg(t)
	ctx, cancel := context.WithCancel(t.Context())
	k.carry.edit = func(req *http.Request, _ *http.Response) {
		if req.URL.Path == "/api/v1/logs" {
			cancel()
		}
	}
	if _, _, how, err := k.readUntil(ctx, nil); err == nil {
		t.Error(how)
	}
}

// One wrong byte makes what is kept useless, and never something else.
func TestMemoryFileDamaged(t *testing.T) {
	k := rememberedOrg(t)
	past := &readcache.Cache{}
	if err := json.Unmarshal(k.file, past); err != nil {
		t.Fatal(err)
	}
	file, err := past.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := readcache.Decode(file).Encode(); err != nil || !bytes.Equal(file, again) {
		t.Fatalf("%v\n%s\n%s", err, file, again)
	}
	damaged := [][]byte{nil, file[:1], file[:len(file)-1], append(bytes.Clone(file), ' '), bytes.ToUpper(file), append([]byte("\n"), file...)}
	for i := range file {
		one := bytes.Clone(file)
		one[i] ^= 1
		damaged = append(damaged, one)
	}
	empty, _ := (&readcache.Cache{}).Encode()
	for _, data := range damaged {
		if got, _ := readcache.Decode(data).Encode(); !bytes.Equal(got, empty) {
			t.Errorf("of %q was made %s", data, got)
		}
	}
	_, _, how, err := k.read(readcache.Decode(damaged[0]))
	if want := "everything was read: nothing is known of an earlier read: the file in which it was kept is damaged."; err != nil || !strings.Contains(fmt.Sprint(how), want) {
		t.Errorf("%v %s", err, how)
	}
}

// Each type of event of Okta's catalog that tells of API access has its place in the
// table: none makes a plan read everything, unless it is about who reads.
func TestEventTypesOfTheCatalogAreKnown(t *testing.T) {
	k := rememberedOrg(t)
	_, past, _, err := k.read(nil)
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for _, typ := range []string{"AppInstance", "PublicClientApp", "UserGroup", "User", "CUSTOM_ROLE", "RESOURCE_SET"} {
		targets = append(targets, `{"type":"`+typ+`","id":"x"}`)
	}
	n := 0
	for line := range strings.Lines(string(reference.File("event-types.tsv"))) {
		name, _, _ := strings.Cut(line, "\t")
		if !strings.HasPrefix(name, "app.") && !strings.HasPrefix(name, "application.") && !strings.HasPrefix(name, "group.") && !strings.HasPrefix(name, "iam.") &&
			!strings.HasPrefix(name, "user.lifecycle.") && !strings.HasPrefix(name, "user.account.privilege.") {
			continue
		}
		n++
		told := false
		k.carry.edit = func(req *http.Request, resp *http.Response) {
			if req.URL.Path == "/api/v1/logs" && !told {
				told = true
				resp.Body, resp.ContentLength = io.NopCloser(strings.NewReader(`[{"eventType":"`+name+`","target":[`+strings.Join(targets, ",")+`]}]`)), -1
			}
		}
		if _, _, how, err := k.read(past); err != nil || !strings.Contains(how, "were read again") {
			t.Errorf("%s: %s %v", name, how, err)
		}
	}
	if n < 100 {
		t.Errorf("%d types", n)
	}
}
