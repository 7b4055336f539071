package exchange

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/trading"
)

// FileCommand names a file.
type FileCommand struct {
	File trading.FileID
}

func fileOf(b *step.Batch, id trading.FileID) (*trading.File, []*trading.Document, error) {
	f, err := exchanges.File(b.R, id)
	if err == nil && f == nil {
		err = fault.New(fault.NotFound, "no_such_file", "there is no EDI file %s", id)
	}
	if err != nil {
		return nil, nil, err
	}
	docs, err := exchanges.Documents(b.R, []trading.FileID{id})
	return f, docs, err
}

// changed tells of a file that stands otherwise now, and keeps it.
func changed(b *step.Batch, by access.Scope, f *trading.File, docs []*trading.Document, typ string, told map[string]any) (desk.Result, error) {
	f.Version++
	if err := tell(b, by, journal.TradingFile, int64(f.ID), typ, told); err != nil {
		return desk.Result{}, err
	}
	err := b.Keep(func(tx *store.Tx) error {
		if err := exchanges.SaveFiles(tx, []*trading.File{f}); err != nil {
			return err
		}
		return exchanges.SaveDocuments(tx, docs)
	})
	return desk.Result{Kind: journal.TradingFile, ID: int64(f.ID), Seq: f.Version, Status: "done", Value: f}, err
}

func unchanged(f *trading.File) desk.Result {
	return desk.Result{Kind: journal.TradingFile, ID: int64(f.ID), Seq: f.Version, Status: "unchanged", Value: f}
}

// DoneCommand says what a document that came in became, or why it became
// nothing.
type DoneCommand struct {
	File    trading.FileID
	N       int64
	Kind    string
	Subject int64
	Code    string // empty when it was worked
	Error   string
}

// Done ends a document that came in. One that is ended already stays as it is.
var Done = step.Act[DoneCommand]{
	Name: "edi.done", Permission: access.OrdersWrite,
	Load: func(*step.Batch, []desk.Asked[DoneCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[DoneCommand]) (desk.Result, error) {
		c := a.Command
		f, docs, err := fileOf(b, c.File)
		if err != nil {
			return desk.Result{}, err
		}
		for _, d := range docs {
			if d.N != c.N || d.Direction != trading.In || d.Status != trading.Accepted {
				continue
			}
			d.Status, d.Kind, d.Subject, d.Code, d.Error, d.DoneAt = trading.Processed, c.Kind, c.Subject, c.Code, cut(c.Error), b.At
			if c.Code != "" {
				d.Status = trading.Failed
			}
			f.Status = trading.Settle(docs)
			told := map[string]any{"n": d.N, "status": d.Status, "message": d.Message}
			if d.Code != "" {
				told["code"] = d.Code
			}
			return changed(b, a.Scope, f, []*trading.Document{d}, journal.TradingDocumentDone, told)
		}
		return unchanged(f), nil
	},
}.Operation()

// toldAgain gives up what could not be written: it has no key any more, and so
// the partner is told anew of what it was made of.
func toldAgain(b *step.Batch, by access.Scope, f *trading.File, docs []*trading.Document) (desk.Result, error) {
	for _, d := range docs {
		d.Status, d.Code, d.Key = trading.Processed, "told_again", ""
	}
	f.Status = trading.Processed
	return changed(b, by, f, docs, journal.TradingToldAgain, map[string]any{"documents": len(docs)})
}

// Retry has the documents of a file that failed worked again, or told again when
// they could not be written.
var Retry = step.Act[FileCommand]{
	Name: "edi.retry", Permission: access.OrdersWrite,
	Load: func(*step.Batch, []desk.Asked[FileCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[FileCommand]) (desk.Result, error) {
		f, docs, err := fileOf(b, a.Command.File)
		if err != nil {
			return desk.Result{}, err
		}
		if f.Direction == trading.Out && f.Status == trading.Failed {
			return toldAgain(b, a.Scope, f, docs)
		}
		var open []*trading.Document
		for _, d := range docs {
			if d.Direction == trading.In && d.Status == trading.Failed && d.Type != "" {
				d.Status, d.Code, d.Error, d.DoneAt = trading.Accepted, "", "", 0
				open = append(open, d)
			}
		}
		if len(open) == 0 {
			return desk.Result{}, fault.New(fault.Conflict, "nothing_failed", "no document of %s failed that could be worked again", f.ID)
		}
		f.Status = trading.Settle(docs)
		return changed(b, a.Scope, f, open, journal.TradingFileReceived, map[string]any{"again": len(open), "status": f.Status})
	},
}.Operation()

// MarkSent says that a file was put where the partner finds it, or was fetched.
var MarkSent = step.Act[FileCommand]{
	Name: "edi.sent", Permission: access.OrdersWrite,
	Load: func(*step.Batch, []desk.Asked[FileCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[FileCommand]) (desk.Result, error) {
		f, docs, err := fileOf(b, a.Command.File)
		if err != nil {
			return desk.Result{}, err
		}
		if f.Direction != trading.Out {
			return desk.Result{}, fault.New(fault.Conflict, "not_outgoing", "%s came in; it is not sent", f.ID)
		}
		if f.Status == trading.Sent {
			return unchanged(f), nil
		}
		f.Status, f.SentAt = trading.Sent, b.At
		for _, d := range docs {
			d.Status, d.DoneAt = trading.Sent, b.At
		}
		return changed(b, a.Scope, f, docs, journal.TradingFileSent, map[string]any{"control": f.Control})
	},
}.Operation()

// Resend puts a file that was sent in line once more, with the text and control
// number it has.
var Resend = step.Act[FileCommand]{
	Name: "edi.resend", Permission: access.OrdersWrite,
	Load: func(*step.Batch, []desk.Asked[FileCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[FileCommand]) (desk.Result, error) {
		f, docs, err := fileOf(b, a.Command.File)
		if err != nil {
			return desk.Result{}, err
		}
		if f.Direction != trading.Out {
			return desk.Result{}, fault.New(fault.Conflict, "not_outgoing", "%s came in; ask the partner to send it again, or have what failed worked again", f.ID)
		}
		if f.Status == trading.Waiting {
			return unchanged(f), nil
		}
		f.Status = trading.Waiting
		if f.Ack != trading.AckNone {
			f.Ack = trading.AckPending
		}
		for _, d := range docs {
			d.Status, d.Ack = trading.Waiting, f.Ack
		}
		return changed(b, a.Scope, f, docs, journal.TradingFileWritten, map[string]any{"again": true, "control": f.Control})
	},
}.Operation()
