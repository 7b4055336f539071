package shell

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
)

// answer compresses pages on their way and notes whether anything was written.
type answer struct {
	http.ResponseWriter
	takes bool // gzip
	begun bool
	zip   *gzip.Writer
}

var zippers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed+2) // the level is one that there is
	return w
}}

func newAnswer(w http.ResponseWriter, r *http.Request) *answer {
	return &answer{ResponseWriter: w, takes: strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")}
}

func (w *answer) WriteHeader(status int) {
	if w.begun {
		return
	}
	w.begun = true
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	text := strings.HasPrefix(h.Get("Content-Type"), "text/html") || strings.HasPrefix(h.Get("Content-Type"), "text/csv")
	if w.takes && text && h.Get("Content-Encoding") == "" && status >= 200 && status != http.StatusNoContent && (status < 300 || status >= 400) {
		h.Set("Content-Encoding", "gzip")
		h.Del("Content-Length")
		w.zip = zippers.Get().(*gzip.Writer)
		w.zip.Reset(w.ResponseWriter)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *answer) Write(b []byte) (int, error) {
	if !w.begun {
		if w.Header().Get("Content-Type") == "" {
			w.Header().Set("Content-Type", http.DetectContentType(b))
		}
		w.WriteHeader(http.StatusOK)
	}
	if w.zip != nil {
		return w.zip.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

func (w *answer) close() {
	if w.zip == nil {
		return
	}
	_ = w.zip.Close() // who left needs no end
	zippers.Put(w.zip)
	w.zip = nil
}

// Unwrap lets http.ResponseController reach the connection.
func (w *answer) Unwrap() http.ResponseWriter { return w.ResponseWriter }
