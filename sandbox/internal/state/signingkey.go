package state

import "time"

// SigningKey is a key pair of the org authorization server.
type SigningKey struct {
	ID      string // kid
	PKCS8   []byte // private key, PKCS #8 in DER
	Created time.Time
}

// CurrentKey returns the key that signs new tokens: the newest.
func (o *Org) CurrentKey() *SigningKey {
	var newest *SigningKey
	for _, key := range o.SigningKeys.All() {
		newest = key
	}
	return newest
}
