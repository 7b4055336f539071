// Package forget is the room of the desk in which a person is erased: what is
// theirs becomes nobody's, and the books stay whole.
//
// What belongs here: the acts. What does not: who is in the way (privacy),
// which rows hold what (store/persons), and going through ten thousand orders
// (eraser, which does these acts one after the other).
package forget

import (
	"encoding/json"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/entries"
	"orderly/internal/store/jobs"
	"orderly/internal/store/persons"
)

// Job is the kind of the job that carries an erasure out. Its data is the
// erasure and, of a person without a record, the address: it is gone with it.
const Job = "erase_person"

// Work is the data of the job.
type Work struct {
	Erasure  int64  `json:"erasure"`
	Customer int64  `json:"customer,omitempty"`
	Email    string `json:"email,omitempty"`
	After    int64  `json:"after,omitempty"` // the search words must have come so far
}

// BeginCommand asks for a person to be erased: a customer, or an address that
// no customer has.
type BeginCommand struct {
	Customer party.ID
	Email    string
}

// Begun is the Value of a Begin result. Of a preview the erasure has no id.
type Begun struct {
	Erasure privacy.Erasure
	Count   privacy.Count
}

// Begin has a person erased, unless something stands in the way: then it names
// that. The work itself is a job's. Asking again changes nothing.
var Begin = &desk.Operation[BeginCommand]{
	Name: "persons.erase", Permission: access.PersonsErase,
	Check: func(c *BeginCommand) error {
		var l fault.List
		c.Email = privacy.Fold(c.Email)
		if c.Customer == 0 && c.Email == "" {
			l.Add("/email", "missing", "say whose address it is")
		}
		if c.Email != "" {
			party.Contact{Email: c.Email}.Check("", &l)
		}
		return l.Err()
	},
	Run: func(t *desk.Turn, asked []desk.Asked[BeginCommand]) ([]desk.Result, error) {
		return each(asked, func(a desk.Asked[BeginCommand]) (desk.Result, error) { return begin(t, a) })
	},
	Preview: func(d *desk.Desk, r *store.Reader, asked []desk.Asked[BeginCommand]) ([]desk.Result, error) {
		return each(asked, func(a desk.Asked[BeginCommand]) (desk.Result, error) {
			p, err := person(r, a.Command)
			if err != nil {
				return desk.Result{}, err
			}
			b, _, err := look(r, p, d.DB.Now())
			return desk.Result{Kind: journal.Erasure, ID: int64(b.Erasure.ID), Status: "unchanged", Value: b}, err
		})
	},
}

// each does one command after the other; a fault is a refusal.
func each[C any](asked []desk.Asked[C], do func(desk.Asked[C]) (desk.Result, error)) ([]desk.Result, error) {
	out := make([]desk.Result, len(asked))
	for i, a := range asked {
		r, err := do(a)
		if k := fault.KindOf(err); err != nil && k != fault.Internal && k != fault.Unavailable {
			r, err = desk.Result{Err: err}, nil
		}
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}

func noSuchPerson() error {
	return fault.New(fault.NotFound, "no_such_person", "nothing is known of such a person")
}

// person is who is meant. An address that a customer has means that customer.
func person(r *store.Reader, c BeginCommand) (privacy.Person, error) {
	if c.Customer == 0 {
		same, err := persons.Customers(r, c.Email)
		if err == nil && len(same) > 0 {
			err = fault.New(fault.Conflict, "is_customer", "customer %s has this address: erase the customer", same[0])
		}
		return privacy.Person{Email: c.Email}, err
	}
	found, err := customers.ByID(r, []party.ID{c.Customer})
	if err != nil {
		return privacy.Person{}, err
	}
	if len(found) == 0 {
		return privacy.Person{}, fault.New(fault.NotFound, "no_such_customer", "there is no customer %s", c.Customer)
	}
	return privacy.Person{Customer: c.Customer, Email: privacy.Fold(found[0].Contact.Email)}, nil
}

// look counts what there is of a person, and what stands in the way. done is
// whether nothing is left to do.
func look(r *store.Reader, p privacy.Person, now int64) (b *Begun, done bool, err error) {
	b = &Begun{}
	var known bool
	if b.Erasure, known, err = persons.Of(r, p); err != nil {
		return b, false, err
	}
	own, guest, err := persons.Orders(r, p)
	if err != nil {
		return b, false, err
	}
	erased, err := persons.Erased(r, append(own[:len(own):len(own)], guest...))
	if err != nil {
		return b, false, err
	}
	left := make([]order.ID, 0, len(own)+len(guest))
	for i, id := range append(own[:len(own):len(own)], guest...) {
		switch {
		case erased[id]:
			b.Count.Erased++
		case i >= len(own):
			b.Count.Guest++
			fallthrough
		default:
			left = append(left, id)
		}
	}
	b.Count.Orders = int64(len(left))
	setting, err := persons.SettingOf(r)
	if err == nil {
		err = persons.Add(r, &b.Count, left, setting)
	}
	if err == nil {
		err = persons.Blocks(r, &b.Count, left, now)
	}
	if err == nil && !known && p.Customer == 0 && len(left) == 0 {
		err = noSuchPerson()
	}
	// A customer is erased once; what has the address alone may come again.
	return b, known && (b.Erasure.State == privacy.Running || len(left) == 0), err
}

func begin(t *desk.Turn, a desk.Asked[BeginCommand]) (desk.Result, error) {
	p, err := person(&t.Reader, a.Command)
	if err != nil {
		return desk.Result{}, err
	}
	b, done, err := look(&t.Reader, p, t.At)
	if err != nil {
		return desk.Result{}, err
	}
	if done {
		return desk.Result{Kind: journal.Erasure, ID: int64(b.Erasure.ID), Status: "unchanged", Value: b}, nil
	}
	if err := inTheWay(&b.Count); err != nil {
		return desk.Result{}, err
	}
	e := privacy.Erasure{
		ID: privacy.ID(t.IDs().Next()), Customer: p.Customer, Person: p.Key(), State: privacy.Running,
		Documents: b.Count.Documents, Actor: a.Scope.Actor.String(), CreatedAt: t.At,
	}
	if err := persons.Save(t.Tx, e); err != nil {
		return desk.Result{}, err
	}
	after, err := t.EntrySeq()
	if err != nil {
		return desk.Result{}, err
	}
	data, err := json.Marshal(Work{Erasure: int64(e.ID), Customer: int64(p.Customer), Email: p.Email, After: after})
	if err != nil {
		return desk.Result{}, err
	}
	if _, err := jobs.Enqueue(t.Tx, jobs.Job{Kind: Job, Dedupe: strconv.FormatInt(int64(e.ID), 10), Due: t.At, Data: string(data)}); err != nil {
		return desk.Result{}, err
	}
	b.Erasure = e
	return desk.Result{Kind: journal.Erasure, ID: int64(e.ID), Seq: 1, Status: "created", Value: b}, tell(t, a.Scope, e, 1, journal.PersonErasing)
}

// inTheWay refuses to erase somebody with whom something is not over.
func inTheWay(c *privacy.Count) error {
	if c.BlocksTotal == 0 {
		return nil
	}
	var l fault.List
	for _, b := range c.Blocks {
		l.Add("", b.Kind, "order #%d: %s", b.Number, said[b.Kind])
	}
	return l.As(fault.Conflict, "not_over", "not everything with this person is over; nothing was erased")
}

var said = map[string]string{
	privacy.OpenOrder:   "not all of it was sent or canceled",
	privacy.OpenReturn:  "a return of it is not closed",
	privacy.OpenPayment: "money is owed or under way",
	privacy.Dispute:     "a payment of it was disputed in the last 120 days",
	privacy.Problem:     "what was reported of it is not settled",
}

// tell writes an entry that names nobody.
func tell(t *desk.Turn, by access.Scope, e privacy.Erasure, seq int64, typ string) error {
	set := map[string]any{"orders": e.Orders, "documents": e.Documents}
	if e.Customer != 0 {
		set["customer"] = e.Customer.String()
	}
	data, err := json.Marshal(set)
	if err != nil {
		return err
	}
	return entries.Append(t.Tx, []journal.Entry{entries.New(t.Tx, journal.Erasure, int64(e.ID), seq, typ, by, data)})
}
