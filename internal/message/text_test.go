package message_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"orderly/internal/message"
)

// Kills: a number without its country; letters that are taken for digits; a
// text that loses its link.
func TestPhones(t *testing.T) {
	for text, want := range map[string]string{
		"+44 7700 900123": "+447700900123", "0044 (7700) 900-123": "+447700900123", "07700 900123": "", "+44 7700 ABC123": "", "+4": "", "+0123456789": "", "": "", "+44+7700900123": "", "+1234567890123456": "",
	} {
		if got := message.Phone(text); got != want {
			t.Errorf("%q is %q, not %q", text, got, want)
		}
	}
	link := "https://orders.example.com/t/1_abc"
	for _, subject := range []string{"Shipped", strings.Repeat("ä", 500), ""} {
		m := message.Mail{Subject: subject}
		if got := m.Short(link); utf8.RuneCountInString(got) > message.MaxText || !strings.HasSuffix(got, link) {
			t.Errorf("%q", got)
		}
	}
}
