package inbox

import (
	"strings"

	"golang.org/x/net/html"
)

// breaks are elements before which a line ends.
var breaks = map[string]bool{"br": true, "p": true, "div": true, "tr": true, "li": true, "h1": true, "h2": true, "h3": true, "table": true, "blockquote": true, "hr": true, "ul": true, "ol": true}

// silent are elements of which nothing is read.
var silent = map[string]bool{"script": true, "style": true, "head": true, "title": true, "noscript": true, "template": true}

// Text is what a page says, without anything that it does: no address of it is
// kept, nothing of it is loaded.
func Text(page string) string {
	z := html.NewTokenizer(strings.NewReader(page))
	z.SetMaxBuf(maxBody)
	var out strings.Builder
	quiet := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidy(out.String())
		case html.TextToken:
			if quiet == 0 {
				out.WriteString(strings.Join(strings.FieldsFunc(string(z.Text()), func(r rune) bool { return r == '\n' || r == '\r' }), " "))
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			if silent[string(name)] {
				quiet++
			}
			if breaks[string(name)] {
				out.WriteByte('\n')
			}
		case html.SelfClosingTagToken:
			if name, _ := z.TagName(); breaks[string(name)] {
				out.WriteByte('\n')
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if silent[string(name)] && quiet > 0 {
				quiet--
			}
			if breaks[string(name)] {
				out.WriteByte('\n')
			}
		}
	}
}

// tidy leaves at most one empty line between others.
func tidy(text string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, line)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n"))
}
