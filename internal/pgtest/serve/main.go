// Command serve runs one throw-away PostgreSQL cluster for the tests of many
// packages, which otherwise start one each. It says the URL, for
// ORDERLY_TEST_POSTGRES, and the name of a database with the schema, for
// ORDERLY_TEST_POSTGRES_MODEL, on a line each, and ends when its standard input
// does.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// Packages run side by side, and tests in them.
const connections = 1000

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// model is the database of which tests get copies: the schema is made once for
// all packages.
const model = "orderly_model"

func prepare(cluster *pgtest.Cluster) error {
	if err := cluster.CreateDatabase(context.Background(), model, ""); err != nil {
		return err
	}
	db, err := store.Open(context.Background(), store.Options{URL: cluster.URL(model)})
	if err != nil {
		return err
	}
	return db.Close()
}

func serve() error {
	cluster, err := pgtest.Start(context.Background(), pgtest.Options{MaxConnections: connections})
	if err != nil {
		return err
	}
	if err := prepare(cluster); err != nil {
		return errors.Join(err, cluster.Stop())
	}
	fmt.Println(cluster.URL("postgres"))
	fmt.Println(model)
	_, _ = io.Copy(io.Discard, os.Stdin) // its end, however it comes
	return cluster.Stop()
}
