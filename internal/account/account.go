// Package account decides about people who sign in: which addresses and
// passwords will do, how long a session and a link live, and how long somebody
// who guesses has to wait.
//
// What belongs here: the rules, pure and told the time. What does not: what a
// role may do (access), hashing and ciphers (desk/admin, seal), and rows.
package account

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
)

// Limits of what is typed.
const (
	MaxEmail    = 254
	MaxName     = 100
	MinPassword = 10
	MaxPassword = 200 // in characters; hashing costs by the byte
)

// Status is where a user stands.
type Status string

const (
	Invited  Status = "invited"  // has a link and no password yet
	Active   Status = "active"   // may sign in
	Disabled Status = "disabled" // may not, until enabled again
)

// Email gives an address as it is kept and compared: trimmed and in small
// letters. Whether mail arrives there nobody checks: it is a name to sign in by.
func Email(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// CheckEmail adds what is wrong with an address that Email has given.
func CheckEmail(at, email string, l *fault.List) {
	local, host, found := strings.Cut(email, "@")
	switch {
	case email == "":
		l.Add(at, "missing", "give an e-mail address; it is what one signs in with")
	case len(email) > MaxEmail || !utf8.ValidString(email):
		l.Add(at, "invalid_email", "an e-mail address has at most %d characters", MaxEmail)
	case !found || local == "" || host == "" || strings.Contains(host, "@") || strings.ContainsFunc(email, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		l.Add(at, "invalid_email", "write an e-mail address such as ada@example.com")
	}
}

// CheckName adds what is wrong with a person's name.
func CheckName(at, name string, l *fault.List) {
	if strings.TrimSpace(name) == "" {
		l.Add(at, "missing", "give a name, so that others know who did what")
	} else if utf8.RuneCountInString(name) > MaxName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		l.Add(at, "invalid_name", "a name has at most %d characters, none of them control characters", MaxName)
	}
}

// known are passwords that guessers try first and that are long enough
// otherwise. Length is what protects; this keeps the worst out.
var known = []string{
	"password12", "password123", "password1234", "passwordpassword", "1234567890", "12345678910", "123456789012", "0123456789", "9876543210", "qwertyuiop", "qwerty12345", "qwerty123456",
	"1q2w3e4r5t", "1qaz2wsx3edc", "iloveyou12", "letmein1234", "administrator", "changeme123", "welcome1234", "welcome123", "abcdefghij", "abcd1234567", "admin12345", "admin123456", "orderly123", "orderlyorderly",
}

// CheckPassword adds what is wrong with a new password of somebody.
func CheckPassword(at, password, email, name string, l *fault.List) {
	n, low := utf8.RuneCountInString(password), strings.ToLower(password)
	local, _, _ := strings.Cut(email, "@")
	switch {
	case n < MinPassword:
		l.Add(at, "too_short", "a password has at least %d characters; several words are easy to keep in mind", MinPassword)
	case n > MaxPassword:
		l.Add(at, "too_long", "a password has at most %d characters", MaxPassword)
	case slices.Contains(known, low), same(low), low == email, low == Email(name), local != "" && strings.Trim(low, "0123456789!.-_ ") == local:
		l.Add(at, "too_easy", "this password is among the first that are guessed; take another, such as four words that do not belong together")
	}
}

// same reports whether a text is one character again and again.
func same(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return strings.Trim(s, string(first)) == ""
}

// How long a browser stays signed in.
const (
	Idle        = 12 * time.Hour      // without a request
	Longest     = 30 * 24 * time.Hour // whatever it does
	PendingTime = 10 * time.Minute    // for the second factor
	SeenEvery   = time.Minute         // how exactly "last seen" is kept
)

// Purpose is what a one-use link is for.
type Purpose string

const (
	Invite   Purpose = "invite"
	Reset    Purpose = "reset"
	FirstRun Purpose = "first_run" // makes the first admin; of no user yet
	Demo     Purpose = "demo"      // signs in to a made-up shop, as often as one likes
)

// Lifetime is how long a link of the purpose opens something.
func (p Purpose) Lifetime() time.Duration {
	switch p {
	case Invite:
		return 7 * 24 * time.Hour
	case Reset:
		return 24 * time.Hour
	case Demo:
		return 30 * 24 * time.Hour
	}
	return 3 * 24 * time.Hour
}

// OneUse reports whether opening the link ends it.
func (p Purpose) OneUse() bool { return p != Demo }
