package shell

import (
	"strconv"
	"strings"
)

func shortcuts(v *Visit) error { return v.Page(v.T("keys.title"), keysPage(v)) }

func (v *Visit) anywhere() []shortcut {
	out := []shortcut{{"Ctrl K", v.T("keys.palette")}, {"?", v.T("keys.help")}, {"/", v.T("keys.search")}, {"T", v.T("keys.theme")}}
	if v.Signed.Several {
		out = append(out, shortcut{"G H", v.T("keys.go", "page", v.T("shell.all_merchants"))})
	}
	for _, g := range v.groups() {
		for _, p := range g.Places {
			out = append(out, shortcut{"G " + strings.ToUpper(p.Go), v.T("keys.go", "page", v.T(p.Key))})
		}
	}
	return out
}

// theme is "light", "dark" or "" for what the system has: the cookie says what
// was chosen on this screen, the profile what the user likes.
func (v *Visit) theme() string {
	if c, err := v.R.Cookie("orderly_theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	if v.Signed != nil {
		return v.Signed.User.Theme
	}
	return ""
}

// plain is a number as it is called, without separators.
func (v *Visit) plain(n int64) string { return strconv.FormatInt(n, 10) }
