package order_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
)

// faultsOf writes a fault as "kind code: pointer=code pointer=code".
func faultsOf(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) {
		return fmt.Sprint(err)
	}
	var fields []string
	for _, x := range f.Fields {
		fields = append(fields, x.Pointer+"="+x.Code)
	}
	slices.Sort(fields)
	return strings.TrimSpace(fmt.Sprintf("%s %s: %s", f.Kind, f.Code, strings.Join(fields, " ")))
}

// mixed is five mugs: one unsourced, one backordered, two allocated to the
// fulfillments 5 and 6, one picked; and two gifts, all unsourced.
func mixed(t *testing.T) *order.Order {
	t.Helper()
	o := place(t, "MUG", 5, "GIFT", 2)
	err := move(o,
		order.Move{Line: 1, From: order.Unsourced, To: order.Backordered, Quantity: 1},
		order.Move{Line: 1, From: order.Unsourced, To: order.Allocated, Quantity: 2, Fulfillment: 5},
		order.Move{Line: 1, From: order.Unsourced, To: order.Allocated, Quantity: 1, Fulfillment: 6},
		order.Move{Line: 1, From: order.Allocated, To: order.Picked, Quantity: 1, Fulfillment: 5})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

var mixedClaims = []order.Claim{{Fulfillment: 6, Line: 1, Allocated: 1}, {Fulfillment: 5, Line: 1, Allocated: 1}}

// Kills: a claim that is taken before the free units; the older claim taken
// first; a bundle's part not multiplied by what a set needs, or so large that
// the product wraps around to "all"; a line named by itself and by its bundle.
func TestCancel(t *testing.T) {
	wait := order.Move{Line: 1, From: order.Unsourced, To: order.Canceled, Quantity: 1}
	back := order.Move{Line: 1, From: order.Backordered, To: order.Canceled, Quantity: 1}
	six := order.Move{Line: 1, From: order.Allocated, To: order.Canceled, Quantity: 1, Fulfillment: 6}
	five := order.Move{Line: 1, From: order.Allocated, To: order.Canceled, Quantity: 1, Fulfillment: 5}
	gift := func(line int, q int64) order.Move {
		return order.Move{Line: line, From: order.Unsourced, To: order.Canceled, Quantity: q}
	}
	for _, tc := range []struct {
		name      string
		parts     []order.Part
		remaining bool
		want      []order.Move
		fault     string
	}{
		{"one unit, the freest", []order.Part{{Line: 1, Quantity: 1}}, false, []order.Move{wait}, ""},
		{"three units, the youngest claim", []order.Part{{Line: 1, Quantity: 3}}, false, []order.Move{wait, back, six}, ""},
		{"all that is free", []order.Part{{Line: 1, Quantity: 4}}, false, []order.Move{wait, back, six, five}, ""},
		{"one more than is free", []order.Part{{Line: 1, Quantity: 5}}, false, nil, "conflict not_cancelable: /lines/0=not_cancelable"},
		{"one more than is free, remaining", []order.Part{{Line: 1, Quantity: 5}}, true, []order.Move{wait, back, six, five}, ""},
		{"the line", []order.Part{{Line: 1}}, false, nil, "conflict not_cancelable: /lines/0=not_cancelable"},
		{"the line, remaining", []order.Part{{Line: 1}}, true, []order.Move{wait, back, six, five}, ""},
		{"the order", nil, false, nil, "conflict not_cancelable: =not_cancelable"},
		{"the order, remaining", nil, true, []order.Move{wait, back, six, five, gift(3, 2), gift(4, 2), gift(5, 6)}, ""},
		{"a set of a bundle", []order.Part{{Line: 2, Quantity: 1}}, false, []order.Move{gift(3, 1), gift(4, 1), gift(5, 3)}, ""},
		{"a component alone", []order.Part{{Line: 5, Quantity: 4}}, false, []order.Move{gift(5, 4)}, ""},
		{"more sets than there are", []order.Part{{Line: 2, Quantity: 3}}, false, nil,
			"conflict not_cancelable: /lines/0=not_cancelable /lines/0=not_cancelable /lines/0=not_cancelable"},
		{"sets beyond counting", []order.Part{{Line: 1, Quantity: 1}, {Line: 2, Quantity: math.MaxInt64/3 + 1}}, false, nil,
			"conflict not_cancelable: /lines/1=not_cancelable /lines/1=not_cancelable /lines/1=not_cancelable"},
		{"everything wrong at once", []order.Part{{Line: 9}, {Line: 1, Quantity: -1}, {Line: 3}, {Line: 3}, {Line: 2, Quantity: 1}}, true, nil,
			"invalid invalid: /lines/0=no_such_line /lines/1=negative /lines/3=repeated /lines/4=repeated"},
	} {
		o := mixed(t)
		got, err := o.Cancel(tc.parts, mixedClaims, tc.remaining)
		if diff := cmp.Diff(tc.want, got); diff != "" || tc.fault != "" && faultsOf(err) != tc.fault || tc.fault == "" && err != nil {
			t.Errorf("%s: %s, want %q (-want +got)\n%s", tc.name, faultsOf(err), tc.fault, diff)
		}
		if err == nil {
			if err := move(o, got...); err != nil {
				t.Errorf("%s: the decided moves do not apply: %v", tc.name, err)
			}
		}
	}
}

func TestCancelingNothing(t *testing.T) {
	o := at(t, order.Shipped)
	if _, err := o.Cancel(nil, nil, true); faultsOf(err) != "conflict nothing_to_cancel:" {
		t.Errorf("all of a shipped order: %v", err)
	}
	_, err := o.Cancel([]order.Part{{Line: 1, Quantity: 1}}, nil, false)
	if !strings.Contains(fmt.Sprint(err), "0 of 1 units can be canceled (2 shipped)") {
		t.Errorf("the refusal does not say where the units are: %v", err)
	}
}

// Kills: units that come back twice; a service that is restocked; a pointer
// that names a component instead of the place in the request.
func TestReturn(t *testing.T) {
	o := place(t, "ENGRAVE", 1, "GIFT", 2)
	for _, l := range leaves(o) {
		if err := move(o, order.Move{Line: l.N, From: order.Unsourced, To: order.Delivered, Quantity: l.Quantity}); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.Apply(&order.Delta{Returned: []order.Return{{Line: 3, Quantity: 1}}}, now, 1); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name    string
		parts   []order.Part
		restock bool
		want    []order.Return
		fault   string
	}{
		{"one service", []order.Part{{Line: 1, Quantity: 1}}, true, []order.Return{{Line: 1, Quantity: 1}}, ""},
		{"what is left of a bundle", []order.Part{{Line: 2}}, true,
			[]order.Return{{Line: 3, Quantity: 1, Restocked: 1}, {Line: 4, Quantity: 2}, {Line: 5, Quantity: 6, Restocked: 6}}, ""},
		{"broken goods", []order.Part{{Line: 5, Quantity: 2}}, false, []order.Return{{Line: 5, Quantity: 2}}, ""},
		{"more than left", []order.Part{{Line: 1, Quantity: 1}, {Line: 2, Quantity: 2}}, true, nil, "conflict not_returnable: /lines/1=not_returnable"},
		{"nothing named", nil, true, nil, "conflict not_returnable: /lines=missing"},
		{"a line and its bundle", []order.Part{{Line: 3, Quantity: 1}, {Line: 2, Quantity: 1}}, true, nil, "invalid invalid: /lines/1=repeated"},
	} {
		d, err := o.Return(tc.parts, tc.restock)
		if tc.fault != "" {
			if faultsOf(err) != tc.fault {
				t.Errorf("%s: %s, want %s", tc.name, faultsOf(err), tc.fault)
			}
			continue
		}
		if diff := cmp.Diff(tc.want, d.Returned); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got)\n%s", tc.name, err, diff)
		}
	}
}

// Kills: a hold that stops other acts than it names; a lifted hold that still
// stops; the wrong one of two lifted.
func TestHolds(t *testing.T) {
	o := place(t, "MUG", 1)
	hold := func(id int64, reason string, blocks ...string) {
		t.Helper()
		d, err := o.Hold(order.Hold{ID: id, Reason: reason, Blocks: blocks})
		if err == nil {
			err = o.Apply(&d, now, 1)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	stopped := func() string {
		var out []string
		for _, act := range order.HoldBlocks {
			if err := o.Blocked(act); err != nil {
				out = append(out, act)
			}
		}
		return strings.Join(out, " ")
	}
	check := func(want, status string) {
		t.Helper()
		if got := stopped(); got != want || o.Statuses.Hold != status {
			t.Fatalf("stopped are %q (%s), want %q (%s)", got, o.Statuses.Hold, want, status)
		}
	}
	lift := func(id int64) error {
		d, err := o.Lift(id, "user:1")
		if err == nil {
			err = o.Apply(&d, now+1, 1)
		}
		return err
	}
	check("", "none")
	hold(1, "address", "ship")
	check("ship", "held")
	hold(2, "payment_review")
	check("release pick pack ship", "held")
	if err := lift(0); faultsOf(err) != "conflict which_hold:" {
		t.Errorf("lifting one of two: %v", err)
	}
	if err := lift(2); err != nil {
		t.Error(err)
	}
	check("ship", "held")
	if err := lift(2); faultsOf(err) != "conflict no_such_hold:" {
		t.Errorf("lifting a hold twice: %v", err)
	}
	if err := lift(0); err != nil {
		t.Error(err)
	}
	check("", "none")
	if o.Holds[0].LiftedAt != now+1 || o.Holds[0].LiftedBy != "user:1" {
		t.Errorf("the lifted hold is %+v", o.Holds[0])
	}
	if _, err := o.Hold(order.Hold{Reason: "", Note: "a\x00b", Blocks: []string{"pick", "cancel", "pick"}}); faultsOf(err) !=
		"invalid invalid: /blocks=repeated /blocks=unknown_act /note=invalid_text /reason=missing" {
		t.Errorf("a bad hold: %s", faultsOf(err))
	}
	if _, err := at(t, order.Shipped).Hold(order.Hold{Reason: "late"}); faultsOf(err) != "conflict nothing_to_hold:" {
		t.Errorf("holding what has left: %v", err)
	}
	o.Holds = make([]order.Hold, order.MaxHolds)
	if _, err := o.Hold(order.Hold{Reason: "late"}); faultsOf(err) != "conflict too_many_holds:" {
		t.Errorf("one hold more than the limit: %v", err)
	}
}

// Money cannot be given back that was not taken.
//
// Kills: Apply without the look at paid and refunded.
func TestRefundsAreBounded(t *testing.T) {
	for _, tc := range []struct {
		paid, refunded int64
		ok             bool
	}{{100, 100, true}, {100, 101, false}, {-1, 0, false}, {0, -1, false}} {
		err := place(t, "MUG", 1).Apply(&order.Delta{Paid: tc.paid, Refunded: tc.refunded}, now, 1)
		if (err == nil) != tc.ok {
			t.Errorf("%d refunded of %d paid: %v", tc.refunded, tc.paid, err)
		}
	}
}

// What an order offers can then be done, and what it does not offer cannot.
//
// Kills: an offer of "lift" without an open hold, of "cancel" for picked
// units, of "return" for goods that came back.
func TestOrderActions(t *testing.T) {
	for _, b := range order.Places {
		for _, held := range []bool{false, true} {
			o := place(t, "MUG", 2)
			if b != order.Unsourced {
				o = at(t, b)
			}
			if held {
				o.Holds = []order.Hold{{ID: 1, Reason: "late", Blocks: order.HoldBlocks}}
			}
			_, cancel := o.Cancel(nil, []order.Claim{{Fulfillment: 5, Line: 1, Allocated: 2}}, true)
			_, back := o.Return([]order.Part{{Line: 1, Quantity: 1}}, false)
			again := *o
			_, hold := again.Hold(order.Hold{Reason: "late"})
			_, lift := again.Lift(1, "")
			for act, err := range map[string]error{"cancel": cancel, "return": back, "hold": hold, "lift": lift} {
				if offered := slices.Contains(o.Actions(), act); offered != (err == nil) {
					t.Errorf("%s, held %t: %s is offered %t, and gives %v", b, held, act, offered, err)
				}
				if err != nil && fault.KindOf(err) != fault.Conflict {
					t.Errorf("%s: %s is refused as %s, not as a conflict", b, act, fault.KindOf(err))
				}
			}
		}
	}
}
