// Package inbox fetches mail by IMAP and reads what a mail says.
//
// What belongs here: one connection to a mailbox, and a mail's parts, its text
// and its files, made safe to keep. What does not: where a mail belongs
// (support), what becomes of it (desk/help) and when it is fetched (mailroom).
//
// Mail comes from anybody. Reading one never fails: what cannot be understood is
// kept as the text that can be, so that no mail stops those behind it.
package inbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"regexp"
	"strings"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // mails in other letters than UTF-8
	"github.com/emersion/go-message/mail"

	"orderly/internal/support"
)

// Limits of a mail's structure.
const (
	maxDepth = 8
	maxParts = 100
	maxBody  = 1 << 20 // bytes of one part of text that are looked at
)

// reading is a mail on its way to be read.
type reading struct {
	out   support.Mail
	plain strings.Builder
	html  strings.Builder
	parts int
	bytes int // of files
}

// Parse reads a mail.
func Parse(raw []byte) (out support.Mail) {
	sum := sha256.Sum256(raw)
	own := hex.EncodeToString(sum[:16]) + "@unnamed.invalid"
	defer func() {
		if recover() != nil { // a parser that stumbles over a stranger's bytes loses no mail
			out = support.Mail{MessageID: own, Text: support.Clip(string(raw[:min(len(raw), maxBody)]), support.MaxText)}
		}
	}()
	e, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: 512 << 10})
	if e == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return support.Mail{MessageID: own, Text: support.Clip(string(raw[:min(len(raw), maxBody)]), support.MaxText)}
	}
	x := &reading{}
	x.headers(mail.Header{Header: e.Header})
	x.part(e, 0)
	if x.out.MessageID == "" {
		x.out.MessageID = own
	}
	x.out.Text = support.Clip(strings.TrimSpace(x.plain.String()), support.MaxText)
	if x.out.Text == "" {
		x.out.Text = support.Clip(Text(x.html.String()), support.MaxText)
	}
	if x.out.Auto == "bounce" {
		x.out.Refs = append(x.out.Refs, idsIn(raw)...)
	}
	x.out.Refs = x.out.Refs[:min(len(x.out.Refs), support.MaxRefs)]
	return x.out
}

// named takes the brackets and spaces from a Message-ID; "" when it is none.
func named(id string) string {
	id = strings.Trim(strings.TrimSpace(id), "<>")
	if len(id) > 300 || strings.ContainsAny(id, " \t\r\n<>") {
		return ""
	}
	return support.Clip(id, 300)
}

var idForm = regexp.MustCompile(`<([^<>\s]{1,300})>`)

func ids(text string) (out []string) {
	for _, f := range idForm.FindAllStringSubmatch(text, support.MaxRefs) {
		out = append(out, support.Clip(f[1], 300))
	}
	return out
}

var returnedID = regexp.MustCompile(`(?im)^message-id:\s*<([^<>\s]{1,300})>`)

// idsIn are the Message-IDs of what came back with a mail.
func idsIn(raw []byte) (out []string) {
	for _, f := range returnedID.FindAllSubmatch(raw, 10) {
		out = append(out, support.Clip(string(f[1]), 300))
	}
	return out
}

func (x *reading) headers(h mail.Header) {
	subject, err := h.Subject()
	if err != nil {
		subject = h.Get("Subject")
	}
	x.out.Subject = support.OneLine(subject, support.MaxSubject)
	x.out.MessageID = named(h.Get("Message-Id"))
	x.out.Refs = append(ids(h.Get("References")), ids(h.Get("In-Reply-To"))...)
	x.out.From, x.out.FromName = sender(h)
	for _, key := range []string{"To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To"} {
		for f := h.FieldsByKey(key); f.Next(); {
			x.out.To = append(x.out.To, addresses(f.Value())...)
		}
	}
	x.out.To = x.out.To[:min(len(x.out.To), support.MaxAddresses)]
	if at, err := h.Date(); err == nil {
		x.out.At = at.UnixMicro()
	}
	x.out.Auto = automatic(h, x.out.From)
}

var addressForm = regexp.MustCompile(`[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}`)

// addresses finds addresses even where the header is malformed.
func addresses(text string) (out []string) {
	for _, a := range addressForm.FindAllString(text, support.MaxAddresses) {
		out = append(out, strings.ToLower(strings.TrimRight(a, ".")))
	}
	return out
}

func sender(h mail.Header) (address, name string) {
	if list, err := h.AddressList("From"); err == nil && len(list) > 0 {
		name = support.OneLine(list[0].Name, support.MaxSubject)
		if found := addresses(list[0].Address); len(found) > 0 {
			return found[0], name
		}
	}
	if found := addresses(h.Get("From")); len(found) > 0 {
		return found[0], name
	}
	return "", name
}

// automatic says why a mail is taken for a machine's, by RFC 3834 and what
// machines did before it.
func automatic(h mail.Header, from string) string {
	kind, params, err := h.ContentType()
	if err == nil && kind == "multipart/report" && params["report-type"] != "disposition-notification" {
		return "bounce"
	}
	name, _, _ := strings.Cut(from, "@")
	if strings.TrimSpace(h.Get("Return-Path")) == "<>" || name == "mailer-daemon" || name == "postmaster" {
		return "bounce"
	}
	if v := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted"))); v != "" && v != "no" {
		return "auto"
	}
	switch strings.ToLower(strings.TrimSpace(h.Get("Precedence"))) {
	case "bulk", "junk", "list", "auto_reply":
		return "auto"
	}
	for _, key := range []string{"X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe", "X-Loop"} {
		if h.Has(key) {
			return "auto"
		}
	}
	if kind == "multipart/report" {
		return "auto"
	}
	return ""
}

// part reads a part and what is in it.
func (x *reading) part(e *message.Entity, depth int) {
	if x.parts++; x.parts > maxParts || depth > maxDepth {
		return
	}
	if mr := e.MultipartReader(); mr != nil {
		for x.parts <= maxParts {
			p, err := mr.NextPart()
			if p == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
				return
			}
			x.part(p, depth+1)
		}
		return
	}
	kind, params, err := e.Header.ContentType()
	if err != nil || kind == "" {
		kind = "text/plain"
	}
	how, about, _ := e.Header.ContentDisposition()
	name := about["filename"]
	if name == "" {
		name = params["name"]
	}
	switch {
	case how != "attachment" && name == "" && kind == "text/plain":
		x.take(&x.plain, e.Body)
	case how != "attachment" && name == "" && kind == "text/html":
		x.take(&x.html, e.Body)
	default:
		x.file(name, kind, e.Body)
	}
}

func (x *reading) take(into *strings.Builder, body io.Reader) {
	if into.Len() > 0 {
		into.WriteString("\n\n")
	}
	text, _ := io.ReadAll(io.LimitReader(body, int64(max(0, maxBody-into.Len())))) // what was read before a fault is kept
	into.WriteString(strings.ToValidUTF8(string(text), "\uFFFD"))
}

func (x *reading) file(name, kind string, body io.Reader) {
	data, _ := io.ReadAll(io.LimitReader(body, support.MaxFile+1)) // what was read before a fault is kept
	switch {
	case len(data) == 0:
		return
	case len(data) > support.MaxFile || len(x.out.Files) >= support.MaxFiles || x.bytes+len(data) > support.MaxFileBytes:
		x.out.Left++
		return
	}
	x.bytes += len(data)
	x.out.Files = append(x.out.Files, support.File{Name: fileName(name), Kind: support.OneLine(kind, 100), Size: int64(len(data)), Data: data})
}

// fileName is a name without a way to anywhere.
func fileName(name string) string {
	name = support.OneLine(name, 4*support.MaxFileName)
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = support.OneLine(strings.Trim(name, ". "), support.MaxFileName)
	if name == "" {
		return "file"
	}
	return name
}
