package view

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
)

// ListedKey is a key of an app, with only its public half.
type ListedKey struct {
	App        string `json:"app"`
	KID        string `json:"kid"`
	Kty        string `json:"kty,omitempty"`
	Thumbprint string `json:"thumbprint,omitempty"` // RFC 7638; "" while the key does not exist
	Status     string `json:"status"`
	InOrg      bool   `json:"in_org"`
	Declared   bool   `json:"declared"`
	File       string `json:"private_key_file,omitempty"`
	Here       bool   `json:"private_key_here"`
}

// Keys returns a table of keys.
func Keys(keys []ListedKey, style Style) string {
	if len(keys) == 0 {
		return "The declared apps have no keys.\n"
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "App\tKey\tType\tStatus\tPrivate key\tRemark")
	for _, k := range keys {
		place := "not declared"
		if k.File != "" {
			place = "not on this machine"
		}
		if k.Here {
			place = k.File
		}
		remark := ""
		switch {
		case !k.InOrg:
			remark = "not in the org yet"
		case !k.Declared:
			remark = "not declared: apply removes it"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", Plain(k.App), Plain(k.KID), cmp.Or(k.Kty, "-"), k.Status, Plain(place), remark)
	}
	_ = w.Flush() // a strings.Builder does not fail
	lines := strings.Split(b.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	lines[0] = style.bold(lines[0])
	return strings.Join(lines, "\n")
}

// KeysJSON is the same for programs.
func KeysJSON(keys []ListedKey) (string, error) {
	data, err := json.MarshalIndent(keys, "", "  ")
	return string(data) + "\n", err
}
