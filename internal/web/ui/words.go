package ui

import "strconv"

func num(n int64) string { return strconv.FormatInt(n, 10) }

func valueOr(value, other string) string {
	if value == "" {
		return other
	}
	return value
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
