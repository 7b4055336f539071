// Package imports is the room of files on their way into the books: upload,
// which column is which, what the rows would become, how far the import is,
// and mending what could not be taken.
//
// What belongs here: pages about uploaded files. What does not: reading files
// and carrying rows out (imports/upload).
package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/imports/run"
	"orderly/internal/imports/upload"
	"orderly/internal/store"
	"orderly/internal/store/uploads"
	"orderly/internal/web/shell"
)

const (
	pageSize    = 30
	rejectsSize = 50
	maxField    = 1000 // bytes of a field that comes before the file

	uploadTimeout = 15 * time.Minute
)

// Routes of the room. What a file holds decides who may have it; that is asked
// where it is known.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/imports", Needs: access.CatalogRead, Do: list},
		{Method: "POST", Path: "/imports", Needs: access.CatalogRead, MaxBytes: admin.MaxUploadBytes + 1<<20, Do: receive},
		{Method: "GET", Path: "/imports/sample", Needs: access.CatalogRead, Do: sample},
		{Method: "GET", Path: "/imports/{id}", Needs: access.CatalogRead, Do: page},
		{Method: "POST", Path: "/imports/{id}/preview", Needs: access.CatalogRead, Do: preview},
		{Method: "POST", Path: "/imports/{id}/run", Needs: access.CatalogRead, Do: start},
		{Method: "POST", Path: "/imports/{id}/retry", Needs: access.CatalogRead, Do: retry},
		{Method: "POST", Path: "/imports/{id}/discard", Needs: access.CatalogRead, Do: discard},
		{Method: "GET", Path: "/imports/{id}/rejects.csv", Needs: access.CatalogRead, Do: download},
		{Method: "GET", Path: "/imports/{id}/rejects/{line}", Needs: access.CatalogRead, Do: reject},
		{Method: "POST", Path: "/imports/{id}/rejects/{line}", Needs: access.CatalogRead, Do: mend},
	}
}

// kinds are what can be imported, in the order in which a new shop needs it.
var kinds = []string{run.Items, run.Stock, run.Customers, run.Orders, run.Purchases}

// mine are the kinds that the visitor may import.
func mine(v *shell.Visit) []string {
	return slices.DeleteFunc(slices.Clone(kinds), func(what string) bool { return admin.MayImport(v.Scope, what) != nil })
}

// listing is what the page of the list shows.
type listing struct {
	Rows  []*uploads.File
	Next  uploads.ID
	What  string
	Kinds []string
	Fault string
}

func (l listing) next() string {
	if l.Next == 0 {
		return ""
	}
	return "/imports?before=" + l.Next.String()
}

func files(v *shell.Visit) (listing, error) {
	l := listing{What: v.Query("what"), Kinds: mine(v)}
	if !slices.Contains(l.Kinds, l.What) && len(l.Kinds) > 0 {
		l.What = l.Kinds[0]
	}
	before, _ := uploads.ParseID(v.Query("before"))
	err := v.Read(func(r *store.Reader) (err error) {
		l.Rows, err = uploads.Before(r, before, pageSize+1)
		return err
	})
	if len(l.Rows) > pageSize {
		l.Rows = l.Rows[:pageSize]
		l.Next = l.Rows[pageSize-1].ID
	}
	l.Rows = slices.DeleteFunc(l.Rows, func(f *uploads.File) bool { return !slices.Contains(l.Kinds, f.What) })
	return l, err
}

func list(v *shell.Visit) error {
	l, err := files(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("imports.title"), listPage(v, l))
}

// receive takes a file as it is sent: its kind first, then the file.
func receive(v *shell.Visit) error {
	// A large file over a poor line takes longer than the server's few seconds;
	// where no connection is beneath there is no limit.
	wire, until := http.NewResponseController(v.W), v.Now().Add(uploadTimeout)
	_ = wire.SetReadDeadline(until)
	_ = wire.SetWriteDeadline(until.Add(time.Minute))
	f, err := sentFile(v)
	if err == nil {
		return v.Go("/imports/" + f.ID.String())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	l, failed := files(v)
	if failed != nil {
		return failed
	}
	for _, text := range faults {
		l.Fault = text
	}
	return v.Again(v.T("imports.title"), listPage(v, l))
}

func sentFile(v *shell.Visit) (*uploads.File, error) {
	nothing := fault.New(fault.Invalid, "no_file", "%s", v.T("imports.choose_first"))
	in, err := v.R.MultipartReader()
	if err != nil {
		return nil, nothing
	}
	what := ""
	for {
		part, err := in.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, nothing
		}
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "upload_cut_short", "%s", v.T("imports.cut_short"))
		}
		switch part.FormName() {
		case "what":
			text, _ := io.ReadAll(io.LimitReader(part, maxField)) // what is cut short is no kind
			what = string(text)
		case "file":
			if part.FileName() == "" {
				return nil, nothing
			}
			return upload.Receive(v.Context(), v.Desk(), v.Scope, clip(part.FileName()), what, part, upload.NoKey)
		}
	}
}

// clip makes a name out of what a browser sends as one.
func clip(name string) string {
	name = strings.ToValidUTF8(name[strings.LastIndexAny(name, `/\`)+1:], "")
	for len(name) > 150 {
		name = strings.ToValidUTF8(name[:150], "")
	}
	return name
}

func sample(v *shell.Visit) error {
	what := v.Query("what")
	if what == "" {
		what = kinds[0]
	}
	data := upload.Sample(what)
	if len(data) == 0 {
		return fault.New(fault.NotFound, "no_such_sample", "there is no such sample")
	}
	asFile(v, what+".csv")
	_, _ = v.W.Write(data) // who left needs none
	return nil
}

func asFile(v *shell.Visit, name string) {
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
}

func file(v *shell.Visit) (*uploads.File, error) {
	id, err := uploads.ParseID(v.Path("id"))
	if err != nil {
		return nil, fault.New(fault.NotFound, "no_such_import", "there is no such import")
	}
	return upload.Get(v.Context(), v.Desk(), v.Scope, id)
}

// view is what the page of one file shows.
type view struct {
	*uploads.File
	Setup   *setup // while its columns can be mapped
	Preview *upload.Preview
	Saved   []uploads.Mapping
	Rejects []uploads.Reject
	Next    int64 // rejects go on after this line
	Summary run.Summary
	Fault   string
	Twice   bool // its goods were received before
}

func page(v *shell.Visit) error {
	f, err := file(v)
	if err != nil {
		return err
	}
	x, err := load(v, f, nil)
	if err != nil {
		return err
	}
	return v.Page(f.Name, filePage(v, x))
}

// load reads what the page shows. typed is what was chosen in its form.
func load(v *shell.Visit, f *uploads.File, typed *setup) (*view, error) {
	x := &view{File: f}
	if f.Summary != "" {
		if err := json.Unmarshal([]byte(f.Summary), &x.Summary); err != nil {
			return nil, err
		}
	}
	if mappable(f) {
		return x, x.prepare(v, typed)
	}
	after, _ := strconv.ParseInt(v.Query("after"), 10, 64) // 0 is the first page
	err := v.Read(func(r *store.Reader) (err error) {
		x.Rejects, err = uploads.Rejects(r, f.ID, after, rejectsSize+1)
		return err
	})
	if len(x.Rejects) > rejectsSize {
		x.Rejects = x.Rejects[:rejectsSize]
		x.Next = x.Rejects[rejectsSize-1].Line
	}
	return x, err
}

func mappable(f *uploads.File) bool {
	return f.Status == uploads.Uploaded || f.Status == uploads.Failed && f.Lines == 0
}

func (x *view) path() string { return "/imports/" + x.ID.String() }

func (x *view) next() string {
	if x.Next == 0 {
		return ""
	}
	return x.path() + "?after=" + strconv.FormatInt(x.Next, 10)
}

// share is how far the import is, of a hundred.
func (x *view) share() int64 {
	if x.Total == 0 {
		return 0
	}
	return min(100, x.Done*100/x.Total)
}

func discard(v *shell.Visit) error {
	f, err := file(v)
	if err == nil {
		_, err = shell.Do(v, admin.Discard, admin.DiscardCommand{File: f.ID})
	}
	if err != nil {
		return err
	}
	v.Toast(v.T("imports.discarded", "name", f.Name))
	return v.Go("/imports")
}

func download(v *shell.Visit) error {
	f, err := file(v)
	if err != nil {
		return err
	}
	var b bytes.Buffer // at most uploads.MaxRejects lines
	if err := upload.WriteRejects(v.Context(), v.Desk(), v.Scope, f, &b); err != nil {
		return err
	}
	asFile(v, f.ID.String()+"-rejects.csv")
	_, _ = v.W.Write(b.Bytes())
	return nil
}
