package imports_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

// line is a record as the tests compare it.
type line struct {
	N      int
	Fields []string
	Code   string
}

func readCSV(t testing.TB, text string) ([]string, []line) {
	t.Helper()
	c, err := imports.NewCSV(strings.NewReader(text))
	if err != nil {
		t.Fatalf("NewCSV: %v", err)
	}
	var out []line
	for {
		r, err := c.Next()
		if errors.Is(err, io.EOF) {
			return c.Header(), out
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		l := line{N: r.Line, Fields: slices.Clone(r.Fields)}
		if r.Err != nil {
			l.Code = fault.CodeOf(r.Err)
		}
		out = append(out, l)
	}
}

func TestCSVRecords(t *testing.T) {
	good := func(n int, fields ...string) line { return line{N: n, Fields: fields} }
	bad := func(n int, code string) line { return line{N: n, Code: code} }
	tests := []struct {
		name, text string
		want       []line
	}{
		{"plain", "a,b\n1,2\n3,4\n", []line{good(2, "1", "2"), good(3, "3", "4")}},
		{"no last line end", "a,b\n1,2", []line{good(2, "1", "2")}},
		{"carriage returns", "a,b\r\n1,2\r\n\"3\",\"4\"\r\n", []line{good(2, "1", "2"), good(3, "3", "4")}},
		{"old Macintosh", "a,b\r1,2\r3,4\r", []line{good(2, "1", "2"), good(3, "3", "4")}},
		{"byte order mark", "\ufeffa,b\n1,2\n", []line{good(2, "1", "2")}},
		{"semicolons", "a;b\n1,5;2,5\n", []line{good(2, "1,5", "2,5")}},
		{"tabs", "a\tb\n1\t2\n", []line{good(2, "1", "2")}},
		{"bars", "a|b\n1|2\n", []line{good(2, "1", "2")}},
		{"hint of Excel", "sep=;\na;b\n1;2\n", []line{good(3, "1", "2")}},
		{"quoted header decides", "\"a,x\";b\n1;2\n", []line{good(2, "1", "2")}},
		{"one column", "a\n1\n2\n", []line{good(2, "1"), good(3, "2")}},
		{"empty fields", "a,b,c\n,,3\n1,,\n", []line{good(2, "", "", "3"), good(3, "1", "", "")}},
		{"quotes", "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n\"\",\"\"\"\"\n", []line{good(2, "x,y", `say "hi"`), good(3, "", `"`)}},
		{"bare quote is text", "a,b\n12\" RULER,5\"\n", []line{good(2, `12" RULER`, `5"`)}},
		{"over lines", "a,b\n\"x\ny\n\nz\",2\n3,4\n", []line{good(2, "x\ny\n\nz", "2"), good(6, "3", "4")}},
		{"blank lines", "a,b\n\n1,2\n,\n  , \n3,4\n\n", []line{good(3, "1", "2"), good(6, "3", "4")}},
		{"too few and too many", "a,b\n1\n1,2,3\n1,2\n", []line{bad(2, "field_count"), bad(3, "field_count"), good(4, "1", "2")}},
		{"text after a quote", "a,b\n\"x\"y,2\n3,4\n", []line{bad(2, "text_after_quote"), good(3, "3", "4")}},
		{"open quote costs one line", "a,b\n1,2\n\"3,4\n5,6\n", []line{good(2, "1", "2"), bad(3, "open_quote"), good(4, "5", "6")}},
		{"open quote in the last line", "a,b\n1,\"", []line{bad(2, "open_quote")}},
		{"NUL", "a,b\n1,\x00\n3,4\n", []line{bad(2, "binary"), good(3, "3", "4")}},
		{"Windows-1252", "a,b\ncaf\xe9,\x80 5\nna\xc3\xafve,2\n", []line{good(2, "café", "€ 5"), good(3, "naïve", "2")}},
		{"Windows-1252 in quotes", "a,b\n\"caf\xe9 \"\"x\"\"\",2\n", []line{good(2, `café "x"`, "2")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, got := readCSV(t, tt.text)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestCSVRefusesWhatIsNoText(t *testing.T) {
	tests := []struct{ name, text, code string }{
		{"empty", "", "empty_file"},
		{"blank", "\n \n", "empty_file"},
		{"only blank columns", ",,\n,,\n", "empty_file"},
		{"workbook", "PK\x03\x04rest", "not_text"},
		{"UTF-16", "\xff\xfea\x00,\x00", "not_text"},
		{"binary", "a\x00b,c\n", "not_text"},
		{"open quote in the header", "\"a,b\n1,2\n", "open_quote"},
		{"header too wide", strings.Repeat("x,", imports.MaxColumns) + "x\n", "too_many_columns"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := imports.NewCSV(strings.NewReader(tt.text))
			if fault.CodeOf(err) != tt.code || err == nil {
				t.Errorf("got %v (%s), want code %s", err, fault.CodeOf(err), tt.code)
			}
		})
	}
}

func TestCSVCountsWhatItForgives(t *testing.T) {
	c, err := imports.NewCSV(strings.NewReader("a;b\n;\n\xe9;1\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Next()
	if err != nil || !r.Legacy || r.Raw != "é;1" {
		t.Errorf("got %+v, %v", r, err)
	}
	if c.Blank() != 1 || c.Legacy() != 1 || c.Delimiter() != ';' {
		t.Errorf("blank %d, legacy %d, delimiter %q", c.Blank(), c.Legacy(), c.Delimiter())
	}
}

// endless gives a header, then a line of n bytes, then one sound line.
func endless(n int64, opening string) io.Reader {
	return io.MultiReader(strings.NewReader("a,b\n"+opening), io.LimitReader(fill('x'), n), strings.NewReader("\n1,2\n"))
}

type fill byte

func (f fill) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(f)
	}
	return len(p), nil
}

func TestCSVLongLineIsOneRejectAndHoldsNoMemory(t *testing.T) {
	tests := []struct {
		opening string
		want    []line
	}{
		{"", []line{{N: 2, Code: "record_too_long"}, {N: 3, Fields: []string{"1", "2"}}}},
		{`"`, []line{{N: 2, Code: "record_too_long"}, {N: 3, Fields: []string{"1", "2"}}}},
		{"\"x\ny\",", []line{{N: 2, Code: "open_quote"}, {N: 3, Code: "record_too_long"}, {N: 4, Fields: []string{"1", "2"}}}},
	}
	for _, tt := range tests {
		c, err := imports.NewCSV(endless(200<<20, tt.opening))
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var got []line
		for {
			r, err := c.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			l := line{N: r.Line, Fields: slices.Clone(r.Fields)}
			if r.Err != nil {
				l.Code = fault.CodeOf(r.Err)
			}
			got = append(got, l)
			if len(r.Raw) > imports.MaxRawBytes {
				t.Errorf("raw text of %d bytes is kept", len(r.Raw))
			}
		}
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > 8*imports.MaxRecordBytes {
			t.Errorf("opening %q: %d bytes allocated for a line that is skipped", tt.opening, n)
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("opening %q: %s", tt.opening, d)
		}
	}
}

// A quote that is never closed swallows a megabyte before it is known as such.
// Only its own line may be lost, and the lines below are read once more, not
// once for each of them.
func TestCSVOpenQuoteFarFromTheEnd(t *testing.T) {
	const rows = 400_000
	text := "a,b\n\"oops,1\n" + strings.Repeat("x,y\n", rows)
	_, got := readCSV(t, text)
	if len(got) != rows+1 || got[0].Code != "open_quote" || got[1].Code != "" || got[rows].N != rows+2 {
		t.Errorf("%d records, first %+v, last %+v", len(got), got[0], got[len(got)-1])
	}
}

type breaking struct{ text io.Reader }

var errBroken = errors.New("the cable was pulled")

func (b breaking) Read(p []byte) (int, error) {
	n, err := b.text.Read(p)
	if errors.Is(err, io.EOF) {
		err = errBroken
	}
	return n, err
}

func TestCSVBrokenStreamIsNoEnd(t *testing.T) {
	for _, text := range []string{"a,b\n1,2\n3,", "a,b\n1,2\n", "a,b\n1,2\n\"3", "a,b\n1,2\n\"3\n4,"} {
		// Beyond the first window, so that the break comes while reading.
		c, err := imports.NewCSV(breaking{strings.NewReader(strings.Replace(text, "1,2\n", strings.Repeat("1,2\n", 100_000), 1))})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for {
			r, err := c.Next()
			if err != nil {
				if !errors.Is(err, errBroken) {
					t.Errorf("%q: got %v", text, err)
				}
				break
			}
			if r.Err != nil {
				t.Errorf("%q: half a line came as a reject: %v", text, r.Err)
			}
			n++
		}
		if n != 100_000 {
			t.Errorf("%q: %d records before the break", text, n)
		}
	}
}

// Whatever a sound writer writes comes back, by any delimiter and line end.
func TestCSVRoundTrip(t *testing.T) {
	cell := rapid.OneOf(rapid.StringMatching(`[a-z0-9 ]{0,8}`), rapid.StringMatching(`[a-c",;|\t\n']{0,6}`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 5).Draw(t, "width")
		want := [][]string{}
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			row := rapid.SliceOfN(cell, width, width).Draw(t, "row")
			for i := range row {
				row[i] = strings.Map(func(r rune) rune {
					if r == 0 || r == '\r' {
						return 'x'
					}
					return r
				}, row[i])
			}
			row[0] = "k" + row[0]
			want = append(want, row)
		}
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma = rapid.SampledFrom([]rune{',', ';', '\t', '|'}).Draw(t, "delimiter")
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		file.WriteString("sep=" + string(w.Comma) + "\n")
		if err := w.Write([]string{"h1", "h2", "h3", "h4", "h5"}[:width]); err != nil {
			t.Fatal(err)
		}
		if err := w.WriteAll(want); err != nil {
			t.Fatal(err)
		}
		c, err := imports.NewCSV(&file)
		if err != nil {
			t.Fatal(err)
		}
		got := [][]string{}
		for {
			r, err := c.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil || r.Err != nil {
				t.Fatal(err, r.Err)
			}
			row := slices.Clone(r.Fields)
			for i := range row {
				row[i] = strings.ReplaceAll(row[i], "\r\n", "\n") // the writer's line ends, inside fields too
			}
			got = append(got, row)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

// Bytes of any kind never panic, never hang, and every line is accounted for:
// records come in order and a good one has as many fields as the header.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\r\n\"x\n\"\"y\";2\n", "\ufeffa\tb\n\"\n", "a,b\n\xe9,\x00\n", "sep=|\na|b\n1|2", "a\r1\r2"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := imports.NewCSV(bytes.NewReader(data))
		if err != nil {
			return
		}
		last, most := 0, bytes.Count(data, []byte("\n"))+bytes.Count(data, []byte("\r"))+1
		for n := 0; ; n++ {
			r, err := c.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			switch {
			case err != nil:
				t.Fatal(err)
			case n > most:
				t.Fatalf("more records than the %d lines", most)
			case r.Line <= last || r.Line > most:
				t.Fatalf("line %d after line %d of %d", r.Line, last, most)
			case r.Err == nil && len(r.Fields) != len(c.Header()):
				t.Fatalf("%d fields under a header of %d", len(r.Fields), len(c.Header()))
			case r.Err != nil && r.Fields != nil:
				t.Fatal("a reject with fields")
			}
			last = r.Line
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	var file strings.Builder
	file.WriteString("InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n")
	for range 250_000 {
		file.WriteString("536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom\n")
	}
	text := file.String()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		c, err := imports.NewCSV(strings.NewReader(text))
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = c.Next()
		}
	}
}
