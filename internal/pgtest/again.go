package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
)

// Model is a database that is made once a process, and of which tests get
// copies. What a test leaves with the schema that it got is emptied and used
// again, which takes a tenth of the time of making another.
type Model struct {
	prepare func(url string) error
	once    sync.Once
	name    string
	err     error

	mu     sync.Mutex
	spares []*Kept
	shape  string // of a fresh copy's schema; "" while unknown
	empty  string // takes out what a test wrote
}

// NewModel is a model that prepare fills, when the first test asks. When it
// returns nobody may be connected to the database that it was given. Where
// ORDERLY_TEST_POSTGRES_MODEL names a database, that is copied instead.
func NewModel(prepare func(url string) error) *Model {
	m := &Model{prepare: prepare}
	shared.mu.Lock()
	defer shared.mu.Unlock()
	shared.models = append(shared.models, m)
	return m
}

// Kept is a copy that does not end with a test. It is for one test at a time.
type Kept struct {
	URL   string
	m     *Model
	name  string
	admin string
}

// ForTest returns the URL of a copy that is the test's own.
func (m *Model) ForTest(t testing.TB) string {
	t.Helper()
	k := m.spare()
	if k == nil {
		k = m.Keep(t)
	}
	t.Cleanup(func() {
		if !t.Failed() && k.left() && k.Clean() {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.spares = append(m.spares, k)
		} else if err := k.Drop(); err != nil {
			t.Error(err)
		}
	})
	report(t, "postgres")
	return k.URL
}

func (m *Model) spare() *Kept {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.spares) == 0 {
		return nil
	}
	k := m.spares[len(m.spares)-1]
	m.spares = m.spares[:len(m.spares)-1]
	return k
}

// Keep makes a copy that the caller drops, at the latest before Main returns.
// Without PostgreSQL t is skipped, or fails where that is not allowed.
func (m *Model) Keep(t testing.TB) *Kept {
	t.Helper()
	databaseURL, admin, err := sharedServer()
	if err != nil {
		refuse(t, err)
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), databaseLimit)
	defer cancel()
	k := &Kept{m: m, admin: admin, name: newName()}
	k.URL = databaseURL(k.name)
	from, err := m.made(ctx, databaseURL, admin)
	if err == nil {
		err = createDatabase(ctx, admin, k.name, from)
	}
	if err == nil {
		err = m.learn(ctx, k)
	}
	if err != nil {
		t.Fatal(err)
	}
	report(t, "postgres")
	return k
}

// made is the name of the model's database.
func (m *Model) made(ctx context.Context, databaseURL func(string) string, admin string) (string, error) {
	if name := os.Getenv(envModel); name != "" && os.Getenv(envServer) != "" {
		return name, nil
	}
	m.once.Do(func() {
		name := newName()
		if m.err = createDatabase(ctx, admin, name, ""); m.err == nil {
			m.name = name
			m.err = m.prepare(databaseURL(name))
		}
	})
	return m.name, m.err
}

// learn keeps what the schema of a fresh copy is, and which tables have rows in
// it: those are left alone.
func (m *Model) learn(ctx context.Context, k *Kept) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.shape != "" {
		return nil
	}
	return k.ask(ctx, func(db *sql.DB) error {
		var kept string
		if err := db.QueryRowContext(ctx, filled).Scan(&kept); err != nil {
			return err
		}
		m.empty = fmt.Sprintf(emptying, kept)
		return db.QueryRowContext(ctx, shapeOf).Scan(&m.shape)
	})
}

// end drops everything of a model; errors are those of dropping.
func (m *Model) end(ctx context.Context, admin string) (err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, k := range m.spares {
		err = errors.Join(err, k.Drop())
	}
	m.spares = nil
	if m.name != "" {
		err = errors.Join(err, dropDatabase(ctx, admin, m.name))
	}
	return err
}

func (k *Kept) ask(ctx context.Context, f func(*sql.DB) error) error {
	db, err := sql.Open("pgx", k.URL)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return f(db)
}

// left reports whether nobody is connected any more.
func (k *Kept) left() bool { return k.wait("true") }

// wait waits for connections of a kind to have ended, which servers do a moment
// after they were told.
func (k *Kept) wait(which string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), databaseLimit)
	defer cancel()
	return nil == k.ask(ctx, func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, fmt.Sprintf(waiting, which))
		return err
	})
}

// Clean makes the copy what it was: without the rows of a test. It reports false
// where that cannot be: the schema is another, or somebody still works on it.
func (k *Kept) Clean() bool {
	if !k.wait("state <> 'idle'") {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), databaseLimit)
	defer cancel()
	return nil == k.ask(ctx, func(db *sql.DB) error {
		var shape string
		if err := db.QueryRowContext(ctx, shapeOf).Scan(&shape); err != nil {
			return err
		}
		if shape != k.m.shape {
			return errors.New("the schema was changed")
		}
		_, err := db.ExecContext(ctx, k.m.empty)
		return err
	})
}

// Drop removes the copy, ending the connections to it.
func (k *Kept) Drop() error {
	ctx, cancel := context.WithTimeout(context.Background(), databaseLimit)
	defer cancel()
	return dropDatabase(ctx, k.admin, k.name)
}
