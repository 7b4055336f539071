package pgtest

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
)

// CreateDatabase makes a database as a copy of the template, which nobody may
// be connected to. Without a template it is empty, in UTF-8 and ordered by bytes.
func (c *Cluster) CreateDatabase(ctx context.Context, name, template string) error {
	return createDatabase(ctx, c.URL(adminDatabase), name, template)
}

// DropDatabase removes a database, ending the connections to it. One that does
// not exist is no error.
func (c *Cluster) DropDatabase(ctx context.Context, name string) error {
	return dropDatabase(ctx, c.URL(adminDatabase), name)
}

func createDatabase(ctx context.Context, adminURL, name, template string) error {
	statement := "CREATE DATABASE " + quoted(name)
	if template != "" {
		statement += " TEMPLATE " + quoted(template)
	} else {
		statement += " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
	}
	if err := execute(ctx, adminURL, statement); err != nil {
		return fmt.Errorf("create database %q: %w", name, err)
	}
	return nil
}

func dropDatabase(ctx context.Context, adminURL, name string) error {
	if err := execute(ctx, adminURL, "DROP DATABASE IF EXISTS "+quoted(name)+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("drop database %q: %w", name, err)
	}
	return nil
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// execute runs one statement on a connection of its own: one kept from before
// a Kill would be dead, and an idle one would stand in the way of a copy.
func execute(ctx context.Context, adminURL, statement string) error {
	db, err := sql.Open("pgx", adminURL)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, statement)
	return err
}
