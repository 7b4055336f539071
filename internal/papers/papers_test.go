package papers_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"orderly/internal/papers"
)

var at = time.Date(2026, 11, 28, 14, 30, 0, 0, time.UTC)

func logo(t *testing.T) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 120, 40))
	for x := range 120 {
		for y := range 40 {
			m.Set(x, y, color.RGBA{uint8(2 * x), 90, 160, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func paper(t *testing.T) papers.Paper {
	return papers.Paper{At: at, Brand: papers.Brand{Name: "Müller & Söhne", Address: []string{"Hauptstraße 1", "10115 Berlin"}, Logo: logo(t), Color: [3]uint8{200, 40, 60}}}
}

// all makes every paper with a text at every place that a stranger can fill.
func all(p papers.Paper, text string, n int) map[string]interface{ PDF() ([]byte, error) } {
	pick := &papers.PickList{Paper: p, Place: text, Orders: []papers.PickOrder{{Code: "ful_0pmnqh2000400", Order: "1001", Due: at}}}
	wave := &papers.PickList{Paper: p, Place: "Leeds"}
	slip := &papers.Slip{Paper: p, Order: "1001", Reference: text, Placed: at, To: []string{text, "1 High Street", "Leeds"}, Parcel: "par_0pmnqh2000400"}
	hand := &papers.Handover{Paper: p, Place: text}
	till := &papers.Receipt{Paper: p, Order: "1001", Subtotal: "£12.00", Discount: "-£1.00", Tax: "£2.00", Included: true, Total: "£11.00", Paid: []papers.Payment{{By: text, Amount: "£20.00"}}, Change: "£9.00"}
	bill := &papers.Invoice{Paper: p, Number: "INV-2026-00001", On: "2026-01-04", Order: "1001", Reference: text, TaxID: text, To: []string{text, "1 High Street"}, Currency: "GBP",
		Rates: []papers.TaxRate{{Rate: "20%", Net: "10.00", Tax: "2.00"}}, Net: "10.00", Tax: "2.00", Total: "12.00", Terms: []string{text}, Footer: []string{text}}
	credit := &papers.Invoice{Paper: p, Credit: true, Number: "CN-2026-00001", Of: []string{"INV-2026-00001"}, To: []string{text}, Currency: "GBP", Net: "10.00", Tax: "2.00", Total: "12.00"}
	for i := range n {
		order := fmt.Sprint(1001 + i)
		wave.Orders = append(wave.Orders, papers.PickOrder{Code: fmt.Sprintf("ful_%013d", i), Order: order})
		l := papers.PickLine{Order: "1001", SKU: fmt.Sprintf("SKU-%03d", n-i), Title: text, Quantity: int64(i%14 + 1), Shown: fmt.Sprint(i%14 + 1), Bin: fmt.Sprintf("A-%02d", (n-i)/2), Lot: text}
		pick.Lines = append(pick.Lines, l)
		l.Order = order
		wave.Lines = append(wave.Lines, l)
		slip.Lines = append(slip.Lines, papers.SlipLine{SKU: l.SKU, Title: text, Ordered: "3", Here: "2", Later: "1"})
		hand.Parcels = append(hand.Parcels, papers.HandoverParcel{Parcel: fmt.Sprintf("par_%013d", i), Tracking: fmt.Sprintf("JD%010d", i), Order: order, To: text, Carrier: []string{"DHL", "UPS", ""}[i%3], Grams: 1250})
		bill.Lines = append(bill.Lines, papers.InvoiceLine{SKU: l.SKU, Title: text, Quantity: "2", Price: "6.00", Tax: "2.00", Amount: "12.00", Carried: fmt.Sprintf("%d.00", 12*(i+1))})
		till.Lines = append(till.Lines, papers.ReceiptLine{SKU: l.SKU, Title: text, Quantity: "2", Price: "£6.00", Total: "£12.00"})
	}
	credit.Lines = bill.Lines
	label := &papers.Label{Paper: p, To: []string{text, "1 High Street", "LS1 1AA Leeds", "GB"}, From: p.Brand.Address, Parcel: "par_0pmnqh2000400", Order: "1001", Carrier: "DHL", Tracking: "JD0001", Grams: 1250}
	return map[string]interface{ PDF() ([]byte, error) }{"pick": pick, "wave": wave, "slip": slip, "label": label, "handover": hand, "receipt": till, "invoice": bill, "credit": credit}
}

func draw(t *testing.T, p interface{ PDF() ([]byte, error) }) []byte {
	t.Helper()
	b, err := p.PDF()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(b, []byte("%PDF-1.")) || !bytes.Contains(b[len(b)-16:], []byte("%%EOF")) {
		t.Fatalf("%d bytes that are no PDF", len(b))
	}
	return b
}

// read gives a paper's words, by pdftotext where it is installed.
func read(t *testing.T, b []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed")
	}
	c := exec.Command("pdftotext", "-layout", "-", "-")
	c.Stdin = bytes.NewReader(b)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// The same struct gives the same bytes.
//
// Kills: a clock, a random id, or a map's order in the file.
func TestReproducible(t *testing.T) {
	one, two := all(paper(t), "Mug", 9), all(paper(t), "Mug", 9)
	for name := range one {
		if !bytes.Equal(draw(t, one[name]), draw(t, two[name])) {
			t.Errorf("%s: two prints differ", name)
		}
	}
}

// Texts of Latin, Greek, Cyrillic and Vietnamese letters come out as they went in.
func TestLetters(t *testing.T) {
	const text = "Čeněk Łódź Ångström Ελλάδα Київ Việt €"
	for name, p := range all(paper(t), text, 2) {
		got := read(t, draw(t, p))
		if flat := strings.Join(strings.Fields(got), " "); name != "pick" && name != "wave" && !strings.Contains(flat, "Čeněk Łódź") {
			t.Errorf("%s: the text is not there:\n%s", name, got)
		}
		for _, word := range strings.Fields(text) {
			if !strings.Contains(got, word) && name != "handover" { // shortened to its column
				t.Errorf("%s: %q is not there", name, word)
			}
		}
	}
}

// Whatever was typed, the paper is made, has the pages it should have, and
// leaves out what would change its surroundings.
//
// Kills: a panic beyond the basic plane; an endless word; a mark that turns
// the direction; operators of PDF in a text.
func TestHostile(t *testing.T) {
	for _, text := range []string{
		"", " ", "\x00\x01\x1b[31m", "\xff\xfe", strings.Repeat("W", 4000), strings.Repeat("wide ", 900), "😀👩‍👩‍👧‍👦𝕏", "\u202egpj.exe\u202c", "日本語 العربية",
		") Tj ET Q (", `<script>alert(1)</script>`, `"; DROP TABLE orders; --`, "=HYPERLINK(\"x\")", "a\r\nb\tc", "{all}", "{nb}", "Z̸̢̛͓a̷l̴g̶o̵",
	} {
		for name, p := range all(paper(t), text, 3) {
			b := draw(t, p)
			if len(b) > 200_000 {
				t.Errorf("%s with %.20q: %d bytes", name, text, len(b))
			}
			if strings.ContainsAny(text, "\u202e\x00\x1b") && strings.ContainsAny(read(t, b), "\u202e\x00\x1b") {
				t.Errorf("%s with %.20q: a control letter is on the paper", name, text)
			}
		}
	}
}

// 300 lines go over pages that are counted, and each stands once.
func TestPages(t *testing.T) {
	for name, p := range all(paper(t), "A mug with a long name that goes over more than one line of the paper", 300) {
		b := draw(t, p)
		pages := bytes.Count(b, []byte("/Type /Page\n"))
		if name == "label" || name == "receipt" {
			if pages > 1 && name == "label" || pages > 2 {
				t.Errorf("%s: %d pages", name, pages)
			}
			continue
		}
		got := read(t, b)
		if want := fmt.Sprintf("Page %d of %d", pages, pages); pages < 5 || !strings.Contains(got, want) {
			t.Errorf("%s: %d pages, %q is not there", name, pages, want)
		}
		for i := range 300 {
			want := fmt.Sprintf("SKU-%03d", i+1)
			if name == "handover" {
				want = fmt.Sprintf("JD%010d", i)
			}
			if n := strings.Count(got, want); n != 1 {
				t.Fatalf("%s: %s stands %d times", name, want, n)
			}
		}
	}
}

// A walk goes along the shelves, and takes one item once for all orders.
func TestWaveOrder(t *testing.T) {
	p := &papers.PickList{Paper: paper(t), Orders: []papers.PickOrder{{Code: "ful_1", Order: "1001"}, {Code: "ful_2", Order: "1002"}}, Lines: []papers.PickLine{
		{Order: "1001", SKU: "NONE", Title: "Nowhere", Quantity: 1, Shown: "1"},
		{Order: "1001", SKU: "LAST", Title: "Last", Quantity: 2, Shown: "2", Bin: "B-1"},
		{Order: "1001", SKU: "FIRST", Title: "First", Quantity: 3, Shown: "3", Bin: "A-1"},
		{Order: "1002", SKU: "FIRST", Title: "First", Quantity: 4, Shown: "4", Bin: "A-1"},
	}}
	got := read(t, draw(t, p))
	a, b, c := strings.Index(got, "FIRST"), strings.Index(got, "LAST"), strings.Index(got, "NONE")
	if a < 0 || b < a || c < b || strings.Count(got, "FIRST") != 1 || !strings.Contains(got, "1001 × 3") || !strings.Contains(got, "1002 × 4") {
		t.Errorf("the walk is\n%s", got)
	}
}

// A scanner reads what was printed. It needs zbarimg and pdftoppm.
func TestBarcodes(t *testing.T) {
	for _, tool := range []string{"zbarimg", "pdftoppm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	want := map[string][]string{
		"pick": {"CODE-128:ful_0pmnqh2000400"}, "wave": {"CODE-128:ful_0000000000000", "CODE-128:ful_0000000000001"},
		"slip": {"CODE-128:par_0pmnqh2000400"}, "label": {"CODE-128:par_0pmnqh2000400", "QR-Code:par_0pmnqh2000400"}, "receipt": {"CODE-128:1001"},
	}
	for name, p := range all(paper(t), "Mug", 3) {
		file := filepath.Join(t.TempDir(), name+".pdf")
		if err := os.WriteFile(file, draw(t, p), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := exec.Command("pdftoppm", "-r", "200", "-png", file, strings.TrimSuffix(file, ".pdf")).Run(); err != nil {
			t.Fatal(err)
		}
		pages, _ := filepath.Glob(strings.TrimSuffix(file, ".pdf") + "*.png")
		out, _ := exec.Command("zbarimg", append([]string{"-q"}, pages...)...).Output()
		for _, code := range want[name] {
			if !strings.Contains(string(out), code) {
				t.Errorf("%s: %s was not read in\n%s", name, code, out)
			}
		}
	}
}

// An invoice of many lines tells at each page's end and beginning what the
// lines so far make, and a credit note names what it corrects.
//
// Kills: a sum of another line; a page without its sum; a row over the foot.
func TestInvoice(t *testing.T) {
	list := all(paper(t), "A mug", 40)
	got := read(t, draw(t, list["invoice"]))
	pages := strings.Split(strings.TrimSuffix(got, "\f"), "\f")
	if len(pages) < 2 {
		t.Fatalf("%d pages:\n%s", len(pages), got)
	}
	for i, page := range pages {
		carried, brought := find(page, `Carried over +(\d+)\.00`), find(page, `Brought over +(\d+)\.00`)
		if (carried == "") != (i == len(pages)-1) || (brought == "") != (i == 0) {
			t.Errorf("page %d carries %q and brought %q", i+1, carried, brought)
		}
		rows := len(regexp.MustCompile(`SKU-\d+`).FindAllString(page, -1))
		if i == 0 && carried != fmt.Sprint(12*rows) {
			t.Errorf("%d rows and %s carried", rows, carried)
		}
		if i > 0 && brought != find(pages[i-1], `Carried over +(\d+)\.00`) {
			t.Errorf("page %d brings %s", i+1, brought)
		}
	}
	flat := strings.Join(strings.Fields(got), " ")
	for _, want := range []string{"Invoice", "INV-2026-00001", "Date of issue 2026-01-04", "Net 10.00", "20% tax on 10.00 2.00", "Total 12.00 GBP", "Müller & Söhne · Hauptstraße 1 · 10115 Berlin"} {
		if !strings.Contains(flat, want) {
			t.Errorf("%q is not on the invoice:\n%s", want, got)
		}
	}
	flat = strings.Join(strings.Fields(read(t, draw(t, list["credit"]))), " ")
	for _, want := range []string{"Credit note", "CN-2026-00001", "Corrects invoice INV-2026-00001", "Tax 2.00", "Total credited 12.00 GBP"} {
		if !strings.Contains(flat, want) {
			t.Errorf("%q is not on the credit note:\n%s", want, flat)
		}
	}
}

func find(text, pattern string) string {
	if m := regexp.MustCompile(pattern).FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
