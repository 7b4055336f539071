package desk

import (
	"context"
	"sync"
	"time"

	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/figures"
	"orderly/internal/store/merchants"
)

const (
	mostRefused  = 1000 // kinds of refusal that are told apart before they are written
	mostChannels = 200  // that are told apart on one day
	otherChannel = "other"
	codeBytes    = 60
)

// refused counts input that was refused. What did not happen is in no journal,
// so it is counted here and written now and then, beside the lanes: a refusal
// costs its caller nothing. What was counted since the last writing is lost
// when the process dies.
type refused struct {
	mu sync.Mutex
	n  map[refusal]int64
}

type refusal struct {
	merchant      int64
	channel, code string
}

// Refuse counts one order of a channel that was refused, when err says that it
// was by a rule. Operations that name a channel are counted by Do; edges count
// what never gets there.
func (d *Desk) Refuse(merchant int64, channel string, err error) {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.Conflict, fault.NotFound, fault.TooLarge:
	default:
		return
	}
	code := fault.CodeOf(err)
	if len(code) > codeBytes || len(channel) > codeBytes {
		channel = otherChannel
	}
	x := refusal{merchant, channel, code}
	d.refused.mu.Lock()
	defer d.refused.mu.Unlock()
	if d.refused.n == nil {
		d.refused.n = map[refusal]int64{}
	}
	if _, known := d.refused.n[x]; !known && len(d.refused.n) >= mostRefused {
		x.channel = otherChannel
	}
	d.refused.n[x]++
}

// countRefused counts the refusals among results.
func countRefused[C any](d *Desk, op *Operation[C], merchant int64, cmds []C, results []Result) {
	if op.Channel == nil {
		return
	}
	for i := range results {
		if results[i].Err != nil {
			d.Refuse(merchant, op.Channel(&cmds[i]), results[i].Err)
		}
	}
}

// FlushRefused writes what was counted. On an error it is kept for the next time.
func (d *Desk) FlushRefused(ctx context.Context) error {
	d.refused.mu.Lock()
	taken := d.refused.n
	d.refused.n = nil
	d.refused.mu.Unlock()
	by := map[int64]map[refusal]int64{}
	for x, n := range taken {
		if by[x.merchant] == nil {
			by[x.merchant] = map[refusal]int64{}
		}
		by[x.merchant][x] = n
	}
	for m, some := range by {
		if err := d.writeRefused(ctx, m, some); err != nil {
			d.giveBack(by)
			return err
		}
		delete(by, m)
	}
	return nil
}

func (d *Desk) giveBack(by map[int64]map[refusal]int64) {
	d.refused.mu.Lock()
	defer d.refused.mu.Unlock()
	if d.refused.n == nil {
		d.refused.n = map[refusal]int64{}
	}
	for _, some := range by {
		for x, n := range some {
			d.refused.n[x] += n
		}
	}
}

func (d *Desk) writeRefused(ctx context.Context, m int64, some map[refusal]int64) error {
	return d.DB.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(m)
		who, err := merchants.Get(&tx.Reader, m)
		if err != nil {
			return err
		}
		y, month, day := time.UnixMicro(tx.At).In(who.Location()).Date()
		today := int64(y*10000 + int(month)*100 + day)
		known, err := figures.RefusedChannels(&tx.Reader, today, mostChannels)
		if err != nil {
			return err
		}
		sums := map[figures.Refused]int64{}
		for x, n := range some {
			if !known[x.channel] && len(known) >= mostChannels {
				x.channel = otherChannel
			}
			known[x.channel] = true
			sums[figures.Refused{Day: today, Channel: x.channel, Code: x.code}] += n
		}
		return figures.AddRefused(tx, sums)
	})
}
