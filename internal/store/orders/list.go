package orders

import (
	"database/sql"
	"errors"
	"math"
	"slices"
	"strings"

	"orderly/internal/order"
	"orderly/internal/search"
	"orderly/internal/store"
)

// Filter narrows a list of orders. Zero fields do not narrow.
type Filter struct {
	Words       []search.Word // all of which must be found
	Item        int64         // with a line of it
	Status      string
	Payment     string
	Fulfillment string
	Return      string
	Hold        string
	Stages      []string
	Channel     string
	ExternalID  string
	Number      int64
	Customer    int64
	Tag         string
	From, To    order.ID // placed into these books at or after, and before: ids rise with time
	PlacedFrom  int64    // the merchant's local days, yyyymmdd, both included
	PlacedTo    int64
	Location    int64    // where open work for the order waits
	ByDue       bool     // open work alone, by the moment that it is promised for
	DueBefore   int64    // with ByDue: promised for before, 0 for whenever
	Before      order.ID // page: only orders with a lower id
	After       Due      // page of ByDue: only what is due after
	Limit       int
}

// Row is an order as lists show it.
type Row struct {
	Order *order.Order // header only: no lines, holds or fees
	Name  string       // of the customer
	Email string
	City  string
	Lines int
	Holds []string // the reasons of those that stand
}

// Found is one page of a list.
type Found struct {
	Rows    []Row
	Next    order.ID // what to pass as Before to read on; 0 at the end
	NextDue Due      // of ByDue: what to pass as After to read on; zero at the end
	Partial bool     // of a word's beginnings only some were looked at
}

// More reports whether there may be a further page.
func (f *Found) More() bool { return f.Next != 0 || f.NextDue != Due{} }

// List reads orders newest first. It never counts and never skips: a page
// begins below the id that the last one ended with. However large the table
// is, it looks at no more than a window of candidates: a page may hold fewer
// rows than the limit, or none, and there is more as long as Next says so.
//
// It goes along the index that fits the filter: the words, the customer, the
// stages at which such orders can stand, or what was held. The rest of the
// filter is asked of the candidates.
func List(r *store.Reader, f Filter) (Found, error) {
	w := walk{r: r, f: f, below: math.MaxInt64, where: conditions(f)}
	for _, end := range [...]order.ID{f.To, f.Before} {
		if end != 0 {
			w.below = min(w.below, end)
		}
	}
	err := w.choose()
	if err == nil && f.ByDue {
		return w.byDue()
	}
	if err == nil {
		err = w.read()
	}
	if err != nil {
		return Found{}, err
	}
	if len(w.rows) > f.Limit {
		w.rows = w.rows[:f.Limit]
		w.next = w.rows[f.Limit-1].Order.ID
	}
	out := Found{Rows: w.rows, Next: w.next}
	if w.along != nil {
		out.Partial = w.along.partial
	}
	return out, dress(r, out.Rows)
}

// dress adds to rows what does not stand in the order itself.
func dress(r *store.Reader, rows []Row) error {
	if err := loadNames(r, rows); err != nil {
		return err
	}
	at := map[order.ID]*Row{}
	var held []order.ID
	for i := range rows {
		if id := rows[i].Order.ID; rows[i].Order.Statuses.Hold == "held" {
			held, at[id] = append(held, id), &rows[i]
		}
	}
	return store.In(r, "SELECT order_id, reason FROM order_hold WHERE m = $1 AND lifted_at = 0 AND order_id IN ($IN) ORDER BY order_id, id", []any{r.M}, held, func(scan func(...any) error) error {
		var id order.ID
		var reason string
		err := scan(&id, &reason)
		at[id].Holds = append(at[id].Holds, reason)
		return err
	})
}

// loadNames reads whose orders these are.
func loadNames(r *store.Reader, rows []Row) error {
	at := make(map[order.ID]*Row, len(rows))
	ids := make([]order.ID, len(rows))
	for i := range rows {
		ids[i] = rows[i].Order.ID
		at[ids[i]] = &rows[i]
	}
	return store.In(r, "SELECT order_id, name, email, ship_to FROM order_party WHERE m = $1 AND order_id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		var id order.ID
		var name, email, ship string
		if err := scan(&id, &name, &email, &ship); err != nil {
			return err
		}
		a, err := store.UnpackAddress(ship)
		row := at[id]
		row.Name, row.Email, row.City = name, email, a.City
		return err
	})
}

// condition is what columns of an order must be; its parameters are marked ?.
type condition struct {
	text string
	args []any
}

func conditions(f Filter) []condition {
	var out []condition
	for _, c := range [...]struct{ col, want string }{
		{"status", f.Status}, {"payment_status", f.Payment}, {"fulfillment_status", f.Fulfillment}, {"return_status", f.Return},
		{"hold_status", f.Hold}, {"channel", f.Channel}, {"external_id", f.ExternalID},
	} {
		if c.want != "" {
			out = append(out, condition{c.col + " = ?", []any{c.want}})
		}
	}
	if len(f.Stages) > 0 {
		words := make([]any, len(f.Stages))
		for i, s := range f.Stages {
			words[i] = s
		}
		out = append(out, condition{"stage IN (?)", words})
	}
	if f.Number != 0 {
		out = append(out, condition{"number = ?", []any{f.Number}})
	}
	if f.Customer != 0 {
		out = append(out, condition{"customer = ?", []any{f.Customer}})
	}
	if f.PlacedFrom != 0 {
		out = append(out, condition{"placed_on >= ?", []any{f.PlacedFrom}})
	}
	if f.PlacedTo != 0 {
		out = append(out, condition{"placed_on <= ?", []any{f.PlacedTo}})
	}
	if f.Location != 0 && !f.ByDue { // along the due moments, the walk is the location's own
		out = append(out, condition{"EXISTS (SELECT 1 FROM fulfillment AS f WHERE f.m = $1 AND f.source_id = orders.id AND f.location = ? AND f.work_status IN ('pending', 'released', 'picking', 'picked', 'packed', 'ready'))",
			[]any{f.Location}})
	}
	if f.Tag != "" { // tags are kept one a line
		out = append(out, condition{"'\n' || tags || '\n' LIKE ? ESCAPE '\\'", []any{"%\n" + likeEscape.Replace(f.Tag) + "\n%"}})
	}
	return out
}

var likeEscape = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// choose finds the index to go along; none for a walk over all orders.
func (w *walk) choose() error {
	f := &w.f
	var exact *union
	var err error
	switch {
	case f.Number != 0:
		exact, err = w.one("number = $2", f.Number)
	case f.ExternalID != "":
		exact, err = w.external()
	}
	if err != nil {
		return err
	}
	for _, word := range f.Words {
		if err := w.word(word); err != nil {
			return err
		}
	}
	if f.Item != 0 {
		t := search.ItemToken(f.Item)
		w.add(&union{}, wanted{items: map[string]bool{t: true}, spans: []span{exactly(t)}})
	}
	if exact != nil {
		w.along = exact
		return nil
	}
	if f.Customer != 0 {
		w.indexes = append(w.indexes, &union{streams: []stream{column{"id", "orders", "customer =", []any{f.Customer}}}})
	}
	status := f.Status
	if status == "" && f.Location != 0 {
		status = "open" // whose stages are those with work
	}
	if stages := order.StagesFor(status, f.Fulfillment, f.Stages); len(stages) < len(order.Stages) {
		along, u := column{id: "id", table: "orders", key: "stage ="}, &union{}
		for _, s := range stages {
			along.values = append(along.values, s)
		}
		if len(stages) > 0 { // else no order can stand in it
			u.streams = append(u.streams, along)
		}
		w.indexes = append(w.indexes, u)
	}
	if f.Hold == "held" {
		w.indexes = append(w.indexes, &union{streams: []stream{column{"order_id", "order_hold", "order_id >", []any{int64(0)}}}})
	}
	return w.rarest()
}

// one is the order that a unique index leads to.
func (w *walk) one(cond string, args ...any) (*union, error) {
	var id order.ID
	err := w.r.Row("SELECT id FROM orders WHERE m = $1 AND "+cond, append([]any{w.r.M}, args...)...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return &union{}, nil
	}
	return &union{known: []order.ID{id}}, err
}

// external is the orders of an external id: of one channel, or of each.
func (w *walk) external() (*union, error) {
	list := []string{w.f.Channel}
	if w.f.Channel == "" {
		var err error
		if list, err = Channels(w.r); err != nil {
			return nil, err
		}
	}
	all := &union{}
	for _, channel := range list {
		u, err := w.one("channel = $2 AND external_id = $3", channel, w.f.ExternalID)
		if err != nil {
			return nil, err
		}
		all.known = append(all.known, u.known...)
	}
	slices.Sort(all.known)
	return all, nil
}

// ByIDs reads orders as lists show them, in the order of their ids; unknown
// ones are left out.
func ByIDs(r *store.Reader, ids []order.ID) ([]Row, error) {
	by := make(map[order.ID]Row, len(ids))
	err := store.In(r, "SELECT "+header+" FROM orders WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, func(scan func(...any) error) error {
		o, n, err := scanHeader(scan)
		if err == nil {
			by[o.ID] = Row{Order: o, Lines: n.lines}
		}
		return err
	})
	out := make([]Row, 0, len(ids))
	for _, id := range ids {
		if row, there := by[id]; there {
			out = append(out, row)
		}
	}
	if err != nil {
		return nil, err
	}
	return out, loadNames(r, out)
}
