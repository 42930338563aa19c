package org_test

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// What a watched org shows, and what is asked of it.

var changeDates = regexp.MustCompile(`"(lastUpdated|lastMembershipUpdated)":"[^"]*"`)

// undated takes from an answer when objects were last changed.
func undated(resp *http.Response) {
	body, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	body = changeDates.ReplaceAll(body, []byte(`"$1":null`))
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Del("Content-Length")
}

// slow lets what is written show only after some time.
func (w *watched) slow(d time.Duration) {
	w.t.Helper()
	var faults []sandbox.Fault
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		faults = append(faults, sandbox.Fault{Kind: "invisible", Duration: d, Method: method})
	}
	if err := w.org.SetFaults(faults...); err != nil {
		w.t.Fatal(err)
	}
}

// declaring asks for a part of what a query asks for: a configuration that declares
// less, or again what it did before.
func (w *watched) declaring(all schema.Query, pick func(n int) int) schema.Query {
	q := all
	q.Admins, q.Objects = pick(2) == 0, nil
	for _, want := range all.Objects {
		if pick(5) == 0 {
			continue
		}
		parts := want.SideData
		want.SideData = nil
		for _, part := range parts {
			if pick(4) > 0 {
				want.SideData = append(want.SideData, part)
			}
		}
		q.Objects = append(q.Objects, want)
	}
	return q
}
