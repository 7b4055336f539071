// Package pgtest runs a throw-away PostgreSQL cluster from the system's own
// binaries, for tests and for `orderly bench --engine postgres`.
//
// What belongs here: finding the binaries, the life of one cluster (start,
// restart, kill, stop), making and dropping databases in it, and handing a
// test a fresh database. What does not: schemas, migrations and queries
// (store), and servers that anybody wants to keep: a cluster's directory goes
// with it.
//
// A cluster never outlives the process that started it. Stop removes it; when
// the process dies without Stop, the kernel tells the server to end, and the
// next cluster that starts beside the orphaned directory removes that.
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"
)

const (
	// DefaultMaxConnections holds when Options.MaxConnections is 0.
	DefaultMaxConnections = 100

	superuser     = "postgres"
	adminDatabase = "postgres"
	loopback      = "127.0.0.1"
	socketPort    = 5432 // names the socket file; every cluster has a directory of its own
	portAttempts  = 5    // a free port can be taken between our look and the server's bind

	startLimit    = 2 * time.Minute  // initdb or a server's start, a crash recovery included
	shutdownLimit = 30 * time.Second // from the signal to the last process's end

	// A socket's path fits into 107 bytes on Linux and 103 elsewhere.
	maxSocketPath = 100
)

// ErrNotInstalled is what Start returns where the server's binaries are missing.
var ErrNotInstalled = errors.New("PostgreSQL is not installed; install its server package (Debian and Ubuntu: apt-get install postgresql)")

// ErrStopped is what every act on a stopped cluster returns.
var ErrStopped = errors.New("the PostgreSQL cluster is stopped and its directory removed; start another one")

// Options say what kind of cluster to start. The zero value is one for tests:
// fast, in the directory for temporary files, forgetful when the machine dies.
type Options struct {
	// Dir is where the cluster makes its own directory, which is the only
	// thing it writes and removes. Empty means the system's temporary directory.
	// Where the process is root, the server's account must be able to enter it.
	Dir string

	// Durable keeps fsync, synchronous_commit and full_page_writes on, as a
	// server in service has them. Otherwise all are off.
	Durable bool

	// KillSafe keeps what was committed over Kill and Quit, which a cluster that
	// is not Durable may forget, without paying for a machine that dies: what
	// the server wrote, the kernel still has.
	KillSafe bool

	// TCP listens on a free port of 127.0.0.1 too, and URL then names it. Over
	// TCP the password in the URL is asked for; the socket's directory can be
	// entered by its owner alone.
	TCP bool

	// MaxConnections is the server's limit; 0 means DefaultMaxConnections.
	MaxConnections int

	// Log receives what initdb and the server print, one write at a time but
	// from other goroutines than the caller's, until Stop returns.
	Log io.Writer
}

// Cluster is one running (or killed) server with its directory. Its methods
// may be called from several goroutines.
type Cluster struct {
	opts     Options
	bin      binaries
	account  account
	home     *home // holds data
	sockets  *home // is home unless its path is too long for a socket
	port     int
	password string

	mu      sync.Mutex
	server  *server // nil while killed or stopped
	stopped bool
}

// Start makes a cluster and returns when it accepts connections. The context
// bounds the start alone. Without binaries the error is ErrNotInstalled; on a
// system without the means to tie a server to this process it is
// errors.ErrUnsupported.
func Start(ctx context.Context, opts Options) (*Cluster, error) {
	bin, err := findBinaries(debianBinaries)
	if err != nil {
		return nil, err
	}
	if opts.MaxConnections == 0 {
		opts.MaxConnections = DefaultMaxConnections
	}
	c := &Cluster{opts: opts, bin: bin, port: socketPort, password: rand.Text()}
	if c.account, err = serverAccount(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := c.create(ctx); err != nil {
		if errors.Is(err, fs.ErrPermission) {
			err = fmt.Errorf("%w (the server runs as user %d, who must be able to enter every directory above its own)", err, c.account.uid())
		}
		return nil, errors.Join(fmt.Errorf("start a PostgreSQL cluster: %w", err), c.Stop())
	}
	return c, nil
}

// URL is what pgx and libpq connect to. It stays the same over Restart.
func (c *Cluster) URL(database string) string {
	u := url.URL{Scheme: "postgres", Path: "/" + database}
	q := url.Values{"sslmode": {"disable"}}
	if c.opts.TCP {
		u.User = url.UserPassword(superuser, c.password)
		u.Host = net.JoinHostPort(loopback, strconv.Itoa(c.port))
	} else {
		u.User = url.User(superuser)
		q.Set("host", c.sockets.dir)
		q.Set("port", strconv.Itoa(c.port))
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// Kill ends the server and all of its processes with SIGKILL, as a crash does,
// and returns when the last has let go of its files and memory. The directory stays for Restart.
func (c *Cluster) Kill() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return ErrStopped
	}
	if c.server == nil {
		return nil
	}
	if err := c.server.kill(); err != nil {
		return fmt.Errorf("kill PostgreSQL: %w", err)
	}
	c.server = nil
	return nil
}

// Quit ends the server at once and without a checkpoint, as "pg_ctl stop -m
// immediate" does: the next start recovers. The directory stays for Restart.
func (c *Cluster) Quit() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return ErrStopped
	}
	if c.server == nil {
		return nil
	}
	if err := c.server.shutDown(shutDownImmediate); err != nil {
		return fmt.Errorf("quit PostgreSQL: %w", err)
	}
	c.server = nil
	return nil
}

// Restart ends a running server in order, starts it again on the same
// directory, address and port, and returns when it accepts connections. After
// Kill it is the start with a crash recovery.
func (c *Cluster) Restart(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return ErrStopped
	}
	if c.server != nil {
		if err := c.server.shutDown(shutDownFast); err != nil {
			return fmt.Errorf("shut PostgreSQL down: %w", err)
		}
		c.server = nil
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if err := c.run(ctx); err != nil {
		return fmt.Errorf("restart PostgreSQL: %w", err)
	}
	return nil
}

// Stop ends the server at once and removes the cluster's directory. Stopping
// again does nothing.
func (c *Cluster) Stop() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return nil
	}
	if c.server != nil {
		if err := c.server.shutDown(shutDownImmediate); err != nil {
			return fmt.Errorf("stop PostgreSQL: %w", err)
		}
		c.server = nil
	}
	c.stopped = true
	var errs []error
	if c.home != nil {
		errs = append(errs, c.home.remove())
	}
	if c.sockets != nil && c.sockets != c.home {
		errs = append(errs, c.sockets.remove())
	}
	return errors.Join(errs...)
}
