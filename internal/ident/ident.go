// Package ident makes and reads the identities of things: time-ordered int64
// ids shown as prefixed text, and random tokens that nobody can guess.
//
// What belongs here: the layout of an id, its text, and the Source that hands
// ids out. What does not: which prefix means which noun (the noun says), the
// lease of a slot (store), and hashing of secrets.
//
// An id is 41 bits of milliseconds since 2020, 10 bits of node slot and 12
// bits of counter: always positive, unique while each running node holds its
// own slot, and good until September 2089. Ids and their texts sort alike, by time.
package ident

import (
	"math"
	"time"

	"orderly/internal/fault"
)

const (
	counterBits = 12
	slotBits    = 10
	milliBits   = 41

	maxMilli   = 1<<milliBits - 1
	maxCounter = 1<<counterBits - 1

	// MaxSlot is the highest node slot.
	MaxSlot = 1<<slotBits - 1

	// TextLength is how many characters follow the prefix and its underscore.
	TextLength = 13

	// onStack is the longest text that is put together without a spare allocation.
	onStack = 32
)

// epoch is 2020-01-01T00:00:00Z in Unix milliseconds.
const epoch int64 = 1_577_836_800_000

// alphabet is Crockford's base32 in lower case: no i, l, o or u, and in the
// order of the bytes, so that texts sort as ids do.
const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"

// none marks a byte that is no digit.
const none = 0xff

var digits = func() (table [256]byte) {
	for i := range table {
		table[i] = none
	}
	for i := range alphabet {
		table[alphabet[i]] = byte(i)
	}
	return table
}()

// Text is an id as people and programs outside see it, such as
// "ord_0pmnqh2000400".
func Text(prefix string, id int64) string {
	var buffer [onStack]byte
	return string(AppendText(buffer[:0], prefix, id))
}

// AppendText appends Text to dst.
func AppendText(dst []byte, prefix string, id int64) []byte {
	dst = append(dst, prefix...)
	dst = append(dst, '_')
	for shift := 5 * (TextLength - 1); shift >= 0; shift -= 5 {
		dst = append(dst, alphabet[uint64(id)>>shift&31])
	}
	return dst
}

// Parse reads what Text wrote, nothing else: other prefixes, upper case,
// look-alike letters and ids out of range are refused. The id 0 is never
// handed out, so callers may keep it for "none".
func Parse(prefix, s string) (int64, error) {
	at := len(prefix) + 1
	if len(s) != at+TextLength || s[:at-1] != prefix || s[at-1] != '_' {
		return 0, invalid(prefix, s)
	}
	var id uint64
	for i := at; i < len(s); i++ {
		d := digits[s[i]]
		if d == none || i == at && d > 7 { // 13 digits are 65 bits, an id has 63
			return 0, invalid(prefix, s)
		}
		id = id<<5 | uint64(d)
	}
	if id == 0 {
		return 0, invalid(prefix, s)
	}
	return int64(id), nil
}

func invalid(prefix, s string) error {
	return fault.New(fault.Invalid, "invalid_id",
		"%.40q is not an id of the form %s_… with %d characters of 0-9 and a-z without i, l, o, u", s, prefix, TextLength)
}

// Time is when an id was made, to the millisecond.
func Time(id int64) time.Time {
	return time.UnixMilli(epoch + id>>(slotBits+counterBits)).UTC()
}

// First is the smallest id of the millisecond of t: "id >= First(t)" selects
// what was made at t or later. Before 2020 it is 0, after the last millisecond
// that an id can hold it is the largest int64, so such ranges stay right.
func First(t time.Time) int64 {
	milli := t.UnixMilli() - epoch
	switch {
	case t.Year() < 2020 || milli < 0:
		return 0
	case t.Year() > 2100 || milli > maxMilli:
		return math.MaxInt64
	}
	return milli << (slotBits + counterBits)
}
