package upload

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"orderly/internal/imports"
)

// shape is how the records of a file are written.
type shape struct {
	ndjson bool
	delim  byte
	header []string
}

// row is one record of a file, where it begins and what stands there.
type row struct {
	line int
	text string
}

// mini writes some records as a file of their own, with the head of the file
// that they are from. at tells which row a line of it begins.
func (s *shape) mini(rows []row) (text []byte, at map[int]int) {
	var b bytes.Buffer
	at = make(map[int]int, len(rows))
	line := 1
	if !s.ndjson {
		b.WriteString("sep=" + string(s.delim) + "\n")
		b.WriteString(s.record(s.header))
		line += 1 + strings.Count(s.record(s.header), "\n")
	}
	for i, r := range rows {
		at[line] = i
		b.WriteString(strings.TrimRight(r.text, "\r\n"))
		b.WriteByte('\n')
		line += 1 + strings.Count(strings.TrimRight(r.text, "\r\n"), "\n")
	}
	return b.Bytes(), at
}

// record writes cells as the file does.
func (s *shape) record(cells []string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = rune(s.delim)
	_ = w.Write(cells) // a builder takes everything
	w.Flush()
	return b.String()
}

// cells cuts a record; ok is false when it has not as many as the header.
func (s *shape) cells(text string) (cells []string, ok bool) {
	if s.ndjson {
		return nil, false
	}
	mini, _ := s.mini([]row{{text: text}})
	c, err := imports.NewCSV(bytes.NewReader(mini))
	if err != nil {
		return nil, false
	}
	r, err := c.Next()
	if err != nil || r.Err != nil {
		return nil, false
	}
	_, more := c.Next()
	return append([]string(nil), r.Fields...), errors.Is(more, io.EOF)
}

// otherLine begins a reason that speaks of another line.
var otherLine = regexp.MustCompile(`^line (\d+) (of the same order|has counted)`)

// asInFile names another line that a reason speaks of as the file counts it.
func asInFile(reason string, at map[int]int, line func(int) int64) string {
	m := otherLine.FindStringSubmatch(reason)
	if m == nil {
		return reason
	}
	n, _ := strconv.Atoi(m[1]) // digits
	i, ok := at[n]
	if !ok {
		return reason
	}
	return "line " + strconv.FormatInt(line(i), 10) + strings.TrimPrefix(reason, "line "+m[1])
}

func openMini(text []byte) func() (*imports.File, error) {
	return func() (*imports.File, error) { return imports.From("rows", bytes.NewReader(text), int64(len(text))) }
}

// headBytes is how much of a file is looked at to show it.
const headBytes = 128 << 10

// look reads the beginning of a file: how it is written and its first rows.
func look(file *imports.File, most int) (s shape, first []row, facts Facts, err error) {
	head := make([]byte, headBytes)
	n, err := io.ReadFull(file, head)
	whole := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !whole {
		return s, nil, facts, err
	}
	head = head[:n]
	plain := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
	if bytes.HasPrefix(plain, []byte("{")) {
		s.ndjson, facts.Format = true, "NDJSON"
		first, s.header, err = lookNDJSON(head, most)
	} else {
		facts.Format = "CSV"
		first, err = s.lookCSV(head, most, &facts)
	}
	if !whole && len(first) > 0 && len(first) < most {
		first = first[:len(first)-1] // it may have been cut
	}
	return s, first, facts, err
}

func (s *shape) lookCSV(head []byte, most int, facts *Facts) ([]row, error) {
	c, err := imports.NewCSV(bytes.NewReader(head))
	if err != nil {
		return nil, err
	}
	s.delim, s.header = c.Delimiter(), c.Header()
	var out []row
	for len(out) < most {
		r, err := c.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		out = append(out, row{r.Line, r.Raw})
	}
	facts.Delimiter, facts.Encoding = string(s.delim), "UTF-8"
	if c.Legacy() > 0 {
		facts.Encoding = "Windows-1252"
	}
	return out, nil
}

func lookNDJSON(head []byte, most int) (out []row, keys []string, err error) {
	in, err := imports.NewNDJSON(bytes.NewReader(head))
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{}
	for len(out) < most {
		o, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, nil, err
		}
		out = append(out, row{o.Line, o.Raw})
		for _, k := range o.Keys {
			if !seen[k] {
				seen[k] = true
				keys = append(keys, strings.Clone(k))
			}
		}
	}
	return out, keys, nil
}
