package formula_test

import (
	"testing"

	"orderly/internal/formula"
)

func TestNoCellIsAFormula(t *testing.T) {
	tests := map[string]string{
		"plain text":             "plain text",
		"-5":                     "-5",
		"+3.50":                  "+3.50",
		"a,-5,b":                 "a,-5,b",
		"e@mail":                 "e@mail",
		"=1+1":                   "'=1+1",
		"  =1+1":                 "  '=1+1",
		"@SUM(A1)":               "'@SUM(A1)",
		"-2+3+cmd|' /C calc'!A0": "'-2+3+cmd|' /C calc'!A0",
		"+1-800":                 "'+1-800",
		"a;=1;b":                 "a;'=1;b",
		"a,\"=1\",b":             "a,\"'=1\",b",
		"x\n=1":                  "x\n'=1",
		"x\t＝1":                  "x\t'＝1",
		"-":                      "'-",
		"\t=1":                   "'\t'=1",
		"\rx":                    "'\rx",
		"":                       "",
	}
	for text, want := range tests {
		if got := formula.Harmless(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
