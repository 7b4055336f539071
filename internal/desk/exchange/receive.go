package exchange

import (
	"fmt"
	"strings"
	"unicode/utf8"

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

// ReceiveCommand takes in the text of a file. What cannot be read is refused,
// and kept as refused where Keep says so: nobody waits for the answer of a
// folder.
type ReceiveCommand struct {
	Name string
	Text string
	From trading.ID // whose folder it lay in; zero finds the partner by the addresses
	Keep bool

	read   []edi.Interchange
	broken error
}

// Taken is one interchange of a file and what became of it. Duplicate says that
// it was there before and nothing was done.
type Taken struct {
	File      *trading.File
	Documents []*trading.Document
	Answer    *trading.File // the acknowledgment that waits to be sent
	Duplicate bool
}

// Receive keeps the interchanges of a file, holds them against their standard,
// and writes the acknowledgment of each. The documents that may be worked wait
// for that. The Value of the result is a []Taken.
var Receive = step.Act[ReceiveCommand]{
	Name: "edi.receive", Permission: access.OrdersWrite,
	Weight: func(c *ReceiveCommand) int { return 1 + len(c.Text)>>14 },
	Check:  checkReceive,
	Load:   func(*step.Batch, []desk.Asked[ReceiveCommand]) error { return nil },
	Decide: decideReceive,
}.Operation()

func checkReceive(c *ReceiveCommand) error {
	c.Name = strings.TrimSpace(c.Name)
	if !utf8.ValidString(c.Name) || utf8.RuneCountInString(c.Name) > trading.MaxName {
		return fault.New(fault.Invalid, "invalid_name", "a file's name has at most %d characters", trading.MaxName)
	}
	if len(c.Text) > trading.MaxFile {
		c.broken = fault.New(fault.TooLarge, "edi_too_large", "the file has %d bytes; at most %d are taken", len(c.Text), trading.MaxFile)
		c.Text = ""
	} else if strings.ContainsRune(c.Text, 0) || !utf8.ValidString(c.Text) {
		c.broken = fault.New(fault.Invalid, "edi_unreadable", "the file is no text: it holds bytes that no character set has")
		c.Text = strings.ToValidUTF8(strings.ReplaceAll(c.Text, "\x00", ""), "?")
	} else {
		c.read, c.broken = wire.Parse(c.Text)
	}
	if !c.Keep {
		return c.broken
	}
	return nil
}

func decideReceive(b *step.Batch, a desk.Asked[ReceiveCommand]) (desk.Result, error) {
	c := &a.Command
	if c.broken != nil {
		return unreadable(b, a)
	}
	var out []Taken
	status := "unchanged"
	for i := range c.read {
		text := c.Text
		if len(c.read) > 1 {
			text = c.read[i].Render()
		}
		t, err := take(b, a.Scope, c, &c.read[i], text)
		if err != nil {
			return desk.Result{}, err
		}
		if !t.Duplicate {
			status = "created"
		}
		out = append(out, t)
	}
	return desk.Result{Kind: journal.TradingFile, ID: int64(out[0].File.ID), Seq: out[0].File.Version, Status: status, Value: out}, nil
}

// unreadable keeps a text of which nothing can be made.
func unreadable(b *step.Batch, a desk.Asked[ReceiveCommand]) (desk.Result, error) {
	c := &a.Command
	f := &trading.File{Partner: c.From, Direction: trading.In, Name: c.Name, Hash: trading.Hash(c.Text), Bytes: int64(len(c.Text)), Status: trading.Rejected, Error: cut(c.broken.Error()), Answer: edi.Rejected}
	known, err := exchanges.FileOfHash(b.R, trading.In, f.Hash)
	var t Taken
	if err != nil || known != nil {
		t, err = again(b, known, err)
	} else {
		t, err = keep(b, a.Scope, f, c.Text, nil)
	}
	if err != nil {
		return desk.Result{}, err
	}
	status := "created"
	if t.Duplicate {
		status = "unchanged"
	}
	return desk.Result{Kind: journal.TradingFile, ID: int64(t.File.ID), Seq: t.File.Version, Status: status, Value: []Taken{t}}, nil
}

// take keeps one interchange with its documents and answers it.
func take(b *step.Batch, by access.Scope, c *ReceiveCommand, x *edi.Interchange, text string) (Taken, error) {
	f := &trading.File{Direction: trading.In, Name: c.Name, Hash: trading.Hash(text), Bytes: int64(len(text)), Standard: x.Standard, Control: x.Control, Test: x.Test, Answer: x.Status(), Faults: x.All()}
	if known, err := exchanges.FileOfHash(b.R, trading.In, f.Hash); err != nil || known != nil {
		return again(b, known, err)
	}
	p, refusal, err := whose(b, c, x)
	if err != nil {
		return Taken{}, err
	}
	if p != nil {
		f.Partner = p.ID
	}
	if refusal != nil {
		if !c.Keep {
			return Taken{}, refusal
		}
		f.Status, f.Error = trading.Rejected, cut(refusal.Error())
		return keep(b, by, f, text, nil)
	}
	first, err := exchanges.FileOfControl(b.R, p.ID, trading.In, x.Control)
	if err != nil {
		return Taken{}, err
	}
	if first != nil {
		f.Status, f.Answer = trading.Rejected, edi.Rejected
		f.Error = fmt.Sprintf("the partner has used the control number %s before, for another text (%s); this one was not worked", edi.Shown(x.Control), first.ID)
		return keep(b, by, f, text, nil)
	}
	docs := documents(p, x)
	if err := acknowledged(b, by, p, x, docs); err != nil {
		return Taken{}, err
	}
	f.Status = trading.Settle(docs)
	t, err := keep(b, by, f, text, docs)
	if err != nil {
		return t, err
	}
	t.Answer, err = answer(b, by, p, f, x)
	return t, err
}

// again counts a text that came before.
func again(b *step.Batch, known *trading.File, err error) (Taken, error) {
	if err != nil {
		return Taken{}, err
	}
	known.Repeats++
	docs, err := exchanges.Documents(b.R, []trading.FileID{known.ID})
	if err != nil {
		return Taken{}, err
	}
	err = b.Keep(func(tx *store.Tx) error { return exchanges.SaveFiles(tx, []*trading.File{known}) })
	return Taken{File: known, Documents: docs, Duplicate: true}, err
}

// whose finds the partner between whose addresses the interchange goes. The
// refusal is a sentence about why there is none who may send it.
func whose(b *step.Batch, c *ReceiveCommand, x *edi.Interchange) (p *trading.Partner, refusal, err error) {
	if p, err = exchanges.PartnerAt(b.R, x.Standard, x.Sender, x.Receiver); err != nil {
		return nil, nil, err
	}
	switch {
	case p == nil:
		refusal = fault.New(fault.Invalid, "unknown_partner", "no trading partner sends %s from %q (%s) to %q (%s); make one with these addresses", x.Standard, edi.Shown(x.Sender.ID), edi.Shown(x.Sender.Qualifier), edi.Shown(x.Receiver.ID), edi.Shown(x.Receiver.Qualifier))
	case c.From != 0 && c.From != p.ID:
		refusal = fault.New(fault.Invalid, "other_partner", "the file lay in the folder of another partner than %q, whose it is by its addresses", p.Code)
	case !p.Active:
		refusal = fault.New(fault.Conflict, "partner_inactive", "the trading partner %q is not active", p.Code)
	case x.Test && !p.Test:
		refusal = fault.New(fault.Conflict, "test_file", "the file is marked as a test and the partner %q is in production", p.Code)
	case !x.Test && p.Test:
		refusal = fault.New(fault.Conflict, "production_file", "the file is marked as production and the partner %q is in test", p.Code)
	}
	return p, refusal, nil
}

// documents are the messages of an interchange as they begin. Of a test they
// are read and answered, and go no further.
func documents(p *trading.Partner, x *edi.Interchange) []*trading.Document {
	var out []*trading.Document
	for i := range x.Groups {
		g := &x.Groups[i]
		for k := range g.Messages {
			m := &g.Messages[k]
			d := &trading.Document{N: int64(len(out) + 1), Partner: p.ID, Direction: trading.In, Type: wire.TypeOf(x.Standard, m.Type), Message: shortened(m.Type, 10), Control: shortened(m.Control, 40), Group: shortened(g.Control, 40), Status: trading.Accepted}
			whole := x.Status() == edi.Rejected || g.Status() == edi.Rejected
			read, err := wire.Read(x, m)
			switch {
			case m.Status() == edi.Rejected || whole:
				d.Status, d.Code, d.Error = trading.Rejected, "edi_rejected", "the standard's rules are broken; the faults of the file say where"
			case err != nil:
				d.Status, d.Code, d.Error = trading.Failed, fault.CodeOf(err), cut(err.Error())
			case !p.Takes(d.Type):
				d.Status, d.Code, d.Error = trading.Failed, "not_agreed", fmt.Sprintf("it is not agreed that this partner sends %s", d.Message)
			case x.Test:
				d.Status, d.Code = trading.Processed, "test"
			}
			if err == nil {
				d.Number = shortened(trading.Number(read), 60)
			}
			out = append(out, d)
		}
	}
	return out
}

// shortened is a text from outside that is kept in a row: printable and short.
func shortened(s string, most int) string {
	s = strings.ToValidUTF8(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s), "")
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most])
	}
	return s
}

// maxError bounds a sentence that is kept.
const maxError = 500

func cut(s string) string { return shortened(s, maxError) }

// keep writes a file that came in for the first time, with its text and documents.
func keep(b *step.Batch, by access.Scope, f *trading.File, text string, docs []*trading.Document) (Taken, error) {
	f.ID, f.CreatedAt, f.Version, f.Control = trading.FileID(b.NewID()), b.At, 1, shortened(f.Control, 40)
	for i := range f.Faults {
		f.Faults[i].Message, f.Faults[i].Control, f.Faults[i].Segment = shortened(f.Faults[i].Message, 10), shortened(f.Faults[i].Control, 40), shortened(f.Faults[i].Segment, 10)
	}
	for _, d := range docs {
		d.File, d.CreatedAt = f.ID, b.At
		if d.Status != trading.Accepted {
			d.DoneAt = b.At
		}
	}
	if err := tell(b, by, journal.TradingFile, int64(f.ID), journal.TradingFileReceived, map[string]any{"partner": f.Partner.String(), "documents": len(docs), "answer": f.Answer, "status": f.Status}); err != nil {
		return Taken{}, err
	}
	err := b.Keep(func(tx *store.Tx) error {
		if err := exchanges.SaveFiles(tx, []*trading.File{f}); err != nil {
			return err
		}
		if err := exchanges.AddText(tx, f.ID, text); err != nil {
			return err
		}
		return exchanges.SaveDocuments(tx, docs)
	})
	return Taken{File: f, Documents: docs}, err
}
