package httpapi

import (
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/support"
)

type caseFileParams struct {
	CaseID
	File string `path:"file" maxLength:"40" example:"csf_0pmnqh2000400"`
}

// savedType is what files of strangers are told to be: nothing that is shown.
const savedType = "application/x-download"

const caseFileText = "As it came, only to be saved: what strangers send is never told to be anything but bytes."

// addCaseFile serves what came with the messages of a case.
func addCaseFile(a *api) {
	r := route{method: "GET", path: "/v1/cases/{id}/files/{file}", id: "getCaseFile", summary: "Save a file that came with a message", needs: access.CustomersRead, text: caseFileText, answers: []int{http.StatusOK}}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *caseFileParams) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		f, err := c.caseFile(p)
		if err != nil {
			return nil, c.problemOf(err)
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			w.Header().Set("Content-Type", savedType)
			w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
			w.Header().Set("X-Content-Type-Options", "nosniff")
			_, _ = w.Write(f.Data)
		}}, nil
	})
	usual := operationOf(a.huma.OpenAPI().Paths[r.path], r.method).Responses["200"]
	usual.Content = map[string]*huma.MediaType{savedType: {Schema: &huma.Schema{Type: "string", Description: "The file."}}}
}

func (c *call) caseFile(p *caseFileParams) (f support.File, err error) {
	none := fault.New(fault.NotFound, "no_such_file", "there is no file %.40q in case %.40q", p.File, p.ID)
	id, bad := ident.Parse("csf", p.File)
	if bad != nil {
		return f, none
	}
	x, err := c.caseRow(p.ID)
	if err != nil {
		return f, err
	}
	ok := false
	err = c.read(func(r *store.Reader) (err error) {
		f, ok, err = cases.FileOf(r, x.ID, id)
		return err
	})
	if err == nil && !ok {
		err = none
	}
	return f, err
}
