package verify

import (
	"context"
	"encoding/json"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/journal"
	"orderly/internal/project"
	"orderly/internal/store"
	"orderly/internal/store/cursors"
	"orderly/internal/store/entries"
	kept "orderly/internal/store/figures"
	"orderly/internal/store/merchants"
)

// figuresRepaired is the journal's word for RepairFigures.
const figuresRepaired = "figures.repaired"

// RepairFigures takes the sums behind the overview away and makes them anew
// from the first entry of the journal, in short transactions beside the
// merchant's writers. Until it ends the overview says that it is not complete.
// What was refused is in no journal and stays.
func RepairFigures(ctx context.Context, db *store.DB, scope access.Scope) error {
	if err := scope.Require(access.OrdersWrite); err != nil {
		return err
	}
	err := db.Transact(ctx, func(tx *store.Tx) error {
		tx.Scope = scope
		tx.Beside(scope.Merchant)
		if _, err := cursors.Lock(tx, kept.Consumer); err != nil {
			return err
		}
		who, err := merchants.Get(&tx.Reader, scope.Merchant)
		if err != nil {
			return err
		}
		return kept.Reset(tx, who.Zone)
	})
	if err == nil {
		err = tellFigures(ctx, db, scope)
	}
	if err == nil {
		err = countAnew(ctx, db, scope.Merchant)
	}
	if err != nil {
		return fmt.Errorf("repair figures of merchant %d: %w", scope.Merchant, err)
	}
	return nil
}

// countAnew steps until the merchant's journal is counted. Others may step too.
func countAnew(ctx context.Context, db *store.DB, m int64) error {
	p := &project.Figures{DB: db}
	for {
		left, err := cursors.Behind(ctx, db, kept.Consumer)
		if err != nil {
			return err
		}
		behind := false
		for _, lag := range left {
			behind = behind || lag.Merchant == m
		}
		if !behind {
			return nil
		}
		if _, err := p.Step(ctx, m); err != nil {
			return err
		}
	}
}

func tellFigures(ctx context.Context, db *store.DB, scope access.Scope) error {
	return db.Transact(ctx, func(tx *store.Tx) error {
		if err := tx.For(scope.Merchant); err != nil {
			return err
		}
		last, err := entries.LastOf(&tx.Reader, scope.Merchant)
		if err != nil {
			return err
		}
		data, err := json.Marshal(map[string]any{})
		if err != nil {
			return err
		}
		return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Merchant, scope.Merchant, last+1, figuresRepaired, scope, data)})
	})
}
