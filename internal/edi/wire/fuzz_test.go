package wire_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly/internal/edi"
	"orderly/internal/edi/wire"
)

// seeds are the project's own samples and, where they are, those of others.
func seeds(f *testing.F, standard edi.Standard) {
	base := os.Getenv("ORDERLY_TEST_DATA")
	if base == "" {
		base = "../../../../shared/data"
	}
	for _, pattern := range []string{"testdata/*.edi", base + "/fixtures/edi/*/*.edi", base + "/fixtures/edi/*/*/*.edi"} {
		files, _ := filepath.Glob(pattern)
		for _, name := range files {
			raw, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			if text := edi.Text(raw); strings.HasPrefix(text, "ISA") == (standard == edi.X12) {
				f.Add(text)
			}
		}
	}
	f.Add(large5(f, standard))
}

func large5(f *testing.F, standard edi.Standard) string {
	text, err := wire.Write(standard, envelope(standard, wire.Default(standard), 1), &edi.Order{Number: "P1", Date: "20240101", Lines: []edi.Line{{Number: "1", Buyer: "A", Quantity: edi.Whole(1), Unit: "EA"}}})
	if err != nil {
		f.Fatal(err)
	}
	return text
}

// tokens holds what a text is cut into: read, rendered and read again it is
// the same.
func tokens(t *testing.T, text string) {
	list, err := wire.Parse(text)
	if err != nil {
		return
	}
	for i := range list {
		once := list[i].Render()
		again, err := wire.Parse(once)
		if err != nil || len(again) != 1 {
			t.Fatalf("%q\nrenders as %q\nand is read as %d: %v", text, once, len(again), err)
		}
		if twice := again[0].Render(); twice != once {
			t.Fatalf("%q\nrenders as %q\nand then as %q", text, once, twice)
		}
		wire.Acknowledge(&list[i])
	}
}

// documents holds what is made of messages: a document that can be written
// says the same when it is read again.
func documents(t *testing.T, text string) {
	list, err := wire.Parse(text)
	if err != nil {
		return
	}
	for i := range list {
		x := &list[i]
		e := envelope(x.Standard, wire.Default(x.Standard), 7)
		for k := range x.Groups {
			for n := range x.Groups[k].Messages {
				d, err := wire.Read(x, &x.Groups[k].Messages[n])
				if err != nil {
					continue
				}
				once, err := wire.Write(x.Standard, e, d)
				if err != nil {
					continue
				}
				back, err := wire.Parse(once)
				if err != nil || back[0].Status() == edi.Rejected {
					t.Fatalf("%q\nis written as %q\nand refused: %v %v", text, once, err, back)
				}
				d, err = wire.Read(&back[0], &back[0].Groups[0].Messages[0])
				if err != nil {
					t.Fatal(err)
				}
				twice, err := wire.Write(x.Standard, e, d)
				if err != nil || twice != once {
					t.Fatalf("%q\nis written as %q\nand then as %q: %v", text, once, twice, err)
				}
			}
		}
	}
	for i := range list {
		for _, a := range wire.Acknowledge(&list[i]) {
			answered(t, list[i].Standard, a)
		}
	}
}

// answered holds the acknowledgment of anything: it can be written, and our
// own rules accept it.
func answered(t *testing.T, standard edi.Standard, a edi.Document) {
	text, err := wire.Write(standard, envelope(standard, wire.Default(standard), 7), a)
	if err != nil {
		return // what it answers has no number that can be repeated
	}
	if x, err := wire.Parse(text); err != nil || x[0].Status() == edi.Rejected {
		t.Fatalf("the acknowledgment is refused: %v\n%s", err, text)
	}
}

func FuzzX12Tokens(f *testing.F) {
	seeds(f, edi.X12)
	f.Fuzz(func(t *testing.T, text string) {
		if strings.HasPrefix(text, "ISA") {
			tokens(t, text)
		}
	})
}

func FuzzEdifactTokens(f *testing.F) {
	seeds(f, edi.Edifact)
	f.Fuzz(func(t *testing.T, text string) {
		if !strings.HasPrefix(text, "ISA") {
			tokens(t, text)
		}
	})
}

func FuzzX12Documents(f *testing.F) {
	seeds(f, edi.X12)
	f.Fuzz(func(t *testing.T, text string) { documents(t, text) })
}

func FuzzEdifactDocuments(f *testing.F) {
	seeds(f, edi.Edifact)
	f.Fuzz(func(t *testing.T, text string) { documents(t, text) })
}
