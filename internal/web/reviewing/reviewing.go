// Package reviewing is what both sides look at when a supplier's work is reviewed:
// the figures of its score card, and the lines that they are of.
//
// What belongs here: what the room of suppliers and the portal of a supplier both
// show. What does not: who may see it (the rooms), and the figures themselves
// (purchase).
package reviewing

import (
	"encoding/csv"
	"net/url"
	"strconv"
	"time"

	"orderly/internal/formula"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/supplier"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// MaxLines is how many lines a file has at most, the newest.
const MaxLines = 10_000

// View is the figures of a period.
type View struct {
	purchase.Score
	Currency string
	File     string // the address of the lines
}

// Read makes the figures of a supplier.
func Read(v *shell.Visit, r *store.Reader, s *supplier.Supplier, in purchases.Period, file string) (*View, error) {
	in.Supplier = s.ID
	facts, err := purchases.FactsOf(r, in, v.Now().UnixMicro())
	return &View{Score: purchase.ScoreOf(facts), Currency: s.Currency, File: file}, err
}

// Asked is the period that the address asks for, of days in the shop's zone; what
// is left out, or cannot be read, does not narrow.
func Asked(v *shell.Visit) purchases.Period {
	return purchases.Period{From: day(v, "from", 0), Until: day(v, "to", 1)}
}

// Query is what of the address narrows the period.
func Query(v *shell.Visit) string {
	out := url.Values{}
	for _, name := range []string{"from", "to"} {
		if text := v.Query(name); text != "" {
			out.Set(name, text)
		}
	}
	return out.Encode()
}

func day(v *shell.Visit, name string, later int) int64 {
	at, err := time.ParseInLocation(time.DateOnly, v.Query(name), v.Merchant.Location())
	if err != nil {
		return 0
	}
	return at.AddDate(0, 0, later).UnixMicro()
}

// columns name what the file has; a supplier reads it, so that they are words of
// purchasing and no keys.
var columns = []string{"purchase_order", "line", "purpose", "sku", "supplier_sku", "title", "ordered", "received", "damaged", "sent_back_for_faults", "sent_on", "promised_on", "came_on", "days_late", "lead_days", "cost", "cost_before", "currency"}

// Write answers with the lines as a file.
func Write(v *shell.Visit, s *supplier.Supplier, in purchases.Period) error {
	in.Supplier = s.ID
	var list []purchases.FactLine
	if err := v.Read(func(r *store.Reader) (err error) {
		list, err = purchases.FactLines(r, in, [3]int64{}, MaxLines)
		return err
	}); err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="deliveries.csv"`)
	w := csv.NewWriter(v.W)
	if err := w.Write(columns); err != nil {
		return err
	}
	for i := range list {
		if err := w.Write(row(&list[i], s.Currency, v.Merchant.Location())); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func row(x *purchases.FactLine, currency string, zone *time.Location) []string {
	on := func(at int64) string {
		if at == 0 {
			return ""
		}
		return time.UnixMicro(at).In(zone).Format(time.DateOnly)
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	late, lead, before := "", "", ""
	if x.PromisedAt > 0 {
		late = number(x.LateDays)
	}
	if x.LeadDays >= 0 {
		lead = number(x.LeadDays)
	}
	if x.Before > 0 {
		before = x.Before.String()
	}
	units := func(n int64) string { return walk.Quantity(n, x.Scale, "") }
	return []string{
		number(x.Number), strconv.Itoa(x.N), string(x.Purpose), formula.Harmless(x.SKU), formula.Harmless(x.SupplierSKU), formula.Harmless(x.Title), units(x.Quantity), units(x.Received), units(x.Damaged), units(x.Faulty),
		on(x.SentAt), on(x.PromisedAt), on(x.DoneAt), late, lead, x.Cost.String(), before, currency,
	}
}

func rate(n int64) string {
	if n < 0 {
		return "–"
	}
	return strconv.FormatFloat(float64(n)/10, 'f', 1, 64) + " %"
}

func days(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }

func signed(n int64) string {
	switch {
	case n > 0:
		return "+" + rate(n)
	case n < 0:
		return "−" + rate(-n)
	}
	return rate(0)
}
