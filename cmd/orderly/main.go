// Command orderly is the whole product in one binary: the server and every
// command beside it.
//
// One file a command. A command is a struct with flags, a Help with an example
// and a Run; its line in commands.go makes it known. What does not belong
// here: anything that another edge could want too.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // shops name time zones, and not every machine has them

	"github.com/alecthomas/kong"
)

// Exit statuses.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitUnsafe      = 70 // the disk failed under the database
	exitInterrupted = 130
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run does one command and gives the exit status.
func run(args []string, out, err io.Writer) int {
	con := &console{Out: out, Err: err}
	parser, failed := newParser(con)
	if failed != nil {
		return con.fail(failed)
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	command, failed := parser.Parse(args)
	if failed != nil {
		return con.fail(misused(failed))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process
	command.BindTo(ctx, (*context.Context)(nil))
	return con.fail(command.Run())
}

func newParser(con *console) (*kong.Kong, error) {
	return kong.New(&commands{},
		kong.Name("orderly"),
		kong.Description("Orderly keeps a business's orders and stock: one binary, one file of data, and never a unit sold twice.\n\n"+
			"Begin with: orderly serve"),
		kong.Writers(con.Out, con.Err),
		kong.Bind(con),
		kong.Vars{"scopes": scopeNames(), "roles": roleNames()},
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true, WrapUpperBound: 110}),
	)
}

// usageError is about how the command was called, not about what it did.
type usageError struct{ error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// misused says where help is.
func misused(err error) error {
	name := "orderly"
	var p *kong.ParseError
	if errors.As(err, &p) && p.Context != nil && p.Context.Selected() != nil {
		name = p.Context.Selected().FullPath()
	}
	return usagef("%w; see %s --help", err, name)
}

// errViolations ends a command that has already told what it found.
var errViolations = errors.New("violations were found")

// fail prints an error as one line and gives the exit status for it.
func (c *console) fail(err error) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errViolations):
		return exitFailed
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(c.Err, "orderly: interrupted")
		return exitInterrupted
	}
	fmt.Fprintln(c.Err, "orderly: "+strings.Join(strings.FieldsFunc(err.Error(), func(r rune) bool { return r == '\n' || r == '\r' }), "; "))
	if errors.As(err, &usage) {
		return exitUsage
	}
	return exitFailed
}
