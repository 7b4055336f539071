package main

import (
	"context"
	"fmt"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/ident"
	"orderly/internal/journal"
)

type keyRevokeCommand struct {
	merchantFlags
	ID string `arg:"" help:"The key's id, as list shows it: key_…"`
}

func (keyRevokeCommand) Help() string {
	return "What was done with the key stays in the journal.\n\nExample:\n\n\torderly key revoke key_0pmnqh2000400"
}

func (c *keyRevokeCommand) Run(ctx context.Context, con *console) error {
	id, err := ident.Parse(journal.Key, c.ID)
	if err != nil {
		return err
	}
	return c.withDesk(ctx, con, func(d *desk.Desk) error {
		if _, err := desk.One(ctx, d, admin.RevokeKey, c.scope("key"), admin.RevokeCommand{ID: id}, desk.Options{}); err != nil {
			return err
		}
		_, err := fmt.Fprintf(con.Out, "Revoked %s.\n", c.ID)
		return err
	})
}
