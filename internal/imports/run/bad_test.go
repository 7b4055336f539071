package run_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/imports/run"
	"orderly/internal/store/storetest"
)

func TestRefusedFiles(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	const sales = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
	tests := []struct {
		name, text, code string
		o                run.Options
		says             []string
	}{
		{"binary", "\x00\x01\x02\x03", "not_text", run.Options{What: run.Items}, nil},
		{"workbook", "PK\x03\x04....", "not_text", run.Options{What: run.Orders}, []string{"save the sheet as CSV"}},
		{"empty", "", "empty_file", run.Options{What: run.Stock}, nil},
		{"cut short", "\x1f\x8b\x08\x00\x00", "damaged_file", run.Options{What: run.Items}, nil},
		{"wrong header", "article,text\nA,B\n", "columns", run.Options{What: run.Stock}, []string{"location", "quantity", `the file has "article", "text"`}},
		{"retail as it is not", "InvoiceNo,StockCode,Price\n1,2,3\n", "columns", run.Options{What: run.Orders, Mapping: run.OnlineRetail},
			[]string{"Quantity", "InvoiceDate", `the file has "InvoiceNo", "StockCode", "Price"`}},
		{"retail unsaid", sales, "known_format", run.Options{What: run.Items}, []string{"--mapping online-retail"}},
		{"retail as items", sales, "invalid_options", run.Options{What: run.Items, Mapping: run.OnlineRetail}, nil},
		{"unknown way", sales, "invalid_options", run.Options{What: run.Orders, As: "soon"}, []string{"history or live"}},
		{"unknown mapping", sales, "no_such_mapping", run.Options{What: run.Orders, Mapping: "shopware"}, []string{"online-retail"}},
	}
	for _, tt := range tests {
		tt.o.Path = b.file("file", tt.text)
		_, err := run.Import(t.Context(), b.Shop, b.beside(tt.o))
		if fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for _, say := range tt.says {
			if !strings.Contains(err.Error(), say) {
				t.Errorf("%s: %q lacks %q", tt.name, err, say)
			}
		}
	}
	if _, err := run.Import(t.Context(), b.Shop, run.Options{What: run.Items, Path: b.dir + "/none.csv"}); fault.CodeOf(err) != "no_such_file" {
		t.Errorf("a missing file: %v", err)
	}
}

// Rows that no text can be made of are rejects; the rows around them are not.
func TestBinaryAmongRows(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	s := b.load(run.Options{What: run.Items, Path: b.file("items.csv", "sku,name\nA,Mug\nB,M\x00g\nC,Tea\n\xff\xfe,Caf\xe9\n")})
	wantRejects(t, s, "3,binary,")
	if s.Items != 3 {
		t.Errorf("%d items", s.Items)
	}
}

// A line of 200 MB is one reject and costs no memory.
func TestEndlessLine(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	path := filepath.Join(b.dir, "items.csv")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	const length = 200 << 20
	_, err = io.Copy(f, io.MultiReader(strings.NewReader("sku,name\nA,Mug\nB,"), io.LimitReader(letters{}, length), strings.NewReader("\nC,Tea\n")))
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	s := b.load(run.Options{What: run.Items, Path: path})
	wantRejects(t, s, "3,record_too_long,")
	if s.Items != 2 || s.PeakRSSMB > 400 {
		t.Errorf("%d items, at most %.0f MB", s.Items, s.PeakRSSMB)
	}
}

// letters is an endless text without a line end.
type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestRejectsFile(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	path := b.file("items.csv", "sku,name\nA,Mug\nB,\n")
	o := run.Options{What: run.Items, Path: path}
	s, err := run.Import(t.Context(), b.Shop, o)
	if err != nil {
		t.Fatal(err)
	}
	if want := path + ".rejects.csv"; s.Rejects != want {
		t.Errorf("rejects in %s, want %s", s.Rejects, want)
	}
	if s, err = run.Import(t.Context(), b.Shop, o); err != nil || s.Rejects != path+".rejects-2.csv" {
		t.Errorf("the second time in %s: %v", s.Rejects, err)
	}
	o.Rejects = path
	if _, err = run.Import(t.Context(), b.Shop, o); fault.CodeOf(err) != "rejects_exist" {
		t.Errorf("over another file: %v", err)
	}
	clean := b.file("clean.csv", "sku,name\nA,Mug\n")
	if s, err = run.Import(t.Context(), b.Shop, run.Options{What: run.Items, Path: clean}); err != nil || s.Rejects != "" {
		t.Errorf("without rejects: %q, %v", s.Rejects, err)
	}
	if _, err := os.Stat(clean + ".rejects.csv"); err == nil {
		t.Error("a file of no rejects was made")
	}
}
