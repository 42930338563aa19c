package view

import (
	"cmp"
	"encoding/json"
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
	var rows [][]string
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
		rows = append(rows, []string{Plain(k.App), Plain(k.KID), cmp.Or(k.Kty, "-"), k.Status, Plain(place), remark})
	}
	return table([]string{"App", "Key", "Type", "Status", "Private key", "Remark"}, rows, style)
}

// KeysJSON is the same for programs.
func KeysJSON(keys []ListedKey) (string, error) {
	data, err := json.MarshalIndent(keys, "", "  ")
	return string(data) + "\n", err
}
