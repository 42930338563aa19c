package state

import (
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"hash"
	"slices"

	"golang.org/x/crypto/bcrypt"
)

// ImportedHash is a password as another system hashed it.
type ImportedHash struct {
	Algorithm string // BCRYPT, MD5, SHA-1, SHA-256, SHA-512 or PBKDF2; "" matches no password
	Digest    string `json:",omitempty"` // of PBKDF2: SHA256_HMAC or SHA512_HMAC
	Postfix   bool   `json:",omitempty"` // the salt follows the password instead of preceding it
	Salt      []byte `json:",omitempty"`
	Hash      []byte // of BCRYPT: with prefix and salt, as text
	Rounds    int    `json:",omitempty"` // of PBKDF2
}

// digests are the hash functions of imported passwords by their names in Okta's API.
var digests = map[string]func() hash.Hash{
	"MD5": md5.New, "SHA-1": sha1.New, "SHA-256": sha256.New, "SHA-512": sha512.New,
	"SHA256_HMAC": sha256.New, "SHA512_HMAC": sha512.New,
}

// DigestSize returns the size of a hash function's result in bytes, or 0 if the name is unknown.
func DigestSize(name string) int {
	if digest := digests[name]; digest != nil {
		return digest().Size()
	}
	return 0
}

func (h *ImportedHash) matches(password string) bool {
	switch h.Algorithm {
	case "BCRYPT":
		return bcrypt.CompareHashAndPassword(h.Hash, []byte(password)) == nil
	case "PBKDF2":
		digest := digests[h.Digest]
		if digest == nil {
			return false
		}
		derived, err := pbkdf2.Key(digest, password, h.Salt, h.Rounds, len(h.Hash))
		return err == nil && subtle.ConstantTimeCompare(derived, h.Hash) == 1
	}
	digest := digests[h.Algorithm]
	if digest == nil {
		return false
	}
	sum := digest()
	parts := [][]byte{h.Salt, []byte(password)}
	if h.Postfix {
		slices.Reverse(parts)
	}
	for _, part := range parts {
		_, _ = sum.Write(part) // never fails, see hash.Hash
	}
	return subtle.ConstantTimeCompare(sum.Sum(nil), h.Hash) == 1
}
