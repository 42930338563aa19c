package readcache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// A cache in a file is a line with the checksum of what follows, and JSON. A file
// that is damaged in one byte might still be JSON, and tell of rights that nobody has.

// Encode returns the cache as a file holds it.
func (m *Cache) Encode() ([]byte, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return append([]byte(checksum(data)+"\n"), data...), nil
}

// Decode reads what Encode has made. What is damaged gives a cache of no use.
func Decode(data []byte) *Cache {
	sum, content, _ := bytes.Cut(data, []byte("\n"))
	cache := &Cache{}
	if string(sum) != checksum(content) || json.Unmarshal(content, cache) != nil {
		return None("the file in which it was kept is damaged")
	}
	return cache
}

// None is a cache of no use. The reason says why, and completes the sentence
// "nothing is known of an earlier read: ...".
func None(reason string) *Cache { return &Cache{useless: reason} }

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
