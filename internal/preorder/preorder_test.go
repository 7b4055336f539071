package preorder_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/preorder"
)

const day = int64(24 * time.Hour / time.Microsecond)

// However lines and offers come, no offer gives more than it has left, each line
// gets all or is told how many there are, and nothing is lost on the way.
//
// Kills: a cap that two lines share and each is given; a line that gets a part;
// a line without an offer that gets one; an offer that is changed by a look.
func TestTakeNeverGoesBeyondTheCap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		offers := map[int64]*preorder.Offer{}
		for item := int64(1); item <= 3; item++ {
			if n := rapid.Int64Range(0, 12).Draw(t, "cap"); n > 0 {
				offers[item] = &preorder.Offer{ID: preorder.ID(item), Item: item, Cap: n, Taken: rapid.Int64Range(0, n).Draw(t, "taken")}
			}
		}
		var wants []preorder.Want
		for line := range rapid.IntRange(0, 8).Draw(t, "lines") {
			wants = append(wants, preorder.Want{Line: line + 1, Item: rapid.Int64Range(1, 4).Draw(t, "item"), Quantity: rapid.Int64Range(1, 6).Draw(t, "quantity")})
		}
		before := map[int64]preorder.Offer{}
		for item, o := range offers {
			before[item] = *o
		}
		sold, rest, full := preorder.Take(wants, func(w preorder.Want) *preorder.Offer { return offers[w.Item] })
		given, by := map[int64]int64{}, map[int]int64{}
		for _, s := range sold {
			given[s.Offer.Item] += s.Quantity
			by[s.Line] = s.Quantity
		}
		for item, o := range offers {
			if *o != before[item] || given[item] > o.Left() {
				t.Fatalf("offer %+v gave %d", o, given[item])
			}
		}
		if len(sold)+len(rest)+len(full) != len(wants) {
			t.Fatalf("%d lines became %d, %d and %d", len(wants), len(sold), len(rest), len(full))
		}
		for _, w := range wants {
			if q, ok := by[w.Line]; ok && q != w.Quantity {
				t.Fatalf("line %+v got %d", w, q)
			}
		}
		for _, w := range rest {
			if offers[w.Item] != nil {
				t.Fatalf("%+v has an offer and was left over", w)
			}
		}
		for _, f := range full {
			if f.Quantity <= f.Left || f.Left < 0 {
				t.Fatalf("%+v is told to be too much of %d", f.Want, f.Left)
			}
		}
	})
}

// Counts of an offer stay within its cap, and what is refused changes nothing.
//
// Kills: a count beyond the cap; more that wait than were taken; below nothing.
func TestCount(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := &preorder.Offer{Cap: rapid.Int64Range(1, 9).Draw(t, "cap")}
		for range rapid.IntRange(1, 20).Draw(t, "acts") {
			was := *o
			err := o.Count(rapid.Int64Range(-4, 4).Draw(t, "taken"), rapid.Int64Range(-4, 4).Draw(t, "waiting"))
			if err != nil && *o != was {
				t.Fatalf("%v, and %+v became %+v", err, was, o)
			}
			if o.Taken < 0 || o.Taken > o.Cap || o.Waiting < 0 || o.Waiting > o.Taken {
				t.Fatalf("%+v", o)
			}
		}
	})
}

// The offer of a channel comes before that of every channel, and one that has
// ended, or whose time is over, sells nothing.
//
// Kills: an offer of another channel; a full offer that gives way to another;
// an offer at the instant of its end.
func TestFor(t *testing.T) {
	every := &preorder.Offer{ID: 1, Cap: 5}
	web := &preorder.Offer{ID: 2, Channel: "web", Cap: 5, Taken: 5}
	over := &preorder.Offer{ID: 3, Channel: "shop", Cap: 5, EndsAt: 100}
	ended := &preorder.Offer{ID: 4, Channel: "phone", Cap: 5, EndedAt: 1, Ended: preorder.ByHand}
	all := []*preorder.Offer{over, web, every, ended}
	for channel, want := range map[string]*preorder.Offer{"web": web, "market": every, "shop": every, "phone": every} {
		if got := preorder.For(all, channel, 100); got != want {
			t.Errorf("%s is sold by %+v", channel, got)
		}
	}
	if got := preorder.For(all, "shop", 99); got != over {
		t.Errorf("before its end: %+v", got)
	}
	if got := preorder.For([]*preorder.Offer{web}, "shop", 1); got != nil {
		t.Errorf("sold by the offer of another channel: %+v", got)
	}
}

func ptr[T any](x T) *T { return &x }

// Kills: each rule of a change.
func TestWith(t *testing.T) {
	now := 1000 * day
	open := preorder.Offer{Cap: 10, Taken: 4, Waiting: 3, AvailableAt: now + 20*day, EndsAt: now + 5*day, CreatedAt: now - day}
	ended := open.End(preorder.ByHand, now)
	over := ended
	over.Waiting = 0
	late := open
	late.EndsAt = now - 1
	for what, tc := range map[string]struct {
		of     preorder.Offer
		change preorder.Change
		want   string
	}{
		"more":                     {open, preorder.Change{Cap: ptr(int64(20))}, ""},
		"as many as are taken":     {open, preorder.Change{Cap: ptr(int64(4))}, ""},
		"less than taken":          {open, preorder.Change{Cap: ptr(int64(3))}, "/cap"},
		"none":                     {open, preorder.Change{Cap: ptr(int64(0))}, "/cap"},
		"another day":              {open, preorder.Change{AvailableAt: ptr(now + 30*day), Reason: "supplier"}, ""},
		"a day that is over":       {open, preorder.Change{AvailableAt: ptr(now - 2*day), Reason: "supplier"}, "/available_on"},
		"a day too far":            {open, preorder.Change{AvailableAt: ptr(now + 800*day), Reason: "supplier"}, "/available_on"},
		"no day":                   {open, preorder.Change{AvailableAt: ptr(int64(0)), Reason: "supplier"}, "/available_on"},
		"an end that is over":      {open, preorder.Change{EndsAt: ptr(now)}, "/ends_at"},
		"no end":                   {open, preorder.Change{EndsAt: ptr(int64(0))}, ""},
		"more of one that is late": {late, preorder.Change{Cap: ptr(int64(11))}, ""},
		"more of one that ended":   {ended, preorder.Change{Cap: ptr(int64(20))}, ""},
		"a day while they wait":    {ended, preorder.Change{AvailableAt: ptr(now + 30*day), Reason: "supplier"}, ""},
		"a day for nobody":         {over, preorder.Change{AvailableAt: ptr(now + 30*day), Reason: "supplier"}, "/available_on"},
	} {
		got, err := tc.of.With(&tc.change, now)
		at, refused := "", err != nil
		if f, ok := err.(*fault.Error); ok {
			at = f.Fields[0].Pointer
		}
		if what == "more of one that ended" {
			if !refused || at != "" {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		if at != tc.want || refused != (tc.want != "") || refused && got != tc.of {
			t.Errorf("%s: %q, want %q (%v)", what, at, tc.want, err)
		}
	}
	if got, _ := open.With(&preorder.Change{AvailableAt: ptr(open.AvailableAt), Reason: "other"}, now); got != open {
		t.Errorf("the same day is no move: %+v", got)
	}
	if got, _ := open.With(&preorder.Change{AvailableAt: ptr(now + 3*day), Reason: "earlier"}, now); got.Moves != 1 || got.Reason != "earlier" {
		t.Errorf("moved: %+v", got)
	}
}

// Kills: each rule of a new offer, and of a change that says nothing.
func TestCheck(t *testing.T) {
	now := 1000 * day
	for what, tc := range map[string]struct {
		of   preorder.Offer
		want string
	}{
		"fine":    {preorder.Offer{Cap: 1, AvailableAt: now}, ""},
		"today":   {preorder.Offer{Cap: 1, AvailableAt: now - day/2}, ""},
		"no cap":  {preorder.Offer{AvailableAt: now}, "/cap"},
		"no day":  {preorder.Offer{Cap: 1}, "/available_on"},
		"past":    {preorder.Offer{Cap: 1, AvailableAt: now - day}, "/available_on"},
		"too far": {preorder.Offer{Cap: 1, AvailableAt: now + 733*day}, "/available_on"},
		"over":    {preorder.Offer{Cap: 1, AvailableAt: now, EndsAt: now}, "/ends_at"},
	} {
		var l fault.List
		tc.of.Check(now, &l)
		if got := pointer(&l); got != tc.want {
			t.Errorf("%s: %q, want %q", what, got, tc.want)
		}
	}
	for want, c := range map[string]preorder.Change{
		"":              {},
		"/reason":       {AvailableAt: ptr(now)},
		"/reason again": {AvailableAt: ptr(now), Reason: "weather"},
		"/reason alone": {Cap: ptr(int64(1)), Reason: "supplier"},
	} {
		var l fault.List
		c.Check(&l)
		if l.Len() != 1 || want != "" && pointer(&l) != "/reason" {
			t.Errorf("%q: %v", want, l.Fields())
		}
	}
}

func pointer(l *fault.List) string {
	if l.Len() == 0 {
		return ""
	}
	return l.Fields()[0].Pointer
}
