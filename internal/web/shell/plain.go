package shell

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
)

// tidy takes out of the address and of a form what nobody can type and no
// database keeps: control characters and bytes that are no text. A page that
// repeats what was asked then repeats text. Uploaded files are left as they are.
func (v *Visit) tidy() error {
	if q := v.R.URL.Query(); clean(q) {
		u := *v.R.URL
		u.RawQuery = q.Encode()
		r := *v.R
		r.URL, r.Form = &u, nil
		v.R = &r
	}
	kind, _, _ := strings.Cut(v.R.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/x-www-form-urlencoded") {
		return nil
	}
	if err := v.R.ParseForm(); err != nil { // told here: asked a second time, it gives no error
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return fault.New(fault.TooLarge, "form_too_large", "a form takes at most %d bytes", large.Limit)
		}
		return fault.New(fault.Invalid, "invalid_form", "the form could not be read; send it again")
	}
	clean(v.R.PostForm)
	clean(v.R.Form)
	return nil
}

// clean makes values plain, and tells whether one was not.
func clean(values url.Values) (changed bool) {
	for name, list := range values {
		for i, text := range list {
			if p := plain(text); p != text {
				list[i], changed = p, true
			}
		}
		if p := plain(name); p != name {
			delete(values, name)
			changed = true
		}
	}
	return changed
}

func plain(text string) string {
	if utf8.ValidString(text) && strings.IndexFunc(text, control) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		if control(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

func control(r rune) bool { return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0x7f }
