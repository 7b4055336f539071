package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

func (c *Cluster) create(ctx context.Context) error {
	if err := c.settle(); err != nil {
		return err
	}
	if err := c.initialize(ctx); err != nil {
		return err
	}
	if !c.opts.TCP {
		return c.run(ctx)
	}
	for range portAttempts - 1 {
		if err := c.runOnFreePort(ctx); !errors.Is(err, errPortTaken) {
			return err
		}
	}
	return c.runOnFreePort(ctx)
}

// settle makes the directories.
func (c *Cluster) settle() (err error) {
	dir := c.opts.Dir
	if dir == "" {
		dir = os.TempDir()
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	if c.home, err = newHome(dir, c.account); err != nil {
		return err
	}
	c.sockets = c.home
	if len(filepath.Join(c.home.dir, ".s.PGSQL.65535")) > maxSocketPath {
		c.sockets, err = newHome("/tmp", c.account)
	}
	return err
}

func (c *Cluster) dataDir() string { return filepath.Join(c.home.dir, dataName) }

// initialize runs initdb. The password travels in a file because arguments can
// be read by every user of the machine.
func (c *Cluster) initialize(ctx context.Context) error {
	passwords := filepath.Join(c.home.dir, "password")
	if err := os.WriteFile(passwords, []byte(c.password+"\n"), 0o600); err != nil {
		return err
	}
	if err := c.account.own(passwords); err != nil {
		return err
	}
	args := []string{
		"-D", c.dataDir(), "-U", superuser, "--pwfile", passwords,
		"--auth-local", "trust", "--auth-host", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C",
	}
	if !c.opts.Durable {
		args = append(args, "--no-sync")
	}
	log := newLogbook(c.opts.Log)
	if err := c.account.run(ctx, c.bin.initdb, args, c.home.dir, log); err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, log.tail())
	}
	return os.Remove(passwords)
}

// arguments are the server's. What differs from PostgreSQL's defaults for a
// durable cluster is only where it listens and the clock's zone, so that a
// benchmark measures what a fresh installation does.
func (c *Cluster) arguments() []string {
	settings := []string{
		"listen_addresses=", "unix_socket_directories=" + strconv.Quote(c.sockets.dir),
		"port=" + strconv.Itoa(c.port), "max_connections=" + strconv.Itoa(c.opts.MaxConnections),
		"logging_collector=off", "log_destination=stderr", "timezone=UTC", "log_timezone=UTC",
		// Segments in /dev/shm would outlive a killed server, and containers keep it small.
		"dynamic_shared_memory_type=mmap",
	}
	if c.opts.TCP {
		settings = append(settings, "listen_addresses="+loopback)
	}
	switch {
	case c.opts.Durable:
	case c.opts.KillSafe:
		settings = append(settings, "fsync=off")
	default:
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off",
			"wal_level=minimal", "max_wal_senders=0", "max_wal_size=256MB",
			"autovacuum=off") // it holds databases open that CREATE DATABASE wants to copy
	}
	args := []string{"-D", c.dataDir()}
	for _, s := range settings {
		args = append(args, "-c", s)
	}
	return args
}

// run starts the server and keeps it. The caller holds mu or is Start.
func (c *Cluster) run(ctx context.Context) error {
	locks := []*os.File{c.home.lock}
	if c.sockets != c.home {
		locks = append(locks, c.sockets.lock)
	}
	s, err := startServer(ctx, c.account, c.bin.postgres, c.arguments(), c.home.dir, locks, newLogbook(c.opts.Log))
	if err != nil {
		return err
	}
	c.server = s
	return nil
}

func (c *Cluster) runOnFreePort(ctx context.Context) error {
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return err
	}
	c.port = l.Addr().(*net.TCPAddr).Port
	if err := l.Close(); err != nil {
		return err
	}
	return c.run(ctx)
}
