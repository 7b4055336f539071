package returns

import (
	"errors"
	"io"
	"net/http"

	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/returned"
	"orderly/internal/web/shell"
)

// file is where a file of the return is read.
func (x *view) file(f returns.File) string {
	return "/returns/" + x.ID.String() + "/files/" + ident.Text("rfl", f.ID)
}

// file shows a label or a photo.
func file(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	none := fault.New(fault.NotFound, "no_such_file", "there is no such file")
	id, err := ident.Parse("rfl", v.Path("file"))
	if err != nil {
		return none
	}
	var f returns.File
	err = v.Read(func(r *store.Reader) (err error) {
		var ok bool
		if f, ok, err = returned.FileOf(r, x.ID, id); err == nil && !ok {
			err = none
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.File(f.Kind, f.Purpose, f.Data)
}

// keepLabel attaches a label for the way back.
func keepLabel(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c := care.LabelCommand{Return: x.ID}
	upload, _, err := v.R.FormFile("label")
	var most *http.MaxBytesError
	switch {
	case errors.As(err, &most):
		c.Data = make([]byte, returns.MaxLabel+1) // refused by its size
	case err == nil:
		c.Data, err = io.ReadAll(io.LimitReader(upload, returns.MaxLabel+1))
		_ = upload.Close()
		if err != nil {
			return err
		}
	}
	c.Carrier, c.Tracking = v.Form("carrier"), v.Form("tracking")
	_, err = shell.Do(v, care.LabelReturn, c)
	if err == nil {
		v.Toast(v.T("returns.said_label"))
		return v.Go("/returns/" + x.ID.String())
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Again(x.title(v), returnPage(v, x, form{"label", told, v.R.PostForm}))
}
