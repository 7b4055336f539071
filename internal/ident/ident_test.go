package ident_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"

	"pgregory.net/rapid"
)

func TestText(t *testing.T) {
	for id, want := range map[int64]string{
		0:                     "ord_0000000000000",
		1:                     "ord_0000000000001",
		31:                    "ord_000000000000z",
		32:                    "ord_0000000000010",
		math.MaxInt64:         "ord_7zzzzzzzzzzzz",
		0x0123_4567_89ab_cdef: "ord_028t5cy4tqkff",
	} {
		if got := ident.Text("ord", id); got != want {
			t.Errorf("Text(%d) = %q, want %q", id, got, want)
		}
	}
}

func TestAppendText(t *testing.T) {
	if got := string(ident.AppendText([]byte("/v1/orders/"), "ord", 33)); got != "/v1/orders/ord_0000000000011" {
		t.Errorf("AppendText = %q", got)
	}
	long := strings.Repeat("x", 60)
	if got := ident.Text(long, 33); got != long+"_0000000000011" {
		t.Errorf("Text of a long prefix = %q", got)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", "ord", "ord_", "_0000000000001", "0000000000001",
		"ful_0000000000001", "or_0000000000001", "ordd_0000000000001", "Ord_0000000000001", "ord-0000000000001",
		"ord_000000000001", "ord_00000000000001", "ord_ 000000000001", "ord_0000000000001 ", "ord_0000000000001\n",
		"ord_000000000000Z", "ord_000000000000i", "ord_000000000000l", "ord_000000000000o", "ord_000000000000u",
		"ord_00000000000-1", "ord_00000000000\xff1", "ord_8000000000000", "ord_zzzzzzzzzzzzz", "ord_0000000000000",
	} {
		id, err := ident.Parse("ord", s)
		if fault.KindOf(err) != fault.Invalid || fault.CodeOf(err) != "invalid_id" || id != 0 {
			t.Errorf("Parse(%q) = %d, %v; want invalid_id", s, id, err)
		}
	}
}

func TestParseExplains(t *testing.T) {
	const want = `"ful_0000000000001" is not an id of the form ord_… with 13 characters of 0-9 and a-z without i, l, o, u`
	if _, err := ident.Parse("ord", "ful_0000000000001"); err == nil || err.Error() != want {
		t.Errorf("Parse says %v, want %s", err, want)
	}
	if _, err := ident.Parse("ord", strings.Repeat("x", 10_000)); err == nil || len(err.Error()) > 200 {
		t.Errorf("a long text is repeated in whole")
	}
}

func drawID(t *rapid.T, name string) int64 {
	return rapid.OneOf(rapid.Int64Range(1, math.MaxInt64), rapid.Int64Range(1, 2000)).Draw(t, name)
}

func TestTextRoundTripsAndSortsLikeIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawID(t, "a"), drawID(t, "b")
		textA, textB := ident.Text("ord", a), ident.Text("ord", b)
		if back, err := ident.Parse("ord", textA); err != nil || back != a {
			t.Fatalf("%d is %s, which reads as %d, %v", a, textA, back, err)
		}
		if len(textA) != 4+ident.TextLength || (a < b) != (textA < textB) || (a == b) != (textA == textB) {
			t.Fatalf("%d and %d do not sort like %s and %s", a, b, textA, textB)
		}
	})
}

func TestTimeAndFirst(t *testing.T) {
	const wrap = 1 << 64 / 1000 // seconds after which milliseconds in an int64 come around
	epoch := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	last := epoch.Add((1<<41 - 1) * time.Millisecond)
	for _, tc := range []struct {
		at    time.Time
		first int64
	}{
		{epoch, 0},
		{epoch.Add(time.Millisecond), 1 << 22},
		{epoch.Add(time.Millisecond + 999*time.Microsecond), 1 << 22},
		{last, math.MaxInt64 &^ (1<<22 - 1)},
		{epoch.Add(-time.Nanosecond), 0},
		{time.Time{}, 0},
		{time.Unix(-wrap+1_700_000_000, 0), 0},
		{last.Add(time.Millisecond), math.MaxInt64},
		{time.Unix(wrap+1_700_000_000, 0), math.MaxInt64},
	} {
		if got := ident.First(tc.at); got != tc.first {
			t.Errorf("First(%s) = %d, want %d", tc.at, got, tc.first)
		}
	}
	if last.Year() != 2089 || last.Month() != time.September {
		t.Errorf("ids last until %s; the comments say September 2089", last)
	}
}

func TestFirstIsTheSmallestOfItsMillisecond(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.UnixMicro(rapid.Int64Range(1_577_836_800_001_000, 3_776_000_000_000_000).Draw(t, "micros")).UTC()
		first := ident.First(at)
		if want := at.Truncate(time.Millisecond); !ident.Time(first).Equal(want) || ident.Time(first).Location() != time.UTC {
			t.Fatalf("First(%s) is of %s", at, ident.Time(first))
		}
		if !ident.Time(first - 1).Before(ident.Time(first)) {
			t.Fatalf("First(%s) is not the first of its millisecond", at)
		}
		slot := rapid.IntRange(0, ident.MaxSlot).Draw(t, "slot")
		if id := ident.NewSource(slot, func() time.Time { return at }).Next(); id < first || !ident.Time(id).Equal(ident.Time(first)) {
			t.Fatalf("an id made at %s is %d, before %d", at, id, first)
		}
	})
}

func FuzzParseID(f *testing.F) {
	for _, s := range []string{"ord_0000000000001", "ord_7zzzzzzzzzzzz", "ord_8000000000000", "ord_0000000000000", "ful_0000000000001", "ord_", "", "ord_000000000000I", "ord_000000000000\x80"} {
		f.Add("ord", s)
	}
	f.Add("", "_0000000000001")
	f.Add("a_b", "a_b_0000000000001")
	f.Fuzz(func(t *testing.T, prefix, s string) {
		id, err := ident.Parse(prefix, s)
		if err != nil {
			if id != 0 || fault.CodeOf(err) != "invalid_id" {
				t.Fatalf("Parse(%q, %q) = %d, %v", prefix, s, id, err)
			}
			return
		}
		if id <= 0 || ident.Text(prefix, id) != s {
			t.Fatalf("Parse(%q, %q) = %d, whose text is %q", prefix, s, id, ident.Text(prefix, id))
		}
	})
}

func BenchmarkText(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		_ = ident.Text("ord", 815_916_279_398_400_000)
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ident.Parse("ord", "ord_0pmnqh2000400"); err != nil {
			b.Fatal(err)
		}
	}
}
