package exchange

import (
	"fmt"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/trading"
)

// Outgoing is a document that a partner is to be sent. Key says what it tells
// of: a partner is told of it once.
type Outgoing struct {
	Document edi.Document
	Key      string
	Kind     string // of what it was made of
	Subject  int64
}

// SendCommand writes documents to a partner, each into a file of its own.
type SendCommand struct {
	Partner   trading.ID
	Documents []Outgoing
}

// Send writes files with the partner's next control numbers. What the partner
// has been told of is left out; what the standard does not allow is kept as
// failed, without a number, for somebody to put right. The Value of the result are the files.
var Send = step.Act[SendCommand]{
	Name: "edi.send", Permission: access.OrdersWrite,
	Weight: func(c *SendCommand) int { return 1 + len(c.Documents) },
	Load:   func(*step.Batch, []desk.Asked[SendCommand]) error { return nil },
	Decide: decideSend,
}.Operation()

func decideSend(b *step.Batch, a desk.Asked[SendCommand]) (desk.Result, error) {
	p, err := partnerOf(b, a.Command.Partner)
	if err != nil {
		return desk.Result{}, err
	}
	if !p.Active {
		return desk.Result{}, fault.New(fault.Conflict, "partner_inactive", "the trading partner %q is not active", p.Code)
	}
	var keys []string
	for _, o := range a.Command.Documents {
		if !p.Sends(o.Document.Type()) {
			return desk.Result{}, fault.New(fault.Conflict, "not_agreed", "it is not agreed that the partner %q is sent %s", p.Code, o.Document.Type())
		}
		keys = append(keys, o.Key)
	}
	told, err := exchanges.Told(b.R, p.ID, keys)
	if err != nil {
		return desk.Result{}, err
	}
	var files []*trading.File
	for i := range a.Command.Documents {
		o := &a.Command.Documents[i]
		if o.Key != "" && told[o.Key] {
			continue
		}
		told[o.Key] = true
		f, err := write(b, a.Scope, p, []edi.Document{o.Document}, o, 0)
		if kind := fault.KindOf(err); err != nil && kind != fault.Internal && kind != fault.Unavailable {
			f, err = unwritten(b, a.Scope, p, o, err)
		}
		if err != nil {
			return desk.Result{}, err
		}
		files = append(files, f)
	}
	r := desk.Result{Kind: journal.TradingFile, Status: "unchanged", Value: files}
	if len(files) > 0 {
		r.ID, r.Seq, r.Status = int64(files[0].ID), files[0].Version, "created"
	}
	return r, nil
}

// write makes a file of documents with the partner's next control number.
func write(b *step.Batch, by access.Scope, p *trading.Partner, list []edi.Document, of *Outgoing, answers trading.FileID) (*trading.File, error) {
	at := time.UnixMicro(b.At).UTC()
	control := p.Next()
	text, err := wire.Write(p.Standard, p.Envelope(control, at.Format("20060102"), at.Format("1504")), list...)
	if err != nil {
		return nil, err
	}
	p.Sent = control
	f := &trading.File{ID: trading.FileID(b.NewID()), Partner: p.ID, Direction: trading.Out, Hash: trading.Hash(text), Bytes: int64(len(text)), Standard: p.Standard, Control: strconv.FormatInt(control, 10),
		Test: p.Test, Status: trading.Waiting, Answers: answers, CreatedAt: b.At, Version: 1}
	f.Name = fmt.Sprintf("%s_%s_%09d.edi", p.Code, wire.Message(p.Standard, list[0].Type()), control)
	if p.Ask && answers == 0 {
		f.Ack = trading.AckPending
		if p.AckHours > 0 {
			f.AckDue = b.At + p.AckHours*int64(time.Hour/time.Microsecond)
		}
	}
	docs := make([]*trading.Document, len(list))
	for i, d := range list {
		docs[i] = &trading.Document{File: f.ID, N: int64(i + 1), Partner: p.ID, Direction: trading.Out, Type: d.Type(), Message: wire.Message(p.Standard, d.Type()), Control: strconv.Itoa(i + 1), Group: f.Control,
			Number: trading.Number(d), Status: trading.Waiting, Ack: f.Ack, CreatedAt: b.At}
		if of != nil {
			docs[i].Key, docs[i].Kind, docs[i].Subject = of.Key, of.Kind, of.Subject
		}
	}
	if err := tell(b, by, journal.TradingFile, int64(f.ID), journal.TradingFileWritten, map[string]any{"partner": p.ID.String(), "message": docs[0].Message, "control": f.Control}); err != nil {
		return nil, err
	}
	return f, b.Keep(func(tx *store.Tx) error {
		if err := exchanges.Count(tx, p.ID, p.Sent); err != nil {
			return err
		}
		if err := exchanges.SaveFiles(tx, []*trading.File{f}); err != nil {
			return err
		}
		if err := exchanges.AddText(tx, f.ID, text); err != nil {
			return err
		}
		return exchanges.SaveDocuments(tx, docs)
	})
}

// unwritten keeps that a document could not be written, and why.
func unwritten(b *step.Batch, by access.Scope, p *trading.Partner, o *Outgoing, why error) (*trading.File, error) {
	id := trading.FileID(b.NewID())
	message := wire.Message(p.Standard, o.Document.Type())
	f := &trading.File{ID: id, Partner: p.ID, Direction: trading.Out, Name: fmt.Sprintf("%s_%s", p.Code, message), Hash: trading.Hash(id.String()), Standard: p.Standard, Test: p.Test, Status: trading.Failed, Error: cut(why.Error()), CreatedAt: b.At, Version: 1}
	d := &trading.Document{File: id, N: 1, Partner: p.ID, Direction: trading.Out, Type: o.Document.Type(), Message: message, Number: shortened(trading.Number(o.Document), 60), Status: trading.Failed, Code: fault.CodeOf(why), Error: f.Error,
		Kind: o.Kind, Subject: o.Subject, Key: o.Key, CreatedAt: b.At, DoneAt: b.At}
	if err := tell(b, by, journal.TradingFile, int64(id), journal.TradingUnwritten, map[string]any{"partner": p.ID.String(), "message": message, "code": d.Code}); err != nil {
		return nil, err
	}
	return f, b.Keep(func(tx *store.Tx) error {
		if err := exchanges.SaveFiles(tx, []*trading.File{f}); err != nil {
			return err
		}
		return exchanges.SaveDocuments(tx, []*trading.Document{d})
	})
}
