package account_test

import (
	"strings"
	"testing"
	"time"

	"orderly/internal/account"
	"orderly/internal/fault"

	"pgregory.net/rapid"
)

func TestCheckEmail(t *testing.T) {
	for email, code := range map[string]string{
		"ada@example.com": "", "a@b": "", "ü@exämple.com": "", "": "missing", "ada": "invalid_email", "@example.com": "invalid_email", "ada@": "invalid_email",
		"a b@example.com": "invalid_email", "a@b@c": "invalid_email", "a@b\x00": "invalid_email", strings.Repeat("a", 250) + "@b.cd": "invalid_email",
	} {
		var l fault.List
		account.CheckEmail("/email", email, &l)
		got := ""
		if l.Len() > 0 {
			got = l.Fields()[0].Code
		}
		if got != code {
			t.Errorf("%q: %q, want %q", email, got, code)
		}
	}
	if got := account.Email("  Ada@Example.COM "); got != "ada@example.com" {
		t.Errorf("kept as %q", got)
	}
}

func TestCheckPassword(t *testing.T) {
	for password, code := range map[string]string{
		"three green bicycles": "", "zwölf äpfel": "", "short": "too_short", "äöüäöüäöü": "too_short", strings.Repeat("a long one ", 19): "too_long",
		"Password123": "too_easy", "aaaaaaaaaaaa": "too_easy", "ada.byron@example.com": "too_easy", "Ada.Byron2026": "too_easy", "Ada Byron King": "too_easy",
	} {
		var l fault.List
		account.CheckPassword("/password", password, "ada.byron@example.com", "Ada Byron King", &l)
		got := ""
		if l.Len() > 0 {
			got = l.Fields()[0].Code
		}
		if got != code {
			t.Errorf("%q: %q, want %q", password, got, code)
		}
	}
}

// However often somebody is wrong, the wait has a bound, it never shrinks while
// they go on, and who rests is forgotten.
func TestThrottle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := account.Throttle{Free: rapid.Int64Range(1, 10).Draw(t, "free"), Longest: 5 * time.Minute, Forget: 30 * time.Minute}
		now, before := int64(1_000_000_000_000), time.Duration(0)
		var a account.Attempts
		for n := range rapid.Int64Range(1, 80).Draw(t, "tries") {
			if w := x.Wait(a, now); n < x.Free && w != 0 {
				t.Fatalf("try %d has to wait for %s", n+1, w)
			}
			now += x.Wait(a, now).Microseconds()
			a = x.Try(a, now)
			wait := x.Wait(a, now)
			if wait > x.Longest || wait < before || n+1 >= x.Free && wait < time.Second {
				t.Fatalf("after %d tries one waits for %s, before for %s", n+1, wait, before)
			}
			before = wait
		}
		if w := x.Wait(a, now-time.Hour.Microseconds()); w > x.Longest {
			t.Fatalf("a clock that was set back keeps one out for %s", w)
		}
		if again := x.Try(a, now+x.Forget.Microseconds()+1); again.Failures != 1 {
			t.Fatalf("after a rest %d tries are remembered", again.Failures)
		}
	})
}
