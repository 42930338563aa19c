package state

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// passwordRounds is low, because the org is a test org and tests sign in often.
const passwordRounds = 2000

// PasswordHash is a hashed password (PBKDF2, SHA-256), as the data file stores it.
type PasswordHash struct {
	Salt     []byte
	Hash     []byte
	Rounds   int
	Imported *ImportedHash `json:",omitempty"` // replaces all of the above until the first sign-in
}

// NewPasswordHash hashes a password with a new random salt.
func NewPasswordHash(password string) (*PasswordHash, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	hash, err := pbkdf2.Key(sha256.New, password, salt, passwordRounds, sha256.Size)
	if err != nil {
		return nil, err
	}
	return &PasswordHash{Salt: salt, Hash: hash, Rounds: passwordRounds}, nil
}

// Matches reports whether password is the hashed one. A nil hash matches nothing.
func (p *PasswordHash) Matches(password string) bool {
	if p == nil {
		return false
	}
	if p.Imported != nil {
		return p.Imported.matches(password)
	}
	hash, err := pbkdf2.Key(sha256.New, password, p.Salt, p.Rounds, len(p.Hash))
	return err == nil && subtle.ConstantTimeCompare(hash, p.Hash) == 1
}
