package reference

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxPlain bounds what a stored file may decompress to.
const maxPlain = 16 << 20

// asset is one unchanging answer. It is made when the program starts and safe
// for concurrent use.
type asset struct {
	mime    string
	version string // the start of the hash of the stored bytes
	stored  []byte
	gzipped bool // stored is a gzip stream
	// plain decompresses once, for the first client that cannot: a rare one,
	// so most processes never hold the larger copy, and none holds two.
	plain func() ([]byte, error)
}

func newAsset(mime string, content []byte) *asset {
	sum := sha256.Sum256(content)
	return &asset{
		mime: mime, version: hex.EncodeToString(sum[:8]), stored: content,
		plain: func() ([]byte, error) { return content, nil },
	}
}

func newCompressedAsset(mime string, stored []byte) *asset {
	a := newAsset(mime, stored)
	a.gzipped = true
	a.plain = sync.OnceValues(func() ([]byte, error) { return decompress(stored) })
	return a
}

func decompress(stored []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		return nil, fmt.Errorf("decompress a built-in file: %w", err)
	}
	plain, err := io.ReadAll(io.LimitReader(z, maxPlain+1))
	if err != nil {
		return nil, fmt.Errorf("decompress a built-in file: %w", err)
	}
	if len(plain) > maxPlain {
		return nil, fmt.Errorf("decompress a built-in file: more than %d bytes", maxPlain)
	}
	return plain, nil
}

func (a *asset) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.mime)
	h.Set("Cache-Control", a.caching(r))
	if !a.gzipped {
		h.Set("ETag", `"`+a.version+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.stored))
		return
	}
	h.Set("Vary", "Accept-Encoding")
	if acceptsGzip(r.Header.Values("Accept-Encoding")) {
		h.Set("ETag", `"`+a.version+`-gzip"`)
		h.Set("Content-Encoding", "gzip")
		// ServeContent leaves the length out beside an encoding, for middleware
		// that compresses what it is given. These bytes are final.
		h.Set("Content-Length", strconv.Itoa(len(a.stored)))
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.stored))
		return
	}
	a.servePlain(w, r)
}

func (a *asset) servePlain(w http.ResponseWriter, r *http.Request) {
	plain, err := a.plain()
	if err != nil {
		w.Header().Set("Cache-Control", "no-store")
		http.Error(w, "the API reference of this build is damaged: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("ETag", `"`+a.version+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(plain))
}

// caching lets a client keep for good what it asked for by its version. An
// address without one, or with that of another build (an upgrade in progress
// puts two behind one name), is asked for again each time.
func (a *asset) caching(r *http.Request) string {
	if r.URL.Query().Get("v") == a.version {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3). A named gzip counts
// before a wildcard, and no header at all means that plain bytes are safest.
func acceptsGzip(values []string) bool {
	wildcard := false
	for entry := range strings.SplitSeq(strings.Join(values, ","), ",") {
		coding, parameters, _ := strings.Cut(entry, ";")
		switch strings.ToLower(strings.TrimSpace(coding)) {
		case "gzip", "x-gzip":
			return !refused(parameters)
		case "*":
			wildcard = !refused(parameters)
		}
	}
	return wildcard
}

// refused reports a weight of zero. A weight that cannot be read refuses too:
// plain bytes are never wrong.
func refused(parameters string) bool {
	name, value, found := strings.Cut(parameters, "=")
	if !found {
		return strings.TrimSpace(parameters) != ""
	}
	weight, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	return !strings.EqualFold(strings.TrimSpace(name), "q") || err != nil || weight <= 0
}
