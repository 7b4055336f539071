package httpapi

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/imports/upload"
	"orderly/internal/store"
	"orderly/internal/store/uploads"
)

func (a *api) importRoutes() {
	addRaw(a, route{method: "POST", path: "/v1/imports", id: "uploadImport", summary: "Upload a file of items, stock, customers, orders, payments or purchases", needs: access.CatalogRead, answers: made, text: uploadText}, a.uploadImport)
	add(a, route{method: "GET", path: "/v1/imports", id: "listImports", summary: "List uploaded files, newest first", needs: access.CatalogRead}, a.listImports)
	add(a, route{method: "GET", path: "/v1/imports/{id}", id: "getImport", summary: "Read how far an import is", needs: access.CatalogRead}, a.getImport)
	add(a, route{method: "POST", path: "/v1/imports/{id}/mapping", id: "mapImport", summary: "Say which column of the file is which", needs: access.CatalogRead}, a.mapImport)
	add(a, route{method: "POST", path: "/v1/imports/{id}/preview", id: "previewImport", summary: "See what the first rows would become", needs: access.CatalogRead, text: previewText}, a.previewImport)
	add(a, route{method: "POST", path: "/v1/imports/{id}/run", id: "runImport", summary: "Import the file in the background", needs: access.CatalogRead}, a.runImport)
	add(a, route{method: "GET", path: "/v1/imports/{id}/rejects", id: "listRejects", summary: "List lines that could not be taken", needs: access.CatalogRead}, a.listRejects)
	add(a, route{method: "POST", path: "/v1/imports/{id}/rejects/{line}", id: "mendReject", summary: "Mend a rejected line and take it in", needs: access.CatalogRead, text: mendText}, a.mendReject)
	addStreamOf(a, route{method: "GET", path: "/v1/imports/{id}/rejects.csv", id: "downloadRejects", summary: "Download the lines that could not be taken", needs: access.CatalogRead}, a.downloadRejects)
	add(a, route{method: "DELETE", path: "/v1/imports/{id}", id: "discardImport", summary: "Forget a file; what it brought stays", needs: access.CatalogRead, answers: gone}, a.discardImport)
}

const (
	uploadText = "The body is the file itself: CSV with any usual delimiter, or newline-delimited JSON, plain or gzip, at most 50 MB. Besides catalog:read it needs the write scope of what the file holds. Files are kept for 30 days. " +
		"One that does not arrive whole is forgotten: at once when the connection ends, within two hours when the server does. Send it again with the same Idempotency-Key: what arrived whole the first time is answered as it is now."
	previewText = "The first rows are read, mapped and checked as an import would, and nothing is written."
	mendText    = "An order is taken as a whole: its other rejected lines are tried with it. The answer is those lines as they are then."
)

// uploadTimeout is how long a file may take to arrive: the largest over a poor
// line. What is kept of it meanwhile lies in the database, not in memory.
const uploadTimeout = 15 * time.Minute

// patient lets a body arrive in uploadTimeout instead of the server's few
// seconds. Where no connection is beneath, as in tests, there is no limit.
func patient(w http.ResponseWriter) {
	wire, until := http.NewResponseController(w), time.Now().Add(uploadTimeout)
	_ = wire.SetReadDeadline(until)
	_ = wire.SetWriteDeadline(until.Add(time.Minute))
}

// addRaw serves a route whose body is read as it comes.
func addRaw[P, T any](a *api, r route, do func(*call, *P, io.Reader) (T, error)) {
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *P) (*reply[T], error) {
		c := callOf(ctx)
		c.status = r.answers[0]
		patient(c.w)
		out, err := do(c, p, http.MaxBytesReader(c.w, c.r.Body, admin.MaxUploadBytes+1))
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &reply[T]{Status: c.status, ContentType: c.kind, Body: out}, nil
	})
	text := &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	op := operationOf(a.huma.OpenAPI().Paths[r.path], r.method)
	op.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"text/csv": text, ndjsonType: text}}
}

// addStreamOf serves a route whose answer is written as it is read.
func addStreamOf[P any](a *api, r route, do func(*call, *P) (func(http.ResponseWriter), error)) {
	r.answers = []int{http.StatusOK}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *P) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		write, err := do(c, p)
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			write(w)
		}}, nil
	})
	usual := operationOf(a.huma.OpenAPI().Paths[r.path], r.method).Responses["200"]
	usual.Content = map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: "string"}}}
}

type importQuery struct {
	What string `query:"what" required:"true" enum:"items,stock,customers,orders,payments,purchases"`
	Name string `query:"name" maxLength:"200" default:"upload.csv" doc:"What the file is called."`
}

func (a *api) uploadImport(c *call, p *importQuery, in io.Reader) (Import, error) {
	// The file is kept while it is read, and its hash is known at its end: only
	// then it is seen whether the key was used before.
	h := c.hashing()
	f, err := upload.Receive(c.ctx, a.desk, c.scope, p.Name, p.What, io.TeeReader(in, h), func() desk.Options {
		c.hash = h.Sum(nil)
		return c.options()
	})
	c.tellReplayed()
	if err != nil {
		return Import{}, err
	}
	c.created("/v1/imports/" + f.ID.String())
	return renderImport(f), nil
}

type importID struct {
	ID string `path:"id" doc:"The import's id." example:"imp_0pmnqh2000400"`
}

func (c *call) importFile(text string) (*uploads.File, error) {
	id, err := uploads.ParseID(text)
	if err != nil {
		return nil, fault.New(fault.NotFound, "no_such_import", "there is no import %.40q", text)
	}
	return upload.Get(c.ctx, c.api.desk, c.scope, id)
}

func (a *api) getImport(c *call, p *importID, _ *none) (Import, error) {
	f, err := c.importFile(p.ID)
	if err != nil {
		return Import{}, err
	}
	return renderImport(f), nil
}

func (a *api) listImports(c *call, p *Paging, _ *none) (Page[Import], error) {
	before, err := p.numbers(1, 0)
	if err != nil {
		return Page[Import]{}, err
	}
	var list []*uploads.File
	err = c.read(func(r *store.Reader) (err error) {
		list, err = uploads.Before(r, uploads.ID(before[0]), p.Limit+1)
		return err
	})
	next := ""
	if len(list) > p.Limit {
		list = list[:p.Limit]
		next = number(int64(list[p.Limit-1].ID))
	}
	return pageUntil(visible(c.scope, list), renderImport, next), err
}

// visible leaves out files of what the scope may not write.
func visible(s access.Scope, list []*uploads.File) []*uploads.File {
	var out []*uploads.File
	for _, f := range list {
		if admin.MayImport(s, f.What) == nil {
			out = append(out, f)
		}
	}
	return out
}

func (a *api) mapImport(c *call, p *importID, in *ImportMapping) (Import, error) {
	f, err := c.importFile(p.ID)
	if err == nil {
		err = c.faults.Err()
	}
	if err != nil {
		return Import{}, err
	}
	f, err = upload.Map(c.ctx, a.desk, c.scope, f, admin.MapCommand{Way: in.As, Channel: in.Channel, Mapping: string(in.Mapping), SaveAs: in.SaveAs})
	if err != nil {
		return Import{}, err
	}
	return renderImport(f), nil
}

func (a *api) previewImport(c *call, p *importID, in *ImportMapping) (ImportPreview, error) {
	f, err := c.importFile(p.ID)
	if err == nil {
		err = c.faults.Err()
	}
	if err != nil {
		return ImportPreview{}, err
	}
	mapping := string(in.Mapping)
	if mapping == "" {
		mapping = f.Mapping
	}
	got, err := upload.Look(c.ctx, a.desk, c.scope, f, []byte(mapping), in.As, in.Channel)
	if err != nil {
		return ImportPreview{}, err
	}
	return renderPreview(got), nil
}

func (a *api) runImport(c *call, p *importID, in *ImportRun) (Import, error) {
	f, err := c.importFile(p.ID)
	if err != nil {
		return Import{}, err
	}
	r, err := one(c, admin.Start, admin.StartCommand{File: f.ID, Again: in.Again})
	if err != nil {
		return Import{}, err
	}
	if now, ok := r.Value.(*uploads.File); ok {
		f = now
	}
	return renderImport(f), nil
}

type rejectQuery struct {
	ID string `path:"id" doc:"The import's id." example:"imp_0pmnqh2000400"`
	Paging
}

func (a *api) listRejects(c *call, p *rejectQuery, _ *none) (Page[Reject], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[Reject]{}, err
	}
	f, err := c.importFile(p.ID)
	if err != nil {
		return Page[Reject]{}, err
	}
	var list []uploads.Reject
	err = c.read(func(r *store.Reader) (err error) {
		list, err = uploads.Rejects(r, f.ID, after[0], p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderReject, func(x uploads.Reject) string { return number(x.Line) }), err
}

type rejectLine struct {
	ID   string `path:"id" doc:"The import's id." example:"imp_0pmnqh2000400"`
	Line int64  `path:"line" minimum:"1" doc:"Where it stands in the file."`
}

func (a *api) mendReject(c *call, p *rejectLine, in *MendedRow) (Page[Reject], error) {
	f, err := c.importFile(p.ID)
	if err == nil {
		err = c.faults.Err()
	}
	if err != nil {
		return Page[Reject]{}, err
	}
	list, err := upload.Mend(c.ctx, a.desk, c.scope, f, upload.Mended{Line: p.Line, Cells: in.Cells, Text: in.Text})
	if err != nil {
		return Page[Reject]{}, err
	}
	return pageUntil(list, renderReject, ""), nil
}

func (a *api) downloadRejects(c *call, p *importID) (func(http.ResponseWriter), error) {
	f, err := c.importFile(p.ID)
	if err != nil {
		return nil, err
	}
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		w.Header().Set("Content-Disposition", `attachment; filename="`+f.ID.String()+`-rejects.csv"`)
		if err := upload.WriteRejects(c.ctx, a.desk, c.scope, f, w); err != nil {
			a.log.Debug("a download of rejects ended", "request_id", c.id, "error", err)
		}
	}, nil
}

func (a *api) discardImport(c *call, p *importID, _ *none) (none, error) {
	f, err := c.importFile(p.ID)
	if err != nil {
		return none{}, err
	}
	_, err = desk.One(c.ctx, a.desk, admin.Discard, c.scope, admin.DiscardCommand{File: f.ID}, desk.Options{})
	return none{}, err
}
