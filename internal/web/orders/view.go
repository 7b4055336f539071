package orders

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/delivery"
	"orderly/internal/fault"
	"orderly/internal/flow"
	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/preorder"
	"orderly/internal/returns"
	"orderly/internal/rule"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/assignments"
	"orderly/internal/store/entries"
	"orderly/internal/store/flows"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/keys"
	"orderly/internal/store/ledger"
	"orderly/internal/store/locations"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
	"orderly/internal/store/returned"
	"orderly/internal/store/rules"
	"orderly/internal/store/tariffs"
	"orderly/internal/store/tracking"
	"orderly/internal/store/users"
	"orderly/internal/store/yields"
	"orderly/internal/web/shell"
)

// Limits of what the page of an order reads.
const (
	maxEntries = 200 // the newest
	maxRelated = 6
	maxTurns   = 50 // turns of rules
)

// view is one order with all that its page shows, as one snapshot has it.
type view struct {
	*order.Order
	Fulfillments []*fulfillment.Fulfillment
	Parcels      []*fulfillment.Parcel
	Scans        map[fulfillment.ParcelID][]fulfillment.Scan
	Proofs       map[fulfillment.ParcelID]fulfillment.Proof
	Notes        []orders.Note
	Bookings     []payment.Entry
	Payments     []*payment.Payment
	said         []payment.Channeled // by which means the channel was paid
	providers    []string            // over which more can be paid
	Returns      []*returns.Return
	Entries      []journal.Entry // newest first
	Related      []relation
	Waits        map[int64]bool // what of the order waits for somebody: itself, its work
	Whose        map[int64]assignments.Assignment
	Link         tracking.Link // zero when none was made
	Billing      billing
	Flow         *flow.Flow // nil when all waits for a person
	run          *flow.Run
	Promises     []delivery.Promise // first to last
	Done         delivery.Done
	Offers       map[int64]*preorder.Offer // by which lines were pre-ordered
	Yields       []yields.Told             // what it gave up to others, and what it got
	Messages     []message.Message
	Runs         []rule.Run        // what rules did with it, newest first
	Asked        *approval.Ask     // the last approval that it needed; nil when none
	MayNot       string            // why the visitor does not approve it; "" when they may
	Partners     []tariffs.AtPlace // what partners took for it
	Undo         undo
	places       map[stock.LocationID]*stock.Location
	names        map[string]string // of actors
}

func orderID(v *shell.Visit) (order.ID, error) {
	id, err := order.ParseID(v.Path("id"))
	if err != nil {
		return 0, noSuchOrder()
	}
	return id, nil
}

func noSuchOrder() error { return fault.New(fault.NotFound, "no_such_order", "there is no such order") }

// load reads the order of the page's address.
func load(v *shell.Visit) (*view, error) {
	id, err := orderID(v)
	if err != nil {
		return nil, err
	}
	x := &view{}
	err = v.Read(func(r *store.Reader) (err error) {
		*x = view{}
		if x.Order, err = orders.Get(r, id); errors.Is(err, sql.ErrNoRows) {
			return noSuchOrder()
		}
		if err == nil {
			err = x.parts(r, v)
		}
		return err
	})
	if err == nil && x.AwaitsApproval() != 0 {
		err = x.mayApprove(v)
	}
	return x, err
}

func (x *view) parts(r *store.Reader, v *shell.Visit) (err error) {
	if x.Fulfillments, err = fulfillments.OfSources(r, []int64{int64(x.ID)}); err != nil {
		return err
	}
	if x.Parcels, err = fulfillments.ParcelsOfOrders(r, []order.ID{x.ID}); err != nil {
		return err
	}
	var ids []fulfillment.ParcelID
	for _, p := range x.Parcels {
		ids = append(ids, p.ID)
	}
	if x.Scans, err = fulfillments.Scans(r, ids); err != nil {
		return err
	}
	if err = x.proofs(r, v); err != nil {
		return err
	}
	if x.Notes, err = orders.Notes(r, x.ID); err != nil {
		return err
	}
	if x.Bookings, err = ledger.OfOrder(r, int64(x.ID)); err != nil {
		return err
	}
	if err = x.money(r); err != nil {
		return err
	}
	if x.Returns, err = returned.OfOrder(r, x.ID); err != nil {
		return err
	}
	if err = x.partnerCosts(r, v); err != nil {
		return err
	}
	if v.May(access.EntriesRead) && len(v.Scope.Locations) == 0 {
		if x.Entries, err = entries.OfSubject(r, int64(x.ID), max(0, x.Version-maxEntries), 0, maxEntries); err != nil {
			return err
		}
		slices.Reverse(x.Entries)
	}
	if err = x.related(r); err != nil {
		return err
	}
	if err = x.duties(r, v.Now().UnixMicro()); err != nil {
		return err
	}
	if err = x.billing(r); err != nil {
		return err
	}
	if err = x.link(r); err != nil {
		return err
	}
	if x.Flow, x.run, err = flows.Of(r, x.ID); err != nil {
		return err
	}
	if err = x.promised(r); err != nil {
		return err
	}
	if x.Messages, err = messages.OfOrder(r, int64(x.ID)); err != nil {
		return err
	}
	if x.Runs, err = rules.OfOrder(r, x.ID, maxTurns); err != nil {
		return err
	}
	if err = x.asked(r); err != nil {
		return err
	}
	return x.directory(r)
}

// directory reads what places and actors are called.
func (x *view) directory(r *store.Reader) error {
	all, err := locations.All(r)
	if err != nil {
		return err
	}
	x.places = map[stock.LocationID]*stock.Location{}
	for _, l := range all {
		x.places[l.ID] = l
	}
	return x.people(r)
}

// people reads what those are called of whom the page tells.
func (x *view) people(r *store.Reader) error {
	actors := map[string]bool{}
	for i := range x.Entries {
		actors[x.Entries[i].Actor.String()] = true
	}
	for _, n := range x.Notes {
		actors[n.Actor] = true
	}
	for _, h := range x.Holds {
		actors[h.PlacedBy] = true
	}
	for _, a := range x.Whose {
		actors[a.User] = true
	}
	for _, who := range x.agreed() {
		actors[who] = true
	}
	var persons []users.ID
	var machines []int64
	for actor := range actors {
		switch kind, id, _ := cutActor(actor); kind {
		case access.User:
			if id, err := users.ParseID(id); err == nil {
				persons = append(persons, id)
			}
		case "key":
			if id, err := ident.Parse("key", id); err == nil {
				machines = append(machines, id)
			}
		}
	}
	called, err := users.Names(r, persons)
	if err != nil {
		return err
	}
	x.names = map[string]string{}
	for id, name := range called {
		x.names[access.Actor{Kind: access.User, ID: id.String()}.String()] = name
	}
	if err := x.rulesCalled(r, actors); err != nil {
		return err
	}
	keyed, err := keys.Names(r, machines)
	for id, name := range keyed {
		x.names[access.Actor{Kind: "key", ID: ident.Text("key", id)}.String()] = name
	}
	return err
}

// place is what a location is called.
func (x *view) place(id stock.LocationID) string {
	if l := x.places[id]; l != nil {
		return cmp.Or(l.Name, l.Code)
	}
	return ""
}

// who is what an actor is called.
func (x *view) who(v *shell.Visit, actor string) string {
	if name := x.names[actor]; name != "" {
		return name
	}
	kind, _, _ := cutActor(actor)
	if key := "actor." + kind; v.Has(key) {
		return v.T(key)
	}
	return actor
}

// sku is what a line sells.
func (x *view) sku(line int) string {
	if l := x.Line(line); l != nil {
		return cmp.Or(l.SKU, l.Title)
	}
	return ""
}

// why tells in a sentence why a fulfillment is where it is.
func (x *view) why(v *shell.Visit, f *fulfillment.Fulfillment) string {
	d, ok := sourcing.DecodeReason(f.Decision)
	switch {
	case !ok:
		return v.T("order.why_unknown")
	case d.Units > 0:
		return d.Sentence(x.place)
	case d.Places > 1:
		return v.T("order.why_split", "n", d.Tried, "places", d.Places)
	case d.Tried > 1:
		return v.T("order.why_best", "n", d.Tried)
	}
	return v.T("order.why_only")
}

// goods tells what the units cost from the places that could send them, to who may
// see that; empty where no profile asked.
func (x *view) goods(v *shell.Visit, f *fulfillment.Fulfillment) string {
	d, ok := sourcing.DecodeReason(f.Decision)
	if !ok || !v.May(access.PurchasesRead) {
		return ""
	}
	var said []string
	for _, c := range d.Candidates {
		n := c.Has
		if d.Parted {
			n = 1 // units that cannot be added up
		}
		if c.Goods > 0 {
			said = append(said, v.T("order.why_cost", "place", x.place(c.Place), "n", n, "cost", money.Price(c.Goods).String()+" "+v.Merchant.Currency))
		}
	}
	return strings.Join(said, "; ")
}

// open are the holds that stand.
func (x *view) open() []order.Hold {
	var out []order.Hold
	for _, h := range x.Holds {
		if h.LiftedAt == 0 {
			out = append(out, h)
		}
	}
	return out
}

// may reports whether the order allows an act and the visitor holds the
// permission for it.
func (x *view) may(v *shell.Visit, act string) bool {
	return v.May(access.OrdersWrite) && slices.Contains(x.Actions(), act)
}
