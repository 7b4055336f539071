package shell

import (
	"net/http"

	"orderly/internal/store"
)

// Paper is what can be drawn as a PDF.
type Paper interface{ PDF() ([]byte, error) }

// Paper reads a paper on one snapshot and answers with it, drawn when that is
// closed. fill is given the time.
func (v *Visit) Paper(fill func(*store.Reader, int64) (Paper, error)) error {
	var p Paper
	err := v.Read(func(r *store.Reader) (err error) {
		p, err = fill(r, v.Now().UnixMicro())
		return err
	})
	if err != nil {
		return err
	}
	b, err := p.PDF()
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Del("Content-Security-Policy") // a browser shows a PDF by a page of its own
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", "inline")
	v.W.WriteHeader(http.StatusOK)
	_, _ = v.W.Write(b) // who left needs none
	return nil
}

// Filled keeps a nil paper from being one that is not nil.
func Filled[P Paper](p P, err error) (Paper, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}
