package edi_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/edi"
	"orderly/internal/fault"
)

// Kills: a number that is written otherwise than it was read, or rounded.
func TestNumbersComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := edi.Number(rapid.Int64Range(-999_999_999_999_999_999, 999_999_999_999_999_999).Draw(t, "n"))
		for _, mark := range []byte{'.', ','} {
			if back, ok := edi.ParseNumber(n.With(mark)); !ok || back != n {
				t.Fatalf("%d is written %q and read %d %v", n, n.With(mark), back, ok)
			}
		}
	})
	for _, bad := range []string{"", "-", ".", "1.2.3", "1e5", "abc", "1234567890123", "0.0000001", "１"} {
		if n, ok := edi.ParseNumber(bad); ok {
			t.Errorf("%q is read as %v", bad, n)
		}
	}
	if n, ok := edi.ParseNumber("0000000.00"); !ok || n != 0 {
		t.Errorf("zeros: %v %v", n, ok)
	}
}

// Kills: days that are not, leap years, hours past midnight.
func TestDatesAndTimes(t *testing.T) {
	for s, want := range map[string]bool{"20240229": true, "20230229": false, "240229": true, "20241301": false, "2024022": false, "19000229": false, "20000229": true} {
		if edi.ValidDate(s) != want {
			t.Errorf("date %s", s)
		}
	}
	for s, want := range map[string]bool{"2359": true, "2400": false, "235959": true, "235960": false, "23595": false, "23:59": false, "23595999": true} {
		if edi.ValidTime(s) != want {
			t.Errorf("time %s", s)
		}
	}
}

func walk(g *edi.Grammar, text string) []string {
	var body []edi.Segment
	for i, tag := range strings.Fields(text) {
		body = append(body, edi.Segment{Tag: tag, Position: i + 1})
	}
	var out []string
	known := func(tag string) bool { return tag != "ZZZ" }
	g.Walk(body, known, len(body)+1, func(kind edi.Kind, segment string, position int, text string) {
		out = append(out, segment+":"+string(kind))
	})
	return out
}

// Kills: a loop that ends too early or never, a missing segment that is not
// told, a stray one that makes more than one fault.
func TestWalk(t *testing.T) {
	g := edi.NewGrammar("A! B*2 (N N1 N2*)* (L! (M O!)* P)*2 Z!")
	for _, tc := range []struct {
		text string
		want []string
	}{
		{"A L Z", nil},
		{"A B B N N1 N2 N2 N L M O M O P L Z", nil},
		{"B L Z", []string{"A:segment_missing"}},
		{"A L M P Z", []string{"O:segment_missing"}},
		{"A L", []string{"Z:segment_missing"}},
		{"A Z", []string{"L:segment_missing"}},
		{"A B B B L Z", []string{"B:segment_too_often"}},
		{"A L L L Z", []string{"L:loop_too_often"}},
		{"A N2 L Z", []string{"N2:segment_misplaced"}},
		{"A L Z B", []string{"B:segment_misplaced"}},
		{"A ZZZ L M O Z", []string{"ZZZ:segment_unknown"}},
		{"A QQ L Z", []string{"QQ:segment_foreign"}},
	} {
		if got := walk(g, tc.text); !slices.Equal(got, tc.want) {
			t.Errorf("%s: %v, not %v", tc.text, got, tc.want)
		}
	}
}

// Kills: text that is no EDI and is taken, or refused without saying why.
func TestDetect(t *testing.T) {
	for _, tc := range []struct{ text, code string }{
		{"", "edi_empty"}, {" \n", "edi_empty"}, {"hello", "edi_unknown"}, {"STX=ANA:1'", "edi_tradacoms"}, {"ST*850*1~", "edi_no_envelope"}, {"STRANGE", "edi_unknown"},
		{"UNH+1+ORDERS:D:96A:UN'", "edi_no_envelope"}, {"<?xml version='1.0'?>", "edi_unknown"}, {strings.Repeat("A", edi.MaxText+1), "edi_too_large"},
	} {
		if _, err := edi.Detect(tc.text); fault.CodeOf(err) != tc.code {
			t.Errorf("%q: %v", edi.Shown(tc.text), err)
		}
	}
	for text, want := range map[string]edi.Standard{"ISA*00*": edi.X12, "\ufeffISA*": edi.X12, "UNA:+.? '": edi.Edifact, "\r\nUNB+UNOA:1": edi.Edifact} {
		if got, err := edi.Detect(text); err != nil || got != want {
			t.Errorf("%q: %s %v", text, got, err)
		}
	}
}

// Kills: bytes of an older system that become replacement characters.
func TestText(t *testing.T) {
	if got := edi.Text([]byte("M\xfcller")); got != "Müller" {
		t.Errorf("%q", got)
	}
	if got := edi.Text([]byte("Müller")); got != "Müller" {
		t.Errorf("%q", got)
	}
}
