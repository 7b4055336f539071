// Package exchanging has documents of trading partners do what they say, and
// tells partners what became of it: it follows the journal, asks the acts of
// the desk, and writes what partners are to be sent; and it fetches and leaves
// files in the folders that partners watch.
//
// What belongs here is the way between a document and an act. What does not:
// reading and writing texts (edi), keeping files (desk/exchange), and what an
// act decides.
//
// An entry of the journal is a reason to look. A document that came in is done
// by an act that knows it again (an order by its partner and number), and what
// goes out has a key; so reading an entry twice does nothing twice.
package exchanging

import (
	"context"
	"log/slog"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/fault"
	"orderly/internal/follow"
	"orderly/internal/fulfillment"
	"orderly/internal/invoice"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/fulfillments"
	"orderly/internal/trading"
)

// Consumer is the name of the cursor.
const Consumer = "exchanges"

const (
	pageEntries = 1000
	pageOpen    = 50 // documents in one step
)

// Follower follows the journal. Run belongs to one goroutine.
type Follower struct {
	Desk *desk.Desk
	Log  *slog.Logger
	Wake <-chan struct{} // tells of commits of this process; nil to poll alone
}

func scopeOf(m int64) access.Scope { return access.System(m, "job", "edi") }

// Run follows until the context ends.
func (f *Follower) Run(ctx context.Context) {
	l := follow.Loop{Log: f.Log, Wake: f.Wake, Failed: "documents of trading partners are not worked; trying again"}
	l.Run(ctx, func(ctx context.Context) (bool, error) { return follow.Round(ctx, f.Desk.DB, Consumer, f.Step) })
}

// CatchUp works until nothing is left to do for any merchant.
func (f *Follower) CatchUp(ctx context.Context) error {
	return follow.CatchUp(ctx, f.Desk.DB, Consumer, f.Step)
}

// Step goes over the next stretch of one merchant's journal and tells whether
// it has come forward. Where there is no partner it writes nothing.
func (f *Follower) Step(ctx context.Context, m int64) (moved bool, err error) {
	w := &worker{desk: f.Desk, scope: scopeOf(m)}
	var s stretch
	if err := f.Desk.DB.Read(ctx, w.scope, s.read); err != nil || s.to == s.from {
		return false, err
	}
	for _, d := range s.open {
		if err := w.work(ctx, d); err != nil {
			return false, err
		}
	}
	if err := w.tell(ctx, &s); err != nil {
		return false, err
	}
	if len(s.open) == pageOpen {
		return true, nil // the same stretch again: there may be more documents
	}
	err = follow.Advance(ctx, f.Desk.DB, m, Consumer, s.from, s.to)
	return err == nil, err
}

// stretch is a part of the journal and what it gives to do.
type stretch struct {
	from, to int64
	open     []*trading.Document
	shipped  []order.ID
	asked    []order.ID       // of which partners were asked for something
	stopped  []fulfillment.ID // that partners are not to send any more
	issued   []invoice.ID
	bought   []purchase.ID
	again    []order.ID // whose answer could not be written
}

func (s *stretch) read(r *store.Reader) error {
	*s = stretch{}
	var err error
	if s.from, err = cursors.Of(r, Consumer); err != nil {
		return err
	}
	s.to = s.from
	list, err := exchanges.Partners(r, false, "", 1000)
	if err != nil || len(list) == 0 {
		return err
	}
	since := list[0].Since
	for _, p := range list {
		since = min(since, p.Since)
	}
	heads, err := entries.Changes(r, max(s.from, since), pageEntries)
	if err != nil {
		return err
	}
	came := false
	var retold []trading.FileID
	var stops []int64
	for _, h := range heads {
		s.to = h.Seq
		switch {
		case h.Type == journal.TradingFileReceived:
			came = true
		case h.Type == journal.TradingToldAgain:
			retold = append(retold, trading.FileID(h.Subject))
		case h.Type == journal.ParcelStepped+"shipped" && h.Kind == journal.Order && !slices.Contains(s.shipped, order.ID(h.Subject)):
			s.shipped = append(s.shipped, order.ID(h.Subject))
		case h.Type == journal.FulSubmitted && h.Kind == journal.Order && !slices.Contains(s.asked, order.ID(h.Subject)):
			s.asked = append(s.asked, order.ID(h.Subject))
		case h.Kind == journal.Order && (h.Type == journal.FulWithdrawn || h.Type == journal.FulCancellationAsked || h.Type == journal.FulRejected):
			stops = append(stops, h.Seq)
		case h.Type == journal.PurchaseSent && h.Kind == journal.Purchase:
			s.bought = append(s.bought, purchase.ID(h.Subject))
		case h.Type == journal.InvoiceIssued && h.Kind == journal.Invoice:
			s.issued = append(s.issued, invoice.ID(h.Subject))
		}
	}
	if came {
		if s.open, err = exchanges.Open(r, pageOpen); err != nil {
			return err
		}
	}
	if err := s.stops(r, stops); err != nil {
		return err
	}
	return s.retell(r, retold)
}

// retell looks again at what documents were made of that could not be written.
func (s *stretch) retell(r *store.Reader, files []trading.FileID) error {
	if len(files) == 0 {
		return nil
	}
	docs, err := exchanges.Documents(r, files)
	if err != nil {
		return err
	}
	for _, d := range docs {
		switch d.Kind {
		case journal.Order:
			s.shipped, s.again = append(s.shipped, order.ID(d.Subject)), append(s.again, order.ID(d.Subject))
		case journal.Invoice:
			s.issued = append(s.issued, invoice.ID(d.Subject))
		case journal.Purchase:
			s.bought = append(s.bought, purchase.ID(d.Subject))
		case "ful":
			s.stopped = append(s.stopped, fulfillment.ID(d.Subject))
			of, err := fulfillments.SourcesOf(r, []fulfillment.ID{fulfillment.ID(d.Subject)})
			if err != nil {
				return err
			}
			for _, id := range of {
				s.asked = append(s.asked, order.ID(id))
			}
		}
	}
	return nil
}

// worker does what one stretch asks for.
type worker struct {
	desk  *desk.Desk
	scope access.Scope

	parsed trading.FileID // the file that was read last: its documents come one after the other
	inter  []edi.Interchange
}

func (w *worker) read(ctx context.Context, f func(*store.Reader) error) error {
	return w.desk.DB.Read(ctx, w.scope, f)
}

// worked is what a document became.
type worked struct {
	kind    string
	subject int64
	answer  []exchange.Outgoing // what the partner is sent for it
}

// work does what one document says and keeps what became of it. A refusal ends
// the document with its reason; a failure of the machine is tried again.
func (w *worker) work(ctx context.Context, d *trading.Document) error {
	p, doc, err := w.open(ctx, d)
	var done worked
	if err == nil {
		switch doc := doc.(type) {
		case *edi.Order:
			done, err = w.order(ctx, p, doc)
		case *edi.OrderChange:
			done, err = w.change(ctx, p, doc)
		case *edi.OrderResponse:
			if isRequest(doc.Order) {
				done, err = w.answered(ctx, p, doc)
			} else {
				done, err = w.acknowledged(ctx, p, doc)
			}
		case *edi.ShipNotice:
			done, err = w.noticed(ctx, p, doc)
		case *edi.Invoice:
			done, err = w.charged(ctx, p, doc)
		case *edi.ShippingAdvice:
			done, err = w.advised(ctx, p, doc)
		case *edi.StockReport:
			done, err = w.reported(ctx, p, doc)
		case *edi.TransferReceipt:
			done, err = w.received(ctx, p, doc)
		default:
			err = fault.New(fault.Invalid, "not_worked", "%s is kept and acknowledged; nothing is done with it by itself", d.Message)
		}
	}
	c := exchange.DoneCommand{File: d.File, N: d.N, Kind: done.kind, Subject: done.subject}
	if err != nil {
		if kind := fault.KindOf(err); kind == fault.Unavailable || kind == fault.Internal {
			return err
		}
		c.Code, c.Error = fault.CodeOf(err), err.Error()
	}
	if len(done.answer) > 0 { // before the document is done: the keys keep it from being sent twice
		if err := w.send(ctx, p, done.answer); err != nil {
			return err
		}
	}
	_, err = desk.One(ctx, w.desk, exchange.Done, w.scope, c, desk.Options{Bulk: true})
	return err
}

// send writes documents to a partner; one that does not take them is sent
// nothing.
func (w *worker) send(ctx context.Context, p *trading.Partner, list []exchange.Outgoing) error {
	list = slices.DeleteFunc(list, func(o exchange.Outgoing) bool { return !p.Sends(o.Document.Type()) })
	if len(list) == 0 || !p.Active {
		return nil
	}
	_, err := desk.One(ctx, w.desk, exchange.Send, w.scope, exchange.SendCommand{Partner: p.ID, Documents: list}, desk.Options{Bulk: true})
	if fault.KindOf(err) == fault.Conflict { // the partner was left, or is not sent such any more, in this moment
		return nil
	}
	return err
}

// open reads what a document says, and of which partner it is.
func (w *worker) open(ctx context.Context, d *trading.Document) (p *trading.Partner, doc edi.Document, err error) {
	err = w.read(ctx, func(r *store.Reader) error {
		if p, err = exchanges.Partner(r, d.Partner); err != nil {
			return err
		}
		doc, err = w.document(r, d)
		return err
	})
	if err == nil && p == nil {
		err = fault.New(fault.NotFound, "no_such_partner", "the partner of the document is gone")
	}
	return p, doc, err
}

// document makes a document again from the text of its file.
func (w *worker) document(r *store.Reader, d *trading.Document) (edi.Document, error) {
	if w.parsed != d.File {
		text, err := exchanges.Text(r, d.File)
		if err != nil {
			return nil, err
		}
		if w.inter, err = wire.Parse(text); err != nil {
			return nil, err
		}
		w.parsed = d.File
	}
	list := w.inter
	n := int64(0)
	for i := range list {
		for k := range list[i].Groups {
			for j := range list[i].Groups[k].Messages {
				if n++; n == d.N {
					return wire.Read(&list[i], &list[i].Groups[k].Messages[j])
				}
			}
		}
	}
	return nil, fault.New(fault.NotFound, "no_such_document", "the file has no document %d", d.N)
}
