package talk

import (
	"regexp"
	"slices"
	"strings"
)

// Lines below which a mail program puts the mail that is answered.
var (
	attribution = regexp.MustCompile(`(?i)^(on|am|le|el|op|den)\b.{1,200}:$`)
	original    = regexp.MustCompile(`(?i)^-{2,}\s*(original message|ursprüngliche nachricht|message d'origine|forwarded message)\s*-{2,}$`)
)

// Unquoted parts what somebody wrote from the mail below it that it answers: lines
// after ">" down to the end, with the line that says whose they are, or all below a
// line that says "Original Message". What stands between quoted lines stays where it
// is, since it answers them. A text that is nothing but a quote stays whole.
func Unquoted(text string) (said, quoted string) {
	lines := strings.Split(text, "\n")
	at := slices.IndexFunc(lines, func(l string) bool { return original.MatchString(strings.TrimSpace(l)) })
	if at < 0 {
		at = trailing(lines)
	}
	said = strings.TrimSpace(strings.Join(lines[:at], "\n"))
	if said == "" || at == len(lines) {
		return text, ""
	}
	return said, strings.TrimSpace(strings.Join(lines[at:], "\n"))
}

// trailing is where the quoted lines begin with which a mail ends; how many lines
// there are when it ends with none.
func trailing(lines []string) int {
	at, found := len(lines), false
	for ; at > 0; at-- {
		l := strings.TrimSpace(lines[at-1])
		if l != "" && !strings.HasPrefix(l, ">") {
			break
		}
		found = found || l != ""
	}
	if !found {
		return len(lines)
	}
	for n := 1; n <= 2 && at-n >= 0; n++ { // a long attribution is broken into two lines
		if attribution.MatchString(strings.TrimSpace(strings.Join(lines[at-n:at], " "))) {
			return at - n
		}
	}
	return at
}
