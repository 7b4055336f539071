package watch_test

import (
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/watch"
)

// A parcel is looked at when nothing was heard for longer than is usual on its
// lane, or than the limit where nothing is usual.
func TestLook(t *testing.T) {
	lane := watch.Lane{Location: 1, Carrier: "dhl", Country: "DE"}
	quick := watch.Lane{Location: 1, Carrier: "bike", Country: "DE"}
	var trips []watch.Trip
	for i := range 40 {
		trips = append(trips, watch.Trip{Lane: lane, Gap: int64(i%20+11) * watch.Hour}, watch.Trip{Lane: quick, Gap: watch.Hour})
	}
	now := 10_000 * watch.Hour
	for i := range trips {
		trips[i].Shipped = now - 100*watch.Hour
	}
	old := watch.Trip{Lane: lane, Gap: 900 * watch.Hour, Shipped: now - watch.Past}
	usual := watch.Usual(append(trips, old, old, old, old), now)
	if usual[lane] != 30*watch.Hour || usual[quick] != watch.Least {
		t.Errorf("%d and %d hours are usual, want 30 and 24", usual[lane]/watch.Hour, usual[quick]/watch.Hour)
	}
	limits := watch.Limits{Label: 24 * watch.Hour, Still: 72 * watch.Hour}
	for name, c := range map[string]struct {
		p    watch.Parcel
		kind string
		want bool
	}{
		"a young label":          {watch.Parcel{Lane: lane, Labeled: now - 24*watch.Hour}, watch.NeverScanned, false},
		"an old label":           {watch.Parcel{Lane: lane, Labeled: now - 25*watch.Hour}, watch.NeverScanned, true},
		"on a known lane":        {watch.Parcel{Lane: lane, Scanned: now - 31*watch.Hour}, watch.StandsStill, true},
		"just scanned":           {watch.Parcel{Lane: lane, Scanned: now - 30*watch.Hour}, watch.StandsStill, false},
		"on a lane nobody knows": {watch.Parcel{Scanned: now - 71*watch.Hour}, watch.StandsStill, false},
		"there for too long":     {watch.Parcel{Scanned: now - 73*watch.Hour}, watch.StandsStill, true},
	} {
		if got, is := watch.Look(c.p, usual, limits, now); is != c.want || got.Kind != c.kind {
			t.Errorf("%s: %t, %s", name, is, got.Kind)
		}
	}
}

// What takes as long as ever does not slip, what takes twice as long does, and a
// few bad days of something that is hardly known say nothing.
func TestSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		usual := rapid.Int64Range(10, 1000).Draw(t, "usual")
		factor := rapid.SampledFrom([]int64{1, 2}).Draw(t, "factor")
		before, lately := rapid.IntRange(0, 30).Draw(t, "before"), rapid.IntRange(0, 30).Draw(t, "lately")
		var list []watch.Took[string]
		for range before {
			list = append(list, watch.Took[string]{Of: "x", At: 1, Time: usual})
		}
		for range lately {
			list = append(list, watch.Took[string]{Of: "x", At: 9, Time: usual * factor})
		}
		want := factor == 2 && before >= 10 && lately >= 5
		got := watch.Slips(list, 5, 1)
		if (len(got) == 1) != want {
			t.Fatalf("%d before, %d lately, %d times as long: %+v", before, lately, factor, got)
		}
		if want && (got[0].Before != usual || got[0].Now != 2*usual || got[0].N != lately || got[0].Past != before) {
			t.Fatalf("%+v", got[0])
		}
	})
}
