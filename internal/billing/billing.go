// Package billing issues documents by themselves, for channels whose policy
// says so: when an order is placed, or what of it has been shipped; and what
// later changes of such an order ask for.
//
// What belongs here: following the journal and asking for documents. What does
// not: what a document says (invoice) and issuing it (desk/bill).
//
// It reads the journal after a cursor of its own and moves that when what it
// read is issued. Stopped in between it does so again, which issues nothing
// twice: a document says what those before it do not. Any number of processes
// may follow at once.
package billing

import (
	"cmp"
	"context"
	"log/slog"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/bill"
	"orderly/internal/fault"
	"orderly/internal/follow"
	"orderly/internal/invoice"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	"orderly/internal/store/invoices"
)

// Consumer is the name of the cursor.
const Consumer = "invoices"

const pageEntries = 1000

// Follower issues documents. Run belongs to one goroutine.
type Follower struct {
	Desk *desk.Desk
	Log  *slog.Logger
	Wake <-chan struct{} // tells of commits of this process; nil to poll alone
}

// Run follows until the context ends.
func (f *Follower) Run(ctx context.Context) {
	l := follow.Loop{Log: f.Log, Wake: f.Wake, Failed: "invoices are not issued by themselves; trying again"}
	l.Run(ctx, func(ctx context.Context) (bool, error) { return follow.Round(ctx, f.Desk.DB, Consumer, f.Step) })
}

// CatchUp issues until nothing is left to do for any merchant.
func (f *Follower) CatchUp(ctx context.Context) error {
	return follow.CatchUp(ctx, f.Desk.DB, Consumer, f.Step)
}

// Step goes over the next stretch of one merchant's journal and tells whether
// it has come forward. Where nobody asks for documents it writes nothing.
func (f *Follower) Step(ctx context.Context, m int64) (moved bool, err error) {
	scope := access.System(m, "job", "invoices")
	var s stretch
	if err := f.Desk.DB.Read(ctx, scope, s.read); err != nil || s.to == s.from {
		return false, err
	}
	for some := range slices.Chunk(s.commands, desk.MaxBatch) {
		results, err := desk.Do(ctx, f.Desk, bill.Issue, scope, some, desk.Options{Bulk: true})
		if err != nil {
			return false, err
		}
		for _, r := range results {
			if code := fault.CodeOf(r.Err); r.Err != nil && code != "nothing_to_bill" && code != "history" && code != "no_such_order" {
				return false, r.Err // such as a number that is taken: it goes on when that is put right
			}
		}
	}
	err = follow.Advance(ctx, f.Desk.DB, m, Consumer, s.from, s.to)
	return err == nil, err
}

// stretch is a part of the journal, and what it asks to be issued.
type stretch struct {
	from, to int64
	commands []bill.IssueCommand
}

func (s *stretch) read(r *store.Reader) error {
	*s = stretch{}
	var err error
	if s.from, err = cursors.Of(r, Consumer); err != nil {
		return err
	}
	policies, err := invoices.Policies(r)
	if err != nil {
		return err
	}
	if policies = slices.DeleteFunc(policies, func(p invoices.Policy) bool { return p.When == invoices.ByHand }); len(policies) == 0 {
		s.to = s.from // nobody asks for any
		return nil
	}
	since := slices.MinFunc(policies, func(a, b invoices.Policy) int { return cmp.Compare(a.Since, b.Since) }).Since
	heads, err := entries.Changes(r, max(s.from, since), pageEntries)
	if err != nil {
		return err
	}
	s.to = s.from
	told := map[order.ID][]entries.Change{}
	var ids []order.ID
	for _, h := range heads {
		s.to = h.Seq
		if h.Kind == journal.Order {
			id := order.ID(h.Subject)
			if told[id] == nil {
				ids = append(ids, id)
			}
			told[id] = append(told[id], h)
		}
	}
	known, err := invoices.BilledOn(r, ids)
	if err != nil {
		return err
	}
	for _, id := range ids {
		at := slices.IndexFunc(policies, func(p invoices.Policy) bool { return p.Channel == known[id].Channel })
		if at < 0 {
			continue
		}
		p := policies[at]
		if known[id].Billed || slices.ContainsFunc(told[id], func(c entries.Change) bool { return begins(p, c) }) {
			c := bill.IssueCommand{Order: id, Basis: invoice.All}
			if p.When == invoices.AtShipping {
				c.Basis = invoice.Shipped
			}
			s.commands = append(s.commands, c)
		}
	}
	return nil
}

// begins reports whether an entry of an order is what a policy waits for. What
// follows on an order that was billed once needs no such beginning.
func begins(p invoices.Policy, c entries.Change) bool {
	if c.Seq <= p.Since {
		return false
	}
	return p.When == invoices.AtPlacement && c.Type == journal.OrderPlaced || p.When == invoices.AtShipping && c.Type == journal.ParcelStepped+"shipped"
}
