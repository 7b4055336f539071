package admin

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/jobs"
	"orderly/internal/store/uploads"
)

// Limits of an uploaded file.
const (
	MaxUploadBytes = 50 << 20
	MaxPartBytes   = 512 << 10
	uploadsKept    = 30 * 24 * time.Hour
	uploadPause    = time.Hour // without a part for so long a file is given up
	maxUploadName  = 200
)

// ImportJob is the kind of the job that carries an uploaded file into the
// books; its data is the file's id.
const ImportJob = "import_file"

// importWrites are what one must be allowed to for each kind of file: the rows
// do what a person could do.
var importWrites = map[string]access.Permission{
	"items": access.CatalogWrite, "stock": access.StockWrite, "customers": access.CustomersWrite, "orders": access.OrdersWrite, "payments": access.OrdersWrite, "purchases": access.PurchasesWrite,
}

// MayImport is nil when the scope may have files of the kind.
func MayImport(s access.Scope, what string) error {
	p, ok := importWrites[what]
	if !ok {
		return fault.New(fault.Invalid, "unknown_kind", "%q cannot be imported; items, stock, customers, orders, payments and purchases can", what)
	}
	return s.Require(p)
}

// UploadCommand begins a file.
type UploadCommand struct{ Name, What string }

// Upload makes the file to which parts are added. It expires soon when nobody
// adds any.
var Upload = act("imports.upload", access.CatalogRead, func(c *UploadCommand) error {
	if c.Name == "" || utf8.RuneCountInString(c.Name) > maxUploadName {
		return fault.New(fault.Invalid, "invalid_name", "a file's name has 1 to %d characters", maxUploadName)
	}
	return nil
}, func(t *desk.Turn, a desk.Asked[UploadCommand]) (desk.Result, error) {
	if err := MayImport(a.Scope, a.Command.What); err != nil {
		return desk.Result{}, err
	}
	f := &uploads.File{
		ID: uploads.ID(t.IDs().Next()), Name: a.Command.Name, What: a.Command.What, Status: uploads.Uploading,
		CreatedAt: t.At, CreatedBy: a.Scope.Actor.String(), ExpiresAt: t.At + uploadPause.Microseconds(),
	}
	return desk.Result{Kind: journal.Import, ID: int64(f.ID), Status: "created", Value: f}, uploads.Save(t.Tx, f)
})

// PartCommand is the next part of a file's text; with Last there is no other,
// and Hash is that of the whole text.
type PartCommand struct {
	File uploads.ID
	Data []byte
	Last bool
	Hash string
}

// AddPart keeps a part of a file. The parts are one transaction each, so that
// a long file holds nobody up.
var AddPart = act("imports.part", access.CatalogRead, func(c *PartCommand) error {
	if len(c.Data) > MaxPartBytes {
		return fault.New(fault.TooLarge, "part_too_large", "a part takes at most %d bytes", MaxPartBytes)
	}
	return nil
}, func(t *desk.Turn, a desk.Asked[PartCommand]) (desk.Result, error) {
	c := a.Command
	f, err := importFile(t, a.Scope, c.File)
	switch {
	case err != nil:
		return desk.Result{}, err
	case f.Status != uploads.Uploading:
		return desk.Result{}, fault.New(fault.Conflict, "uploaded_before", "the file is complete; upload it again as a new one")
	case f.Size+int64(len(c.Data)) > MaxUploadBytes:
		return desk.Result{}, fault.New(fault.TooLarge, "file_too_large", "a file takes at most %d MB; split it, or use the command orderly import", MaxUploadBytes>>20)
	}
	if len(c.Data) > 0 {
		if err := uploads.AddPart(t.Tx, f.ID, f.Parts, c.Data); err != nil {
			return desk.Result{}, err
		}
		f.Parts++
		f.Size += int64(len(c.Data))
	}
	f.ExpiresAt = t.At + uploadPause.Microseconds()
	if c.Last {
		f.ExpiresAt = t.At + uploadsKept.Microseconds()
		f.Status, f.Hash, f.Total = uploads.Uploaded, c.Hash, f.Size
	}
	return done(t, a.Scope, f, map[bool]string{true: journal.ImportUploaded}[c.Last])
})

// MapCommand says how a file is read.
type MapCommand struct {
	File    uploads.ID
	Way     string
	Channel string
	Mapping string // JSON, checked by who knows columns
	SaveAs  string // also keep the mapping under this name
	Version *int64
}

// Map keeps how a file is read. After it has run, a file can be mapped no more.
var Map = act("imports.map", access.CatalogRead, func(c *MapCommand) error {
	if utf8.RuneCountInString(c.SaveAs) > maxUploadName || utf8.RuneCountInString(c.Channel) > 40 {
		return fault.New(fault.Invalid, "too_long", "a name has at most %d characters, a channel 40", maxUploadName)
	}
	return nil
}, func(t *desk.Turn, a desk.Asked[MapCommand]) (desk.Result, error) {
	c := a.Command
	f, err := importFile(t, a.Scope, c.File)
	switch {
	case err != nil:
		return desk.Result{}, err
	case f.Status != uploads.Uploaded && (f.Status != uploads.Failed || f.Lines > 0): // what was taken by one mapping goes on by it
		return desk.Result{}, notNow(f)
	case c.Version != nil && *c.Version != f.EditVersion:
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else has mapped this file meanwhile; look at it again")
	}
	f.Way, f.Channel, f.Mapping = c.Way, c.Channel, c.Mapping
	if c.SaveAs != "" {
		if err := keepMapping(t, uploads.Mapping{What: f.What, Name: c.SaveAs, Text: c.Mapping}); err != nil {
			return desk.Result{}, err
		}
	}
	return done(t, a.Scope, f, "")
})

func keepMapping(t *desk.Turn, x uploads.Mapping) error {
	there, err := uploads.Mappings(&t.Reader, x.What)
	if err != nil {
		return err
	}
	if len(there) >= uploads.MaxMappings {
		if _, ok, err := uploads.MappingOf(&t.Reader, x.What, x.Name); err != nil || !ok {
			return fault.New(fault.Conflict, "too_many_mappings", "%d mappings are kept; use one of their names", len(there))
		}
	}
	return uploads.SaveMapping(t.Tx, x)
}

// StartCommand asks for a file to be imported.
type StartCommand struct {
	File  uploads.ID
	Again bool // also when the same text was received into stock before
}

// Start has a job carry the file into the books, with what who asks may do. A
// file of received goods that was imported before needs a second word: it
// would count the goods twice.
var Start = act("imports.start", access.CatalogRead, nil, func(t *desk.Turn, a desk.Asked[StartCommand]) (desk.Result, error) {
	f, err := importFile(t, a.Scope, a.Command.File)
	switch {
	case err != nil:
		return desk.Result{}, err
	case f.Busy():
		return desk.Result{Kind: journal.Import, ID: int64(f.ID), Seq: f.EditVersion, Status: "unchanged", Value: f}, nil
	case f.Status != uploads.Uploaded && f.Status != uploads.Failed:
		return desk.Result{}, notNow(f)
	case f.Mapping == "":
		return desk.Result{}, fault.New(fault.Conflict, "not_mapped", "say first which column of the file is which")
	}
	if err := doubled(t, f, a.Command.Again); err != nil {
		return desk.Result{}, err
	}
	as, err := json.Marshal(a.Scope)
	if err != nil {
		return desk.Result{}, err
	}
	f.Status, f.Fault, f.RunsAs = uploads.Queued, "", string(as)
	if f.StartedAt == 0 {
		f.StartedAt = t.At
	}
	text := strconv.FormatInt(int64(f.ID), 10)
	if _, err := jobs.Enqueue(t.Tx, jobs.Job{Kind: ImportJob, Dedupe: text + "." + strconv.FormatInt(f.EditVersion, 10), Due: t.At, Data: text}); err != nil {
		return desk.Result{}, err
	}
	return done(t, a.Scope, f, journal.ImportStarted)
})

// doubled refuses goods that would be received a second time.
func doubled(t *desk.Turn, f *uploads.File, again bool) error {
	if again || f.What != "stock" || f.Way == "count" {
		return nil
	}
	same, err := uploads.Same(&t.Reader, f.Hash, 10)
	for _, x := range same {
		if x.ID != f.ID && x.StartedAt != 0 {
			return fault.New(fault.Conflict, "imported_before", "the same file was imported before, as %s; to receive its goods a second time, say so", x.ID)
		}
	}
	return err
}

func notNow(f *uploads.File) error {
	return fault.New(fault.Conflict, "not_now", "the file is %s; this cannot be done now", f.Status)
}

// importFile reads a file and asks whether the scope may have it.
func importFile(t *desk.Turn, s access.Scope, id uploads.ID) (*uploads.File, error) {
	f, err := uploads.Get(&t.Reader, id)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, fault.New(fault.NotFound, "no_such_import", "there is no such import; files are kept for 30 days")
	}
	return f, MayImport(s, f.What)
}

// done keeps a file and tells of it; typ "" tells nothing.
func done(t *desk.Turn, by access.Scope, f *uploads.File, typ string) (desk.Result, error) {
	f.EditVersion++
	if err := uploads.Save(t.Tx, f); err != nil {
		return desk.Result{}, err
	}
	r := desk.Result{Kind: journal.Import, ID: int64(f.ID), Seq: f.EditVersion, Status: "done", Value: f}
	if typ == "" {
		return r, nil
	}
	return r, TellImport(t.Tx, by, f, typ)
}

// TellImport writes the next entry of a file's history, in the transaction of
// what it tells.
func TellImport(tx *store.Tx, by access.Scope, f *uploads.File, typ string) error {
	last, err := entries.LastOf(&tx.Reader, int64(f.ID))
	if err != nil {
		return err
	}
	data, err := json.Marshal(map[string]any{"what": f.What, "lines": f.Lines, "rejected": f.Rejected, "fixed": f.Fixed})
	if err != nil {
		return err
	}
	return entries.Append(tx, []journal.Entry{entries.New(tx, journal.Import, int64(f.ID), last+1, typ, by, data)})
}
