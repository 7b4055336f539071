package httpapi

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"orderly/internal/fault"
)

// Every kind of fault has its status, and what is not a fault is told to
// nobody but the log.
func TestStatuses(t *testing.T) {
	var logged strings.Builder
	a := &api{log: slog.New(slog.NewTextHandler(&logged, nil))}
	c := &call{api: a, id: "req_1", r: httptest.NewRequest("GET", "/x", nil)}
	for _, x := range []struct {
		err    error
		status int
		code   string
	}{
		{fault.New(fault.Invalid, "a", "x"), 422, "a"},
		{fault.New(fault.NotFound, "b", "x"), 404, "b"},
		{fault.New(fault.Conflict, "c", "x"), 409, "c"},
		{fault.New(fault.Denied, "d", "x"), 403, "d"},
		{fault.New(fault.Unknown, "e", "x"), 401, "e"},
		{fault.New(fault.TooLarge, "f", "x"), 413, "f"},
		{fault.New(fault.Unavailable, "g", "x"), 503, "g"},
		{fault.New(fault.Unavailable, "disk_full", "x"), 507, "disk_full"},
		{fault.New(fault.Invalid, "key_reused", "x"), 422, "key_reused"},
		{fault.New(fault.Conflict, "edited_meanwhile", "x"), 412, "edited_meanwhile"},
		{fmt.Errorf("wrapped: %w", fault.New(fault.Conflict, "h", "x")), 409, "h"},
		{errors.Join(errors.New("lost"), fault.New(fault.Unavailable, "unknown_outcome", "x")), 503, "unknown_outcome"},
		{context.Canceled, 499, "client_left"},
		{context.DeadlineExceeded, 503, "timeout"},
	} {
		if p := c.problemOf(x.err); p.Status != x.status || p.Code != x.code || p.Type != "urn:orderly:problem:"+x.code {
			t.Errorf("%v becomes %+v", x.err, p)
		}
	}
	if logged.Len() > 0 {
		t.Errorf("logged: %s", logged.String())
	}
	for _, err := range []error{errors.New("secret path"), fault.New(fault.Internal, "bug", "secret path")} {
		logged.Reset()
		p := c.problemOf(err)
		if p.Status != 500 || p.Code != "internal" || strings.Contains(p.Detail, "secret") {
			t.Errorf("%v becomes %+v", err, p)
		}
		if text := logged.String(); !strings.Contains(text, "secret path") || !strings.Contains(text, "req_1") {
			t.Errorf("logged: %s", text)
		}
	}
}
