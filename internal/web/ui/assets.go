package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"
)

//go:embed assets
var files embed.FS

// Root is the path under which the built-in files are served. The hash of
// what they hold stands in their addresses, so browsers keep them for good.
const Root = "/assets/"

// asset is one file that never changes while the program runs.
type asset struct {
	mime    string
	hash    string
	plain   []byte
	gzipped func() []byte // made when the first page asks
}

var mimes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".webmanifest": "application/manifest+json", ".png": "image/png"}

// assets are read when the first page is shown: most commands show none.
var assets = sync.OnceValue(loadAssets)

func loadAssets() map[string]asset {
	out := map[string]asset{}
	list, err := files.ReadDir("assets")
	if err != nil {
		panic(err) // a fault of the build
	}
	for _, f := range list {
		mime, ok := mimes[path.Ext(f.Name())]
		if !ok {
			continue // licenses
		}
		data, err := files.ReadFile("assets/" + f.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(data)
		out[f.Name()] = asset{mime, hex.EncodeToString(sum[:6]), data, sync.OnceValue(func() []byte { return compress(data) })}
	}
	return out
}

func compress(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is one that there is
	_, _ = w.Write(data)                                  // a buffer takes everything
	_ = w.Close()
	return b.Bytes()
}

// Address is where a built-in file is served.
func Address(name string) string {
	return Root + assets()[name].hash + "/" + name
}

// Scripts are the scripts of every page, the frame's first, those of rooms by
// their names: all are there on every page, since pages come in by swap.
func Scripts() []string {
	out := []string{"htmx.min.js", "orderly.js"}
	var rooms []string
	for name := range assets() {
		if path.Ext(name) == ".js" && !slices.Contains(out, name) {
			rooms = append(rooms, name)
		}
	}
	slices.Sort(rooms)
	return append(out, rooms...)
}

// Styles are the style sheets of every page, the design system's first.
func Styles() []string {
	out := []string{"orderly.css"}
	var rooms []string
	for name := range assets() {
		if path.Ext(name) == ".css" && name != out[0] {
			rooms = append(rooms, name)
		}
	}
	slices.Sort(rooms)
	return append(out, rooms...)
}

// Assets serves the built-in files below Root.
func Assets() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Root), "/")
		a, ok := assets()[name]
		if !ok || hash != a.hash {
			http.NotFound(w, r) // an older page: it is loaded anew with its files
			return
		}
		h := w.Header()
		h.Set("Content-Type", a.mime)
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		body := a.plain
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			body = a.gzipped()
		}
		_, _ = w.Write(body) // who left needs none
	})
}
