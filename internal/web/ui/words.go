package ui

import (
	"maps"
	"strconv"

	"github.com/a-h/templ"
)

func num(n int64) string { return strconv.FormatInt(n, 10) }

func valueOr(value, other string) string {
	if value == "" {
		return other
	}
	return value
}

// buttonType is what attrs say, submit when they say nothing. It is written
// once: of two type attributes a browser takes the first.
func buttonType(attrs templ.Attributes) string {
	if t, ok := attrs["type"].(string); ok {
		return t
	}
	return "submit"
}

// others are the attributes without one.
func others(attrs templ.Attributes, name string) templ.Attributes {
	if _, ok := attrs[name]; !ok {
		return attrs
	}
	out := maps.Clone(attrs)
	delete(out, name)
	return out
}

func alertRole(t Tone) string {
	if t == Bad || t == Warn {
		return "alert"
	}
	return "status"
}

func alertIcon(t Tone) string {
	switch t {
	case Good:
		return "circle-check"
	case Warn:
		return "triangle-alert"
	case Bad:
		return "circle-x"
	}
	return "info"
}
