package main

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
)

// defaultData is the data directory when nothing is said.
const defaultData = "data"

// maxSecretBytes bounds a file that holds a database address.
const maxSecretBytes = 4096

// databaseFlags say which database a command works on.
type databaseFlags struct {
	Data            string `placeholder:"DIR" env:"ORDERLY_DATA" group:"Database" help:"Directory of the embedded SQLite database; ./data when no flag names another."`
	DatabaseURL     string `placeholder:"URL" env:"ORDERLY_DATABASE_URL" group:"Database" help:"PostgreSQL instead: postgres://user@host:5432/name."`
	DatabaseURLFile string `placeholder:"FILE" env:"ORDERLY_DATABASE_URL_FILE" group:"Database" help:"File that holds the PostgreSQL address, so that its password shows nowhere."`
}

// options tells the store where the database is.
func (f databaseFlags) options() (store.Options, error) {
	given := 0
	for _, v := range []string{f.Data, f.DatabaseURL, f.DatabaseURLFile} {
		if v != "" {
			given++
		}
	}
	switch {
	case given > 1:
		return store.Options{}, usagef("name one database: --data, --database-url or --database-url-file (ORDERLY_DATA, ORDERLY_DATABASE_URL, ORDERLY_DATABASE_URL_FILE), not several")
	case f.DatabaseURLFile != "":
		address, err := readSecret(f.DatabaseURLFile)
		return store.Options{URL: address}, err
	case f.DatabaseURL != "":
		return store.Options{URL: f.DatabaseURL}, nil
	case f.Data != "":
		return store.Options{Dir: f.Data}, nil
	}
	return store.Options{Dir: defaultData}, nil
}

func readSecret(path string) (string, error) {
	text, err := os.ReadFile(path)
	switch {
	case err != nil:
		var p *fs.PathError
		if errors.As(err, &p) {
			err = p.Err
		}
		return "", fault.Wrap(err, fault.Invalid, "unreadable", "cannot read the database address from %s: %v", path, err)
	case len(text) > maxSecretBytes || strings.TrimSpace(string(text)) == "":
		return "", fault.New(fault.Invalid, "invalid_url", "%s does not hold a database address; write postgres://user@host:5432/name into it", path)
	}
	return strings.TrimSpace(string(text)), nil
}

// open opens a database that has books already. A mistyped directory gets a
// refusal, not a new database.
func (f databaseFlags) open(ctx context.Context) (*store.DB, error) {
	o, err := f.options()
	if err != nil {
		return nil, err
	}
	if err := exists(o); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	list, err := merchants.All(ctx, db)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "no_shop", "the database holds no shop yet; start it once with orderly serve")
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

func exists(o store.Options) error {
	if o.URL != "" {
		return nil
	}
	file := filepath.Join(o.Dir, store.FileName)
	if _, err := os.Stat(file); err != nil {
		return fault.Wrap(err, fault.NotFound, "no_database", "there is no database in %s; name its directory with --data, or make one with orderly serve", o.Dir)
	}
	return nil
}

var passwordSetting = regexp.MustCompile(`(?i)(password\s*=\s*)('(?:[^'\\]|\\.)*'|[^\s&]+)`)

// masked is a database address without its password, in either form.
func masked(address string) string {
	if u, err := url.Parse(address); err == nil && u.User != nil {
		address = u.Redacted()
	}
	return passwordSetting.ReplaceAllString(address, "${1}xxxxx")
}

// withDesk does something at the desk of an existing database.
func (f databaseFlags) withDesk(ctx context.Context, con *console, do func(*desk.Desk) error) error {
	db, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	log := logFlags{}.logger(con.Err)
	d := desk.New(db, log)
	d.Fatal = unsafeToGoOn(log, os.Exit)
	defer d.Close()
	return do(d)
}

// commandScope is what the commands of this program may do.
func commandScope(name string) access.Scope { return access.System(admin.Main, "command", name) }
