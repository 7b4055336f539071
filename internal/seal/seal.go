// Package seal keeps secrets readable for this installation alone: AES-256-GCM
// under a key that is not in the database.
//
// What belongs here: sealing, opening, and the text forms of both secrets and
// keys. What does not: where the key lies (the commands read it) and what is
// worth sealing.
//
// A sealed text names its key, so that a new key can be put before the old
// ones: what was sealed before still opens, what is sealed from then on is
// under the new one.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"orderly/internal/fault"
)

// KeyBytes is how long a key is.
const KeyBytes = 32

// maxKeys bounds how many keys a ring has.
const maxKeys = 16

const version = "s1"

// Ring is the keys of an installation, the newest first. It is safe for
// concurrent use.
type Ring struct{ keys []key }

type key struct {
	id   string
	aead cipher.AEAD
}

// NewKey is the text of a new key: 64 hexadecimal digits.
func NewKey() string {
	raw := make([]byte, KeyBytes)
	rand.Read(raw) // never fails
	return hex.EncodeToString(raw)
}

// Parse reads keys, one a line or a word, the newest first.
func Parse(text string) (*Ring, error) {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > maxKeys {
		return nil, invalid()
	}
	r := &Ring{}
	for _, w := range words {
		raw, err := hex.DecodeString(w)
		if err != nil || len(raw) != KeyBytes {
			return nil, invalid()
		}
		block, err := aes.NewCipher(raw)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(append([]byte("orderly key id\x00"), raw...))
		r.keys = append(r.keys, key{id: hex.EncodeToString(sum[:4]), aead: aead})
	}
	return r, nil
}

func invalid() error {
	return fault.New(fault.Invalid, "invalid_secret_key", "a secret key is 64 hexadecimal digits, such as openssl rand -hex 32 gives; old keys may follow it, one a line")
}

// Seal keeps a secret. about is what it belongs to: a sealed text that is moved
// to another row does not open there.
func (r *Ring) Seal(secret []byte, about string) string {
	k := r.keys[0]
	nonce := make([]byte, k.aead.NonceSize())
	rand.Read(nonce)
	return version + "." + k.id + "." + base64.RawURLEncoding.EncodeToString(k.aead.Seal(nonce, nonce, secret, []byte(about)))
}

// Open reads what Seal kept.
func (r *Ring) Open(sealed, about string) ([]byte, error) {
	parts := strings.Split(sealed, ".")
	if len(parts) != 3 || parts[0] != version {
		return nil, fault.New(fault.Internal, "not_sealed", "this is no sealed secret")
	}
	for _, k := range r.keys {
		if k.id != parts[1] {
			continue
		}
		raw, err := base64.RawURLEncoding.DecodeString(parts[2])
		if err != nil || len(raw) < k.aead.NonceSize() {
			return nil, fault.New(fault.Internal, "not_sealed", "a sealed secret was cut off or changed")
		}
		secret, err := k.aead.Open(nil, raw[:k.aead.NonceSize()], raw[k.aead.NonceSize():], []byte(about))
		if err != nil {
			return nil, fault.Wrap(err, fault.Internal, "not_sealed", "a sealed secret was changed, or belongs elsewhere")
		}
		return secret, nil
	}
	return nil, fault.New(fault.Conflict, "secret_key_missing", "this was sealed with the secret key %s, which the server was not started with; add it to the key file behind the new one", parts[1])
}
