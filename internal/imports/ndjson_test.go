package imports_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/fault"
	"orderly/internal/imports"
)

type object struct {
	N      int
	Keys   []string
	Values []string
	Code   string
}

func readNDJSON(t testing.TB, text string) []object {
	t.Helper()
	n, err := imports.NewNDJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out []object
	for {
		o, err := n.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		one := object{N: o.Line, Keys: slices.Clone(o.Keys), Values: slices.Clone(o.Values)}
		if o.Err != nil {
			one.Code = fault.CodeOf(o.Err)
		}
		out = append(out, one)
	}
}

func TestNDJSONObjects(t *testing.T) {
	deep := strings.Repeat(`{"a":`, imports.MaxDepth+1) + "1" + strings.Repeat("}", imports.MaxDepth+1)
	wide := "{" + strings.TrimSuffix(strings.Repeat(`"a":1,`, imports.MaxColumns+1), ",") + "}"
	tests := []struct {
		name, text string
		want       object
	}{
		{"values as written", `{"a":"x","b":12.50,"c":true,"d":null,"e":1e3}`,
			object{1, []string{"a", "b", "c", "d", "e"}, []string{"x", "12.50", "true", "", "1e3"}, ""}},
		{"nested", `{"ship_to":{"city":"Bonn","geo":{"lat":1}},"z":2}`,
			object{1, []string{"ship_to.city", "ship_to.geo.lat", "z"}, []string{"Bonn", "1", "2"}, ""}},
		{"list", `{"codes":["1","2",3],"none":[]}`, object{1, []string{"codes", "none"}, []string{"1|2|3", ""}, ""}},
		{"twice", `{"a":1,"a":2}`, object{1, []string{"a", "a"}, []string{"1", "2"}, ""}},
		{"empty", `{}`, object{N: 1}},
		{"list of objects", `{"a":[{"b":1}]}`, object{N: 1, Code: "nested"}},
		{"too deep", deep, object{N: 1, Code: "nested"}},
		{"too wide", wide, object{N: 1, Code: "too_many_columns"}},
		{"array", `[1]`, object{N: 1, Code: "not_an_object"}},
		{"two objects", `{"a":1}{"a":2}`, object{N: 1, Code: "invalid_json"}},
		{"cut", `{"a":`, object{N: 1, Code: "invalid_json"}},
		{"Latin-1", "{\"a\":\"\xe9\"}", object{N: 1, Code: "encoding"}},
		{"too long", `{"a":"` + strings.Repeat("x", imports.MaxRecordBytes) + `"}`, object{N: 1, Code: "record_too_long"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := readNDJSON(t, tt.text+"\n\n{\"after\":1}\r\n")
			want := []object{tt.want, {3, []string{"after"}, []string{"1"}, ""}}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
		})
	}
}

func FuzzNDJSON(f *testing.F) {
	for _, s := range []string{`{"a":1}`, "{\"a\":{\"b\":[1,\"x\",null]}}\n\n{}", "{\"a\":1}{}", "\ufeff{\"\\ud800\":1}", "[]\n{"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := imports.NewNDJSON(bytes.NewReader(data))
		if err != nil {
			return
		}
		last := 0
		for {
			o, err := n.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			switch {
			case err != nil:
				t.Fatal(err)
			case o.Line <= last:
				t.Fatalf("line %d after line %d", o.Line, last)
			case len(o.Keys) != len(o.Values):
				t.Fatalf("%d keys, %d values", len(o.Keys), len(o.Values))
			}
			last = o.Line
		}
	})
}
