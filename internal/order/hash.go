package order

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"hash"
	"slices"
)

// Hash is the SHA-256 of the canonical form: two requests that ask for the
// same thing have the same hash however they were written.
func (r *Request) Hash() []byte {
	sum := sha256.New()
	if err := json.NewEncoder(line{sum}).Encode(r.canonical()); err != nil { // only a custom field that is not JSON; Check refuses those
		return nil
	}
	return sum.Sum(nil)
}

// line sums up what an encoder writes, which is one line, without its end.
type line struct{ hash.Hash }

func (l line) Write(p []byte) (int, error) {
	_, err := l.Hash.Write(bytes.TrimSuffix(p, []byte("\n")))
	return len(p), err
}

// canonical is the request with empty lists as none and custom fields in the
// order of their keys. It shares with r what it does not change.
func (r *Request) canonical() *Request {
	c := *r
	c.Lines, c.Fees, c.Payments, c.Holds, c.Tags = orNone(c.Lines), orNone(c.Fees), orNone(c.Payments), orNone(c.Holds), orNone(c.Tags)
	c.Custom = sortedFields(c.Custom)
	if slices.ContainsFunc(c.Lines, func(l RequestLine) bool { return l.Custom != nil }) {
		c.Lines = slices.Clone(c.Lines)
		for i := range c.Lines {
			c.Lines[i].Custom = sortedFields(c.Lines[i].Custom)
		}
	}
	c.Holds = slices.Clone(c.Holds)
	for i := range c.Holds {
		c.Holds[i].Blocks = orNone(c.Holds[i].Blocks)
	}
	return &c
}

func orNone[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// sortedFields writes custom fields in one way; no fields are none, and what
// is not an object stays as it is.
func sortedFields(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 {
		return nil
	}
	var fields map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if d.Decode(&fields) != nil {
		return raw
	}
	if len(fields) == 0 {
		return nil
	}
	b, err := json.Marshal(fields)
	if err != nil {
		return raw
	}
	return b
}
