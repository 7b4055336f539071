package selling_test

import (
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/selling"
	"orderly/internal/stock"
)

// What a channel may sell is never more than what anybody may, leaves what the
// most precise buffer says, and is nothing where the channel does not sell from.
//
// Kills: a buffer added to the safety stock; the wrong one of two buffers;
// another channel's buffer; a figure below zero; places that widen.
func TestSellableUnderTerms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels := []string{"web", "market"}
		var buffers []selling.Buffer
		said := map[selling.Buffer]int64{}
		for range rapid.IntRange(0, 8).Draw(t, "buffers") {
			b := selling.Buffer{Channel: rapid.SampledFrom(channels).Draw(t, "channel"), Cell: stock.Cell{Item: rapid.Int64Range(0, 2).Draw(t, "item"), Location: stock.LocationID(rapid.Int64Range(0, 2).Draw(t, "at"))}}
			if _, twice := said[b]; twice {
				continue
			}
			said[b] = rapid.Int64Range(0, 9).Draw(t, "units")
			buffers = append(buffers, selling.Buffer{Channel: b.Channel, Cell: b.Cell, Units: said[b]})
		}
		var places []selling.Place
		from := map[selling.Place]bool{}
		for _, c := range channels {
			for at := stock.LocationID(1); at <= 2; at++ {
				if p := (selling.Place{Channel: c, Location: at}); rapid.Bool().Draw(t, "place") {
					places, from[p] = append(places, p), true
				}
			}
		}
		terms := selling.ByChannel(buffers, places)
		l := &stock.Level{Cell: stock.Cell{Item: rapid.Int64Range(1, 2).Draw(t, "of"), Location: stock.LocationID(rapid.Int64Range(1, 2).Draw(t, "where"))},
			OnHand: rapid.Int64Range(0, 12).Draw(t, "on hand"), Safety: rapid.Int64Range(0, 5).Draw(t, "safety")}
		l.Reserved = rapid.Int64Range(0, l.OnHand).Draw(t, "reserved")
		for _, c := range channels {
			keep := int64(0)
			for _, k := range []stock.Cell{{}, {Location: l.Location}, {Item: l.Item}, l.Cell} { // the last that is said counts
				if n, ok := said[selling.Buffer{Channel: c, Cell: k}]; ok {
					keep = n
				}
			}
			want := max(0, l.OnHand-l.Reserved-max(keep, l.Safety))
			if any := from[selling.Place{Channel: c, Location: 1}] || from[selling.Place{Channel: c, Location: 2}]; any && !from[selling.Place{Channel: c, Location: l.Location}] {
				want = 0
			}
			if got := terms[c].Sellable(l); got != want || got > l.Sellable() {
				t.Fatalf("%s may sell %d of %+v, want %d with %v and %v", c, got, l, want, buffers, places)
			}
		}
		if got := terms["phone"].Sellable(l); got != l.Sellable() {
			t.Fatalf("a channel of which nothing is said may sell %d of %+v", got, l)
		}
	})
	if selling.ByChannel(nil, nil) != nil {
		t.Error("there are terms though nothing was said")
	}
}

// Kills: each rule of a line.
func TestCheckLines(t *testing.T) {
	one, under := int64(1), int64(-1)
	for what, tc := range map[string]struct {
		channel string
		lines   []selling.Line
		want    string
	}{
		"fine":       {"web", []selling.Line{{SKU: "A", Units: &one}, {SKU: "A", Location: 2}, {Units: &one}}, ""},
		"no channel": {"", []selling.Line{{Units: &one}}, "/channel"},
		"no lines":   {"web", nil, "/lines"},
		"below zero": {"web", []selling.Line{{Units: &under}}, "/lines/0/units"},
		"twice":      {"web", []selling.Line{{SKU: "A", Units: &one}, {SKU: "A"}}, "/lines/1"},
		"too many":   {"web", make([]selling.Line, selling.MaxLines+1), "/lines"},
	} {
		var l fault.List
		selling.CheckLines(tc.channel, tc.lines, &l)
		got := ""
		if l.Len() > 0 {
			got = l.Fields()[0].Pointer
		}
		if got != tc.want {
			t.Errorf("%s: %q, want %q", what, got, tc.want)
		}
	}
}
