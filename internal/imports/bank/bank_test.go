package bank_test

import (
	"os"
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/imports/bank"
	"orderly/internal/statement"
)

func sample(t testing.TB, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Kills: a version or a prefix that is not read; a batch that becomes one line
// or is counted twice; a reversal or a pending entry that counts as money.
func TestReadCAMT(t *testing.T) {
	s, lines, err := bank.Read(sample(t, "v02.xml"), nil, "GBP")
	if err != nil || s.Format != "camt.053.001.02" || s.Account != "GB33BUKB20201555555555" || len(lines) != 4 {
		t.Fatalf("%v %+v %+v", err, s, lines)
	}
	if x := lines[0]; x.Amount != 2590 || x.Date != 20260130 || x.Name != "Ada Byron" || x.Text != "Order #1000" || x.Reference != "R1" || x.EndToEnd != "" {
		t.Errorf("%+v", x)
	}
	if a, b := lines[1], lines[2]; a.Amount != 1000 || b.Amount != 2000 || a.Text != "RF18539007547034" || b.Text != "two" || a.Reference != "R2a" {
		t.Errorf("the batch: %+v %+v", a, b)
	}
	if x := lines[3]; x.Amount != -2590 || !x.Reversal || x.Key == lines[0].Key {
		t.Errorf("the reversal: %+v", x)
	}
	s, lines, err = bank.Read(sample(t, "v08.xml"), nil, "GBP")
	if err != nil || s.Format != "camt.053.001.08" || s.Account != "12345678" || len(lines) != 1 {
		t.Fatalf("%v %+v", err, lines)
	}
	if x := lines[0]; x.Amount != 9950 || x.Charges != 50 || x.Name != "Grace Hopper" || x.EndToEnd != "INV-2026-00001" || x.Currency != "EUR" {
		t.Errorf("%+v", x)
	}
}

// Kills: a comma that is read as a point; days and months exchanged; an amount
// that could be two.
func TestReadCSV(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		amounts    []int64
		date       int64
		fault      string
	}{
		{"german", "Buchungstag;Verwendungszweck;Betrag;Währung\n31.01.2026;Auftrag 1000;1.234,56;EUR\n01.02.2026;x;-3,00;EUR\n", []int64{123456, -300}, 20260131, ""},
		{"british", "Date,Description,Money Out,Money In\n31/01/2026,Order 1000,,25.90\n01/02/2026,fee,3.00,\n", []int64{2590, -300}, 20260131, ""},
		{"american", "Date,Description,Amount\n01/31/2026,a,\"1,000.50\"\n", []int64{100050}, 20260131, ""},
		{"ambiguous", "Date,Description,Amount\n2026-01-31,a,\"1,000\"\n", nil, 0, "ambiguous_amount"},
		{"mixed", "Date;Description;Amount\n2026-01-31;a;1,50\n2026-01-31;a;1.50\n", nil, 0, "mixed_amounts"},
		{"unknown", "Foo,Bar\n1,2\n", nil, 0, "invalid"},
		{"a word", "Date,Amount\n2026-01-31,twelve\n", nil, 0, "invalid"},
		{"empty", "Date,Amount\n", nil, 0, "empty"},
	} {
		_, lines, err := bank.Read([]byte(tc.text), nil, "GBP")
		if fault.CodeOf(err) != tc.fault && (err != nil || tc.fault != "") {
			t.Errorf("%s: %v, not %q", tc.name, err, tc.fault)
			continue
		}
		for i, n := range tc.amounts {
			if lines[i].Amount != n || lines[0].Date != tc.date {
				t.Errorf("%s: %+v", tc.name, lines[i])
			}
		}
	}
	_, lines, err := bank.Read([]byte("When,How much\n2026-01-31,3.00\n2026-01-31,3.00\n"), bank.Columns{"date": "when", "amount": "How much"}, "GBP")
	if err != nil || len(lines) != 2 || lines[0].Key == lines[1].Key {
		t.Errorf("named columns, two equal lines: %v %+v", err, lines)
	}
}

// Kills: entities, files without end, several accounts.
func TestRefused(t *testing.T) {
	for code, text := range map[string]string{
		"document_type": `<!DOCTYPE a [<!ENTITY x "y">]><Document/>`, "invalid_xml": "<Document>", "no_statement": "<Document/>",
		"too_deep": strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100), "file_too_large": strings.Repeat("x", statement.MaxBytes+1),
	} {
		if _, _, err := bank.Read([]byte(text), nil, "GBP"); fault.CodeOf(err) != code {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// FuzzRead looks for files that are read into what no line can be.
func FuzzRead(f *testing.F) {
	f.Add(sample(f, "v02.xml"))
	f.Add(sample(f, "v08.xml"))
	f.Add([]byte("Date;Amount;Text\n31.01.2026;1.234,56;x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, lines, err := bank.Read(text, nil, "GBP")
		if err != nil {
			if k := fault.KindOf(err); k != fault.Invalid && k != fault.TooLarge {
				t.Fatalf("%v of kind %v", err, k)
			}
			return
		}
		keys := map[string]bool{}
		for _, x := range lines {
			if keys[x.Key] || x.Date < 19700101 || x.Date > 99991231 || len(x.Currency) != 3 || len(x.Text) > statement.MaxText {
				t.Fatalf("%+v", x)
			}
			keys[x.Key] = true
		}
	})
}
