package tokens

import (
	"cmp"
	"slices"

	"orderly/internal/order"
	"orderly/internal/search"
	"orderly/internal/store"
)

// Reindex brings what is kept of orders to what their words are, and
// tells how many orders differed. An order that is not there loses its words.
// The caller holds the consumer's cursor, so that nobody else does the same.
// An order without a list has no words: where some are found nevertheless, the
// error is store.Duplicate, and Repair does the same for any rows.
func Reindex(tx *store.Tx, ids []order.ID, words Words) (changed int, err error) {
	return reindex(tx, ids, words, insertNew)
}

// Repair is Reindex for orders of which any words may stand.
func Repair(tx *store.Tx, ids []order.ID, words Words) (changed int, err error) {
	return reindex(tx, ids, words, insertToken)
}

func reindex(tx *store.Tx, ids []order.ID, words Words, insert *store.Insert) (changed int, err error) {
	kept, err := Kept(&tx.Reader, ids)
	if err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		return 0, nil
	}
	periods, err := PeriodsFrom(&tx.Reader, slices.Min(ids))
	if err != nil {
		return 0, err
	}
	var drop, add, first []Row
	var lists []Listed
	var gone []order.ID
	for _, id := range ids {
		want, exists := words[id]
		have, listed := kept[id]
		if exists && !listed {
			periods.add(id)
		}
		less, more := search.Diff(have, want)
		drop = appendRows(drop, periods.Of(id), id, less)
		if listed {
			add = appendRows(add, periods.Of(id), id, more)
		} else {
			first = appendRows(first, periods.Of(id), id, more)
		}
		switch {
		case !exists && listed:
			gone = append(gone, id)
		case exists && (!listed || len(less)+len(more) > 0):
			lists = append(lists, Listed{id, want})
		}
	}
	slices.SortFunc(add, compareRows) // neighbors in the tree, one after the other
	slices.SortFunc(first, compareRows)
	if err := insert.Run(tx, len(first), tokenArgs(tx.M, first)); err != nil {
		return 0, err
	}
	if err := Change(tx, drop, add, lists); err != nil {
		return 0, err
	}
	if err := periods.save(tx); err != nil {
		return 0, err
	}
	return len(lists) + len(gone), Forget(tx, gone)
}

func appendRows(to []Row, period, id order.ID, words []string) []Row {
	for _, w := range words {
		to = append(to, Row{period, w, id})
	}
	return to
}

func compareRows(a, b Row) int {
	if a.Period != b.Period {
		return cmp.Compare(a.Period, b.Period)
	}
	if a.Token != b.Token {
		return cmp.Compare(a.Token, b.Token)
	}
	return cmp.Compare(a.Order, b.Order)
}
