package figures

import (
	"encoding/binary"
	"errors"
	"math/bits"
)

// Histogram counts durations in seconds, so that those of many days can be
// added up and asked for a quantile. Below 32 seconds each second has a bucket
// of its own; above, each doubling has sixteen. So a quantile is off by at most
// 1/32 of its value (3.2 %); count and sum are exact, and with them the mean.
type Histogram struct {
	N, Sum  int64
	Buckets []int64 // how many are in each; nil until there is one
}

const (
	subBits    = 4                // sixteen buckets a doubling
	maxSeconds = 10 * 366 * 86400 // longer ones are counted as this long
	buckets    = 416              // one more than that of maxSeconds
)

// bucketOf is where a duration is counted.
func bucketOf(s int64) int {
	if s < 2<<subBits {
		return int(s)
	}
	e := bits.Len64(uint64(s)) - 1 - subBits
	return e<<subBits + int(s>>e)
}

// middle is the duration in the middle of a bucket.
func middle(b int) int64 {
	if b < 2<<subBits {
		return int64(b)
	}
	e := b>>subBits - 1
	low := int64(b-e<<subBits) << e
	return low + (int64(1)<<e)/2
}

// Add counts a duration n times; n may be below zero, to take it back.
func (h *Histogram) Add(seconds, n int64) {
	seconds = max(0, min(seconds, maxSeconds))
	h.N += n
	h.Sum += n * seconds
	h.bucket(bucketOf(seconds), n)
}

func (h *Histogram) bucket(b int, n int64) {
	if h.Buckets == nil {
		h.Buckets = make([]int64, buckets)
	}
	h.Buckets[b] += n
}

// Merge adds another.
func (h *Histogram) Merge(o *Histogram) {
	h.N += o.N
	h.Sum += o.Sum
	for b, n := range o.Buckets {
		if n != 0 {
			h.bucket(b, n)
		}
	}
}

// Same reports whether both count the same.
func (h *Histogram) Same(o *Histogram) bool {
	if h.N != o.N || h.Sum != o.Sum {
		return false
	}
	for b := range buckets {
		if h.in(b) != o.in(b) {
			return false
		}
	}
	return true
}

func (h *Histogram) in(b int) int64 {
	if h.Buckets == nil {
		return 0
	}
	return h.Buckets[b]
}

// Mean is the average in seconds, rounded to the nearest; 0 of none.
func (h *Histogram) Mean() int64 {
	if h.N <= 0 {
		return 0
	}
	return (h.Sum + h.N/2) / h.N
}

// Quantile is the duration that so many percent of those counted do not
// exceed: the middle of the bucket in which it lies.
func (h *Histogram) Quantile(percent int64) int64 {
	if h.N <= 0 {
		return 0
	}
	want := max(1, (h.N*percent+99)/100)
	seen := int64(0)
	for b, n := range h.Buckets {
		if seen += n; seen >= want {
			return middle(b)
		}
	}
	return 0
}

// Times are the histograms of all stages.
type Times [StageCount]Histogram

// Zero reports whether nothing is counted.
func (t *Times) Zero() bool {
	for i := range t {
		if !t[i].Same(&Histogram{}) {
			return false
		}
	}
	return true
}

// Pack gives the stored form.
func (t *Times) Pack() []byte {
	var b []byte
	for i := range t {
		h := &t[i]
		b = binary.AppendVarint(b, h.N)
		b = binary.AppendVarint(b, h.Sum)
		used := 0
		for _, n := range h.Buckets {
			if n != 0 {
				used++
			}
		}
		b = binary.AppendUvarint(b, uint64(used))
		for k, n := range h.Buckets {
			if n != 0 {
				b = binary.AppendUvarint(b, uint64(k))
				b = binary.AppendVarint(b, n)
			}
		}
	}
	return b
}

// MergePacked adds histograms in their stored form.
func (t *Times) MergePacked(b []byte) error {
	r := reader{b: b}
	for i := range t {
		t[i].N += r.signed()
		t[i].Sum += r.signed()
		for range r.unsigned() {
			k, n := r.unsigned(), r.signed()
			if r.bad = r.bad || k >= buckets; r.bad {
				break
			}
			t[i].bucket(int(k), n)
		}
	}
	return r.end()
}

var errPacked = errors.New("figures: what was packed cannot be read")

// reader reads packed numbers; bad once they end too early.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) signed() int64 {
	v, n := binary.Varint(r.b)
	r.skip(n)
	return v
}

func (r *reader) unsigned() uint64 {
	v, n := binary.Uvarint(r.b)
	r.skip(n)
	if r.bad {
		return 0
	}
	return v
}

func (r *reader) skip(n int) {
	if r.bad = r.bad || n <= 0; !r.bad {
		r.b = r.b[n:]
	}
}

func (r *reader) end() error {
	if r.bad || len(r.b) > 0 {
		return errPacked
	}
	return nil
}
