package stock

import (
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/buy"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/supplier"
	"orderly/internal/web/shell"
)

// maxComing is how many open purchase lines of the item the page lists, the first
// to come.
const maxComing = 20

// readComing reads what is on its way of the item, and for whom who buys it may
// look, what suppliers offer of it side by side.
func (x *view) readComing(v *shell.Visit, r *store.Reader) (err error) {
	if x.Coming, err = purchases.ComingOf(r, int64(x.Item.ID), maxComing); err != nil || !v.May(access.PurchasesRead) {
		return err
	}
	x.Choices, err = buy.Choices(r, int64(x.Item.ID), 1, v.Now().UnixMicro())
	return err
}

// comesOn is the day on which something should come; a dash when none is known.
func comesOn(v *shell.Visit, at int64) string {
	if at == 0 {
		return "–"
	}
	return time.UnixMicro(at).In(v.Merchant.Location()).Format(v.T("time.date"))
}

// punctual is how often a supplier is on time, in percent; a dash when nothing
// has come of it.
func punctual(c *supplier.Choice) string {
	if c.OnTime < 0 {
		return "–"
	}
	return strconv.FormatInt((c.OnTime+5)/10, 10) + " %"
}

// place is what a location is called; its id where the page knows it not.
func (x *view) place(id int64) string {
	for _, l := range x.List {
		if int64(l.ID) == id {
			return l.Name
		}
	}
	return ""
}
