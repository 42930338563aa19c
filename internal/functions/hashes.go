package functions

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// hashes has each digest twice: of a string, and of a file.
func hashes(o Options) []Func {
	rows := []Func{{Name: "uuidv5", Function: uuidv5, Doc: "The UUID of a name in a namespace: dns, url, oid, x500 or a UUID (RFC 9562 section 5.5)."}}
	toHex, toBase64 := hex.EncodeToString, base64.StdEncoding.EncodeToString
	for _, d := range []struct {
		name, as string
		start    func() hash.Hash
		encode   func([]byte) string
	}{
		{"md5", "MD5 digest of %s, in hex", md5.New, toHex},
		{"sha1", "SHA-1 digest of %s, in hex", sha1.New, toHex},
		{"sha256", "SHA-256 digest of %s, in hex", sha256.New, toHex},
		{"sha512", "SHA-512 digest of %s, in hex", sha512.New, toHex},
		{"base64sha256", "SHA-256 digest of %s, in Base64", sha256.New, toBase64},
		{"base64sha512", "SHA-512 digest of %s, in Base64", sha512.New, toBase64},
	} {
		digest := func(data []byte) string {
			h := d.start()
			h.Write(data)
			return d.encode(h.Sum(nil))
		}
		rows = append(rows,
			Func{
				Name: d.name, Doc: fmt.Sprintf("The "+d.as+".", "a string"),
				Function: ofText("str", func(s string) (string, error) { return digest([]byte(s)), nil }),
			},
			Func{
				Name: "file" + d.name, Doc: fmt.Sprintf("The "+d.as+".", "a file's content"),
				Function: ofFile(o, func(path string) (string, error) {
					data, err := read(o.Folders, path)
					return digest(data), err
				}),
			})
	}
	return rows
}

// uuidv5 is RFC 9562 section 5.5.
var uuidv5 = define(cty.String, func(args []cty.Value) (cty.Value, error) {
	space, err := namespace(args[0].AsString())
	if err != nil {
		return cty.NilVal, function.NewArgError(0, err)
	}
	digest := sha1.Sum(append(space, args[1].AsString()...))
	id := digest[:16]
	id[6] = id[6]&0x0f | 0x50 // version 5
	id[8] = id[8]&0x3f | 0x80 // the RFC's variant
	return cty.StringVal(fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])), nil
}, param("namespace", cty.String), param("name", cty.String))

// namespace gives the bytes of a UUID, or of a namespace of RFC 9562 section 6.6.
func namespace(name string) ([]byte, error) {
	switch name {
	case "dns":
		name = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
	case "url":
		name = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"
	case "oid":
		name = "6ba7b812-9dad-11d1-80b4-00c04fd430c8"
	case "x500":
		name = "6ba7b814-9dad-11d1-80b4-00c04fd430c8"
	}
	id, err := hex.DecodeString(strings.ReplaceAll(name, "-", ""))
	if err != nil || len(id) != 16 {
		return nil, fmt.Errorf("uuidv5() doesn't support namespace %s (it is none of dns, url, oid, x500, and no UUID)", name)
	}
	return id, nil
}
