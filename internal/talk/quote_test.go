package talk_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/talk"
)

// Kills: an answer that is hidden with what it answers; a quote that is taken for
// what somebody said; a mail of which nothing is left.
func TestUnquoted(t *testing.T) {
	for name, x := range map[string]struct{ text, said, quoted string }{
		"none":      {"All fine.\n\nJo", "All fine.\n\nJo", ""},
		"below":     {"Yes.\n\nOn Mon, 1 Jun 2026 at 10:00, Shop wrote:\n> Can you?\n>\n> Jo\n", "Yes.", "On Mon, 1 Jun 2026 at 10:00, Shop wrote:\n> Can you?\n>\n> Jo"},
		"broken":    {"Yes.\nOn Mon, 1 Jun 2026 at 10:00, Shop\n<shop@example.com> wrote:\n> Can you?", "Yes.", "On Mon, 1 Jun 2026 at 10:00, Shop\n<shop@example.com> wrote:\n> Can you?"},
		"unsaid":    {"Yes.\n> Can you?", "Yes.", "> Can you?"},
		"between":   {"> Can you?\nYes.\n> And Monday?\nNo.", "> Can you?\nYes.\n> And Monday?\nNo.", ""},
		"original":  {"Yes.\n-----Original Message-----\nFrom: Shop\nCan you?", "Yes.", "-----Original Message-----\nFrom: Shop\nCan you?"},
		"all":       {"> Can you?\n", "> Can you?\n", ""},
		"a list":    {"On Monday we send:\n5 mugs", "On Monday we send:\n5 mugs", ""},
		"more than": {"We have\n5 > 4 mugs", "We have\n5 > 4 mugs", ""},
	} {
		if said, quoted := talk.Unquoted(x.text); said != x.said || quoted != x.quoted {
			t.Errorf("%s: said %q, quoted %q", name, said, quoted)
		}
	}
}

// Kills: words that get lost between what is said and what is quoted.
func TestUnquotedLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOf(rapid.SampledFrom([]string{"", "Yes.", "> Can you?", ">", "On Monday Jo wrote:", "-----Original Message-----", " > a"})).Draw(t, "lines")
		text := strings.Join(lines, "\n")
		said, quoted := talk.Unquoted(text)
		if got, want := strings.Join(strings.Fields(said+"\n"+quoted), " "), strings.Join(strings.Fields(text), " "); got != want {
			t.Fatalf("%q became %q and %q", text, said, quoted)
		}
	})
}
