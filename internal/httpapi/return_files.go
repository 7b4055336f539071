package httpapi

import (
	"context"
	"encoding/base64"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"orderly/internal/access"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/returned"
)

// ReturnLabel is the label with which a return is sent.
type ReturnLabel struct {
	ReturnSent
	Data string `json:"data" doc:"The file, a PDF or a PNG, in base64. A body has at most 1 MB; larger labels, to 2 MB, are attached on the page of the return."`
}

// ReturnFile is what came with a return.
type ReturnFile struct {
	ID      string `json:"id" example:"rfl_0pmnqh2000400"`
	Purpose string `json:"purpose" enum:"label,photo"`
	Kind    string `json:"kind" example:"application/pdf"`
	Size    int64  `json:"size"`
	At      string `json:"at" format:"date-time"`
}

type returnFileParams struct {
	ID   string `path:"id" example:"ret_0pmnqh2000400"`
	File string `path:"file" maxLength:"40" example:"rfl_0pmnqh2000400"`
}

func (a *api) returnFileRoutes() {
	write := care.LabelReturn.Permission
	add(a, route{method: "POST", path: "/v1/returns/{id}/label", id: "labelReturn", summary: "Attach the label for the way back", needs: write}, a.labelReturn)
	r := route{method: "GET", path: "/v1/returns/{id}/files/{file}", id: "getReturnFile", summary: "Save a label or a photo of a return", needs: access.OrdersRead, answers: []int{http.StatusOK}}
	huma.Register(a.huma, a.operation(&r), func(ctx context.Context, p *returnFileParams) (*huma.StreamResponse, error) {
		c := callOf(ctx)
		f, err := c.returnFile(p)
		if err != nil {
			return nil, c.problemOf(err)
		}
		return savedFile(f.Purpose, f.Kind, f.Data), nil
	})
	savedAs(a, &r)
}

// savedFile answers with a file, only to be saved: it is told to be nothing
// that is shown. Its kind stands in a header of its own.
func savedFile(name, kind string, data []byte) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		_, w := humago.Unwrap(ctx)
		w.Header().Set("Content-Type", savedType)
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-File-Kind", kind)
		_, _ = w.Write(data)
	}}
}

func savedAs(a *api, r *route) {
	usual := operationOf(a.huma.OpenAPI().Paths[r.path], r.method).Responses["200"]
	usual.Content = map[string]*huma.MediaType{savedType: {Schema: &huma.Schema{Type: "string", Description: "The file."}}}
}

func (c *call) returnFile(p *returnFileParams) (f returns.File, err error) {
	none := fault.New(fault.NotFound, "no_such_file", "there is no file %.40q with return %.40q", p.File, p.ID)
	id, bad := ident.Parse("rfl", p.File)
	if bad != nil {
		return f, none
	}
	x, err := c.returnRow(p.ID)
	if err != nil {
		return f, err
	}
	ok := false
	err = c.read(func(r *store.Reader) (err error) {
		f, ok, err = returned.FileOf(r, x.ID, id)
		return err
	})
	if err == nil && !ok {
		err = none
	}
	return f, err
}

func (a *api) labelReturn(c *call, p *returnID, in *ReturnLabel) (Return, error) {
	data, err := base64.StdEncoding.DecodeString(in.Data)
	if err != nil {
		c.faults.Add("/data", "invalid_base64", "data is the file in base64")
	}
	out, err := actOnReturn(c, p.ID, p.Dry, care.LabelReturn, func(id returns.ID) (care.LabelCommand, error) {
		return care.LabelCommand{Return: id, Data: data, Carrier: in.Carrier, Tracking: in.Tracking}, nil
	})
	if err != nil {
		return Return{}, err
	}
	return out, c.addFiles(&out)
}

// addFiles tells what came with a return.
func (c *call) addFiles(out *Return) error {
	id, err := returns.ParseID(out.ID)
	if err != nil {
		return err
	}
	var list []returns.File
	err = c.read(func(r *store.Reader) (err error) {
		list, err = returned.Files(r, []returns.ID{id})
		return err
	})
	for _, f := range list {
		out.Files = append(out.Files, ReturnFile{ID: ident.Text("rfl", f.ID), Purpose: f.Purpose, Kind: f.Kind, Size: f.Size, At: instant(f.At)})
	}
	return err
}
