package ident

import (
	"encoding/binary"
	"fmt"
	"io"
)

// TokenLength is how many characters a token has.
const TokenLength = 26

// Token is 128 bits from random as 26 characters of the alphabet of ids, for
// links that open something without a login. Give it crypto/rand.Reader; the
// quality of the token is the quality of the reader.
func Token(random io.Reader) (string, error) {
	var raw [16]byte
	if _, err := io.ReadFull(random, raw[:]); err != nil {
		return "", fmt.Errorf("ident: read random bytes for a token: %w", err)
	}
	high, low := binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])
	var text [TokenLength]byte
	for i := TokenLength - 1; i >= 0; i-- {
		text[i] = alphabet[low&31]
		low, high = low>>5|high<<59, high>>5
	}
	return string(text[:]), nil
}
