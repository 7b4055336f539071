package imports

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"orderly/internal/fault"
)

const (
	firstBuffer = 64 << 10
	lastBuffer  = MaxRecordBytes + firstBuffer
	maxIdle     = 100 // reads in a row that give neither bytes nor an error
)

// lines is the window over a stream in which records are looked for. It grows
// to one record of MaxRecordBytes and no further; longer ones are skipped.
type lines struct {
	in         io.Reader
	buf        []byte
	start, end int // the unread window
	err        error
	line       int  // number of the line at start, from 1
	eol        byte // '\n', or '\r' in a file of the old Macintosh
}

// ending says why find stopped.
type ending uint8

const (
	atLineEnd ending = iota
	atFileEnd
	tooLong
)

// openLines fills the first window, refuses what is not text and steps over a
// byte order mark.
func openLines(in io.Reader) (*lines, error) {
	l := &lines{in: in, buf: make([]byte, firstBuffer), line: 1, eol: '\n'}
	for l.end < len(l.buf) && l.fill() {
	}
	if l.err != nil && !errors.Is(l.err, io.EOF) {
		return nil, l.failure()
	}
	if err := refuseBinary(l.window()); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(l.window(), []byte("\ufeff")) {
		l.start = len("\ufeff")
	}
	if w := l.window(); bytes.IndexByte(w, '\n') < 0 && bytes.IndexByte(w, '\r') >= 0 {
		l.eol = '\r'
	}
	return l, nil
}

func (l *lines) window() []byte { return l.buf[l.start:l.end] }

// fill reads once more and reports whether the window grew.
func (l *lines) fill() bool {
	if l.end == len(l.buf) {
		l.makeRoom()
	}
	for range maxIdle {
		if l.err != nil || l.end == len(l.buf) {
			return false
		}
		n, err := l.in.Read(l.buf[l.end:])
		l.end += n
		l.err = err
		if n > 0 {
			return true
		}
	}
	l.err = io.ErrNoProgress
	return false
}

func (l *lines) makeRoom() {
	into := l.buf
	if l.start < len(l.buf)/2 && len(l.buf) < lastBuffer {
		into = make([]byte, min(2*len(l.buf), lastBuffer))
	}
	l.end = copy(into, l.window())
	l.buf, l.start = into, 0
}

// find looks for a line end at from or beyond, counted from the window's start.
func (l *lines) find(from int) (int, ending) {
	for {
		if i := bytes.IndexByte(l.window()[from:], l.eol); i >= 0 {
			if from+i > MaxRecordBytes {
				return MaxRecordBytes, tooLong
			}
			return from + i, atLineEnd
		}
		from = l.end - l.start
		if from > MaxRecordBytes {
			return MaxRecordBytes, tooLong
		}
		if !l.fill() {
			return from, atFileEnd
		}
	}
}

// take steps over n bytes and the line end behind them.
func (l *lines) take(n int, how ending) {
	l.line += 1 + bytes.Count(l.window()[:n], []byte{l.eol})
	l.start += n
	if how == atLineEnd {
		l.start++
	}
}

// skip steps over the rest of a line of any length without holding it, and
// counts the line.
func (l *lines) skip() {
	for {
		if i := bytes.IndexByte(l.window(), l.eol); i >= 0 {
			l.start += i + 1
			break
		}
		l.start = l.end
		if !l.fill() {
			break
		}
	}
	l.line++
}

// done is the error after the last line: io.EOF, or what broke the stream.
func (l *lines) done() error {
	if errors.Is(l.err, io.EOF) {
		return io.EOF
	}
	return l.failure()
}

func (l *lines) failure() error { return fmt.Errorf("at line %d: %w", l.line, l.err) }

// broken is true when the stream ended by an error, so that the rest of the
// window may be half a line.
func (l *lines) broken() bool { return l.err != nil && !errors.Is(l.err, io.EOF) }

var signatures = []struct{ magic, what string }{
	{"PK\x03\x04", "a zip archive or an Excel workbook; save the sheet as CSV (UTF-8)"},
	{"\xd0\xcf\x11\xe0", "an old Excel workbook; save the sheet as CSV (UTF-8)"},
	{"\xff\xfe", "UTF-16 text; save it as UTF-8"},
	{"\xfe\xff", "UTF-16 text; save it as UTF-8"},
	{"\x28\xb5\x2f\xfd", "compressed with zstd; decompress it or use gzip"},
	{"\x1f\x8b", "compressed twice; decompress it once"},
	{"BZh", "compressed with bzip2; decompress it or use gzip"},
	{"%PDF-", "a PDF; export the data as CSV"},
	{"PAR1", "a Parquet file; export the data as CSV"},
	{"SQLite format 3\x00", "a database; export the table as CSV"},
}

func refuseBinary(sample []byte) error {
	for _, s := range signatures {
		if bytes.HasPrefix(sample, []byte(s.magic)) {
			return fault.New(fault.Invalid, "not_text", "the file is %s", s.what)
		}
	}
	first, _, _ := bytes.Cut(sample, []byte{'\n'})
	if bytes.IndexByte(first, 0) >= 0 {
		return fault.New(fault.Invalid, "not_text", "the file is binary; send CSV or NDJSON text")
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(sample, []byte("\ufeff")))) == 0 {
		return fault.New(fault.Invalid, "empty_file", "the file is empty")
	}
	return nil
}
