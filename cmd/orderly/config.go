package main

import (
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/alecthomas/kong"
)

type configCommand struct{ serveFlags }

func (configCommand) Help() string {
	return "It takes the flags and environment of serve, checks them, and opens nothing. Passwords are not shown.\n\nExample:\n\n\tORDERLY_LISTEN=:9000 orderly config"
}

func (c *configCommand) Run(command *kong.Context, con *console) error {
	if err := c.check(); err != nil {
		return err
	}
	if _, err := c.options(); err != nil {
		return err
	}
	w := tabwriter.NewWriter(con.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SETTING\tVALUE\tFROM")
	for _, f := range command.Flags() {
		if f.Name == "help" {
			continue
		}
		value := fmt.Sprint(command.FlagValue(f))
		if f.Name == "data" && value == "" && c.DatabaseURL == "" && c.DatabaseURLFile == "" {
			value = defaultData
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", f.Name, masked(value), origin(command, f))
	}
	return w.Flush()
}

// origin says where a setting comes from.
func origin(command *kong.Context, f *kong.Flag) string {
	for _, p := range command.Path {
		if p.Flag == f && !p.Resolved {
			return "flag"
		}
	}
	for _, name := range f.Envs {
		if _, ok := os.LookupEnv(name); ok {
			return name
		}
	}
	return "default"
}
