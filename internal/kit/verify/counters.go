package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/counters"
	"orderly/internal/store/entries"
)

// maxRecount is how many things in queues are recounted in one snapshot;
// beyond it each queue is counted in one of its own. Tests lower it.
var maxRecount int64 = 500_000

const (
	// recountTries is how often a recount of many snapshots is repeated because
	// somebody wrote meanwhile.
	recountTries = 3

	// countersRepaired is the journal's word for RepairCounters.
	countersRepaired = "counters.repaired"

	// maxRepaired bounds how many counters its entry lists.
	maxRepaired = 100
)

// counters: what is counted in queues stands in them. Orders and fulfillments
// are grouped by what decides, and one of each group is asked for its queues.
func (x *run) counters() error {
	var stored map[string]int64
	size := int64(0)
	err := x.read(func(r *store.Reader) error {
		var err error
		if stored, err = counters.All(r); err != nil {
			return err
		}
		for _, n := range stored {
			size += n
		}
		if size > maxRecount {
			return nil
		}
		fresh, err := recount(r)
		if err == nil {
			x.differ(stored, fresh)
		}
		return err
	})
	if err != nil || size <= maxRecount {
		return err
	}
	for range recountTries {
		quiet, err := x.recountApart()
		if err != nil || quiet {
			return err
		}
	}
	x.skip("R1", "merchant %d: %d things in queues, which were written while they were counted", x.scope.Merchant, size)
	return nil
}

// recountApart counts every queue in a snapshot of its own. It reports whether
// nothing was written meanwhile; only then are counters compared.
func (x *run) recountApart() (quiet bool, err error) {
	before, err := x.sequence()
	if err != nil {
		return false, err
	}
	var places []func(*store.Reader, map[string]int64) error
	err = x.read(func(r *store.Reader) error { places, err = queueCounts(r); return err })
	fresh := map[string]int64{}
	for _, add := range places {
		if err == nil {
			err = x.read(func(r *store.Reader) error {
				x.progress(1, int64(len(places)))
				return add(r, fresh)
			})
		}
	}
	if err != nil {
		return false, err
	}
	err = x.read(func(r *store.Reader) error {
		stored, err := counters.All(r)
		if err != nil {
			return err
		}
		after, _, err := audit.SequenceOf(r)
		if quiet = before == after; quiet && err == nil {
			x.differ(stored, fresh)
		}
		return err
	})
	return quiet, err
}

func (x *run) differ(stored, fresh map[string]int64) {
	keys := maps.Clone(stored)
	maps.Copy(keys, fresh)
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if stored[k] != fresh[k] {
			x.tell("R1", k, "the counter %s is %d, %d stand in the queue", k, stored[k], fresh[k])
		}
	}
	x.count(int64(len(keys)), "R1")
}

// recount counts every queue in one snapshot.
func recount(r *store.Reader) (map[string]int64, error) {
	all, err := queueCounts(r)
	out := map[string]int64{}
	for _, add := range all {
		if err == nil {
			err = add(r, out)
		}
	}
	return out, err
}

// queueCounts gives the parts of a recount: each adds the orders of one stage
// or the fulfillments of one location.
func queueCounts(r *store.Reader) ([]func(*store.Reader, map[string]int64) error, error) {
	var out []func(*store.Reader, map[string]int64) error
	for _, stage := range audit.QueueStages {
		out = append(out, func(r *store.Reader, into map[string]int64) error {
			kinds, err := audit.OrderKinds(r, stage)
			for _, k := range kinds {
				for _, q := range orderLike(k).Queues() {
					into[q] += k.N
				}
			}
			return err
		})
	}
	places, err := audit.Locations(r)
	for _, place := range places {
		out = append(out, func(r *store.Reader, into map[string]int64) error {
			kinds, err := audit.WorkKinds(r, place)
			for _, k := range kinds {
				f := fulfillment.Fulfillment{Location: k.Location, WorkStatus: k.Status}
				into[f.Queue()] += k.N
			}
			return err
		})
	}
	return out, err
}

// orderLike is an order that stands in the queues that all orders of a kind do.
func orderLike(k audit.OrderKind) *order.Order {
	o := &order.Order{}
	if k.Held {
		o.Holds = []order.Hold{{ID: 1}}
		o.Sums[order.Allocated] = 1 // on hold is a stage of orders with open work
	}
	if k.Backordered {
		o.Sums[order.Backordered] = 1
	}
	if k.Unsourced {
		o.Sums[order.Unsourced] = 1
	}
	return o
}

// RepairCounters counts every queue anew under the merchant's lock and keeps
// the result, telling of it in the journal. It gives how many counters were
// wrong; when none was, nothing is written. The merchant's writers wait for
// as long as the count takes.
func RepairCounters(ctx context.Context, db *store.DB, scope access.Scope) (changed int, err error) {
	for _, p := range []access.Permission{access.OrdersWrite, access.FulfillmentWrite} {
		if err := scope.Require(p); err != nil {
			return 0, err
		}
	}
	err = db.Transact(ctx, func(tx *store.Tx) error {
		changed = 0
		if err := tx.For(scope.Merchant); err != nil {
			return err
		}
		stored, err := counters.All(&tx.Reader)
		if err != nil {
			return err
		}
		fresh, err := recount(&tx.Reader)
		if err != nil {
			return err
		}
		data, n, err := repairs(stored, fresh)
		if changed = n; err != nil || n == 0 {
			return err
		}
		if err := counters.Replace(tx, fresh); err != nil {
			return err
		}
		last, err := entries.LastOf(&tx.Reader, scope.Merchant)
		if err != nil {
			return err
		}
		return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Merchant, scope.Merchant, last+1, countersRepaired, scope, data)})
	})
	if err != nil {
		return 0, fmt.Errorf("repair counters of merchant %d: %w", scope.Merchant, err)
	}
	return changed, nil
}

// repairs is the journal's data of a repair: from what to what.
func repairs(stored, fresh map[string]int64) (data []byte, changed int, err error) {
	told := map[string][2]int64{}
	keys := maps.Clone(stored)
	maps.Copy(keys, fresh)
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		if stored[k] == fresh[k] {
			continue
		}
		if changed++; changed <= maxRepaired {
			told[k] = [2]int64{stored[k], fresh[k]}
		}
	}
	data, err = json.Marshal(map[string]any{"changed": changed, "counters": told})
	return data, changed, err
}
