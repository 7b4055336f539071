package pgtest

import "testing"

// PID is the postmaster's, for tests that watch it end.
func (c *Cluster) PID() int { return c.server.cmd.Process.Pid }

// HomeDir is the directory that Stop removes.
func (c *Cluster) HomeDir() string { return c.home.dir }

// SocketDir is where the Unix socket is.
func (c *Cluster) SocketDir() string { return c.sockets.dir }

// ReleaseLock lets go of this process's part in the lock on the home.
func (c *Cluster) ReleaseLock() error {
	lock := c.home.lock
	c.home.lock = nil
	return lock.Close()
}

var ErrPortTaken = errPortTaken

// RunOnPort starts a killed cluster's server on a given port.
func (c *Cluster) RunOnPort(t *testing.T, port int) error {
	t.Helper()
	c.port = port
	return c.run(t.Context())
}
