package orders

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/listing"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// FilterOf finds what a question names: its item, its location, its moments in
// the merchant's zone.
func FilterOf(r *store.Reader, q listing.Question, now time.Time, limit int) (Filter, error) {
	f := Filter{
		Words: q.Words, Status: q.Status, Payment: q.Payment, Fulfillment: q.Fulfillment, Return: q.Return, Hold: q.Hold, Stages: q.Stages, Channel: q.Channel,
		ExternalID: q.ExternalID, Number: q.Number, Customer: q.Customer, Tag: q.Tag, PlacedFrom: q.PlacedFrom, PlacedTo: q.PlacedTo, Limit: limit,
		ByDue: q.Sort == listing.ByDue || q.Due != "",
	}
	switch q.Due {
	case listing.Late:
		f.DueBefore = now.UnixMicro()
	case listing.Today:
		y, m, d := now.Date()
		f.DueBefore = time.Date(y, m, d+1, 0, 0, 0, 0, now.Location()).UnixMicro()
	}
	if !q.CreatedFrom.IsZero() {
		f.From = order.ID(ident.First(q.CreatedFrom))
	}
	if !q.CreatedTo.IsZero() {
		f.To = order.ID(max(1, ident.First(q.CreatedTo)))
	}
	var faults fault.List
	var err error
	if q.SKU != "" {
		if f.Item, err = find(r, "SELECT id FROM item WHERE m = $1 AND sku = $2", q.SKU); err != nil {
			return f, err
		}
		if f.Item == 0 {
			faults.Add("?sku", "unknown_sku", "no item has the SKU %.80q", q.SKU)
		}
	}
	if q.Location != "" {
		if id, bad := stock.ParseLocationID(q.Location); bad == nil {
			f.Location = int64(id)
		} else if f.Location, err = find(r, "SELECT id FROM location WHERE m = $1 AND code = $2", q.Location); err != nil {
			return f, err
		}
		if f.Location == 0 || !r.Scope.Sees(f.Location) {
			faults.Add("?location", "no_such_location", "there is no location %q", q.Location)
		}
	}
	return f, faults.As(fault.Invalid, "invalid_parameter", "a parameter of the request has a fault")
}

// find is the id that a unique key leads to, 0 when nothing has it.
func find(r *store.Reader, text, key string) (id int64, err error) {
	err = r.Row(text, r.M, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return id, err
}

// Cursor is where the next page begins, as text; "" at the end.
func (f *Found) Cursor() string {
	switch {
	case f.NextDue != Due{}:
		return strconv.FormatInt(f.NextDue.At, 10) + "." + strconv.FormatInt(f.NextDue.Fulfillment, 10)
	case f.Next != 0:
		return strconv.FormatInt(int64(f.Next), 10)
	}
	return ""
}

// Resume begins the page where another ended: at its Cursor. ok is false when the
// text is no cursor of this list.
func (f *Filter) Resume(cursor string) (ok bool) {
	if cursor == "" {
		return true
	}
	first, second, due := strings.Cut(cursor, ".")
	n, err := strconv.ParseInt(first, 10, 64)
	if err != nil || n < 1 || due != f.ByDue {
		return false
	}
	if !due {
		f.Before = order.ID(n)
		return true
	}
	ful, err := strconv.ParseInt(second, 10, 64)
	f.After = Due{n, ful}
	return err == nil && ful > 0
}
