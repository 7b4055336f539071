package care

import (
	"fmt"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/credit"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store/items"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/returned"
	"orderly/internal/store/unreceipted"
)

// TakeLine is units of an item, by SKU or barcode, and what becomes of them.
type TakeLine struct {
	SKU         string
	Quantity    int64
	Disposition returns.Disposition
}

// TakeCommand takes goods of which nobody knows the order.
type TakeCommand struct {
	Location stock.LocationID
	Lines    []TakeLine
	Name     string // of who brings them
	Email    string
	Amount   *int64 // instead of the lowest prices, in the shop's currency
	Reason   string // why it is that: kept in the row alone
}

// TakeUnreceipted takes goods without a receipt at the lowest price at which
// each sold in the last 90 days, or at a typed sum within the policy's limit,
// and gives it as store credit: never as money.
var TakeUnreceipted = step.Act[TakeCommand]{
	Name: "returns.unreceipted", Permission: access.OrdersWrite,
	Check: checkTake, Load: loadTake, Decide: decideTake,
}.Operation()

func checkTake(c *TakeCommand) error {
	var l fault.List
	c.Name, c.Email, c.Reason = strings.TrimSpace(c.Name), strings.TrimSpace(c.Email), strings.TrimSpace(c.Reason)
	party.Contact{Name: c.Name, Email: c.Email}.Check("", &l)
	if c.Email == "" {
		l.Add("/email", "missing", "store credit is somebody's: say whose address it is")
	}
	if c.Location == 0 {
		l.Add("/location", "missing", "name the location that has the goods, by its code or id")
	}
	if c.Amount != nil && (*c.Amount <= 0 || *c.Amount > money.MaxTotal) {
		l.Add("/amount", "out_of_range", "the sum is more than 0")
	}
	if c.Amount != nil && c.Reason == "" {
		l.Add("/reason", "missing", "say why it is not the lowest price")
	}
	returns.CheckText("/reason", c.Reason, &l)
	if len(c.Lines) == 0 || len(c.Lines) > returns.MaxTaken {
		l.Add("/lines", "missing", "say what was brought: 1 to %d lines", returns.MaxTaken)
	}
	for i, x := range c.Lines {
		if x.Quantity < 1 || x.Quantity > stock.MaxQuantity {
			l.Add(fmt.Sprintf("/lines/%d/quantity", i), "not_positive", "say how many there are")
		}
		if !x.Disposition.Known() {
			l.Add(fmt.Sprintf("/lines/%d/to", i), "unknown_disposition", "say what becomes of them: restock, damaged, quarantine, supplier or scrap")
		}
	}
	return l.Err()
}

func loadTake(b *step.Batch, asked []desk.Asked[TakeCommand]) error {
	var codes []string
	for i := range asked {
		for _, l := range asked[i].Command.Lines {
			codes = append(codes, l.SKU)
		}
	}
	if err := b.LoadItems(codes); err != nil {
		return err
	}
	packs, err := items.ByBarcode(b.R, codes)
	if err != nil {
		return err
	}
	if err := b.KnowPacks(packs); err != nil {
		return err
	}
	var ids []int64
	for _, c := range codes {
		if i, _ := b.Packed(c); i != nil {
			ids = append(ids, int64(i.ID))
		}
	}
	if err := b.LoadLevels(ids); err != nil {
		return err
	}
	return b.LoadPolicies()
}

func decideTake(b *step.Batch, a desk.Asked[TakeCommand]) (desk.Result, error) {
	c := a.Command
	if b.Catalog.Location(c.Location) == nil || !a.Scope.Sees(int64(c.Location)) {
		return desk.Result{}, fault.New(fault.Invalid, "unknown_location", "there is no such location to receive the goods at")
	}
	m, err := merchants.Get(b.R, b.R.M)
	if err != nil {
		return desk.Result{}, err
	}
	u := &returns.Unreceipted{ID: returns.UnreceiptedID(b.NewID()), Location: c.Location, Currency: m.Currency, Reason: c.Reason, Actor: a.Scope.Actor.String(), At: b.At}
	if err := worthOf(b, u, c); err != nil {
		return desk.Result{}, err
	}
	if u.Number, err = b.NumberUnreceipted(); err != nil {
		return desk.Result{}, err
	}
	who, err := b.CustomerOf(a.Scope, party.Contact{Name: c.Name, Email: c.Email})
	if err != nil {
		return desk.Result{}, err
	}
	to, err := b.OpenStoreCredit(int64(who.ID), m.Currency)
	if err != nil {
		return desk.Result{}, err
	}
	gives := credit.Movement{Kind: credit.Take, Amount: u.Amount, Reason: "goods without a receipt, " + u.Name()}
	then := *to
	if _, err := then.Move(gives); err != nil {
		return desk.Result{}, err
	}
	u.Customer, u.Credit = who.ID, int64(to.ID)
	if err := b.Take(a.Scope, u); err != nil {
		return desk.Result{}, err
	}
	if err := b.MoveCredit(a.Scope, to, gives); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Unreceipted, ID: int64(u.ID), Seq: 1, Status: "created", Value: u}, nil
}

// worthOf finds what the goods are worth: each at the lowest price at which it
// sold, unless somebody typed a sum that the policy allows.
func worthOf(b *step.Batch, u *returns.Unreceipted, c TakeCommand) error {
	places, err := locations.All(b.R)
	if err != nil {
		return err
	}
	at := make([]stock.LocationID, len(places))
	for i, p := range places {
		at[i] = p.ID
	}
	from := ident.First(time.UnixMicro(b.At - returns.SoldWithin))
	var faults fault.List
	for i, l := range c.Lines {
		where := fmt.Sprintf("/lines/%d", i)
		item, pack := b.Packed(l.SKU)
		if item == nil || item.Kind != catalog.Goods {
			faults.Add(where+"/sku", "unknown_sku", "no goods have the SKU or barcode %.60q", l.SKU)
			continue
		}
		sold, err := unreceipted.Lowest(b.R, int64(item.ID), at, from, u.Currency)
		if err != nil {
			return err
		}
		if sold.Quantity == 0 && c.Amount == nil {
			faults.Add(where, "not_sold", "%.60q was not sold in the last 90 days; type a sum and say why", l.SKU)
		}
		n := l.Quantity * pack
		u.Lines = append(u.Lines, returns.Taken{N: len(u.Lines) + 1, Item: int64(item.ID), Quantity: n, Disposition: l.Disposition, Lowest: sold.Worth(unit(item)), Amount: sold.Worth(n)})
		u.Amount += u.Lines[len(u.Lines)-1].Amount
	}
	if err := faults.As(fault.Conflict, "not_sold", "some of it cannot be taken so"); err != nil {
		return err
	}
	if c.Amount == nil {
		return nil
	}
	u.Amount = *c.Amount
	if most := returned.For(b.Policies(), "").TypedMost; u.Amount > most {
		currency, err := money.ParseCurrency(u.Currency)
		if err != nil {
			return err
		}
		return fault.New(fault.Denied, "beyond_limit", "at most %s %s may be typed for goods without a receipt; the policy of returns says so", currency.FormatAmount(most), u.Currency)
	}
	return nil
}

// unit is one unit of an item in its steps.
func unit(i *catalog.Item) int64 {
	n := int64(1)
	for range i.Scale {
		n *= 10
	}
	return n
}
