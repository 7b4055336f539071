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

	"orderly/internal/store/storetest"

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
	return storetest.Main(s.m)
}

func params(setup func(*testscript.Env)) testscript.Params {
	return testscript.Params{
		Setup: func(e *testscript.Env) error {
			e.Values[serverKey{}] = &server{}
			setup(e)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": cmdServe, "shutdown": cmdShutdown, "sigterm": cmdSigterm, "crash": cmdCrash, "ended": cmdEnded, "http": cmdHTTP, "load": cmdLoad, "unload": cmdUnload, "contains": cmdContains, "sql": cmdSQL,
			"capture": cmdCapture, "await": cmdAwait, "same": cmdSame, "certificate": cmdCertificate,
		},
	}
}

func TestScripts(t *testing.T) {
	p := params(func(*testscript.Env) {})
	p.Dir = filepath.Join("testdata", "script")
	testscript.Run(t, p)
}

// Each of these gets an empty PostgreSQL database as $DATABASE_URL.
func TestScriptsOnPostgres(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "postgres", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			address := pgtest.ForTest(t)
			p := params(func(e *testscript.Env) { e.Setenv("DATABASE_URL", address) })
			p.Files = []string{file}
			testscript.Run(t, p)
		})
	}
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
	if leaf && (!strings.Contains(n.Detail, "Example") || !strings.Contains(n.Detail, name)) {
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
