package imports

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"orderly/internal/fault"
)

const readAhead = 64 << 10

// File is a stream of text that came plain or compressed with gzip. One
// goroutine reads; any may ask for Progress.
type File struct {
	name     string
	source   io.Closer
	raw      counted
	text     io.Reader
	total    int64
	expanded int64
}

// Open opens a file for reading, or standard input for "-". Whether it is
// compressed is told by its first bytes, never by its name.
func Open(path string) (*File, error) {
	if path == "-" {
		return From("standard input", os.Stdin, -1)
	}
	source, err := os.Open(path)
	if err != nil {
		return nil, openFault(path, err)
	}
	info, err := source.Stat()
	if err == nil && info.IsDir() {
		err = fault.New(fault.Invalid, "not_a_file", "%q is a folder; name the file in it", path)
	}
	if err != nil {
		source.Close()
		return nil, err
	}
	total := info.Size()
	if !info.Mode().IsRegular() {
		total = -1
	}
	f, err := From(path, source, total)
	if err != nil {
		source.Close()
		return nil, err
	}
	f.source = source
	return f, nil
}

func openFault(path string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return fault.Wrap(err, fault.NotFound, "no_such_file", "there is no file %q; check the name", path)
	}
	return fmt.Errorf("open the file to import: %w", err)
}

// From reads a stream that is already open, such as an upload. Total is its
// length as sent, or -1 when unknown. The caller closes the source.
func From(name string, source io.Reader, total int64) (*File, error) {
	f := &File{name: name, total: total}
	f.raw.in = source
	ahead := bufio.NewReaderSize(&f.raw, readAhead)
	f.text = ahead
	magic, err := ahead.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		if f.text, err = gzip.NewReader(ahead); err != nil {
			return nil, damaged(name, err)
		}
	}
	return f, nil
}

// Read gives the text after decompression, up to MaxExpandedBytes.
func (f *File) Read(p []byte) (int, error) {
	left := MaxExpandedBytes - f.expanded
	if left <= 0 {
		return 0, fault.New(fault.TooLarge, "file_too_large",
			"%s holds more than %d GiB; split it into smaller files", f.name, MaxExpandedBytes>>30)
	}
	n, err := f.text.Read(p[:min(int64(len(p)), left)])
	f.expanded += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		err = damaged(f.name, err)
	}
	return n, err
}

// Name is the path, for messages.
func (f *File) Name() string { return f.name }

// Progress is how many bytes were taken from the file as it lies on disk, and
// how many there are; total is -1 for a stream of unknown length.
func (f *File) Progress() (read, total int64) { return f.raw.n.Load(), f.total }

// Close closes what Open opened.
func (f *File) Close() error {
	if f.source == nil {
		return nil
	}
	return f.source.Close()
}

func damaged(name string, err error) error {
	var corrupt flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &corrupt) {
		return fault.Wrap(err, fault.Invalid, "damaged_file",
			"%s is compressed, and damaged or cut short; fetch it again", name)
	}
	return fmt.Errorf("read %s: %w", name, err)
}

type counted struct {
	in io.Reader
	n  atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.n.Add(int64(n))
	return n, err
}
