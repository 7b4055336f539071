package main

import (
	"context"
	"fmt"

	"orderly/internal/version"
)

type versionCommand struct {
	JSON bool `name:"json" help:"Write JSON."`
}

func (versionCommand) Help() string {
	return "The schema version is the one that this build writes; a database that is newer is refused.\n\nExample:\n\n\torderly version --json"
}

func (c *versionCommand) Run(ctx context.Context, con *console) error {
	b, err := version.Of(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return con.printJSON(b)
	}
	_, err = fmt.Fprintf(con.Out, "orderly %s (%s, %s, SQLite %s, schema %d)\n", b.Version, b.Go, b.Platform, b.SQLite, b.Schema)
	return err
}
