package verify

import (
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/trading"
)

// exchanges: control numbers of a trading partner have no gaps, and every file is
// kept whole and stands as its documents do.
func (x *run) exchanges() error {
	err := x.walk(audit.PartnerPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.TradedIn(r, in)
		x.count(int64(len(list)), "X4")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.traded(&list[i])
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.walk(audit.FilePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.ExchangedIn(r, in)
		x.count(int64(len(list)), "X4")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.exchanged(&list[i])
		}
		return err
	})
}

func (x *run) traded(p *audit.Traded) {
	id := p.ID.String()
	switch {
	case p.Files != p.Sent || p.Distinct != p.Sent || p.Highest != p.Sent:
		x.tell("X4", id, "partner %s was given %d control numbers; %d files went to it, under %d numbers up to %d", id, p.Sent, p.Files, p.Distinct, p.Highest)
	case p.TwiceIn != 0:
		x.tell("X4", id, "%d control numbers of partner %s were taken more than once", p.TwiceIn, id)
	case p.Entries != p.Version:
		x.tell("X4", id, "partner %s is at version %d and has %d journal entries", id, p.Version, p.Entries)
	}
}

func (x *run) exchanged(f *audit.Exchanged) {
	id := f.ID.String()
	over := f.Status != trading.Received && f.Status != trading.Waiting
	switch {
	case f.Bytes != f.Written:
		x.tell("X4", id, "file %s has %d bytes, its text makes %d", id, f.Bytes, f.Written)
	case f.Entries != f.Version:
		x.tell("X4", id, "file %s is at version %d and has %d journal entries", id, f.Version, f.Entries)
	case over != (f.Open == 0):
		x.tell("X4", id, "file %s is %s, and %d of its %d documents are open", id, f.Status, f.Open, f.Documents)
	case f.Status == trading.Processed && f.Done != f.Documents:
		x.tell("X4", id, "file %s is done, and %d of its %d documents are", id, f.Done, f.Documents)
	}
}
