//go:build !linux

package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Only Linux ends a child with its parent, and a server that stays behind is
// worse than none.
var errUnsupported = fmt.Errorf("a throw-away PostgreSQL cluster needs Linux; name a server of your own in %s: %w", envServer, errors.ErrUnsupported)

const (
	dataName          = "data"
	shutDownFast      = 0
	shutDownImmediate = 0
)

var errPortTaken = errUnsupported

type account struct{}

func serverAccount() (account, error) { return account{}, errUnsupported }

func (account) uid() uint32 { return 0 }

func (account) own(string) error { return errUnsupported }

func (account) run(context.Context, string, []string, string, *logbook) error { return errUnsupported }

type home struct {
	dir  string
	lock *os.File
}

func newHome(string, account) (*home, error) { return nil, errUnsupported }

func (*home) remove() error { return errUnsupported }

type server struct{}

func startServer(context.Context, account, string, []string, string, []*os.File, *logbook) (*server, error) {
	return nil, errUnsupported
}

func (*server) shutDown(int) error { return errUnsupported }

func (*server) kill() error { return errUnsupported }
