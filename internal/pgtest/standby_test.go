//go:build linux

package pgtest_test

import (
	"errors"
	"testing"

	"orderly/internal/pgtest"
)

// What was committed is there after Quit, and after a standby that confirmed it
// took over from a killed primary.
func TestQuitAndStandby(t *testing.T) {
	c := start(t, pgtest.Options{KillSafe: true, Dir: roomFor(t)})
	exec(t, open(t, c.URL("postgres")), "CREATE TABLE kept (n bigint)")
	for range 2 { // a second Quit does nothing
		if err := c.Quit(); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := c.Standby(t.Context())
	if errors.Is(err, pgtest.ErrNotInstalled) {
		t.Skip("SKIP: pg_basebackup is not installed")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	}()
	if err := c.Confirm(t.Context(), "*"); err != nil {
		t.Fatal(err)
	}
	exec(t, open(t, c.URL("postgres")), "INSERT INTO kept VALUES (42)")
	reader := open(t, s.URL("postgres"))
	if _, err := reader.ExecContext(t.Context(), "INSERT INTO kept VALUES (1)"); err == nil {
		t.Error("a standby takes writes")
	}
	if err := c.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.Promote(t.Context()); err != nil {
		t.Fatal(err)
	}
	exec(t, open(t, s.URL("postgres")), "INSERT INTO kept VALUES (43)")
	if got := value(t, open(t, pgtest.Either(c, s, "postgres")), "SELECT count(*) FROM kept"); got != "2" {
		t.Errorf("%s rows, want 2", got)
	}
}
