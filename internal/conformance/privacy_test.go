package conformance

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
)

// TestReportHasNoSecrets runs the suites through a proxy that changes every answer and adds what is
// personal or secret to it, and looks for values of the org in the report.
func TestReportHasNoSecrets(t *testing.T) {
	const token = "made-up-Token0123456789abcdefghij"
	personal := []string{"ada.lovelace@customer.example", "Lovelace", token, "acme-corp.okta.com", "203.0.113.77", "00uCustomer000000001d7"}
	changes := map[string]func(*answered){
		"other statuses": func(a *answered) { a.status = 299 },
		"other errors": func(a *answered) {
			a.status = 400
			a.body, _ = json.Marshal(map[string]any{"errorCode": "E0000001", "errorLink": "x", "errorId": token, "errorCauses": []any{},
				"errorSummary": "ada.lovelace@customer.example at https://acme-corp.okta.com/x from 203.0.113.77 with " + token + " and 00uCustomer000000001d7 of acme-corp.okta.com"})
		},
		"other OAuth errors": func(a *answered) {
			a.edit(func(doc map[string]any) {
				doc["error"], doc["error_description"] = token, "ada.lovelace@customer.example "+token
			})
		},
		"more members": func(a *answered) {
			a.edit(func(doc map[string]any) {
				doc["ada.lovelace@customer.example"], doc["Ada Lovelace"], doc["owner"] = token, "Lovelace", "Lovelace"
				doc["status"], doc["type"], doc["scope"] = token, "ada.lovelace@customer.example", "https://acme-corp.okta.com"
			})
		},
		"other values": func(a *answered) {
			a.body = regexp.MustCompile(`"(label|name|login|email|lastName|client_name|token_type|signOnMode)":"[^"]*"`).ReplaceAll(a.body, []byte(`"$1":"Lovelace `+token+`"`))
		},
		"other headers": func(a *answered) {
			a.header.Set("Location", "https://acme-corp.okta.com/?error="+token+"&error_description=ada.lovelace@customer.example")
			a.header.Set("Content-Type", "text/"+token)
			a.header.Set("Www-Authenticate", "ada.lovelace@customer.example")
			a.header.Set("Link", "<https://acme-corp.okta.com>")
		},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32 // the first ones look for leftovers
			server, client := newOrg(t, func(h http.Handler) http.Handler {
				return proxy(h, planted{change: func(a *answered) {
					if requests.Add(1) > 10 {
						change(a)
					}
				}})
			})
			report, _ := Run(t.Context(), client, Options{})
			if report == nil || len(report.Differences) == 0 {
				t.Fatal("no differences")
			}
			text, err := json.Marshal(report)
			if err != nil {
				t.Fatal(err)
			}
			text = append(text, report.Text()...)
			for _, secret := range append(personal, server.Token(), client.URL(), strings.TrimPrefix(client.URL(), "http://")) {
				if i := bytes.Index(text, []byte(secret)); i >= 0 {
					t.Errorf("the report has %q: %s", secret, text[max(0, i-150):min(len(text), i+150)])
				}
			}
			for _, id := range regexp.MustCompile(`\b(?:0oa|00u|00g|00o|00T|ocs|pks|oag|cr0|iam|ire|irb|nzo|tos|oty|rst|oae)[0-9A-Za-z]{17}\b|eyJ[\w-]{20,}|-----BEGIN`).FindAll(text, 5) {
				t.Errorf("the report has %q", id)
			}
		})
	}
}
