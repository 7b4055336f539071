package fulfillment_test

import (
	"slices"
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
)

// made is a fulfillment of two lines, four units each, taken through moves of
// all units at once: "1p" picks one unit of line 1.
func made(t *testing.T, released bool, moves ...order.Move) *fulfillment.Fulfillment {
	t.Helper()
	x := begin(5)
	d := order.Delta{Moves: []order.Move{
		{Line: 1, From: order.Unsourced, To: order.Allocated, Quantity: 4, Fulfillment: 5},
		{Line: 2, From: order.Unsourced, To: order.Allocated, Quantity: 4, Fulfillment: 5},
	}}
	if released {
		d.Released = []int64{5}
	}
	for _, m := range moves {
		m.Fulfillment = 5
		d.Moves = append(d.Moves, m)
	}
	if err := x.Apply(&d, now, func(n int) (int64, bool) { return int64(100 + n), true }); err != nil {
		t.Fatal(err)
	}
	return x
}

// through takes units of a line along the way to a bucket.
func through(line int, q int64, way ...order.Bucket) []order.Move {
	var out []order.Move
	for i := range len(way) - 1 {
		out = append(out, order.Move{Line: line, From: way[i], To: way[i+1], Quantity: q})
	}
	return out
}

// The word that a fulfillment is known by follows from its units: the least
// advanced open one decides. Beside it the queue that people find it in.
//
// Kills, each by one row at least: every case of the derivation and of Queue.
func TestWorkStatus(t *testing.T) {
	const (
		allocated, picked, packed, shipped, delivered, lost, canceled = order.Allocated, order.Picked, order.Packed, order.Shipped, order.Delivered, order.Lost, order.Canceled
	)
	pick := func(line int, q int64) []order.Move { return through(line, q, allocated, picked) }
	pack := func(line int, q int64) []order.Move { return through(line, q, allocated, picked, packed) }
	ship := func(line int, q int64) []order.Move { return through(line, q, allocated, picked, packed, shipped) }
	drop := func(line int, q int64) []order.Move { return through(line, q, allocated, canceled) }
	come := func(line int, q int64) []order.Move {
		return through(line, q, allocated, picked, packed, shipped, delivered)
	}
	for _, tc := range []struct {
		name     string
		released bool
		moves    [][]order.Move
		status   string
		queue    string
		actions  string
	}{
		{"claimed", false, nil, fulfillment.Pending, "to_release", "release reroute"},
		{"released", true, nil, fulfillment.Released, "to_pick", "pick short_pick recall reroute"},
		{"a unit picked", true, [][]order.Move{pick(1, 1)}, fulfillment.Picking, "to_pick", "pick short_pick pack unpick"},
		{"a line packed, a line waits", true, [][]order.Move{pack(1, 4)}, fulfillment.Picking, "to_pick", "pick short_pick ship unpack"},
		{"a line sent, a line waits", true, [][]order.Move{ship(1, 4)}, fulfillment.Picking, "to_pick", "pick short_pick reroute deliver"},
		{"all picked", true, [][]order.Move{pick(1, 4), pick(2, 4)}, fulfillment.Picked, "to_pack", "pack unpick"},
		{"picked, the rest canceled", true, [][]order.Move{pick(1, 4), drop(2, 4)}, fulfillment.Picked, "to_pack", "pack unpick"},
		{"one packed, one picked", true, [][]order.Move{pick(1, 4), pack(2, 4)}, fulfillment.Picked, "to_pack", "pack unpick ship unpack"},
		{"all packed", true, [][]order.Move{pack(1, 4), pack(2, 4)}, fulfillment.Packed, "to_ship", "ship unpack"},
		{"one packed, one sent", true, [][]order.Move{pack(1, 4), ship(2, 4)}, fulfillment.Packed, "to_ship", "ship unpack deliver"},
		{"all sent", true, [][]order.Move{ship(1, 4), ship(2, 4)}, fulfillment.Shipped, "", "deliver"},
		{"one sent, one arrived", true, [][]order.Move{ship(1, 4), come(2, 4)}, fulfillment.Shipped, "", "deliver"},
		{"all arrived", true, [][]order.Move{come(1, 4), come(2, 4)}, fulfillment.Delivered, "", ""},
		{"arrived or lost", true, [][]order.Move{come(1, 4), ship(2, 4), through(2, 4, shipped, lost)}, fulfillment.Delivered, "", ""},
		{"arrived, the rest canceled", true, [][]order.Move{come(1, 4), drop(2, 4)}, fulfillment.Delivered, "", ""},
		{"canceled", false, [][]order.Move{drop(1, 4), drop(2, 4)}, fulfillment.Canceled, "", ""},
		{"displaced", true, [][]order.Move{through(1, 4, allocated, order.Backordered), through(2, 4, allocated, order.Unsourced)}, fulfillment.Canceled, "", ""},
	} {
		x := made(t, tc.released, slices.Concat(tc.moves...)...)
		queue := ""
		if tc.queue != "" {
			queue = "fulfillments/" + tc.queue + "/" + x.Location.String()
		}
		got := []string{x.WorkStatus, x.Queue(), strings.Join(x.Actions(), " ")}
		if diff := cmp.Diff([]string{tc.status, queue, tc.actions}, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", tc.name, diff)
		}
		if !slices.Contains(fulfillment.WorkStatuses, x.WorkStatus) {
			t.Errorf("%s: %q is not in the list of work statuses", tc.name, x.WorkStatus)
		}
	}
}

// What was decided wrongly is refused instead of booked.
//
// Kills: the check at the end of a move; a line made for units that were not
// claimed here.
func TestApplyRefusesWhatItDoesNotHold(t *testing.T) {
	line := func(n int) (int64, bool) { return 1, true }
	for _, m := range []order.Move{
		{Line: 1, From: order.Picked, To: order.Packed, Quantity: 1},
		{Line: 1, From: order.Allocated, To: order.Picked, Quantity: 5},
		{Line: 1, From: order.Packed, To: order.Shipped, Quantity: 1},
		{Line: 1, From: order.Shipped, To: order.Packed, Quantity: 1},
		{Line: 1, From: order.Delivered, To: order.Shipped, Quantity: 1},
		{Line: 1, From: order.Shipped, To: order.Delivered, Quantity: 1},
		{Line: 1, From: order.Allocated, To: order.Canceled, Quantity: 5},
		{Line: 9, From: order.Allocated, To: order.Picked, Quantity: 1},
		{Line: 9, From: order.Picked, To: order.Allocated, Quantity: 1},
	} {
		x := made(t, true)
		m.Fulfillment = 5
		if err := x.Apply(&order.Delta{Moves: []order.Move{m}}, now, line); err == nil {
			t.Errorf("%+v was booked: %+v", m, x.Lines)
		}
	}
}

// Kills: a version that counts moves; a foreign move that touches.
func TestApplyTouchesOnce(t *testing.T) {
	x := made(t, false)
	if x.Version != 1 || x.UpdatedAt != now || x.ReleasedAt != 0 {
		t.Fatalf("after the claim: %+v", x)
	}
	foreign := order.Delta{Released: []int64{6}, Moves: []order.Move{{Line: 1, From: order.Unsourced, To: order.Allocated, Quantity: 1, Fulfillment: 6}}}
	if err := x.Apply(&foreign, now+1, nil); err != nil || x.Version != 1 || x.UpdatedAt != now || x.Lines[0].Quantity != 4 {
		t.Errorf("another's moves: %v, %+v", err, x)
	}
	if err := x.Apply(&order.Delta{Released: []int64{6, 5}}, now+2, nil); err != nil || x.Version != 2 || x.ReleasedAt != now+2 {
		t.Errorf("released: %v, %+v", err, x)
	}
	if err := x.Apply(&order.Delta{Recalled: []int64{5}}, now+3, nil); err != nil || x.ReleasedAt != 0 || x.WorkStatus != fulfillment.Pending {
		t.Errorf("recalled: %v, %+v", err, x)
	}
}

// Kills, one case each: a unit too many, a line named twice, a part of no
// unit, a short pick that names nothing.
func TestParts(t *testing.T) {
	type part = fulfillment.Part
	for _, tc := range []struct {
		name  string
		parts []part
		want  []order.Move
		code  string
	}{
		{"all", nil, []order.Move{{Line: 1, From: order.Allocated, To: order.Picked, Quantity: 3, Fulfillment: 5}, {Line: 2, From: order.Allocated, To: order.Picked, Quantity: 4, Fulfillment: 5}}, ""},
		{"all of a line", []part{{Line: 2}}, []order.Move{{Line: 2, From: order.Allocated, To: order.Picked, Quantity: 4, Fulfillment: 5}}, ""},
		{"some of a line", []part{{Line: 1, Quantity: 3}}, []order.Move{{Line: 1, From: order.Allocated, To: order.Picked, Quantity: 3, Fulfillment: 5}}, ""},
		{"one too many", []part{{Line: 1, Quantity: 4}}, nil, "wrong_quantity"},
		{"below zero", []part{{Line: 1, Quantity: -1}}, nil, "wrong_quantity"},
		{"twice", []part{{Line: 1, Quantity: 1}, {Line: 1, Quantity: 1}}, nil, "wrong_quantity"},
		{"another's line", []part{{Line: 3, Quantity: 1}}, nil, "wrong_quantity"},
	} {
		x := made(t, true, through(1, 1, order.Allocated, order.Picked)...)
		d, err := x.Pick(tc.parts)
		if tc.code != "" {
			if fault.CodeOf(err) != tc.code || fault.KindOf(err) != fault.Conflict {
				t.Errorf("%s: %v", tc.name, err)
			}
			continue
		}
		if diff := cmp.Diff(tc.want, d.Moves); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", tc.name, err, diff)
		}
	}
	if _, err := made(t, true).ShortPick(nil); fault.CodeOf(err) != "missing_lines" {
		t.Errorf("a short pick of nothing: %v", err)
	}
	_, err := made(t, true).Pick([]part{{Line: 1, Quantity: 9}, {Line: 7}, {Line: 2}, {Line: 2}})
	if f, ok := err.(*fault.Error); !ok || len(f.Fields) != 3 || f.Fields[1].Pointer != "/lines/1" {
		t.Errorf("three faults are told as %v", err)
	}
}

func TestIDs(t *testing.T) {
	if back, err := fulfillment.ParseID(fulfillment.ID(77).String()); back != 77 || err != nil {
		t.Errorf("fulfillment: %d, %v", back, err)
	}
	if back, err := fulfillment.ParseParcelID(fulfillment.ParcelID(77).String()); back != 77 || err != nil {
		t.Errorf("parcel: %d, %v", back, err)
	}
	if _, err := fulfillment.ParseID(fulfillment.ParcelID(77).String()); err == nil {
		t.Error("a parcel's id was read as a fulfillment's")
	}
}
