package shell

import (
	"mime"
	"strings"
)

// File answers with a file whose kind was found by what is in it. It runs
// nothing, whatever it holds.
func (v *Visit) File(kind, name string, data []byte) error {
	_, ending, _ := strings.Cut(kind, "/")
	h := v.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": name + "." + ending}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-store")
	_, err := v.W.Write(data)
	return err
}
