package body_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/fault"
	"orderly/internal/httpapi/body"
)

type inner struct {
	Name  string `json:"name"`
	Count int64  `json:"count,omitempty"`
}

type outer struct {
	Title  string            `json:"title"`
	Flag   *bool             `json:"flag,omitempty"`
	Inner  inner             `json:"inner,omitempty"`
	Many   []inner           `json:"many,omitempty" maxItems:"3"`
	Words  []string          `json:"words,omitempty"`
	Names  map[string]string `json:"names,omitempty" maxItems:"2"`
	Custom json.RawMessage   `json:"custom,omitempty"`
}

func TestDecode(t *testing.T) {
	var got outer
	var faults fault.List
	text := ` {"title":"\u00e9\ud83d\ude00\n", "flag":true, "inner":{"name":"a","count":-12}, "many":[{"name":"b"},{"name":"c","count":3}], "words":[], "names":{"a":"b","c/\u0064":""}, "custom":{"k":[1,2.5e3]}} `
	if err := body.Decode([]byte(text), &got, &faults); err != nil || faults.Len() > 0 {
		t.Fatal(err, faults.Fields())
	}
	yes := true
	want := outer{
		Title: "é😀\n", Flag: &yes, Inner: inner{"a", -12}, Many: []inner{{"b", 0}, {"c", 3}}, Words: []string{}, Names: map[string]string{"a": "b", "c/d": ""},
		Custom: json.RawMessage(`{"k":[1,2.5e3]}`),
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestFaultsOfShapeAllAtOnce(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{}`, "/title missing"},
		{`{"title":null}`, "/title missing"},
		{`{"title":"a","flag":null,"inner":null}`, ""},
		{`{"title":1}`, "/title wrong_type"},
		{`{"title":"a","titel":"b","inner":{"name":"x","count":"3","z":[1,{"a":2}]}}`, "/titel unknown_field,/inner/count wrong_type,/inner/z unknown_field"},
		{`{"title":"a","title":"b"}`, "/title repeated"},
		{`{"title":"a","many":[{"name":"a"},3,{"count":1.0},{},{}]}`, "/many/1 wrong_type,/many/2/count not_whole,/many/2/name missing,/many too_many"},
		{`{"title":"a","inner":{"name":"x","count":99999999999999999999}}`, "/inner/count out_of_range"},
		{`{"title":"a","inner":{"name":"x","count":1e2}}`, "/inner/count not_whole"},
		{`{"title":"a","words":["x",null,"\u0000"]}`, "/words/1 wrong_type,/words/2 invalid_text"},
		{`{"title":"a","names":{"a":"x","a":"y","d":"","e":""}}`, "/names/a repeated,/names/d too_many"},
		{`{"title":"a","names":{"b/c":1}}`, "/names/b~1c wrong_type"},
		{`{"title":"a","names":[]}`, "/names wrong_type"},
		{`{"title":"a","names":null}`, ""},
		{`{"title":"a","custom":{"a":1,"b":{"c":1,"c":2},"a":3}}`, "/custom/b/c repeated,/custom/a repeated"},
		{`{"title":"a","a/b~c":1}`, "/a~1b~0c unknown_field"},
		{`[]`, " wrong_type"},
		{`null`, " wrong_type"},
		{`{"Title":"a"}`, "/Title unknown_field,/title missing"},
	} {
		var got outer
		var faults fault.List
		if err := body.Decode([]byte(c.text), &got, &faults); err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		var list []string
		for _, f := range faults.Fields() {
			list = append(list, f.Pointer+" "+f.Code)
		}
		if s := strings.Join(list, ","); s != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, s, c.want)
		}
	}
}

func TestNotJSON(t *testing.T) {
	deep := strings.Repeat(`{"inner":`, 40) + "1" + strings.Repeat("}", 40)
	for _, c := range []struct{ text, code, pointer string }{
		{``, body.Code, ""},
		{`{"title":"a"`, body.Code, "/title"},
		{`{"title":"a`, body.Code, "/title"},
		{`{"title":"a"} {}`, body.Code, ""},
		{`{"title":"a",}`, body.Code, "/title"},
		{`{title:"a"}`, body.Code, ""},
		{"{\"title\":\"a\nb\"}", body.Code, "/title"},
		{"{\"title\":\"a\xffb\"}", body.Code, "/title"},
		{`{"title":"\ud800"}`, body.Code, "/title"},
		{`{"title":"\x41"}`, body.Code, "/title"},
		{`{"many":[{"name":01}]}`, body.Code, "/many/0/name"},
		{`{"many":[tru]}`, body.Code, "/many/0"},
		{`{"many":[-]}`, body.Code, "/many/0"},
		{deep, "too_deep", "/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner/inner"},
		{`{"custom":` + strings.Repeat("[", 100_000), "too_deep", "/custom" + strings.Repeat("/0", body.MaxDepth-1)},
	} {
		var got outer
		var faults fault.List
		err := body.Decode([]byte(c.text), &got, &faults)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != c.code {
			t.Errorf("%.60q: %v", c.text, err)
			continue
		}
		if len(f.Fields) > 0 && f.Fields[0].Pointer != c.pointer {
			t.Errorf("%.60q: at %q, want %q", c.text, f.Fields[0].Pointer, c.pointer)
		}
	}
}

// FuzzDecode holds the decoder to encoding/json: what one takes as JSON the
// other does, but for the rules that are stricter here.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"title":"a","flag":true,"inner":{"name":"b","count":1},"many":[{"name":"c"}],"words":["d"],"custom":{"e":[1.5,null]}}`, `[`, `"\ud800"`, `1e5`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got outer
		var faults fault.List
		err := body.Decode(data, &got, &faults)
		if err == nil && !json.Valid(data) {
			t.Fatalf("taken, and it is not JSON: %q", data)
		}
		if err != nil && json.Valid(data) && fault.CodeOf(err) == body.Code && bytes.Equal(data, bytes.ToValidUTF8(data, nil)) && !bytes.Contains(data, []byte(`\u`)) && !bytes.Contains(data, []byte(`\U`)) {
			t.Fatalf("refused, and it is JSON: %q: %v", data, err)
		}
		if err != nil || faults.Len() > 0 {
			return
		}
		var want outer
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("taken without a fault, and it does not fit: %q: %v", data, err)
		}
		if got.Title != want.Title || got.Inner != want.Inner || len(got.Many) != len(want.Many) || fmt.Sprint(got.Words) != fmt.Sprint(want.Words) {
			t.Fatalf("%q: read %+v, want %+v", data, got, want)
		}
	})
}
