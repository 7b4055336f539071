package run

import (
	"context"
	"fmt"
	"iter"

	"orderly/internal/desk"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/stock"
	"orderly/internal/store"
)

// history keeps the file as what it is: orders of the past with their own
// dates, each with its whole life in one entry.
func (b *retail) history(ctx context.Context) error {
	err := b.phase(ctx, Orders, "lines", b.linesTotal, b.entryChunks(func(*entry) bool { return true }, b.recordChunk))
	if err == nil {
		err = b.phase(ctx, Stock, "lines", unknownTotal, b.adjustChunks())
	}
	return err
}

func (b *retail) linesTotal() int64 { return b.sum.LinesRead }

// entryChunks cuts the entries that are chosen into chunks.
func (b *retail) entryChunks(chosen func(*entry) bool, fill func(*chunk, []entry)) iter.Seq2[*chunk, error] {
	return func(yield func(*chunk, error) bool) {
		var batch []entry
		lines, done := 0, int64(0)
		flush := func() bool {
			c := &chunk{rows: len(batch), weight: lines, done: done}
			fill(c, batch)
			batch, lines = nil, 0
			return yield(c, nil)
		}
		for e := range b.entries() {
			if !chosen(&e) {
				continue
			}
			n := len(e.request.Lines) + len(e.request.Fees)
			if len(batch) == MaxRows || len(batch) > 0 && lines+n > MaxLines {
				if !flush() {
					return
				}
			}
			batch = append(batch, e)
			lines += n
			done += int64(len(e.sources))
		}
		if len(batch) > 0 {
			flush()
		}
	}
}

// recordChunk records orders of the past.
func (b *retail) recordChunk(c *chunk, batch []entry) {
	list := make([]asked[intake.RecordCommand], len(batch))
	for i := range batch {
		list[i] = askUnless(batch[i].err, intake.Record, batch[i].record())
	}
	use(b.importer, c, intake.Record, func(*store.Reader) ([]asked[intake.RecordCommand], error) { return list, nil })
	b.previewKnown(c, batch)
	c.after = func(got []desk.Result) error {
		for i, r := range got {
			e := &batch[i]
			if r.Err != nil {
				b.refuseEntry(e, r.Err, e.allNet(), e.allSources())
				continue
			}
			b.took(e, r.Status, e.allNet(), e.allBooked())
			b.sum.Returns += int64(len(e.returned))
			if len(e.canceled.parts) > 0 {
				b.sum.Cancellations++
			}
		}
		return nil
	}
}

// record is the entry with its whole life.
func (e *entry) record() intake.RecordCommand {
	c := intake.RecordCommand{Request: e.request, Canceled: e.canceled.parts, Refunded: e.canceled.refund}
	for _, r := range e.returned {
		c.Returned = append(c.Returned, intake.RecordedReturn{At: r.at.UnixMicro(), Reason: r.invoice, Parts: r.parts, Refund: r.refund})
	}
	return c
}

// previewKnown lets a dry run ask the desk only about orders whose items are
// all there: those that the run itself would make, the desk cannot know.
func (b *retail) previewKnown(c *chunk, batch []entry) {
	all := c.preview
	c.preview = func(r *store.Reader) ([]desk.Result, error) {
		for i := range batch {
			for _, l := range batch[i].request.Lines {
				if item := b.shelf.BySKU(l.SKU); item == nil || item.ID < 0 {
					return b.judged(batch), nil
				}
			}
		}
		return all(r)
	}
}

func (b *retail) judged(batch []entry) []desk.Result {
	out := make([]desk.Result, len(batch))
	for i := range batch {
		out[i].Err = askUnless(batch[i].err, intake.Record, batch[i].record()).err
	}
	return out
}

// took counts an order that is in the books.
func (b *retail) took(e *entry, status string, net onlineretail.Exact, booked int64) {
	b.sum.Orders++
	if !e.goods() {
		b.sum.Credits++
	}
	if status == unchanged {
		b.sum.Unchanged++
	}
	b.sum.net.micros(int64(net))
	b.sum.booked.minor(booked, onlineretail.Currency.Exponent())
}

// refuseEntry rejects the lines of an entry, each with its own reason where
// the refusal names lines of the order.
func (b *retail) refuseEntry(e *entry, refusal error, net onlineretail.Exact, sources []int) {
	wrong := namedLines(refusal, len(e.request.Lines))
	b.refuse(refusal, net)
	for i, line := range sources {
		switch {
		case b.wrong[line] != nil:
		case len(wrong) == 0 || wrong[i] != nil && i < len(e.request.Lines):
			b.wrong[line] = refusal
			if wrong[i] != nil {
				b.wrong[line] = wrong[i]
			}
		default:
			b.wrong[line] = fault.New(fault.Invalid, "order_incomplete", "other lines of %s have a fault; an order is imported as a whole", e.request.ExternalID)
		}
	}
}

// adjustChunks are the changes of stock. What is written off was there, though
// no order of the file's past took it from a shelf of these books: its opening
// balance is booked with it.
func (b *retail) adjustChunks() iter.Seq2[*chunk, error] {
	var all []*onlineretail.Adjustment
	for f := range b.book.Facts() {
		if a, ok := f.(*onlineretail.Adjustment); ok {
			all = append(all, a)
		}
	}
	return inChunks(all, b.adjustChunk)
}

func (b *retail) adjustChunk(c *chunk, batch []*onlineretail.Adjustment) {
	list := make([]asked[floor.AdjustCommand], len(batch))
	place := b.home()
	for i, a := range batch {
		if list[i].skip = !a.Stocked || place == nil; !list[i].skip {
			list[i] = ask(floor.Adjust, floor.AdjustCommand{Opening: true, Reference: a.Invoice, Lines: []stock.Line{{
				SKU: a.SKU, Location: place.ID, Quantity: b.units(a.SKU, a.Quantity), Reason: string(a.Cause), Note: noteOf(a),
			}}})
		}
		if item := b.shelf.BySKU(a.SKU); b.o.DryRun && (item == nil || item.ID < 0) {
			list[i].skip = true // the desk cannot know an item that the run would make
		}
	}
	use(b.importer, c, floor.Adjust, func(*store.Reader) ([]asked[floor.AdjustCommand], error) { return list, nil })
	c.after = func(got []desk.Result) error {
		for i, r := range got {
			switch {
			case r.Err != nil:
				b.refuse(r.Err, 0, []int{batch[i].SourceLine})
			case !batch[i].Stocked:
				b.sum.WithoutEffect++
			default:
				b.sum.Adjustments++
			}
		}
		return nil
	}
}

// noteOf keeps what the file says of a change, and when it was.
func noteOf(a *onlineretail.Adjustment) string {
	at := a.At.Format("2006-01-02 15:04")
	note := plain(a.Note)
	if note == "" {
		return at
	}
	return fmt.Sprintf("%s (%s)", clip(note, stock.MaxReason-len(at)-3), at)
}
