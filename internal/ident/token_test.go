package ident_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"

	"orderly/internal/ident"

	"pgregory.net/rapid"
)

func TestToken(t *testing.T) {
	for in, want := range map[string]string{
		strings.Repeat("\x00", 16):          "00000000000000000000000000",
		strings.Repeat("\xff", 16):          "7zzzzzzzzzzzzzzzzzzzzzzzzz",
		strings.Repeat("\x00", 15) + "\x21": "00000000000000000000000011",
	} {
		got, err := ident.Token(strings.NewReader(in))
		if err != nil || got != want {
			t.Errorf("Token(%x) = %q, %v; want %q", in, got, err, want)
		}
	}
}

// Every bit of the input is in the text, in order.
func TestTokenKeepsAllBits(t *testing.T) {
	const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "raw")
		token, err := ident.Token(bytes.NewReader(raw))
		if err != nil || len(token) != ident.TokenLength {
			t.Fatalf("Token = %q, %v", token, err)
		}
		value := new(big.Int)
		for _, c := range token {
			value.Lsh(value, 5).Add(value, big.NewInt(int64(strings.IndexRune(alphabet, c))))
		}
		if !bytes.Equal(value.FillBytes(make([]byte, 16)), raw) {
			t.Fatalf("Token(%x) = %q, which holds %x", raw, token, value)
		}
	})
}

func TestTokenNeedsAllItsBytes(t *testing.T) {
	token, err := ident.Token(strings.NewReader("short"))
	if token != "" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("Token of five bytes = %q, %v", token, err)
	}
}

func TestTokensDiffer(t *testing.T) {
	a, errA := ident.Token(rand.Reader)
	b, errB := ident.Token(rand.Reader)
	if errA != nil || errB != nil || a == b {
		t.Errorf("two tokens: %q, %v and %q, %v", a, errA, b, errB)
	}
}
