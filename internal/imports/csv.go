package imports

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
)

// Record is one record of a CSV file below its header. Either Err is nil and
// there are as many Fields as the header has, or Err says what is wrong.
type Record struct {
	Line   int      // where it begins, from 1
	Fields []string // the slice is used again by the next call; its texts may be kept
	Raw    string   // as it stands in the file, at most MaxRawBytes
	Legacy bool     // was no UTF-8 and was read as Windows-1252
	Err    error    // a fault of kind Invalid or TooLarge
}

// CSV reads records of RFC 4180, forgiving where there is only one reading: a
// byte order mark, any line end, any of four delimiters, quotes inside plain
// text, blank lines, text that is not UTF-8. A record that could be read in
// two ways is an error of its own, and reading goes on at the next line.
type CSV struct {
	in     *lines
	delim  byte
	header []string
	fields []string
	spans  []span
	blank  int
	legacy int
}

// span is where a field stands in its record.
type span struct {
	from, to int
	doubled  bool // holds quotes that are written twice
}

// NewCSV reads the header, which says how many fields every record has.
func NewCSV(in io.Reader) (*CSV, error) {
	l, err := openLines(in)
	if err != nil {
		return nil, err
	}
	c := &CSV{in: l, delim: delimiterOf(l.window(), l.eol)}
	first, err := c.filled()
	if err == nil && first.Err == nil {
		if d, ok := hinted(strings.Join(first.Fields, string(c.delim))); ok {
			c.delim = d
			first, err = c.filled()
		}
	}
	if err == io.EOF {
		err = fault.New(fault.Invalid, "empty_file", "the file has no header; its first line names the columns")
	}
	if err == nil {
		err = first.Err
	}
	if err != nil {
		return nil, err
	}
	if len(first.Fields) > MaxColumns {
		return nil, fault.New(fault.TooLarge, "too_many_columns",
			"the header names %d columns; at most %d are read", len(first.Fields), MaxColumns)
	}
	for _, name := range first.Fields {
		c.header = append(c.header, strings.TrimSpace(name))
	}
	return c, nil
}

// Header is the names of the columns without spaces around them.
func (c *CSV) Header() []string { return c.header }

// Delimiter is what was found to cut the fields.
func (c *CSV) Delimiter() byte { return c.delim }

// Blank is how many records had no text in any field; they are stepped over.
func (c *CSV) Blank() int { return c.blank }

// Legacy is how many records were read as Windows-1252.
func (c *CSV) Legacy() int { return c.legacy }

// Next gives the next record, io.EOF after the last. Any other error means
// that the stream is broken and nothing more can be read.
func (c *CSV) Next() (Record, error) {
	r, err := c.filled()
	if err == nil && r.Err == nil && len(r.Fields) != len(c.header) {
		r.Err = fault.New(fault.Invalid, "field_count", "the line has %d fields where the header has %d; "+
			"look for a missing or an unquoted %q", len(r.Fields), len(c.header), c.delim)
		r.Fields = nil
	}
	return r, err
}

// filled reads on to a record that is not blank.
func (c *CSV) filled() (Record, error) {
	for {
		r, err := c.read()
		if err != nil || r.Err != nil || !allBlank(r.Fields) {
			if r.Legacy {
				c.legacy++
			}
			return r, err
		}
		c.blank++
	}
}

func allBlank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

func (c *CSV) read() (Record, error) {
	n, how := c.in.find(0)
	r := Record{Line: c.in.line}
	switch {
	case how == tooLong:
		return c.tooLong(r)
	case how == atFileEnd && n == 0:
		return r, c.in.done()
	}
	c.spans = c.spans[:0]
	code, reason := "", ""
	length := n
	if text := c.in.window()[:n]; bytes.IndexByte(text, '"') < 0 {
		c.cut(text)
	} else if length, how, code, reason = c.cutQuoted(n, how); code != "" {
		if how == atFileEnd && c.in.broken() {
			return r, c.in.done()
		}
		// Only the line where it began is given up: what follows may be sound.
		length, how = c.in.find(0)
	}
	if how == atFileEnd && c.in.broken() {
		return r, c.in.done()
	}
	raw := withoutReturn(c.in.window()[:length])
	if code == "" && bytes.IndexByte(raw, 0) >= 0 {
		code, reason = "binary", "the line holds a NUL byte, so it is no text; export the file again"
	}
	if r.Legacy = !utf8.Valid(raw); r.Legacy {
		r.Raw = fromWindows1252(raw[:min(len(raw), MaxRawBytes)])
	} else {
		r.Raw = string(raw)
	}
	if code != "" {
		r.Err = fault.New(fault.Invalid, code, "%s", reason)
	} else {
		r.Fields = c.texts(raw, r)
	}
	r.Raw = clip(r.Raw, MaxRawBytes)
	c.in.take(length, how)
	return r, nil
}

func (c *CSV) tooLong(r Record) (Record, error) {
	head := c.in.window()
	r.Raw = strings.ToValidUTF8(string(head[:min(len(head), MaxRawBytes)]), "")
	c.in.skip()
	if c.in.broken() {
		return r, c.in.done()
	}
	r.Err = fault.New(fault.TooLarge, "record_too_long",
		"the line is longer than %d bytes; check that lines end where records do", MaxRecordBytes)
	return r, nil
}

// cut notes the fields of a line without quotes. Beyond what any header may
// have, the rest is one field, so that a line of commas costs little.
func (c *CSV) cut(text []byte) {
	text = withoutReturn(text)
	from := 0
	for {
		i := bytes.IndexByte(text[from:], c.delim)
		if i < 0 || len(c.spans) > MaxColumns {
			c.spans = append(c.spans, span{from: from, to: len(text)})
			return
		}
		c.spans = append(c.spans, span{from: from, to: from + i})
		from += i + 1
	}
}

// cutQuoted notes the fields of a record that begins with a line of n bytes
// and has a quote somewhere. It gives how long the whole record is, which may
// go on over more lines, or what is wrong with it.
func (c *CSV) cutQuoted(n int, how ending) (int, ending, string, string) {
	from := 0
	for {
		text := c.in.window()[:n]
		if from == n || text[from] != '"' {
			end := from + len(withoutReturn(text[from:]))
			if i := bytes.IndexByte(text[from:], c.delim); i >= 0 {
				end = from + i
			}
			c.spans = append(c.spans, span{from: from, to: end})
			if end == n || text[end] != c.delim {
				return n, how, "", ""
			}
			from = end + 1
			continue
		}
		field, more, reached, ok := c.quoted(from, n, how)
		if !ok {
			return 0, reached, "open_quote", `a field begins with a quote that is never closed; close it, or double it where it is meant as text`
		}
		n, how = more, reached
		c.spans = append(c.spans, field)
		rest := withoutReturn(c.in.window()[field.to+1 : n])
		switch {
		case len(rest) == 0:
			return n, how, "", ""
		case rest[0] != c.delim:
			return 0, how, "text_after_quote", "text follows the closing quote of a field; double each quote inside a quoted field"
		}
		from = field.to + 2
	}
}

// quoted finds the closing quote of the field whose opening quote stands at
// from, reading on over line ends where it must.
func (c *CSV) quoted(from, n int, how ending) (span, int, ending, bool) {
	s := span{from: from + 1}
	at := from + 1
	for {
		text := c.in.window()[:n]
		i := bytes.IndexByte(text[at:], '"')
		switch {
		case i >= 0 && at+i+1 < n && text[at+i+1] == '"':
			s.doubled = true
			at += i + 2
		case i >= 0:
			s.to = at + i
			return s, n, how, true
		case how != atLineEnd:
			return s, n, how, false
		default:
			at = n
			if n, how = c.in.find(n + 1); how == tooLong {
				return s, n, how, false
			}
		}
	}
}

// texts makes the noted fields out of one string, so that a record costs one
// allocation unless it holds doubled quotes or old characters.
func (c *CSV) texts(raw []byte, r Record) []string {
	c.fields = c.fields[:0]
	for _, s := range c.spans {
		var text string
		if r.Legacy {
			text = fromWindows1252(raw[s.from:s.to])
		} else {
			text = r.Raw[s.from:s.to]
		}
		if s.doubled {
			text = strings.ReplaceAll(text, `""`, `"`)
		}
		c.fields = append(c.fields, text)
	}
	return c.fields
}

func withoutReturn(text []byte) []byte {
	if n := len(text); n > 0 && text[n-1] == '\r' {
		return text[:n-1]
	}
	return text
}
