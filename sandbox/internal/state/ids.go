package state

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"time"
)

const IDAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// NewID returns a 20-character id with one of Okta's type prefixes: 0oa app,
// 00u user, 00g group, 00o org, 00T API token, ocs client secret, pks JSON Web
// Key, oag grant, cr0 custom role, iam resource set, ire its resource, irb
// custom role assignment, ra1 and gra standard role assignment of a user and
// of a group, rst policy.
//
// Like Okta's, ids grow with time: nine characters count microseconds. So an
// id serves as a paging cursor that outlives its object.
func NewID(prefix string) string {
	count := time.Now().UnixMicro()
	var ticks [9]byte
	for i := len(ticks) - 1; i >= 0; i-- {
		ticks[i] = IDAlphabet[count%int64(len(IDAlphabet))]
		count /= int64(len(IDAlphabet))
	}
	return prefix + string(ticks[:]) + RandomText(8-len(prefix)) + "1d7"
}

// RandomText returns n random letters and digits.
func RandomText(n int) string {
	text := make([]byte, n)
	size := big.NewInt(int64(len(IDAlphabet)))
	for i := range text {
		k, err := rand.Int(rand.Reader, size)
		if err != nil { // crypto/rand never fails on supported systems
			panic(err)
		}
		text[i] = IDAlphabet[k.Int64()]
	}
	return string(text)
}

// RandomBase64 returns n random bytes as unpadded base64url.
func RandomBase64(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails, see crypto/rand
	return base64.RawURLEncoding.EncodeToString(raw)
}

// Timestamp formats a time as the API does: UTC with milliseconds.
func Timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// TimestampOrNull is like Timestamp, but returns nil for the zero time.
func TimestampOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return Timestamp(t)
}

// TokenHash returns the key under which an opaque token is stored.
func TokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
