package trouble_test

import (
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/trouble"
)

func TestCheckReport(t *testing.T) {
	for _, tc := range []struct{ reason, text, want string }{
		{"damaged", "", ""},
		{"damaged", strings.Repeat("ü", trouble.MaxText), ""},
		{"other", "line one\nline two\ttab", ""},
		{"damaged", strings.Repeat("ü", trouble.MaxText+1), "too_long"},
		{"other", " \n", "missing"},
		{"stolen", "x", "unknown_reason"},
		{"damaged", "a\x00b", "invalid_text"},
		{"damaged", "a\xffb", "invalid_text"},
	} {
		var l fault.List
		trouble.CheckReport(tc.reason, tc.text, &l)
		got := ""
		for _, f := range l.Fields() {
			got += f.Code
		}
		if got != tc.want {
			t.Errorf("%s with %d bytes: %q, want %q", tc.reason, len(tc.text), got, tc.want)
		}
	}
}

func TestKindOf(t *testing.T) {
	for _, r := range trouble.Reasons {
		want := trouble.Report
		if r == "return" {
			want = trouble.Return
		}
		if got := trouble.KindOf(r); got != want {
			t.Errorf("%s is a %s, want %s", r, got, want)
		}
	}
}
