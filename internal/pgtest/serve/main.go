// Command serve runs one throw-away PostgreSQL cluster for the tests of many
// packages, which otherwise start one each. It says the URL, for
// ORDERLY_TEST_POSTGRES, on a line of its own and ends when its standard input
// does.
package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"orderly/internal/pgtest"
)

// Packages run side by side, and tests in them.
const connections = 1000

func main() {
	if err := serve(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve() error {
	cluster, err := pgtest.Start(context.Background(), pgtest.Options{MaxConnections: connections})
	if err != nil {
		return err
	}
	fmt.Println(cluster.URL("postgres"))
	_, _ = io.Copy(io.Discard, os.Stdin) // its end, however it comes
	return cluster.Stop()
}
