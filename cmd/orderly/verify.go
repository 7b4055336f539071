package main

import (
	"context"

	"orderly/internal/kit/verify"
	"orderly/internal/store"
)

type verifyCommand struct{ databaseFlags }

func (c *verifyCommand) Run(ctx context.Context, con *console) error { return nil }

func verifyDatabase(ctx context.Context, con *console, o store.Options, v verify.Options) error {
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = verify.Run(ctx, db, v)
	return err
}
