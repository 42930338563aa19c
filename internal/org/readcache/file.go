package readcache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// A cache file is a line with a checksum, followed by JSON. Without the checksum, a damaged file
// might still be JSON and show rights that nobody has.

// Encode returns the contents of a cache file.
func (m *Cache) Encode() ([]byte, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return append([]byte(checksum(data)+"\n"), data...), nil
}

// Decode parses what Encode returned. For damaged data it returns a cache without answers.
func Decode(data []byte) *Cache {
	sum, content, _ := bytes.Cut(data, []byte("\n"))
	cache := &Cache{}
	if string(sum) != checksum(content) || json.Unmarshal(content, cache) != nil {
		return None("the file in which it was kept is damaged")
	}
	return cache
}

// None returns a cache without answers. The reason completes the sentence "nothing is known of an
// earlier read: ...".
func None(reason string) *Cache { return &Cache{useless: reason} }

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
