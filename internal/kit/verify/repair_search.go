package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	"orderly/internal/store/tokens"
)

const (
	// searchRepaired is the journal's word for RepairSearch.
	searchRepaired = "search.repaired"

	// repairOrders and repairWords are how much one transaction looks at.
	repairOrders = 500
	repairWords  = 5000
)

// RepairSearch makes the words by which orders are found anew, as far as they
// differ, telling of it in the journal. It gives how many orders and words were
// wrong; when none was, nothing is written. It goes in short transactions
// beside the merchant's writers.
func RepairSearch(ctx context.Context, db *store.DB, scope access.Scope) (changed int, err error) {
	if err := scope.Require(access.OrdersWrite); err != nil {
		return 0, err
	}
	if changed, err = repairLists(ctx, db, scope); err == nil {
		n := 0
		n, err = repairStrays(ctx, db, scope)
		changed += n
	}
	if err == nil && changed > 0 {
		err = tellRepair(ctx, db, scope, changed)
	}
	if err != nil {
		return 0, fmt.Errorf("repair search of merchant %d: %w", scope.Merchant, err)
	}
	return changed, nil
}

// repairing runs f in a transaction that holds the projection's cursor.
func repairing(ctx context.Context, db *store.DB, scope access.Scope, f func(*store.Tx) error) error {
	return db.Transact(ctx, func(tx *store.Tx) error {
		tx.Scope = scope
		tx.Beside(scope.Merchant)
		if _, err := cursors.Lock(tx, searchConsumer); err != nil {
			return err
		}
		return f(tx)
	})
}

// repairLists brings lists of words to what the orders say, and the words to
// the lists.
func repairLists(ctx context.Context, db *store.DB, scope access.Scope) (changed int, err error) {
	for after := audit.Start; after != audit.End; {
		end, n := after, 0
		err := repairing(ctx, db, scope, func(tx *store.Tx) (err error) {
			if end, err = audit.Next(&tx.Reader, audit.SearchPages, after, repairOrders); err != nil {
				return err
			}
			n, err = repairPage(tx, audit.Range{After: after, UpTo: end})
			return err
		})
		if err != nil {
			return 0, err
		}
		changed, after = changed+n, end
	}
	return changed, nil
}

func repairPage(tx *store.Tx, in audit.Range) (int, error) {
	ids, err := audit.SearchIDs(&tx.Reader, in)
	if err != nil {
		return 0, err
	}
	words, err := tokens.Read(&tx.Reader, ids)
	if err != nil {
		return 0, err
	}
	changed, err := tokens.Repair(tx, ids, words)
	if err != nil {
		return 0, err
	}
	kept, err := tokens.Kept(&tx.Reader, ids)
	if err != nil {
		return 0, err
	}
	periods, err := tokens.PeriodsFrom(&tx.Reader, order.ID(in.After))
	if err != nil {
		return 0, err
	}
	var add []tokens.Row
	for _, id := range ids {
		lost, err := tokens.Missing(&tx.Reader, periods.Of(id), id, kept[id])
		if err != nil {
			return 0, err
		}
		for _, t := range lost {
			add = append(add, tokens.Row{Period: periods.Of(id), Token: t, Order: id})
		}
	}
	return changed + len(add), tokens.Change(tx, nil, add, nil)
}

// repairStrays takes away words that the list of their order does not hold.
func repairStrays(ctx context.Context, db *store.DB, scope access.Scope) (changed int, err error) {
	var after tokens.Row
	for full := true; full; {
		var page, strays []tokens.Row
		err := repairing(ctx, db, scope, func(tx *store.Tx) (err error) {
			if page, err = tokens.Page(&tx.Reader, after, repairWords); err != nil {
				return err
			}
			strays, err = straysOf(tx, page)
			if err == nil {
				err = tokens.Change(tx, strays, nil, nil)
			}
			return err
		})
		if err != nil {
			return 0, err
		}
		changed += len(strays)
		if full = len(page) == repairWords; full {
			after = page[len(page)-1]
		}
	}
	return changed, nil
}

func straysOf(tx *store.Tx, page []tokens.Row) (strays []tokens.Row, err error) {
	var ids []order.ID
	for _, x := range page {
		ids = append(ids, x.Order)
	}
	slices.Sort(ids)
	if len(ids) == 0 {
		return nil, nil
	}
	kept, err := tokens.Kept(&tx.Reader, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	periods, err := tokens.PeriodsFrom(&tx.Reader, ids[0])
	for _, x := range page {
		if _, listed := slices.BinarySearch(kept[x.Order], x.Token); !listed || periods.Of(x.Order) != x.Period {
			strays = append(strays, x)
		}
	}
	return strays, err
}

func tellRepair(ctx context.Context, db *store.DB, scope access.Scope, changed int) error {
	return db.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.For(scope.Merchant); err != nil {
			return err
		}
		last, err := entries.LastOf(&tx.Reader, scope.Merchant)
		if err != nil {
			return err
		}
		data, err := json.Marshal(map[string]any{"changed": changed})
		if err != nil {
			return err
		}
		return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Merchant, scope.Merchant, last+1, searchRepaired, scope, data)})
	})
}
