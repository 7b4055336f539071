package deliver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/store/talks"
	"orderly/internal/talk"
)

// asked is all that a partner is told of an entry: which of its requests or purchase
// orders it is about. What else stands in the entry is of other places, and is
// nothing to it.
type asked struct {
	Request      string `json:"request,omitempty"`
	Purchase     string `json:"purchase_order,omitempty"`
	Conversation string `json:"conversation,omitempty"`
	Return       string `json:"return,omitempty"`
	Order        string `json:"order,omitempty"`
	Location     string `json:"location"`
	Step         string `json:"step"`
	Reason       string `json:"reason,omitempty"`
	Trial        bool   `json:"trial,omitempty"`
}

// pretends are the types under which a partner is told of trial orders: those of the
// requests that they stand for, so that its program needs nothing for them.
var pretends = map[string]string{journal.TrialSubmitted: journal.FulSubmitted, journal.TrialWithdrawn: journal.FulWithdrawn}

// told is the type under which the endpoint is told of entries of a type.
func (s *serving) told(typ string) string {
	if s.endpoint.Location == 0 {
		return typ
	}
	return cmp.Or(pretends[typ], typ)
}

// concerns finds, by entry, what a partner at a location is told of it. Entries
// that are of other places are left out.
func concerns(r *store.Reader, at int64, list []journal.Entry) (map[int64]asked, error) {
	out := map[int64]asked{}
	err := errors.Join(requested(r, at, list, out), attempted(at, list, out), ofSupplier(r, at, list, out))
	return out, err
}

// requested adds steps of requests: an entry of an order is of one act on one of
// them.
func requested(r *store.Reader, at int64, list []journal.Entry, out map[int64]asked) error {
	steps := map[int64][]order.RequestStep{}
	var ids []fulfillment.ID
	for i := range list {
		if list[i].Kind != journal.Order {
			continue
		}
		d, err := order.DecodeDelta(list[i].Data)
		if err != nil {
			return err
		}
		steps[list[i].Seq] = d.Requests
		for _, s := range d.Requests {
			ids = append(ids, fulfillment.ID(s.ID))
		}
	}
	known, err := fulfillments.Load(r, ids)
	if err != nil {
		return err
	}
	here := map[int64]bool{}
	for _, f := range known {
		here[int64(f.ID)] = f.Location == stock.LocationID(at)
	}
	for i := range list {
		for _, s := range steps[list[i].Seq] {
			if here[s.ID] {
				out[list[i].Seq] = asked{
					Request: fulfillment.ID(s.ID).String(), Order: ident.Text(journal.Order, list[i].Subject), Location: stock.LocationID(at).String(), Step: s.Step, Reason: s.Reason,
				}
				break
			}
		}
	}
	return nil
}

// attempted adds trial orders, as the requests that they stand for.
func attempted(at int64, list []journal.Entry, out map[int64]asked) error {
	for i := range list {
		x := &list[i]
		if x.Kind != journal.Trial || pretends[x.Type] == "" {
			continue
		}
		var of struct{ Location, Step string }
		if err := json.Unmarshal(x.Data, &of); err != nil {
			return err
		}
		if of.Location == stock.LocationID(at).String() {
			out[x.Seq] = asked{Request: ident.Text(journal.Trial, x.Subject), Location: of.Location, Step: of.Step, Trial: true}
		}
	}
	return nil
}

// ofSupplier adds messages of ours, about its requests and about purchase orders of
// the supplier that works there, and what that supplier is asked to take back.
func ofSupplier(r *store.Reader, at int64, list []journal.Entry, out map[int64]asked) error {
	known, err := suppliers.AtLocations(r, []stock.LocationID{stock.LocationID(at)})
	if err != nil {
		return err
	}
	by := int64(0)
	if s := known[stock.LocationID(at)]; s != nil {
		by = int64(s.ID)
	}
	for i := range list {
		var x asked
		var here bool
		switch list[i].Type {
		case journal.TalkWritten:
			x, here, err = written(r, at, by, talk.ID(list[i].Subject))
		case journal.SupplierReturnAsked:
			x, here, err = back(r, by, purchase.ReturnID(list[i].Subject))
		}
		if err != nil {
			return err
		}
		if x.Location = stock.LocationID(at).String(); here {
			out[list[i].Seq] = x
		}
	}
	return nil
}

func written(r *store.Reader, at, by int64, id talk.ID) (x asked, here bool, err error) {
	t, err := talks.Get(r, id)
	if err != nil || t == nil {
		return x, false, err
	}
	x = asked{Conversation: id.String(), Step: "written"}
	if t.About == talk.Request {
		x.Request, x.Order = fulfillment.ID(t.Subject).String(), ident.Text(journal.Order, t.Order)
		return x, t.Location == at, nil
	}
	x.Purchase = purchase.ID(t.Subject).String()
	return x, by != 0 && t.Supplier == by, nil
}

func back(r *store.Reader, by int64, id purchase.ReturnID) (x asked, here bool, err error) {
	of, err := purchases.Return(r, id)
	if err != nil || of == nil {
		return x, false, err
	}
	return asked{Return: id.String(), Purchase: of.Purchase.String(), Step: "asked"}, by != 0 && of.Supplier == by, nil
}

// ours leaves the changes that concern the location of a partner's endpoint.
func (s *serving) ours(ctx context.Context, list []entries.Change) (out []entries.Change, err error) {
	if s.endpoint.Location == 0 || len(list) == 0 {
		return list, nil
	}
	seqs := make([]int64, len(list))
	for i, c := range list {
		seqs[i] = c.Seq
	}
	err = s.e.db.Read(ctx, scope(s.claim.M), func(r *store.Reader) error {
		found, err := entries.Some(r, seqs)
		if err != nil {
			return err
		}
		known, err := concerns(r, s.endpoint.Location, found)
		out = slices.DeleteFunc(slices.Clone(list), func(c entries.Change) bool { _, ok := known[c.Seq]; return !ok })
		for i := range out {
			out[i].Type = s.told(out[i].Type)
		}
		return err
	})
	return out, err
}

// tellPartner gives what a partner's endpoint is sent of entries.
func (s *serving) tellPartner(r *store.Reader, list []journal.Entry, each func(*journal.Entry, []byte)) error {
	known, err := concerns(r, s.endpoint.Location, list)
	if err != nil {
		return err
	}
	for i := range list {
		if x, ok := known[list[i].Seq]; ok {
			data, err := json.Marshal(x)
			if err != nil {
				return err
			}
			e := list[i]
			e.Type = s.told(e.Type)
			each(&e, data)
		}
	}
	return nil
}
