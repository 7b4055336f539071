package text

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"orderly/internal/fault"
)

// maxFaults bounds how many faults of a file of texts are told.
const maxFaults = 20

var place = regexp.MustCompile(`\{[a-z_]+\}`)

// Source is the English catalog as one file: what a translator begins with.
func Source() []byte {
	data, err := json.MarshalIndent(catalogs()[Default], "", "  ") // in the order of the keys
	if err != nil {
		panic(err) // strings can be written
	}
	return append(data, '\n')
}

// Add gives the texts of a language, named by its tag such as "de", as one
// JSON object of keys and texts. It is called before the first page is shown,
// by one goroutine. A file with a key that English lacks, or with a text whose
// places are others, is refused with all that is wrong with it.
func Add(lang string, data []byte) error {
	tag, err := language.Parse(lang)
	if base, _ := tag.Base(); err != nil || base.String() != lang || lang == Default {
		return fault.New(fault.Invalid, "no_such_language", "%q is not the name of another language; use one such as de or pt", lang)
	}
	var texts map[string]string
	if err := json.Unmarshal(data, &texts); err != nil {
		return fault.Wrap(err, fault.Invalid, "bad_texts", "the texts of %s are not a JSON object of keys and texts: %v", lang, err)
	}
	var wrong []string
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if said := compare(key, texts[key]); said != "" {
			wrong = append(wrong, said)
		}
	}
	if len(wrong) > 0 {
		more := ""
		if n := len(wrong) - maxFaults; n > 0 {
			wrong, more = wrong[:maxFaults], fmt.Sprintf("; and %d more", n)
		}
		return fault.New(fault.Invalid, "bad_texts", "the texts of %s: %s%s", lang, strings.Join(wrong, "; "), more)
	}
	catalogs()[lang] = texts
	return nil
}

// compare says what is wrong with the translation of a key, or nothing.
func compare(key, translated string) string {
	english, ok := catalogs()[Default][key]
	if !ok {
		return fmt.Sprintf("there is no %q", key)
	}
	want, got := places(english), places(translated)
	// "One order" need not say the number.
	if strings.HasSuffix(key, ".one") {
		want, got = without(want), without(got)
	}
	if !slices.Equal(want, got) {
		return fmt.Sprintf("%q has the places %v, in English %v", key, got, want)
	}
	return ""
}

func places(text string) []string {
	found := place.FindAllString(text, -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func without(list []string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s == "{n}" })
}
