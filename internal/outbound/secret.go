package outbound

import (
	"encoding/base64"
	"strings"

	"orderly/internal/fault"
)

// A secret is 24 to 64 bytes, shown as text in base 64 behind its prefix, as
// Standard Webhooks has it.
const (
	SecretPrefix   = "whsec_"
	SecretBytes    = 32 // of one that we make
	minSecretBytes = 24
	maxSecretBytes = 64
)

// SecretText is how a secret is shown.
func SecretText(raw []byte) string { return SecretPrefix + base64.StdEncoding.EncodeToString(raw) }

// CheckSecret lists the faults of a secret that somebody brings along.
func CheckSecret(at, text string, l *fault.List) {
	rest, ok := strings.CutPrefix(text, SecretPrefix)
	raw, err := base64.StdEncoding.Strict().DecodeString(rest)
	if !ok || err != nil || strings.ContainsAny(rest, "\r\n") || // which the decoder leaves out
		len(raw) < minSecretBytes || len(raw) > maxSecretBytes {
		l.Add(at, "invalid_secret", "a secret is %s and the base 64 of %d to %d bytes; leave it out, and one is made", SecretPrefix, minSecretBytes, maxSecretBytes)
	}
}
