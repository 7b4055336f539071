package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// envServer names a server to use instead of a throw-away one: a URL with
	// the right to create databases. It has to be PostgreSQL 13 or newer.
	envServer = "ORDERLY_TEST_POSTGRES"

	// envModel names a database of that server that is filled already as those
	// who ask for a Model would fill theirs. It belongs to who made it.
	envModel = "ORDERLY_TEST_POSTGRES_MODEL"

	// envRequire is 1 where a test without PostgreSQL must fail, not be skipped.
	envRequire = "ORDERLY_REQUIRE_POSTGRES"

	// envReport names a file that gets a line for each package whose tests ran
	// on PostgreSQL, "postgres <package>", or skipped it, "skip postgres <package>".
	// `go test` hides what passing packages print; this it cannot hide.
	envReport = "ORDERLY_TEST_REPORT"

	sharedConnections = 300 // of all parallel tests of one package together
	databaseLimit     = time.Minute
)

// shared is the one server of this test process, started by the first test
// that asks.
var shared struct {
	mu      sync.Mutex
	tried   bool
	cluster *Cluster // nil for a server named by envServer
	url     func(database string) string
	admin   string
	err     error
	models  []*Model
}

var told sync.Map // report lines of this process that are written

// ForTest returns the URL of an empty database that is the test's own and gone
// when it ends. All tests of a process share one server, so they may run in
// parallel. Without PostgreSQL the test is skipped, or fails where
// ORDERLY_REQUIRE_POSTGRES is 1.
func ForTest(t testing.TB) string {
	t.Helper()
	databaseURL, admin, err := sharedServer()
	if err != nil {
		refuse(t, err)
		return ""
	}
	name := newName()
	ctx, cancel := context.WithTimeout(context.Background(), databaseLimit)
	defer cancel()
	if err := createDatabase(ctx, admin, name, ""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), databaseLimit)
		defer cancel()
		if err := dropDatabase(ctx, admin, name); err != nil {
			t.Error(err)
		}
	})
	report(t, "postgres")
	return databaseURL(name)
}

func newName() string {
	return fmt.Sprintf("orderly_%d_%s", os.Getpid(), strings.ToLower(rand.Text()[:12]))
}

// Main runs a package's tests and stops the shared cluster, if one was started:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
//
// Without it the server ends with the process all the same; its directory then
// stays until the next cluster starts.
func Main(m interface{ Run() int }) int {
	code := m.Run()
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if shared.cluster == nil {
		return max(code, dropModels())
	}
	if err := shared.cluster.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return max(code, 1)
	}
	return code
}

// dropModels leaves a server that was named to us as it was; the caller holds
// the lock of shared.
func dropModels() (code int) {
	ctx, cancel := context.WithTimeout(context.Background(), databaseLimit)
	defer cancel()
	for _, m := range shared.models {
		if err := m.end(ctx, shared.admin); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	return code
}

func sharedServer() (databaseURL func(string) string, admin string, err error) {
	shared.mu.Lock()
	defer shared.mu.Unlock()
	if !shared.tried {
		shared.tried = true
		shared.err = openShared(os.Getenv(envServer))
	}
	return shared.url, shared.admin, shared.err
}

// openShared fills shared; the caller holds its lock.
func openShared(base string) (err error) {
	if base != "" {
		shared.url, err = urlsOf(base)
		shared.admin = base
		return err
	}
	c, err := Start(context.Background(), Options{MaxConnections: sharedConnections})
	if err != nil {
		return err
	}
	shared.cluster, shared.url, shared.admin = c, c.URL, c.URL(adminDatabase)
	return nil
}

// urlsOf says how a server's databases are addressed, given the URL of one.
func urlsOf(base string) (func(string) string, error) {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		// The value may hold a password, and url's errors quote it.
		return nil, fmt.Errorf("%s is not a URL such as postgres://user:password@host:5432/postgres", envServer)
	}
	return func(database string) string {
		other := *u
		other.Path, other.RawPath = "/"+database, ""
		return other.String()
	}, nil
}

// refuse ends a test that got no server. Only a machine that cannot have one
// is a reason to skip; a server that does not start is a failure.
func refuse(t testing.TB, err error) {
	t.Helper()
	impossible := errors.Is(err, ErrNotInstalled) || errors.Is(err, errors.ErrUnsupported)
	if !impossible || os.Getenv(envRequire) == "1" {
		t.Fatalf("this test needs PostgreSQL: %v", err)
		return
	}
	report(t, "skip postgres")
	t.Skipf("SKIP: %v, or set %s to a server's URL", err, envServer)
}

// report writes this package's line, once a process.
func report(t testing.TB, what string) {
	t.Helper()
	path := os.Getenv(envReport)
	if path == "" {
		return
	}
	line := what + " " + testedPackage() + "\n"
	if _, written := told.LoadOrStore(path+"\x00"+line, true); written {
		return
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		t.Errorf("%s: %v", envReport, err)
		return
	}
	_, err = f.WriteString(line) // one write, so that processes do not mix lines
	if err := errors.Join(err, f.Close()); err != nil {
		t.Errorf("%s: %v", envReport, err)
	}
}

// testedPackage is the import path of the package whose test binary this is.
func testedPackage() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Path == "" {
		return os.Args[0]
	}
	return strings.TrimSuffix(info.Path, ".test")
}
