package sandbox

import (
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
)

// passwordRounds is modest: the org is a test org, and tests sign in often.
const passwordRounds = 2000

// passwordHash is a password as the data file keeps it (PBKDF2, SHA-256).
type passwordHash struct {
	Salt   []byte
	Hash   []byte
	Rounds int
}

func newPasswordHash(password string) (*passwordHash, error) {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails, see crypto/rand
	hash, err := pbkdf2.Key(sha256.New, password, salt, passwordRounds, sha256.Size)
	if err != nil {
		return nil, err
	}
	return &passwordHash{Salt: salt, Hash: hash, Rounds: passwordRounds}, nil
}

// matches reports whether this is the password. A nil hash matches nothing.
func (p *passwordHash) matches(password string) bool {
	if p == nil {
		return false
	}
	hash, err := pbkdf2.Key(sha256.New, password, p.Salt, p.Rounds, len(p.Hash))
	return err == nil && subtle.ConstantTimeCompare(hash, p.Hash) == 1
}
