package message

import (
	"html"
	"strings"
)

// Look is how a shop's mails look: its name, its color as #rrggbb ("" for
// none) and where its logo is ("" when it has none).
type Look struct{ Shop, Color, Logo string }

// Mail is a message as it leaves.
type Mail struct{ Subject, Text, HTML string }

// Make fills a template in.
func (t *Template) Make(f Facts, look Look) Mail {
	subject, ok := fill(t.Subject, f)
	if !ok {
		subject = look.Shop
	}
	var plain []string
	var rich strings.Builder
	for _, p := range paragraphs(t.Body, f) {
		var lines, inner []string
		for _, l := range p {
			lines, inner = append(lines, l.plain()), append(inner, l.rich(look))
		}
		plain = append(plain, strings.Join(lines, "\n"))
		rich.WriteString(`<p style="margin:0 0 16px">` + strings.Join(inner, "<br>\n") + "</p>\n")
	}
	return Mail{Subject: oneLine(subject), Text: strings.Join(plain, "\n\n") + "\n", HTML: document(look, oneLine(subject), rich.String())}
}

// Say fills a text with words in, as plain text.
func Say(body string, f Facts) string {
	t := Template{Body: body}
	return strings.TrimRight(t.Make(f, Look{}).Text, "\n")
}

// Written is a mail that somebody wrote: its text has no words to fill in.
func Written(subject, text string, look Look) Mail {
	var rich strings.Builder
	for p := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		rich.WriteString(`<p style="margin:0 0 16px">` + line{text: p}.rich(look) + "</p>\n")
	}
	subject = oneLine(subject)
	return Mail{Subject: subject, Text: text + "\n", HTML: document(look, subject, rich.String())}
}

// oneLine keeps what customers wrote from ending a header.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// line is a filled line of a body; one with a label is a button.
type line struct{ label, text string }

func (l line) plain() string {
	if l.label != "" {
		return l.label + ": " + l.text
	}
	return l.text
}

func (l line) rich(look Look) string {
	if l.label == "" {
		return strings.ReplaceAll(html.EscapeString(l.text), "\n", "<br>\n")
	}
	color := look.Color
	if color == "" {
		color = plainColor
	}
	return `<a href="` + html.EscapeString(l.text) + `" style="display:inline-block;padding:10px 18px;border-radius:6px;background:` + html.EscapeString(color) +
		`;color:` + ink(color) + `;text-decoration:none;font-weight:600">` + html.EscapeString(l.label) + "</a>"
}

// paragraphs are the filled lines of a body, by paragraph. A paragraph of which
// nothing is left is left out.
func paragraphs(body string, f Facts) [][]line {
	var out [][]line
	for p := range strings.SplitSeq(strings.ReplaceAll(body, "\r\n", "\n"), "\n\n") {
		var lines []line
		for l := range strings.SplitSeq(strings.Trim(p, "\n"), "\n") {
			if x, ok := filled(l, f); ok {
				lines = append(lines, x)
			}
		}
		if len(lines) > 0 {
			out = append(out, lines)
		}
	}
	return out
}

func filled(text string, f Facts) (line, bool) {
	if label, to, ok := button(strings.TrimSpace(text)); ok {
		label, said := fill(label, f)
		return line{label: label, text: f[to]}, said && f[to] != ""
	}
	text, ok := fill(text, f)
	return line{text: strings.TrimRight(text, " ")}, ok && strings.TrimSpace(text) != ""
}

// button reads [label]({link}), and the same with {choose}.
func button(text string) (label, to string, ok bool) {
	for _, to = range [...]string{"link", "choose"} {
		if label, ok = strings.CutSuffix(text, "]({"+to+"})"); ok {
			label, ok = strings.CutPrefix(label, "[")
			return label, to, ok && label != ""
		}
	}
	return "", "", false
}

const plainColor = "#1d4ed8"

// ink is black or white, whichever is read better on a color: W3C's relative
// luminance with the usual threshold, without its gamma.
func ink(color string) string {
	if len(color) != 7 {
		return "#ffffff"
	}
	if 299*hex(color[1:3])+587*hex(color[3:5])+114*hex(color[5:7]) > 150_000 {
		return "#000000"
	}
	return "#ffffff"
}

func hex(s string) int {
	n := 0
	for _, c := range strings.ToLower(s) {
		n = n*16 + strings.IndexRune("0123456789abcdef", c)
	}
	return n
}

// document is the frame of the HTML part: no script, no outside style, nothing
// from elsewhere but the shop's own logo.
func document(look Look, subject, body string) string {
	color := look.Color
	if color == "" {
		color = plainColor
	}
	logo := ""
	if look.Logo != "" {
		logo = `<img src="` + html.EscapeString(look.Logo) + `" alt="" height="32" style="height:32px;vertical-align:middle;margin-right:10px">`
	}
	return `<!DOCTYPE html>
<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>` + html.EscapeString(subject) + `</title></head>
<body style="margin:0;background:#f4f4f5;font:16px/1.5 system-ui,-apple-system,Segoe UI,Roboto,sans-serif;color:#18181b">
<div style="max-width:560px;margin:0 auto;padding:24px 16px">
<div style="background:#ffffff;border-radius:8px;border-top:6px solid ` + html.EscapeString(color) + `;padding:24px">
<div style="font-weight:700;margin:0 0 20px">` + logo + html.EscapeString(look.Shop) + `</div>
` + body + `</div></div></body></html>
`
}
