package org

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
)

// A memory in a file is a line with the checksum of what follows, and JSON. A file
// that is damaged in one byte might still be JSON, and tell of rights that nobody has.

// Encode is the memory as a file holds it.
func (m *Memory) Encode() ([]byte, error) {
	data, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return append([]byte(checksum(data)+"\n"), data...), nil
}

// DecodeMemory reads what Encode has made. What is damaged gives a memory of no use.
func DecodeMemory(data []byte) *Memory {
	sum, content, _ := bytes.Cut(data, []byte("\n"))
	memory := &Memory{}
	if string(sum) != checksum(content) || json.Unmarshal(content, memory) != nil {
		return NoMemory("the file in which it was kept is damaged")
	}
	return memory
}

// NoMemory is one of no use. The reason says why, and completes the sentence
// "nothing is known of an earlier read: ...".
func NoMemory(reason string) *Memory { return &Memory{useless: reason} }

func checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
