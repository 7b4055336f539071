// Package talks is the room in which we and suppliers or partners write to each
// other about a purchase order or a request.
//
// What belongs here: writing, noting, settling, and mail of theirs that comes in.
// What does not: what a conversation is (talk), sending mail (post), and answers
// that change something: those are acts of buy and partner.
package talks

import (
	"encoding/json"
	"maps"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/partner"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/partners"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/store/talks"
	"orderly/internal/supplier"
	"orderly/internal/support"
	"orderly/internal/talk"
)

// Subject is what a conversation is about, as a scope reaches it. While nobody
// has written, its ID is 0.
type Subject struct {
	talk.Talk
	Side     string // on which who asks stands
	Email    string // of the supplier or partner; "" when nobody knows one
	Purchase *purchase.Purchase
	Request  *partner.Request
}

// Of finds what may be talked about under an id of a purchase order or a request,
// for who sees it. A purchase order that follows a request is talked about there.
func Of(r *store.Reader, by access.Scope, about string, id int64) (*Subject, error) {
	var x *Subject
	var err error
	if about == talk.Purchase {
		x, err = ofPurchase(r, by, purchase.ID(id))
	} else {
		x, err = ofRequest(r, by, fulfillment.ID(id))
	}
	if err != nil {
		return nil, err
	}
	known, err := talks.About(r, x.About, x.Talk.Subject)
	if known != nil {
		x.Talk = *known
	}
	return x, err
}

// ofPurchase: ours are all who may see what is bought; theirs is who works at the
// place of the supplier, once the order was sent.
func ofPurchase(r *store.Reader, by access.Scope, id purchase.ID) (*Subject, error) {
	none := fault.New(fault.NotFound, "no_such_purchase", "there is no purchase order %s", id)
	p, err := purchases.Get(r, id)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, none
	}
	if p.Chained() {
		return ofRequest(r, by, fulfillment.ID(p.Lines[0].Fulfillment))
	}
	s, err := suppliers.Get(r, supplier.ID(p.Supplier))
	if err != nil {
		return nil, err
	}
	x := &Subject{Talk: talk.Talk{About: talk.Purchase, Subject: int64(id), Supplier: p.Supplier, Location: s.Location}, Side: talk.Us, Email: s.Email, Purchase: p}
	switch {
	case by.May(access.PurchasesRead) && by.Sees(p.Location):
	case theirs(by) && Shown(p) && s.Location != 0 && by.Sees(s.Location):
		x.Side = talk.Them
	default:
		return nil, none
	}
	return x, nil
}

// theirs reports whether a scope is that of somebody who works for a partner.
func theirs(by access.Scope) bool {
	return len(by.Locations) > 0 && by.May(access.RequestsWork) && !by.May(access.FulfillmentRead)
}

// Shown reports whether a supplier sees a purchase order: from when it was sent.
func Shown(p *purchase.Purchase) bool { return p.SentAt != 0 && !p.History }

func ofRequest(r *store.Reader, by access.Scope, id fulfillment.ID) (*Subject, error) {
	found, err := partners.Load(r, []fulfillment.ID{id})
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || !by.Sees(int64(found[0].Location)) || !by.May(access.FulfillmentRead) && !by.May(access.RequestsWork) {
		return nil, fault.New(fault.NotFound, "no_such_request", "no partner was asked for fulfillment %s", id)
	}
	q := found[0]
	x := &Subject{Talk: talk.Talk{About: talk.Request, Subject: int64(id), Location: int64(q.Location), Order: int64(q.Order)}, Side: talk.Us, Request: q}
	if !by.May(access.FulfillmentRead) {
		x.Side = talk.Them
	}
	terms, err := partners.Terms(r)
	if err != nil {
		return nil, err
	}
	x.Email, err = step.PartnerAddress(r, terms[q.Location], q.Location)
	return x, err
}

// act makes an operation on one conversation of what is done there. Few are
// written, so that each stands alone; a refusal looks before it writes.
func act[C any](name string, check func(*C, *fault.List), do func(*desk.Turn, desk.Asked[C]) (desk.Result, error)) *desk.Operation[C] {
	return &desk.Operation[C]{
		Name: name, Permission: access.RequestsWork,
		Check: func(c *C) error {
			var l fault.List
			if check != nil {
				check(c, &l)
			}
			return l.Err()
		},
		Run: desk.OneByOne(do),
	}
}

// keep writes a conversation after an act, and the entry that tells of it: never
// what somebody wrote.
func keep(t *desk.Turn, by access.Scope, x *talk.Talk, typ string, more map[string]any) (desk.Result, error) {
	err := Tell(t.Tx, by, x, typ, more)
	return desk.Result{Kind: journal.Talk, ID: int64(x.ID), Seq: x.Version, Status: "done", Value: x}, err
}

// Tell keeps a conversation and tells what happened in it.
func Tell(tx *store.Tx, by access.Scope, x *talk.Talk, typ string, more map[string]any) error {
	x.Version, x.UpdatedAt = x.Version+1, tx.At
	told := map[string]any{x.About: AboutText(x), "awaits": x.Awaits}
	maps.Copy(told, more)
	data, err := json.Marshal(told)
	if err != nil {
		return err
	}
	if err := talks.Save(tx, x); err != nil {
		return err
	}
	return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Talk, int64(x.ID), x.Version, typ, by, data)})
}

// AboutText is the id of what a conversation is about, as people and programs see
// it.
func AboutText(x *talk.Talk) string {
	if x.About == talk.Purchase {
		return purchase.ID(x.Subject).String()
	}
	return fulfillment.ID(x.Subject).String()
}

// FileFor reads a file of the conversation about something with its data, for who
// sees the message that it came with.
func FileFor(r *store.Reader, by access.Scope, about string, id, file int64) (*support.File, error) {
	x, err := Of(r, by, about, id)
	if err != nil {
		return nil, err
	}
	f, of, err := talks.FileOf(r, x.Talk.ID, file)
	if err == nil && (f == nil || x.Side == talk.Them && len(talk.Seen([]talk.Message{of})) == 0) {
		err = fault.New(fault.NotFound, "no_such_file", "there is no such file")
	}
	return f, err
}

// OfPurchases reads the conversations about purchase orders, by their ids.
func OfPurchases(r *store.Reader, list []*purchase.Purchase) (map[purchase.ID]*talk.Talk, error) {
	var own, asked []int64
	for _, p := range list {
		if p.Chained() {
			asked = append(asked, p.Lines[0].Fulfillment)
		} else {
			own = append(own, int64(p.ID))
		}
	}
	of, err := talks.AboutAll(r, talk.Purchase, own)
	if err != nil {
		return nil, err
	}
	at, err := talks.AboutAll(r, talk.Request, asked)
	out := map[purchase.ID]*talk.Talk{}
	for _, p := range list {
		if p.Chained() {
			out[p.ID] = at[p.Lines[0].Fulfillment]
		} else {
			out[p.ID] = of[int64(p.ID)]
		}
	}
	return out, err
}
