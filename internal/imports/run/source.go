package run

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/imports/onlineretail"
)

// version is part of a run's name: builds that cut files differently must not
// go on with each other's runs.
const version = "1"

// source is the file of a run. It is read twice: once for its fingerprint,
// once for its rows.
type source struct {
	path    string
	from    func() (*imports.File, error)
	label   string // for messages and references
	spooled bool   // a copy of standard input, to be removed
	sum     [sha256.Size]byte
	ndjson  bool
	mapping imports.Mapping
	mapped  []byte // the mapping file's text

	file *imports.File
	hash *hashed
}

// hashed sums what is read through it.
type hashed struct {
	in  io.Reader
	sum hash.Hash
}

func (h *hashed) Read(p []byte) (int, error) {
	n, err := h.in.Read(p)
	h.sum.Write(p[:n])
	return n, err
}

func open(o Options) (*source, error) {
	s := &source{path: o.Path, label: filepath.Base(o.Path), from: o.Open}
	if s.from == nil {
		s.from = func() (*imports.File, error) { return imports.Open(s.path) }
	}
	if err := s.readMapping(o); err != nil {
		return nil, err
	}
	if o.Path == "-" {
		s.label = "standard input"
		if err := s.spool(); err != nil {
			return nil, err
		}
	}
	if err := s.fingerprint(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *source) readMapping(o Options) (err error) {
	if len(o.Mapped) > 0 {
		s.mapped = o.Mapped
		s.mapping, err = imports.ParseMapping(o.Mapped)
		return err
	}
	name := o.Mapping
	if name == "" || name == OnlineRetail {
		return nil
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return fault.Wrap(err, fault.NotFound, "no_such_mapping", "there is no mapping %q: neither a file nor a name known here; the one name is %s", name, OnlineRetail)
	}
	if err != nil {
		return fmt.Errorf("read the mapping: %w", err)
	}
	s.mapped = text
	s.mapping, err = imports.ParseMapping(text)
	return err
}

// spool copies standard input to a file, because it has to be read twice.
func (s *source) spool() error {
	in, err := imports.Open("-")
	if err != nil {
		return err
	}
	f, err := os.CreateTemp("", "orderly-import-*")
	if err != nil {
		return fmt.Errorf("keep a copy of standard input: %w", err)
	}
	s.path, s.spooled = f.Name(), true
	_, err = io.Copy(f, in)
	if err = errors.Join(err, f.Close()); err != nil {
		s.close()
		return fmt.Errorf("keep a copy of standard input: %w", err)
	}
	return nil
}

// fingerprint reads the file once from end to end.
func (s *source) fingerprint() error {
	f, err := s.from()
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	in := bufio.NewReader(io.TeeReader(f, h))
	head, _ := in.Peek(1024) // an error comes again from the copy
	s.ndjson = bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n"), []byte("{"))
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	h.Sum(s.sum[:0])
	return nil
}

// reopen begins the reading of rows.
func (s *source) reopen() (io.Reader, error) {
	if s.file != nil {
		s.file.Close()
	}
	f, err := s.from()
	if err != nil {
		return nil, err
	}
	s.file = f
	s.hash = &hashed{in: f, sum: sha256.New()}
	return s.hash, nil
}

// unchanged is an error when what was read is not what the run is named by.
func (s *source) unchanged() error {
	if _, err := io.Copy(io.Discard, s.hash); err != nil {
		return err
	}
	if !bytes.Equal(s.hash.sum.Sum(nil), s.sum[:]) {
		return fault.New(fault.Conflict, "file_changed", "%s changed while it was read; import it again when nobody writes to it", s.label)
	}
	return nil
}

// rows opens the file for one of imports' readers. A file of a known retailer
// needs its mapping: its columns have usual names, but they mean other things.
func (s *source) rows() (imports.Source, error) {
	in, err := s.reopen()
	if err != nil {
		return nil, err
	}
	if s.ndjson {
		return imports.NewNDJSON(in)
	}
	csv, err := imports.NewCSV(in)
	if err != nil {
		return nil, err
	}
	if s.mapped == nil && onlineretail.Recognizes(csv.Header()) {
		return nil, fault.New(fault.Invalid, "known_format", "%s is of the Online Retail format; import it with: orderly import orders FILE --mapping %s", s.label, OnlineRetail)
	}
	return csv, nil
}

// explain adds to an error about columns which there are.
func (s *source) explain(from imports.Source, err error) error {
	csv, ok := from.(*imports.CSV)
	var f *fault.Error
	if !ok || !errors.As(err, &f) || f.Code != "columns" {
		return err
	}
	return withHeader(f, csv.Header())
}

func withHeader(f *fault.Error, header []string) error {
	told := *f
	told.Message = fmt.Sprintf("%s; the file has %.1000s", f.Message, quoted(header))
	return &told
}

func quoted(names []string) string {
	var b strings.Builder
	for i, n := range names {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%.60q", n)
	}
	return b.String()
}

func (s *source) close() error {
	var err error
	if s.file != nil {
		err = s.file.Close()
	}
	if s.spooled {
		err = errors.Join(err, os.Remove(s.path))
	}
	return err
}

// name is the run's: what is imported, and everything that decides how.
func (o Options) name(s *source) string {
	h := sha256.New()
	parts := []string{"orderly import", version, o.What, o.As, o.Channel, o.Location, string(s.mapped), string(s.sum[:])}
	if o.Mapping == OnlineRetail {
		parts = slices.Insert(parts, 2, OnlineRetail)
	}
	if o.Salt != "" {
		parts = append(parts, o.Salt)
	}
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return "imp_" + hex.EncodeToString(h.Sum(nil)[:16])
}

// reference is how stock acts name the file.
func (x *importer) reference() string {
	return fmt.Sprintf("%.120s %s", x.from.label, hex.EncodeToString(x.from.sum[:6]))
}
