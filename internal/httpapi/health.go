package httpapi

import (
	"io"
	"net/http"

	"orderly/internal/fault"
)

// healthz tells that the process lives.
func (a *api) healthz(w http.ResponseWriter, _ *http.Request) { saySo(w, `{"status":"alive"}`) }

// readyz tells whether requests can be served: the database answers, and the
// process is not about to stop.
func (a *api) readyz(w http.ResponseWriter, r *http.Request) {
	if a.draining() {
		callOf(r.Context()).refuse(w, fault.New(fault.Unavailable, "stopping", "this node is stopping; try another"))
		return
	}
	if err := a.desk.DB.Ping(r.Context()); err != nil {
		callOf(r.Context()).refuse(w, err)
		return
	}
	saySo(w, `{"status":"ready"}`)
}

func saySo(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", jsonType)
	_, _ = io.WriteString(w, text+"\n") // the reader may be gone
}
