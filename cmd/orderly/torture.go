package main

import (
	"errors"
	"fmt"
	"io"
)

// tortureCommand holds the campaigns, one file each.
type tortureCommand struct {
	Postgres torturePostgresCommand `cmd:"" help:"Kill and restart PostgreSQL under load: clients are told the truth, nothing is done twice."`
	Cut      tortureCutCommand      `cmd:"" help:"Cut the connection to PostgreSQL, above all during commits: nothing is lost or done twice."`
	Nodes    tortureNodesCommand    `cmd:"" help:"Kill and freeze nodes that share a PostgreSQL: the others go on, nothing is done twice."`
	Failover tortureFailoverCommand `cmd:"" help:"Let a standby take over under load: nothing acknowledged is lost."`
	Node     tortureNodeCommand     `cmd:"" hidden:"" help:"One node with clients; the campaign on nodes starts, freezes and kills it."`
}

// tortureFlags are what every campaign takes.
type tortureFlags struct {
	Seed uint64 `default:"1" placeholder:"N" help:"The same seed makes the same choices. Default: ${default}."`
	Dir  string `type:"path" placeholder:"DIR" help:"Where to make scratch databases; a temporary directory when left out."`
	JSON bool   `name:"json" help:"Write the report as JSON."`
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
