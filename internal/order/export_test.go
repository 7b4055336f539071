package order

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// StatusesOf are the statuses of an unpaid order whose units stand so.
func StatusesOf(q Buckets, held bool) Statuses {
	o := &Order{Sums: q}
	if held {
		o.Holds = []Hold{{ID: 1}}
	}
	o.derive()
	return o.Statuses
}

// CheckScan holds the quick reader of deltas against the general one.
func CheckScan(t *testing.T, b []byte) {
	t.Helper()
	quick, ok := scanDelta(b)
	if !ok {
		return
	}
	slow, err := decodeAny(b)
	if err != nil {
		t.Fatalf("%s is read as %+v, but is none: %v", b, quick, err)
	}
	if diff := cmp.Diff(slow, quick, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("%s (-general +quick)\n%s", b, diff)
	}
}
