package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"

	"orderly/internal/kit/torture"
)

// tortureCommand holds the campaigns, one file each.
type tortureCommand struct {
	Stock    tortureStockCommand    `cmd:"" help:"Let many act on one stock at once: what they are told fits one act after the other."`
	Kill     tortureKillCommand     `cmd:"" help:"Kill a loaded process again and again: nothing acknowledged is lost."`
	Power    torturePowerCommand    `cmd:"" help:"Cut the power under load again and again: nothing acknowledged is lost."`
	Disk     tortureDiskCommand     `cmd:"" help:"Fill the disk under load: writes are refused, reads go on, nothing acknowledged is lost."`
	Fsync    tortureFsyncCommand    `cmd:"" help:"Let the disk fail under commits: the process stops, and nothing acknowledged is lost."`
	Clock    tortureClockCommand    `cmd:"" help:"Let clocks jump under load: ids stay unique, numbers gapless, and nothing stops."`
	Postgres torturePostgresCommand `cmd:"" help:"Kill and restart PostgreSQL under load: clients are told the truth, nothing is done twice."`
	Cut      tortureCutCommand      `cmd:"" help:"Cut the connection to PostgreSQL, above all during commits: nothing is lost or done twice."`
	Nodes    tortureNodesCommand    `cmd:"" help:"Kill and freeze nodes that share a PostgreSQL: the others go on, nothing is done twice."`
	Failover tortureFailoverCommand `cmd:"" help:"Let a standby take over under load: nothing acknowledged is lost."`
	Node     tortureNodeCommand     `cmd:"" hidden:"" help:"One node with clients; the campaign on nodes starts, freezes and kills it."`
	Worker   tortureWorkerCommand   `cmd:"" hidden:"" help:"Put load on a database; the campaigns start and kill it."`
}

// tortureFlags are what every campaign takes.
type tortureFlags struct {
	Seed uint64 `default:"1" placeholder:"N" help:"The same seed makes the same choices. Default: ${default}."`
	Dir  string `type:"path" placeholder:"DIR" help:"Where to make scratch databases; a temporary directory when left out."`
	JSON bool   `name:"json" help:"Write the report as JSON."`
}

// scratch makes a directory of the campaign's own. It is removed at the end
// unless something was found: then it is what there is to look at.
func (f tortureFlags) scratch(con *console) (dir string, end func(error), err error) {
	// Neither a closed terminal nor a closed pipe may leave anything behind.
	signal.Ignore(syscall.SIGPIPE)
	if dir, err = os.MkdirTemp(f.Dir, "orderly-torture-"); err != nil {
		return "", nil, fmt.Errorf("cannot make a scratch directory: %w; name one with --dir", err)
	}
	return dir, func(failed error) {
		if failed != nil && !errors.Is(failed, context.Canceled) {
			fmt.Fprintf(con.Err, "What was found stays in %s.\n", dir)
			return
		}
		if err := os.RemoveAll(dir); err != nil {
			fmt.Fprintf(con.Err, "cannot remove %s: %v\n", dir, err)
		}
	}, nil
}

// progress is where a campaign tells how far it is.
func (f tortureFlags) progress(con *console) io.Writer {
	if f.JSON {
		return con.Err
	}
	return con.Out
}

// report writes what a campaign found, also when it failed.
func (f tortureFlags) report(con *console, r any, text string, failed error) error {
	if f.JSON {
		return errors.Join(con.printJSON(r), failed)
	}
	if failed != nil {
		return failed
	}
	_, err := fmt.Fprintln(con.Out, text)
	return err
}

// thisBinary runs a load in a process of this very program.
func thisBinary() (torture.Starter, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return func(l torture.Load) *exec.Cmd {
		cmd := exec.Command(exe, "torture", "worker", "--seed", strconv.FormatUint(l.Seed, 10))
		if l.DB.URL == "" {
			cmd.Args = append(cmd.Args, "--dir", l.DB.Dir)
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}           // an interrupted terminal stops the campaign, and that the process
		cmd.Env = append(os.Environ(), "ORDERLY_TORTURE_URL="+l.DB.URL) // an address may hold a password
		if l.DB.Unsafe {
			cmd.Args = append(cmd.Args, "--unsafe")
		}
		if l.Careless {
			cmd.Args = append(cmd.Args, "--careless")
		}
		if l.Break.Call != "" {
			cmd.Args = append(cmd.Args, "--break", l.Break.Call, "--break-nth", strconv.Itoa(l.Break.Nth), "--break-lasting="+strconv.FormatBool(l.Break.Lasting))
		}
		return cmd
	}, nil
}
