package main

import "testing"

func TestCells(t *testing.T) {
	for _, tc := range []struct {
		steps int64
		scale int
		want  string
	}{{0, 0, "0"}, {12, 0, "12"}, {1250, 3, "1.25"}, {5, 3, "0.005"}, {-5, 2, "-0.05"}, {1000, 3, "1"}, {-100, 1, "-10"}, {0, 3, "0"}} {
		if got := decimal(tc.steps, tc.scale); got != tc.want {
			t.Errorf("decimal(%d, %d) = %q, want %q", tc.steps, tc.scale, got, tc.want)
		}
	}
	for in, want := range map[string]string{
		"=1+1": "'=1+1", "+44 20": "'+44 20", "-x": "'-x", "@me": "'@me", "\tx": "'\tx", "\rx": "'\rx", "tea": "tea", "": "", "a=b": "a=b",
	} {
		if got := text(in); got != want {
			t.Errorf("text(%q) = %q, want %q", in, got, want)
		}
	}
}
