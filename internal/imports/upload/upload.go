// Package upload carries files that people send by the pages or the API into
// the books: it keeps them, shows what they would become, imports them in the
// background and lets rejected lines be mended.
//
// What belongs here: a file's way from its bytes to the run of an import, and
// a mended line's. What does not: the run itself (imports/run), its rows
// (store/uploads), and pages.
//
// Nodes share only the database, so a file lies there, in parts, until it
// expires. Its import is a job: when a node dies, another goes on where it was.
package upload

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/imports"
	"orderly/internal/store"
	"orderly/internal/store/uploads"
)

// forgetTimeout is how long forgetting half a file may take.
const forgetTimeout = 10 * time.Second

// Receive keeps a file as it is sent. It reads no more than a part at a time.
// What does not arrive whole is forgotten at once; what a process that died has
// left, when it expires. ends gives the options of the last act, when all was
// read: with a key that was used before the file is the one of then.
func Receive(ctx context.Context, d *desk.Desk, s access.Scope, name, what string, in io.Reader, ends func() desk.Options) (*uploads.File, error) {
	r, err := desk.One(ctx, d, admin.Upload, s, admin.UploadCommand{Name: name, What: what}, desk.Options{})
	if err != nil {
		return nil, err
	}
	begun := r.Value.(*uploads.File)
	f, err := receive(ctx, d, s, begun, in, ends)
	if err != nil || f.ID != begun.ID {
		forget(ctx, d, s, begun.ID)
	}
	return f, err
}

// forget drops a file that nobody will ask for, also after its sender has left.
func forget(ctx context.Context, d *desk.Desk, s access.Scope, id uploads.ID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forgetTimeout)
	defer cancel()
	if _, err := desk.One(ctx, d, admin.Discard, s, admin.DiscardCommand{File: id}, desk.Options{}); err != nil {
		d.Log.Warn("half a file stays until it expires", "import", id.String(), "error", err)
	}
}

func receive(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File, in io.Reader, ends func() desk.Options) (*uploads.File, error) {
	sum := sha256.New()
	part := make([]byte, admin.MaxPartBytes)
	for n := 0; ; n++ {
		got, err := io.ReadFull(in, part)
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return nil, sent(err)
		}
		sum.Write(part[:got])
		if n == 0 {
			if err := readable(part[:got]); err != nil {
				return nil, err
			}
		}
		o := desk.Options{}
		if last {
			o = ends()
		}
		o.Bulk = true
		r, err := desk.One(ctx, d, admin.AddPart, s, admin.PartCommand{File: f.ID, Data: part[:got], Last: last, Hash: hex.EncodeToString(sum.Sum(nil))}, o)
		if err != nil {
			return nil, err
		}
		if last {
			return Get(ctx, d, s, uploads.ID(r.ID))
		}
	}
}

// NoKey are the options of a file that is sent without a key.
func NoKey() desk.Options { return desk.Options{} }

// sent is the fault of a body that could not be read to its end.
func sent(err error) error {
	var f *fault.Error
	if errors.As(err, &f) {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "upload_cut_short", "the file did not arrive whole; it takes at most %d MB; send it again", admin.MaxUploadBytes>>20)
}

// readable refuses what is known not to be text before any of it is kept.
func readable(head []byte) error {
	switch {
	case len(head) == 0:
		return fault.New(fault.Invalid, "empty_file", "the file is empty")
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return fault.New(fault.Invalid, "spreadsheet", "this is a spreadsheet's own format; in the spreadsheet choose save as, then CSV, and upload that")
	case bytes.HasPrefix(head, []byte("%PDF")):
		return fault.New(fault.Invalid, "no_text", "this is a PDF; a CSV or NDJSON file is needed")
	}
	return nil
}

// open gives a file's text, each time from its beginning.
func open(ctx context.Context, d *desk.Desk, s access.Scope, f *uploads.File) func() (*imports.File, error) {
	return func() (*imports.File, error) {
		return imports.From(f.Name, &parts{ctx: ctx, db: d.DB, scope: s, file: f.ID}, f.Size)
	}
}

// parts reads a file from the database, a part at a time.
type parts struct {
	ctx   context.Context //nolint:containedctx // a reader of one call
	db    *store.DB
	scope access.Scope
	file  uploads.ID
	n     int64
	left  []byte
}

func (p *parts) Read(b []byte) (int, error) {
	for len(p.left) == 0 {
		var ok bool
		err := p.db.Read(p.ctx, p.scope, func(r *store.Reader) (err error) {
			p.left, ok, err = uploads.Part(r, p.file, p.n)
			return err
		})
		if err != nil {
			return 0, fmt.Errorf("read the uploaded file: %w", err)
		}
		if !ok {
			return 0, io.EOF
		}
		p.n++
	}
	n := copy(b, p.left)
	p.left = p.left[n:]
	return n, nil
}

// Get reads a file that the scope may have.
func Get(ctx context.Context, d *desk.Desk, s access.Scope, id uploads.ID) (*uploads.File, error) {
	var f *uploads.File
	err := d.DB.Read(ctx, s, func(r *store.Reader) (err error) {
		f, err = uploads.Get(r, id)
		return err
	})
	if err == nil && f == nil {
		err = fault.New(fault.NotFound, "no_such_import", "there is no such import; files are kept for 30 days")
	}
	if err == nil {
		err = admin.MayImport(s, f.What)
	}
	return f, err
}
