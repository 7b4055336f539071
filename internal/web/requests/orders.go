package requests

import (
	"slices"
	"strconv"
	"time"

	"orderly/internal/desk/buy"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/talk"
	"orderly/internal/web/reviewing"
	"orderly/internal/web/shell"
	"orderly/internal/web/talking"
)

// bought are the purchase orders that a supplier sees: those that were sent to it.
type bought struct {
	Places  []*stock.Location
	Place   *stock.Location
	Rows    []*purchase.Purchase
	Talks   map[purchase.ID]*talk.Talk
	Returns []purchase.Return // that it is to answer
	More    bool
	Score   *reviewing.View // of the last ninety days
}

// reviewed is how long the figures look back that a supplier sees of itself.
const reviewed = 90

func orders(v *shell.Visit) error {
	var b bought
	err := v.Read(func(r *store.Reader) (err error) {
		if b.Places, b.Place, err = places(r, v.Query("at")); err != nil || b.Place == nil {
			return err
		}
		of, err := suppliers.AtLocations(r, []stock.LocationID{b.Place.ID})
		s := of[b.Place.ID]
		if err != nil || s == nil {
			return err
		}
		if b.Rows, err = purchases.SentTo(r, s.ID, shown+1); err != nil {
			return err
		}
		b.More = len(b.Rows) > shown
		b.Rows = b.Rows[:min(shown, len(b.Rows))]
		if b.Returns, err = purchases.ReturnsAsked(r, int64(s.ID), shown); err != nil {
			return err
		}
		if b.Score, err = reviewing.Read(v, r, s, lately(v), "/supplier-orders/deliveries.csv?at="+b.Place.ID.String()); err != nil {
			return err
		}
		b.Talks, err = talks.OfPurchases(r, b.Rows)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("requests.orders"), ordersPage(v, b))
}

// lately is the time of which a supplier sees its figures, from the beginning of a
// day in the shop's zone.
func lately(v *shell.Visit) purchases.Period {
	y, m, d := v.Now().In(v.Merchant.Location()).Date()
	return purchases.Period{From: time.Date(y, m, d-reviewed, 0, 0, 0, 0, v.Merchant.Location()).UnixMicro()}
}

// deliveries are the lines that a supplier's figures are of.
func deliveries(v *shell.Visit) error {
	var s *supplier.Supplier
	err := v.Read(func(r *store.Reader) error {
		_, at, err := places(r, v.Query("at"))
		if err != nil || at == nil {
			return err
		}
		of, err := suppliers.AtLocations(r, []stock.LocationID{at.ID})
		s = of[at.ID]
		return err
	})
	if err == nil && s == nil {
		err = fault.New(fault.NotFound, "no_supplier", "no supplier sends from here")
	}
	if err != nil {
		return err
	}
	return reviewing.Write(v, s, lately(v))
}

// ordering is the page of a purchase order as its supplier sees it.
type ordering struct {
	*purchase.Purchase
	Talk    *talking.View
	Returns []purchase.Return // that it was asked to take
	Refused purchase.ReturnID // of which an answer was refused
	Faults  shell.Faults
}

func ordered(text string) (int64, error) {
	id, err := purchase.ParseID(text)
	return int64(id), err
}

func loadOrder(v *shell.Visit) (*ordering, error) {
	none := fault.New(fault.NotFound, "no_such_purchase", "there is no such purchase order")
	id, err := purchase.ParseID(v.Path("id"))
	if err != nil {
		return nil, none
	}
	x := &ordering{}
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Talk, err = talking.Read(r, talk.Purchase, int64(id), "/supplier-orders/"+id.String()); err != nil {
			return err
		}
		if x.Talk == nil || x.Talk.Purchase == nil || !talks.Shown(x.Talk.Purchase) {
			return none
		}
		x.Purchase = x.Talk.Purchase
		x.Returns, err = purchases.ReturnsOf(r, id)
		x.Returns = slices.DeleteFunc(x.Returns, func(y purchase.Return) bool {
			return y.Step == purchase.ReturnDraft || y.AskedAt == 0 && y.ApprovedAt == 0
		})
		return err
	})
	return x, err
}

func orderPage(v *shell.Visit) error {
	x, err := loadOrder(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), orderShown(v, x))
}

func sayAgainOfOrder(v *shell.Visit, said *talking.View) error {
	x, err := loadOrder(v)
	if err != nil {
		return err
	}
	x.Talk = said
	return v.Again(x.title(v), orderShown(v, x))
}

func (x *ordering) title(v *shell.Visit) string {
	return v.T("requests.order_of", "n", strconv.FormatInt(x.Number, 10))
}

// typed is what was typed about a return, and what was refused of it.
func (x *ordering) typed(v *shell.Visit, r purchase.ReturnID, field string) (value, fault string) {
	if r != x.Refused {
		return "", ""
	}
	return v.Form(field), x.Faults[field]
}

func day(v *shell.Visit, at int64) string {
	if at == 0 {
		return "–"
	}
	return time.UnixMicro(at).In(v.Merchant.Location()).Format(v.T("time.date"))
}

// answerReturn is the supplier's word on goods that would go back to it.
func answerReturn(v *shell.Visit) error {
	x, err := loadOrder(v)
	if err != nil {
		return err
	}
	id, err := purchase.ParseReturnID(v.Path("return"))
	if err != nil || !slices.ContainsFunc(x.Returns, func(y purchase.Return) bool { return y.ID == id }) {
		return fault.New(fault.NotFound, "no_such_return", "there is no such return")
	}
	_, err = shell.Do(v, buy.AnswerReturn, buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{Act: v.Form("act"), RMA: v.Form("rma"), Why: v.Form("why")}})
	if err == nil {
		v.Toast(v.T("requests.said_answered"))
		return v.Go("/supplier-orders/" + x.ID.String())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Refused, x.Faults = id, faults
	return v.Again(x.title(v), orderShown(v, x))
}
