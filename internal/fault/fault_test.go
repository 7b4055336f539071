package fault_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"orderly/internal/fault"

	"github.com/google/go-cmp/cmp"
)

// Kills: a name that moved to another kind; the names are part of the API.
func TestKinds(t *testing.T) {
	want := map[fault.Kind]string{fault.Internal: "internal", fault.Invalid: "invalid", fault.NotFound: "not_found", fault.Conflict: "conflict",
		fault.Denied: "denied", fault.Unknown: "unauthenticated", fault.TooLarge: "too_large", fault.Unavailable: "unavailable", 200: "internal"}
	for k, name := range want {
		if k.String() != name {
			t.Errorf("kind %d is %q, want %q", k, k, name)
		}
	}
}

// Kills: a format without arguments that is formatted all the same; a cause
// that is lost; a kind that is found only on the outside.
func TestErrorsInChains(t *testing.T) {
	f := fault.New(fault.Conflict, "taken", "100% taken")
	if f.Error() != "100% taken" {
		t.Errorf("without arguments: %q", f)
	}
	wrapped := fmt.Errorf("place: %w", fault.Wrap(io.EOF, fault.Unavailable, "away", "try %s", "again"))
	if wrapped.Error() != "place: try again" || !errors.Is(wrapped, io.EOF) {
		t.Errorf("wrapped: %v", wrapped)
	}
	if fault.KindOf(wrapped) != fault.Unavailable || fault.CodeOf(wrapped) != "away" {
		t.Errorf("in a chain: %s %s", fault.KindOf(wrapped), fault.CodeOf(wrapped))
	}
	for _, err := range []error{io.EOF, nil} {
		if fault.KindOf(err) != fault.Internal || fault.CodeOf(err) != "internal" {
			t.Errorf("%v: %s %s", err, fault.KindOf(err), fault.CodeOf(err))
		}
	}
}

func TestErrorText(t *testing.T) {
	var l fault.List
	for n := range 5 {
		l.Add(fmt.Sprintf("/lines/%d", n), "bad", "number %d", n)
	}
	const want = "the request has faults; /lines/0: number 0; /lines/1: number 1; /lines/2: number 2 (and 2 more)"
	if got := l.Err().Error(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	var whole fault.List
	whole.Add("", "empty", "50% is missing")
	if got := whole.As(fault.Conflict, "no", "refused").Error(); got != "refused; 50% is missing" {
		t.Errorf("%q", got)
	}
}

// All faults are told at once, up to a bound, and the rest is counted.
//
// Kills: a list that keeps all; one that drops the rest without a word; an
// empty list that is an error.
func TestList(t *testing.T) {
	var l fault.List
	if err := l.Err(); err != nil || l.Len() != 0 {
		t.Errorf("an empty list: %v", err)
	}
	l.AddError("/ok", nil)
	l.AddError("/currency", fault.New(fault.Invalid, "unknown_currency", "no %s", "XYZ"))
	l.AddError("/file", fmt.Errorf("read 5%% of it: %w", io.EOF))
	want := []fault.Field{{Pointer: "/currency", Code: "unknown_currency", Message: "no XYZ"}, {Pointer: "/file", Code: "internal", Message: "read 5% of it: EOF"}}
	if diff := cmp.Diff(want, l.Fields()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for range fault.MaxFields {
		l.Add("/x", "bad", "bad")
	}
	err := l.Err()
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) != fault.MaxFields || l.Len() != fault.MaxFields+2 || !strings.Contains(f.Message, "(2 more are not listed)") {
		t.Errorf("%d of %d are listed: %v", len(f.Fields), l.Len(), err)
	}
	if f.Kind != fault.Invalid || f.Code != "invalid" {
		t.Errorf("%s %s", f.Kind, f.Code)
	}
}
