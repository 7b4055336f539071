package inbox_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"orderly/internal/connect/inbox"
	"orderly/internal/support"
)

func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

const mixed = `From: "Ada Byron" <Ada@Example.com>
To: help+abcdefghij@shop.test, other@shop.test
Subject: =?utf-8?q?M=C3=BCg_broken?= [C-1042-0123456789]
Message-ID: <m1@example.com>
References: <a@shop.test> <b@shop.test>
In-Reply-To: <b@shop.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=X

--X
Content-Type: multipart/alternative; boundary=Y

--Y
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

The mug of order #1001 is br=F6ken
--Y
Content-Type: text/html

<p>ignored</p>
--Y--
--X
Content-Type: image/png; name="../../etc/x.png"
Content-Disposition: attachment; filename="../../etc/pic.png"
Content-Transfer-Encoding: base64

aGVsbG8=
--X--
`

// Kills: letters that are lost, a file's name that leads somewhere, refs or
// tokens that are not found.
func TestParse(t *testing.T) {
	m := inbox.Parse(crlf(mixed))
	if m.From != "ada@example.com" || m.FromName != "Ada Byron" || m.MessageID != "m1@example.com" || m.Subject != "Müg broken [C-1042-0123456789]" || !strings.Contains(m.Text, "bröken") || strings.Contains(m.Text, "ignored") {
		t.Errorf("%+v", m)
	}
	if got := m.Tokens(); len(got) != 2 || got[0] != "abcdefghij" || got[1] != "0123456789" {
		t.Errorf("tokens %v", got)
	}
	if got := m.Numbers(); len(got) != 1 || got[0] != 1001 {
		t.Errorf("numbers %v", got)
	}
	if len(m.Refs) < 2 || m.Refs[0] != "a@shop.test" {
		t.Errorf("refs %v", m.Refs)
	}
	if len(m.Files) != 1 || m.Files[0].Name != "pic.png" || string(m.Files[0].Data) != "hello" {
		t.Errorf("files %+v", m.Files)
	}
}

// Kills: an answering machine that is taken for a person, and the other way round.
func TestAutomatic(t *testing.T) {
	for header, want := range map[string]string{
		"Auto-Submitted: auto-replied": "auto", "Auto-Submitted: no": "", "Precedence: bulk": "auto", "List-Id: <x>": "auto", "Return-Path: <>": "bounce",
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b": "bounce", "X-Other: y": "",
	} {
		if m := inbox.Parse(crlf("From: a@b.test\n" + header + "\n\nhello")); m.Auto != want {
			t.Errorf("%s is %q, want %q", header, m.Auto, want)
		}
	}
	m := inbox.Parse(crlf("From: MAILER-DAEMON@b.test\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <csm_1@shop.test>\n\nx\n--b--\n"))
	if m.Auto != "bounce" || len(m.Refs) != 1 || m.Refs[0] != "csm_1@shop.test" {
		t.Errorf("a bounce: %+v", m)
	}
}

// Kills: what a page does, instead of what it says.
func TestText(t *testing.T) {
	got := inbox.Text(`<html><head><title>t</title><style>p{}</style></head><body><p>Hello&nbsp;<b>you</b></p><script>alert(1)</script><a href="https://evil.test">link</a><br>end <img src=x onerror=y></body>`)
	if got != "Hello you\nlink\nend" {
		t.Errorf("%q", got)
	}
}

// Kills: bytes of a stranger that stop the mail behind them, or that cannot be
// kept.
func FuzzParse(f *testing.F) {
	f.Add(crlf(mixed))
	f.Add([]byte(""))
	f.Add([]byte("\x00\xff\xfe: \r\n\r\n\x00"))
	f.Add(crlf("Content-Type: multipart/mixed; boundary=\n\n--\n--\n"))
	f.Add(crlf("Content-Type: text/plain; charset=utf-7\nContent-Transfer-Encoding: base64\n\n!!!!"))
	f.Add(crlf("Content-Type: text/html\n\n<p><script><p>&#0;"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := inbox.Parse(raw)
		for _, text := range []string{m.MessageID, m.From, m.FromName, m.Subject, m.Text} {
			if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
				t.Errorf("%q cannot be kept", text)
			}
		}
		if m.MessageID == "" || utf8.RuneCountInString(m.Text) > support.MaxText || utf8.RuneCountInString(m.Subject) > support.MaxSubject || len(m.Files) > support.MaxFiles {
			t.Errorf("over its limits: %d %d %d", len(m.Text), len(m.Subject), len(m.Files))
		}
		for _, x := range m.Files {
			if x.Name == "" || strings.ContainsAny(x.Name, "/\\\x00\r\n") {
				t.Errorf("a file is called %q", x.Name)
			}
		}
		_ = support.Match(&m, support.Known{Open: []support.ID{1}})
		m.Numbers()
	})
}
