package ident

import (
	"fmt"
	"sync/atomic"
	"time"
)

// MaxBlock bounds one Block; that many ids borrow a quarter of a second.
const MaxBlock = 1 << 20

// Source hands out ids of one node slot, each greater than all before. It is
// safe for concurrent use and never waits: when the clock stands still, goes
// back, or has no counter left in a millisecond, it goes on from its last id
// and so borrows from milliseconds to come.
//
// Two sources with one slot may hand out the same id: a node leases its slot,
// and calls Advance when others used the slot before.
type Source struct {
	now  func() time.Time
	slot int64

	// last is milliseconds and counter of the last id as one number, so that
	// a full counter carries over into the next millisecond by itself.
	last atomic.Int64
}

// NewSource makes a source. It panics on a slot outside 0 to MaxSlot.
func NewSource(slot int, now func() time.Time) *Source {
	if slot < 0 || slot > MaxSlot {
		panic(fmt.Sprintf("ident: slot %d is not between 0 and %d", slot, MaxSlot))
	}
	return &Source{now: now, slot: int64(slot)}
}

// Next is a new id. It panics once the clock or the ids have come past
// September 2089, since every id from then on would be wrong.
func (s *Source) Next() int64 { return s.id(s.take(1)) }

// Block is n new ids in ascending order, nil when n is not positive. They are
// taken at once: no id of another caller lies between them. It panics above
// MaxBlock.
func (s *Source) Block(n int) []int64 {
	if n <= 0 {
		return nil
	}
	if n > MaxBlock {
		panic(fmt.Sprintf("ident: a block of %d ids is over the limit of %d", n, MaxBlock))
	}
	ids := make([]int64, n)
	first := s.take(int64(n))
	for i := range ids {
		ids[i] = s.id(first + int64(i))
	}
	return ids
}

// Advance makes every later id greater than the given one. Call it at start
// with the highest id on record, for a clock that was set back meanwhile.
func (s *Source) Advance(id int64) {
	seen := id >> (slotBits + counterBits) << counterBits
	switch slot := id >> counterBits & MaxSlot; {
	case slot > s.slot: // only an id of the next millisecond is greater
		seen |= maxCounter
	case slot == s.slot:
		seen |= id & maxCounter
	default: // every id of this millisecond is greater
		seen--
	}
	for last := s.last.Load(); last < seen && !s.last.CompareAndSwap(last, seen); {
		last = s.last.Load()
	}
}

// take reserves n consecutive positions and gives the first.
func (s *Source) take(n int64) int64 {
	now := s.now().UnixMilli() - epoch
	for {
		last := s.last.Load()
		first := max(now<<counterBits, last+1)
		if (first+n-1)>>counterBits > maxMilli {
			panic("ident: an id can hold no time after September 2089; check the clock")
		}
		if s.last.CompareAndSwap(last, first+n-1) {
			return first
		}
	}
}

func (s *Source) id(position int64) int64 {
	milli, counter := position>>counterBits, position&maxCounter
	return milli<<(slotBits+counterBits) | s.slot<<counterBits | counter
}
