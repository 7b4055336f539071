package main

import "context"

type exportCommand struct{ databaseFlags }

func (c *exportCommand) Run(ctx context.Context, con *console) error { return nil }
