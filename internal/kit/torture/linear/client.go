package linear

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"

	"github.com/anishathalye/porcupine"

	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/levels"

	"orderly/internal/stock"
)

// maxJobs is how many fulfillments a client works on.
const maxJobs = 32

// client acts on the stock and notes what it was told. It is used by one
// goroutine; between rounds it is the campaign's.
type client struct {
	c    *campaign
	n    int
	node *node
	rng  *rand.Rand
	jobs []*job
	rest []*liveOrder // what is left of them is to be canceled

	serial   int
	done     int // operations in this round
	onItems  []itemNote
	onOrders []orderNote
	counts   map[tallied]int64
}

type tallied struct {
	name    string
	refused bool
}

type itemNote struct {
	item int
	note
}

type orderNote struct {
	order *liveOrder
	note
}

// liveOrder is an order that clients know of. state is the model's at the last
// barrier; the rest does not change after placing.
type liveOrder struct {
	id    order.ID
	exact bool        // all its items are: nobody but its own acts moves its units
	item  map[int]int // by line
	at    map[int64]int
	short bool
	state orderState
}

// job is one fulfillment on its way.
type job struct {
	order *liveOrder
	ful   fulfillment.ID
	at    int
	parts []fulfillment.Part
	stage orderAct // what comes next
	box   fulfillment.ParcelID
}

// pool is the orders that any client may cancel, the latest ones.
type pool struct {
	mu   sync.Mutex
	list []*liveOrder
	next int
}

const poolSize = 512

func (p *pool) put(o *liveOrder) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.list) < poolSize {
		p.list = append(p.list, o)
		return
	}
	p.list[p.next%poolSize] = o
	p.next++
}

func (p *pool) any(rng *rand.Rand) *liveOrder {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.list) == 0 {
		return nil
	}
	return p.list[rng.IntN(len(p.list))]
}

// span is when an operation was called and answered, and where it took effect
// as far as is known.
type span struct {
	call, answered int64
	stamps
}

// act does one batch of operations of one kind.
func (cl *client) act() error {
	n := cl.rng.IntN(100)
	switch {
	case n < 14 && len(cl.jobs) < maxJobs:
		return cl.place()
	case n < 32 && len(cl.jobs) > 0:
		return cl.work()
	case n < 39:
		return cl.cancel()
	case n < 44:
		return cl.receive()
	case n < 48:
		return cl.adjust()
	case n < 52:
		return cl.count()
	case n < 56:
		return cl.transfer()
	}
	return cl.read()
}

// call makes one call of several operations and hands each result, or its
// refusal, to note. Anything but a refusal by the state of things ends the
// campaign. at holds the stamps of each command.
func call[C any](cl *client, name string, cmds []C, do func([]C) ([]desk.Result, []stamps, error), note func(int, desk.Result, span) error) error {
	if len(cmds) == 0 {
		return nil
	}
	begun := now()
	got, at, err := do(cmds)
	answered := now()
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for i, r := range got {
		if r.Err != nil && fault.KindOf(r.Err) != fault.Conflict {
			return fmt.Errorf("%s: %w", name, r.Err)
		}
		cl.tally(name, r.Err != nil)
		s := span{begun, answered, stamps{}}
		if at != nil {
			s.stamps = at[i]
		}
		if err := note(i, r, s); err != nil {
			return err
		}
	}
	return nil
}

// through is an operation at the client's own desk.
func through[C any](cl *client, op *desk.Operation[stamped[C]]) func([]C) ([]desk.Result, []stamps, error) {
	return func(cmds []C) ([]desk.Result, []stamps, error) {
		at := make([]stamps, len(cmds))
		with := make([]stamped[C], len(cmds))
		for i := range cmds {
			with[i] = stamped[C]{cmds[i], &at[i]}
		}
		got, err := desk.Do(cl.c.ctx, cl.node.desk, op, scope, with, desk.Options{})
		return got, at, err
	}
}

func (cl *client) tally(name string, refused bool) {
	if cl.counts == nil {
		cl.counts = map[tallied]int64{}
	}
	cl.counts[tallied{name, refused}]++
	cl.done++
}

func (cl *client) noteItem(i int, s span, o itemOp) {
	cl.onItems = append(cl.onItems, itemNote{i, note{porcupine.Operation{ClientId: cl.n, Input: &o, Call: s.call, Return: s.answered}, s.stamps}})
}

func (cl *client) noteOrder(o *liveOrder, s span, op orderOp) {
	if o.exact {
		cl.onOrders = append(cl.onOrders, orderNote{o, note{porcupine.Operation{ClientId: cl.n, Input: &op, Call: s.call, Return: s.answered}, s.stamps}})
	}
}

// anItem draws one of the items from..to; one in eight times one of the four
// that everybody wants.
func (cl *client) anItem(from, to int) int {
	if cl.rng.IntN(8) == 0 {
		return from + cl.rng.IntN(min(4, to-from))
	}
	return from + cl.rng.IntN(to-from)
}

// read looks at levels on a snapshot, beside the lane.
func (cl *client) read() error {
	var list []int
	seen := map[int]bool{}
	for range cl.c.o.batch {
		if i := cl.anItem(0, len(cl.c.shop.items)); !seen[i] {
			seen[i] = true
			list = append(list, i)
		}
	}
	return cl.readItems(list)
}

func (cl *client) readItems(list []int) error {
	ids, of := make([]int64, len(list)), map[int64]*itemOp{}
	for n, i := range list {
		ids[n] = cl.c.shop.items[i].id
		of[ids[n]] = &itemOp{Kind: read}
	}
	s := span{call: now()}
	err := cl.node.db.Read(cl.c.ctx, scope, func(r *store.Reader) (err error) {
		if s.seq, err = r.EntrySeq(); err != nil {
			return err
		}
		return levels.OfItems(r, ids, func(l *stock.Level) {
			at := cl.c.shop.place(l.Location)
			of[l.Item].Units[at], of[l.Item].Reserved[at] = l.OnHand, l.Reserved
		})
	})
	s.answered, s.at = now(), s.call
	if err != nil {
		return fmt.Errorf("read: %w", err)
	}
	for n, i := range list {
		cl.tally("read", false)
		cl.noteItem(i, s, *of[ids[n]])
	}
	return nil
}

// errUnexpected ends a campaign: the models do not know what they were told.
var errUnexpected = errors.New("an answer that the campaign does not know")
