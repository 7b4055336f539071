package exchange

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/step"
	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/trading"
)

// answer writes the acknowledgment of a file that came in. An envelope that is
// broken has none: whose control number it is cannot be told.
func answer(b *step.Batch, by access.Scope, p *trading.Partner, f *trading.File, x *edi.Interchange) (*trading.File, error) {
	for i := range x.Faults {
		if !x.Faults[i].Noted && x.Standard == edi.X12 {
			return nil, nil
		}
	}
	list := wire.Acknowledge(x)
	if len(list) == 0 {
		return nil, nil
	}
	out, err := write(b, by, p, list, nil, f.ID)
	if err != nil {
		f.Error = cut("no acknowledgment could be written: " + err.Error())
		return nil, b.Keep(func(tx *store.Tx) error { return exchanges.SaveFiles(tx, []*trading.File{f}) })
	}
	return out, nil
}

// acknowledged takes what a partner says of our files to the documents it is
// about, and ends its own documents that say so.
func acknowledged(b *step.Batch, by access.Scope, p *trading.Partner, x *edi.Interchange, docs []*trading.Document) error {
	n := 0
	for i := range x.Groups {
		for k := range x.Groups[i].Messages {
			d := docs[n]
			n++
			if d.Type != edi.TypeAcknowledgment || d.Status != trading.Accepted {
				continue
			}
			read, err := wire.Read(x, &x.Groups[i].Messages[k])
			if err != nil {
				return err
			}
			if err := match(b, by, p, read.(*edi.Acknowledgment), d); err != nil {
				return err
			}
		}
	}
	return nil
}

// match finds what an acknowledgment is about.
func match(b *step.Batch, by access.Scope, p *trading.Partner, a *edi.Acknowledgment, d *trading.Document) error {
	about, err := exchanges.InGroup(b.R, p.ID, strings.TrimLeft(a.Control, "0"))
	if err != nil {
		return err
	}
	if len(about) == 0 {
		d.Status, d.Code, d.Error = trading.Failed, "answers_nothing", "no file with the control number "+edi.Shown(a.Control)+" went to this partner"
		return nil
	}
	d.Status, d.Kind, d.Subject = trading.Processed, journal.TradingFile, int64(about[0].File)
	ack := ackOf(a.Status)
	for _, x := range about {
		x.Ack = ack
		for _, m := range a.Messages {
			if strings.TrimLeft(m.Control, "0") == strings.TrimLeft(x.Control, "0") {
				x.Ack = ackOf(m.Status)
			}
		}
		ack = worse(ack, x.Ack)
	}
	f, err := exchanges.File(b.R, about[0].File)
	if err != nil || f == nil {
		return err
	}
	f.Ack, f.AckAt, f.Version = ack, b.At, f.Version+1
	f.Faults = nil
	for _, m := range a.Messages {
		f.Faults = append(f.Faults, m.Faults...)
	}
	if err := tell(b, by, journal.TradingFile, int64(f.ID), journal.TradingAcknowledged, map[string]any{"ack": f.Ack}); err != nil {
		return err
	}
	return b.Keep(func(tx *store.Tx) error {
		if err := exchanges.SaveFiles(tx, []*trading.File{f}); err != nil {
			return err
		}
		return exchanges.SaveDocuments(tx, about)
	})
}

func ackOf(s edi.Status) string {
	switch s {
	case edi.Rejected:
		return trading.AckRejected
	case edi.Noted:
		return trading.AckNoted
	}
	return trading.AckAccepted
}

// worse is the graver of two answers.
func worse(a, b string) string {
	for _, s := range []string{trading.AckRejected, trading.AckNoted} {
		if a == s || b == s {
			return s
		}
	}
	return trading.AckAccepted
}
