package main

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
	"github.com/rogpeppe/go-internal/testscript"

	"orderly/internal/pgtest"
)

// The scripts below testdata run this test binary under the name of orderly.
func TestMain(m *testing.M) {
	testscript.Main(suite{m}, map[string]func(){"orderly": main})
}

// suite stops the throw-away PostgreSQL after the tests.
type suite struct{ m *testing.M }

func (s suite) Run() int {
	flag.Parse()
	return pgtest.Main(s.m)
}

func scripts(t *testing.T, dir string, setup func(*testscript.Env) error) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", dir),
		Setup: func(e *testscript.Env) error {
			e.Values[serverKey{}] = &server{}
			if setup == nil {
				return nil
			}
			return setup(e)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"start": cmdStart, "stop": cmdStop, "http": cmdHTTP, "load": cmdLoad, "unload": cmdUnload, "contains": cmdContains, "sql": cmdSQL,
			"capture": cmdCapture, "await": cmdAwait, "same": cmdSame, "term": cmdTerm, "kill": cmdKill, "ended": cmdEnded,
		},
	})
}

func TestScripts(t *testing.T) { scripts(t, "script", nil) }

func TestScriptsOnPostgres(t *testing.T) {
	address := pgtest.ForTest(t)
	scripts(t, "postgres", func(e *testscript.Env) error {
		e.Setenv("DATABASE_URL", address)
		return nil
	})
}

// Every command says what it is for, shows an example, and explains each flag.
func TestEveryCommandExplainsItself(t *testing.T) {
	parser, err := newParser(&console{Out: os.Stdout, Err: os.Stderr})
	if err != nil {
		t.Fatal(err)
	}
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		if n.Type == kong.CommandNode {
			explains(t, n)
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(parser.Model.Node)
}

func explains(t *testing.T, n *kong.Node) {
	name := n.FullPath()
	if !strings.HasSuffix(n.Help, ".") {
		t.Errorf("%s: its help %q is no sentence", name, n.Help)
	}
	leaf := !slices.ContainsFunc(n.Children, func(c *kong.Node) bool { return c.Type == kong.CommandNode })
	if leaf && (!strings.Contains(n.Detail, "Example:") || !strings.Contains(n.Detail, name)) {
		t.Errorf("%s: its help shows no example of it: %q", name, n.Detail)
	}
	for _, f := range n.Flags {
		if f.Help == "" {
			t.Errorf("%s: --%s is not explained", name, f.Name)
		}
	}
	for _, p := range n.Positional {
		if p.Help == "" {
			t.Errorf("%s: %s is not explained", name, p.Name)
		}
	}
}
