package httpapi

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
)

// Page is one page of a list.
type Page[T any] struct {
	Data       []T    `json:"data"`
	NextCursor string `json:"next_cursor,omitempty" doc:"Pass it as cursor to read on; absent at the end, and only there: a page may hold fewer rows than its limit, or none, and not be the last."`
}

// Paging are the parameters of every list.
type Paging struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"250" default:"50" doc:"Rows of the page."`
	Cursor string `query:"cursor" maxLength:"500" doc:"Where the last page ended: its next_cursor."`
}

// page cuts rows that were read one beyond the limit to one page; last gives
// the key that the next page begins after.
func page[R, T any](limit int, list []R, render func(R) T, last func(R) string) Page[T] {
	out := Page[T]{Data: make([]T, 0, min(limit, len(list)))}
	if len(list) > limit {
		list = list[:limit]
		out.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(last(list[limit-1])))
	}
	for _, r := range list {
		out.Data = append(out.Data, render(r))
	}
	return out
}

// pageUntil is a page of a list that says itself where to read on; "" at the end.
func pageUntil[R, T any](list []R, render func(R) T, next string) Page[T] {
	out := page(len(list), list, render, func(R) string { return "" })
	if next != "" {
		out.NextCursor = base64.RawURLEncoding.EncodeToString([]byte(next))
	}
	return out
}

// below is the key to read on below an id; "" for 0, the end.
func below(id int64) string {
	if id == 0 {
		return ""
	}
	return number(id)
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// text is the key that a cursor stands for, "" for the first page.
func (p *Paging) text() (string, error) {
	b, err := base64.RawURLEncoding.DecodeString(p.Cursor)
	if err != nil || !utf8.Valid(b) || bytes.IndexByte(b, 0) >= 0 {
		return "", badCursor()
	}
	return string(b), nil
}

// numbers reads a key of n numbers; without a cursor each is what none says.
func (p *Paging) numbers(n int, none int64) ([]int64, error) {
	out := make([]int64, n)
	text, err := p.text()
	if err != nil {
		return nil, err
	}
	if text == "" {
		for i := range out {
			out[i] = none
		}
		return out, nil
	}
	parts := strings.Split(text, ".")
	if len(parts) != n {
		return nil, badCursor()
	}
	for i := range out {
		if out[i], err = strconv.ParseInt(parts[i], 10, 64); err != nil {
			return nil, badCursor()
		}
	}
	return out, nil
}

func badCursor() error {
	return badParameter("cursor", "invalid_cursor", "this is not a cursor of this list; begin again without one")
}

// badParameter is the fault of one parameter.
func badParameter(name, code, format string, args ...any) error {
	var l fault.List
	l.Add(parameterMark+name, code, format, args...)
	return l.As(fault.Invalid, "invalid_parameter", "a parameter of the request has a fault")
}

// parameterMark begins the place of a fault that is in a parameter: it is no
// JSON pointer, so it cannot be mistaken for one.
const parameterMark = "?"
