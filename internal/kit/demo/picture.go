package demo

import (
	"net/http"
	"strings"

	"orderly/internal/kit/demo/world"
)

// Handler is the API with the pictures of the items beside it.
func Handler(api http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /picture/{file}", picture)
	mux.Handle("/", api)
	return mux
}

// picture draws the item that the file is named after. It needs no key: it
// looks at nothing but the name. The sandbox keeps a drawing that is opened by
// itself from acting in the name of this server.
func picture(w http.ResponseWriter, r *http.Request) {
	sku, ok := strings.CutSuffix(r.PathValue("file"), ".svg")
	if !ok || sku == "" || len(sku) > world.MaxPictureSKU {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=86400, immutable")
	_, _ = w.Write(world.PictureSVG(sku))
}
