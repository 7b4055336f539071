package wire_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/fault"
)

var genX12 = rapid.SampledFrom([]edi.Syntax{
	wire.Default(edi.X12),
	{Element: '|', Component: ':', Segment: "\n", Decimal: '.'},
	{Element: '*', Component: '\\', Repeat: '^', Segment: "~", Newline: "\r\n", Decimal: '.'},
	{Element: '\x1d', Component: '<', Segment: "…", Decimal: '.'},
})

var genEdifact = rapid.SampledFrom([]edi.Syntax{
	wire.Default(edi.Edifact),
	{Element: '+', Component: ':', Release: '?', Decimal: ',', Segment: "'"},
	{Element: '|', Component: '-', Release: '/', Decimal: '.', Segment: "~", Newline: "\r\n"},
})

// Kills: a field that is written and not read or the other way round, an
// escape that is lost, a text that renders otherwise than it was read, a
// document of ours that our own rules refuse.
func TestWrittenIsReadAgain(t *testing.T) {
	for _, standard := range []edi.Standard{edi.X12, edi.Edifact} {
		for _, kind := range edi.Types() {
			if wire.Message(standard, kind) == "" {
				continue
			}
			t.Run(string(standard)+"/"+string(kind), func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					syntax := genX12.Draw(t, "syntax")
					if standard == edi.Edifact {
						syntax = genEdifact.Draw(t, "syntax")
					}
					comesBack(t, standard, syntax, document(t, kind, standard))
				})
			})
		}
	}
}

func comesBack(t *rapid.T, standard edi.Standard, syntax edi.Syntax, d edi.Document) {
	text, err := wire.Write(standard, envelope(standard, syntax, rapid.Int64Range(1, edi.MaxControl).Draw(t, "control number")), d)
	if err != nil {
		t.Fatalf("cannot be written: %v", err)
	}
	x, err := wire.Parse(text)
	if err != nil || len(x) != 1 {
		t.Fatalf("cannot be read: %v\n%s", err, text)
	}
	if x[0].Status() != edi.Accepted {
		t.Fatalf("is %s: %v\n%s", x[0].Status(), x[0].All(), text)
	}
	if again := x[0].Render(); again != text {
		t.Fatalf("renders otherwise:\n%s\n%s", text, again)
	}
	back, err := wire.Read(&x[0], &x[0].Groups[0].Messages[0])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(d, settled(back)); diff != "" {
		t.Fatalf("says otherwise (-written +read):\n%s\n%s", diff, text)
	}
}

// Kills: an envelope whose numbers are not those that were given, in either
// standard.
func TestEnvelopeOfWhatIsWritten(t *testing.T) {
	for _, standard := range []edi.Standard{edi.X12, edi.Edifact} {
		e := envelope(standard, wire.Default(standard), 42)
		e.Test, e.Ask = true, true
		text, err := wire.Write(standard, e, &edi.Order{Number: "P1", Date: "20240101", Lines: []edi.Line{{Number: "1", Buyer: "A", Quantity: edi.Whole(1), Unit: "EA"}}})
		if err != nil {
			t.Fatal(err)
		}
		x, err := wire.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		got := x[0]
		if got.Sender != e.Sender || got.Receiver != e.Receiver || strings.TrimLeft(got.Control, "0") != "42" || !got.Test || !got.Asked {
			t.Errorf("%s: %+v %+v %s %v %v", standard, got.Sender, got.Receiver, got.Control, got.Test, got.Asked)
		}
	}
}

// Kills: a separator within a value that cuts a segment in two.
func TestSeparatorInAValueIsRefusedOrReleased(t *testing.T) {
	d := &edi.Order{Number: "P*1+'", Date: "20240101", Lines: []edi.Line{{Number: "1", Buyer: "A", Quantity: edi.Whole(1), Unit: "EA", Title: "one*two~three?+'x"}}}
	if _, err := wire.Write(edi.X12, envelope(edi.X12, wire.Default(edi.X12), 1), d); fault.CodeOf(err) != "edi_document_invalid" || !strings.Contains(err.Error(), "BEG03") {
		t.Errorf("X12: %v", err)
	}
	text, err := wire.Write(edi.Edifact, envelope(edi.Edifact, wire.Default(edi.Edifact), 1), d)
	if err != nil {
		t.Fatal(err)
	}
	x, err := wire.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	back, _ := wire.Read(&x[0], &x[0].Groups[0].Messages[0])
	if o := back.(*edi.Order); o.Number != d.Number || o.Lines[0].Title != d.Lines[0].Title {
		t.Errorf("%q %q", o.Number, o.Lines[0].Title)
	}
}

// Kills: reading that is slower than a line; the limit is a second for ten
// thousand segments, which a run under the race detector keeps as well.
func TestTenThousandSegmentsInASecond(t *testing.T) {
	for _, standard := range []edi.Standard{edi.X12, edi.Edifact} {
		text := large(t, standard)
		begin := time.Now()
		x, err := wire.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := wire.Read(&x[0], &x[0].Groups[0].Messages[0]); err != nil {
			t.Fatal(err)
		}
		took, n := time.Since(begin), len(x[0].Segments())
		if n < 10_000 || x[0].Status() != edi.Accepted {
			t.Fatalf("%d segments, %s", n, x[0].Status())
		}
		t.Logf("%s: %d segments, %d bytes in %v", standard, n, len(text), took)
		if took > time.Second {
			t.Errorf("%s: %d segments took %v", standard, n, took)
		}
	}
}

func large(t testing.TB, standard edi.Standard) string {
	o := &edi.Order{Number: "P1", Date: "20240101"}
	for i := range 5000 {
		o.Lines = append(o.Lines, edi.Line{Number: fmt.Sprint(i + 1), Buyer: fmt.Sprintf("SKU-%d", i), Quantity: edi.Whole(3), Unit: "EA", Price: edi.Whole(2), Title: "a thing"})
	}
	text, err := wire.Write(standard, envelope(standard, wire.Default(standard), 1), o)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func BenchmarkTenThousandSegments(b *testing.B) {
	for _, standard := range []edi.Standard{edi.X12, edi.Edifact} {
		text := large(b, standard)
		b.Run(string(standard), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				x, err := wire.Parse(text)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := wire.Read(&x[0], &x[0].Groups[0].Messages[0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
