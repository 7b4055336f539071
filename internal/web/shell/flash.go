package shell

import (
	"net/http"
	"strings"
)

// flashCookie carries one sentence from an act to the page after it.
const flashCookie = "orderly_said"

func (v *Visit) setFlash(tone, text string) {
	http.SetCookie(v.W, &http.Cookie{Name: flashCookie, Value: escape(tone + " " + text), Path: "/", MaxAge: 20, HttpOnly: true, Secure: v.Secure(), SameSite: http.SameSiteLaxMode})
}

// flash takes the sentence, so that it is shown once.
func (v *Visit) flash() (tone, text string) {
	c, err := v.R.Cookie(flashCookie)
	if err != nil || c.Value == "" {
		return "", ""
	}
	http.SetCookie(v.W, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1})
	said, err := unescape(c.Value)
	if err != nil {
		return "", ""
	}
	tone, text, _ = strings.Cut(said, " ")
	return tone, text
}
