package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
)

// Standby makes another cluster that follows this one, which must be Durable or
// KillSafe, and returns when it can be read. Confirm makes the primary wait for
// it, Promote makes it the primary. It is stopped like any other cluster.
func (c *Cluster) Standby(ctx context.Context) (*Cluster, error) {
	copier := filepath.Join(filepath.Dir(c.bin.postgres), "pg_basebackup")
	if _, err := exec.LookPath(copier); err != nil {
		return nil, ErrNotInstalled
	}
	s := &Cluster{opts: c.opts, bin: c.bin, account: c.account, port: socketPort, password: c.password}
	s.opts.TCP = false
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	err := s.settle()
	if err == nil {
		log := newLogbook(c.opts.Log)
		args := []string{"-D", s.dataDir(), "-h", c.sockets.dir, "-p", strconv.Itoa(c.port), "-U", superuser, "-R", "-X", "stream", "-c", "fast", "--no-sync"}
		if err = c.account.run(ctx, copier, args, s.home.dir, log); err != nil {
			err = fmt.Errorf("pg_basebackup: %w\n%s", err, log.tail())
		}
	}
	if err == nil {
		err = s.run(ctx)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start a standby: %w", err), s.Stop())
	}
	return s, nil
}

// Confirm lets every commit of this server wait until a standby of that name
// has it on its disk; "*" means any, "" none.
func (c *Cluster) Confirm(ctx context.Context, standby string) error {
	for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = '" + standby + "'", "SELECT pg_reload_conf()"} {
		if err := execute(ctx, c.URL(adminDatabase), statement); err != nil {
			return fmt.Errorf("let commits wait for a standby: %w", err)
		}
	}
	return nil
}

// Promote makes a standby a primary and returns when it takes writes.
func (c *Cluster) Promote(ctx context.Context) error {
	// Commits here wait for nobody: the setting was copied from the primary.
	if err := execute(ctx, c.URL(adminDatabase), "SELECT pg_promote()"); err != nil {
		return fmt.Errorf("promote: %w", err)
	}
	return c.Confirm(ctx, "")
}

// Either is a URL that names the same database on both clusters.
func Either(a, b *Cluster, database string) string {
	port := strconv.Itoa(socketPort)
	return "postgres://" + superuser + "@/" + database + "?sslmode=disable&host=" + a.sockets.dir + "," + b.sockets.dir + "&port=" + port + "," + port
}
