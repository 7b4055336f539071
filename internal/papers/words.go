package papers

import (
	_ "embed" // the words
	"encoding/json"
	"strings"
	"sync"
)

//go:embed words/en.json
var english []byte

// Words are the texts of papers in one language, by key. The zero value is
// English; another language is another file like words/en.json.
type Words map[string]string

var fallback = sync.OnceValue(func() Words {
	out := Words{}
	if err := json.Unmarshal(english, &out); err != nil {
		panic("words/en.json: " + err.Error())
	}
	return out
})

// say gives a text with its {names} filled in from pairs of name and value.
func (w Words) say(key string, pairs ...string) string {
	text, ok := w[key]
	if !ok {
		text, ok = fallback()[key]
	}
	if !ok {
		text = key
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		text = strings.ReplaceAll(text, "{"+pairs[i]+"}", pairs[i+1])
	}
	return text
}
