package project

import (
	"context"
	"log/slog"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk/step"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	kept "orderly/internal/store/messages"
)

const tellEntries = 1000 // of the journal in one step

// Messages notes which messages the journal calls for, and a job for each that
// sends it. Of merchants whose messages do not leave by themselves it reads
// nothing: their cursor begins where the journal was when they began to. Run
// belongs to one goroutine; Step and CatchUp may be called by others meanwhile.
type Messages struct {
	DB    *store.DB
	Log   *slog.Logger
	Wake  <-chan struct{}
	Fatal func(error)
}

// Run notes messages until the context ends.
func (p *Messages) Run(ctx context.Context) {
	loop(p.Log, p.Wake, p.Fatal, "messages to customers are not noted; trying again").Run(ctx, p.round)
}

// CatchUp notes until nothing is left to do for any merchant.
func (p *Messages) CatchUp(ctx context.Context) error {
	for more := true; more; {
		var err error
		if more, err = p.round(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (p *Messages) round(ctx context.Context) (more bool, err error) {
	tellers, err := kept.Tellers(ctx, p.DB)
	if err != nil || len(tellers) == 0 {
		return false, err
	}
	list, err := cursors.Behind(ctx, p.DB, kept.Consumer)
	if err != nil {
		return false, err
	}
	for _, lag := range list {
		if !slices.Contains(tellers, lag.Merchant) {
			continue
		}
		advanced, err := p.Step(ctx, lag.Merchant)
		if err != nil {
			return false, err
		}
		more = more || advanced > 0 && advanced < lag.Entries
	}
	return more, nil
}

// Step notes what the next stretch of one merchant's journal calls for and
// tells how many entries it has come forward; 0 when there are none, or when
// another process was faster. A message and its job are there together, once
// for each thing to tell.
func (p *Messages) Step(ctx context.Context, m int64) (advanced int64, err error) {
	s := telling{since: p.DB.Now() - message.Fresh}
	if err := p.DB.Read(ctx, access.System(m, "job", "messages"), s.read); err != nil || s.to == s.from {
		return 0, err
	}
	err = p.DB.Transact(ctx, func(tx *store.Tx) error {
		advanced = 0
		tx.Beside(m)
		at, err := cursors.Lock(tx, kept.Consumer)
		if err != nil || at != s.from {
			return err
		}
		for _, x := range s.messages {
			if _, err := step.Note(tx, x); err != nil {
				return err
			}
		}
		advanced = s.to - s.from
		return cursors.Move(tx, kept.Consumer, s.to)
	})
	return advanced, err
}

// telling is a stretch of the journal and what is to be told of it.
type telling struct {
	since    int64 // what is older is not told any more
	from, to int64
	messages []message.Message
}

func (s *telling) read(r *store.Reader) error {
	*s = telling{since: s.since}
	var err error
	if s.from, err = cursors.Of(r, kept.Consumer); err != nil {
		return err
	}
	s.to = s.from
	sender, err := kept.SenderOf(r)
	if err != nil {
		return err
	}
	list, err := entries.After(r, s.from, tellEntries)
	if err != nil {
		return err
	}
	for i := range list {
		e := &list[i]
		s.to = e.Seq
		if e.Kind != journal.Order || e.At < sender.EnabledAt || e.At < s.since {
			continue
		}
		d, err := order.DecodeDelta(e.Data)
		if err != nil {
			return err
		}
		for _, due := range message.Of(e.Type, e.Seq, &d) {
			if sender.Tells(due.Kind) {
				s.messages = append(s.messages, message.Message{Order: e.Subject, Kind: due.Kind, Ref: due.Ref, Amount: due.Amount})
			}
		}
	}
	return nil
}
