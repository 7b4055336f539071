package verify

import (
	"fmt"

	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/merchants"
)

// window is how many consecutive numbers are counted at once.
const window = 20_000

// firstNumber is what the first order is called.
const firstNumber = int64(merchants.FirstOrderNumber)

// windows counts 1 to last in windows, so that a hole of any size costs one.
func (x *run) windows(first, last int64, f func(*store.Reader, audit.Range) error) error {
	for after := first - 1; after < last; after += window {
		in := audit.Range{After: after, UpTo: min(after+window, last)}
		err := x.read(func(r *store.Reader) error {
			x.progress(in.UpTo-in.After, last-first+1)
			return f(r, in)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// journal: sequence numbers are 1 to the last that was given, the histories of
// things that are not orders have no gap, and in a full run each is of a thing
// that is there.
func (x *run) journal() error {
	last := x.began.Entry
	err := x.windows(1, last, func(r *store.Reader, in audit.Range) error {
		n, err := audit.CountEntries(r, in)
		if err == nil && n != in.UpTo-in.After {
			err = x.gaps(r, in)
		}
		if err != nil {
			return err
		}
		x.count(n, "E3")
		if err := x.orphans(r, in); err != nil || x.opts.Level < Full {
			return err
		}
		return x.fullJournal(r, in)
	})
	if err != nil {
		return err
	}
	return x.read(func(r *store.Reader) error {
		now, _, err := audit.SequenceOf(r)
		if err != nil {
			return err
		}
		list, err := audit.OutsideJournal(r, now.Entry, x.opts.MaxViolations)
		for _, seq := range list {
			x.tell("E3", fmt.Sprint(seq), "there is a journal entry %d, the journal goes from 1 to %d", seq, now.Entry)
		}
		return err
	})
}

func (x *run) gaps(r *store.Reader, in audit.Range) error {
	list, err := audit.Sequences(r, in)
	if err != nil {
		return err
	}
	at := in.After
	for _, seq := range append(list, in.UpTo+1) {
		switch missing := seq - at - 1; {
		case missing == 1:
			x.tell("E3", fmt.Sprint(at+1), "journal entry %d is missing", at+1)
		case missing > 1:
			x.tell("E3", fmt.Sprint(at+1), "journal entries %d to %d are missing", at+1, seq-1)
		}
		at = seq
	}
	return nil
}

func (x *run) orphans(r *store.Reader, in audit.Range) error {
	list, err := audit.Orphans(r, in)
	for _, e := range list {
		x.tell("E1", text(e.Kind, e.Subject), "journal entry %d (%s) is number %d of its subject and there is no number %d", e.Seq, e.Type, e.SubjectSeq, e.SubjectSeq-1)
	}
	return err
}

// fullJournal: what the journal tells of is there.
func (x *run) fullJournal(r *store.Reader, in audit.Range) error {
	nobody, err := audit.OfNobody(r, in)
	if err != nil {
		return err
	}
	for _, e := range nobody {
		x.tell("T1", text(e.Kind, e.Subject), "journal entry %d (%s) tells of a thing that is not there", e.Seq, e.Type)
	}
	transfers, err := audit.Told(r, journal.StockTransferred, in)
	for _, e := range transfers {
		if !x.acts[e.Subject] { // the movements were read after this sequence was reached
			x.tell("K5", text(e.Kind, e.Subject), "journal entry %d tells of a transfer that has no movements", e.Seq)
		}
	}
	return err
}

// numbers: orders are numbered from the first to the last number given.
func (x *run) numbers() error {
	last := x.began.OrderNo
	err := x.windows(firstNumber, last, func(r *store.Reader, in audit.Range) error {
		orders, numbers, err := audit.CountNumbers(r, in)
		if err == nil && (orders != in.UpTo-in.After || numbers != orders) {
			err = x.misnumbered(r, in)
		}
		x.count(orders, "N1")
		return err
	})
	if err != nil {
		return err
	}
	return x.read(func(r *store.Reader) error {
		now, _, err := audit.SequenceOf(r)
		if err != nil {
			return err
		}
		for _, in := range []audit.Range{{After: audit.Start, UpTo: firstNumber - 1}, {After: now.OrderNo, UpTo: audit.End}} {
			list, err := audit.Numbers(r, in, int64(x.opts.MaxViolations))
			if err != nil {
				return err
			}
			for _, n := range list {
				x.tell("N1", n.ID.String(), "order %s has the number %d, numbers go from %d to %d", n.ID, n.Number, firstNumber, now.OrderNo)
			}
		}
		return nil
	})
}

func (x *run) misnumbered(r *store.Reader, in audit.Range) error {
	list, err := audit.Numbers(r, in, 2*window)
	if err != nil {
		return err
	}
	at, holder := in.After, order.ID(0)
	for _, n := range append(list, audit.Numbered{Number: in.UpTo + 1}) {
		switch missing := n.Number - at - 1; {
		case missing < 0:
			x.tell("N1", n.ID.String(), "the number %d is that of order %s and of order %s", n.Number, holder, n.ID)
		case missing == 1:
			x.tell("N1", fmt.Sprint(at+1), "no order has the number %d", at+1)
		case missing > 1:
			x.tell("N1", fmt.Sprint(at+1), "no order has the numbers %d to %d", at+1, n.Number-1)
		}
		at, holder = n.Number, n.ID
	}
	return nil
}
