// Package text is the catalog of everything that pages say, and how numbers,
// money and times are written.
//
// What belongs here: the texts of each language as one file a room, finding
// one by its key, filling its places, choosing its plural form, and writing
// figures as a locale does. What does not: which text is shown when.
//
// English is built in, a file for each room. Another language is one file with
// the same keys, which the server is given (Add); a key that it lacks is said in
// English. Keys are "room.thing"; a text may have places, "{name}", and two
// forms, "key.one" and "key.other", chosen by the place {n}.
package text

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

//go:embed */*.json
var files embed.FS

// Default is the language that has every text.
const Default = "en"

// catalogs are the texts by language and key, read when the first page is
// shown. They never change.
var catalogs = sync.OnceValue(load)

// load reads the texts that are built in; one that cannot be read is a fault of
// the build, and no program starts with it.
func load() map[string]map[string]string {
	out := map[string]map[string]string{}
	languages, err := files.ReadDir(".")
	if err != nil {
		panic(err)
	}
	for _, dir := range languages {
		out[dir.Name()] = map[string]string{}
		rooms, err := files.ReadDir(dir.Name())
		if err != nil {
			panic(err)
		}
		for _, f := range rooms {
			if err := loadRoom(out[dir.Name()], path.Join(dir.Name(), f.Name())); err != nil {
				panic(err)
			}
		}
	}
	return out
}

func loadRoom(into map[string]string, name string) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	var texts map[string]string
	if err := json.Unmarshal(data, &texts); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for key, value := range texts {
		if _, twice := into[key]; twice {
			return fmt.Errorf("%s: %s is there twice", name, key)
		}
		into[key] = value
	}
	return nil
}

// Languages are those that have texts.
func Languages() []string {
	out := []string{Default}
	for name := range catalogs() {
		if name != Default {
			out = append(out, name)
		}
	}
	return out
}

// Keys are all keys of a language.
func Keys(lang string) map[string]string { return catalogs()[lang] }

// Voice says things to one reader: in a language, in the reader's zone, with
// the numbers of a locale. It never changes and is safe for concurrent use.
type Voice struct {
	lang   string
	tag    language.Tag
	zone   *time.Location
	number *message.Printer
	now    time.Time
}

// NewVoice makes a voice for a locale such as "de-AT"; what is not known is
// said in English. now is the moment against which ages are told.
func NewVoice(locale string, zone *time.Location, now time.Time) *Voice {
	tag, err := language.Parse(locale)
	if err != nil {
		tag = language.English
	}
	lang := Default
	if base, _ := tag.Base(); catalogs()[base.String()] != nil {
		lang = base.String()
	}
	if zone == nil {
		zone = time.UTC
	}
	return &Voice{lang: lang, tag: tag, zone: zone, number: message.NewPrinter(tag), now: now.In(zone)}
}

// Lang is the language of the texts, for the page's lang attribute.
func (v *Voice) Lang() string { return v.lang }

// Zone is where the reader is.
func (v *Voice) Zone() *time.Location { return v.zone }

// Now is the moment of the page, in the reader's zone.
func (v *Voice) Now() time.Time { return v.now }

// T is the text of a key with its places filled: T("key", "name", value, …).
// Numbers are written as the locale does. An unknown key is shown as itself,
// so that it is found.
func (v *Voice) T(key string, args ...any) string {
	text, ok := v.find(key, args)
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+args[i].(string)+"}", v.say(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// Has reports whether there is a text of the key.
func (v *Voice) Has(key string) bool {
	_, ok := v.find(key, nil)
	return ok
}

func (v *Voice) find(key string, args []any) (string, bool) {
	for _, lang := range [...]string{v.lang, Default} {
		texts := catalogs()[lang]
		if text, ok := texts[key]; ok {
			return text, true
		}
		if n, ok := countOf(args); ok {
			form := "." + v.form(n)
			if text, ok := texts[key+form]; ok {
				return text, true
			}
			if text, ok := texts[key+".other"]; ok {
				return text, true
			}
		}
	}
	return "", false
}

// countOf is the value of the place {n}, by which a form is chosen.
func countOf(args []any) (int64, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == "n" {
			return asInt(args[i+1])
		}
	}
	return 0, false
}

func asInt(x any) (int64, bool) {
	switch n := x.(type) {
	case int:
		return int64(n), true
	case int64:
		return n, true
	case int32:
		return int64(n), true
	}
	return 0, false
}

func (v *Voice) form(n int64) string {
	if n < 0 {
		n = -n
	}
	switch plural.Cardinal.MatchPlural(v.tag, int(n), 0, 0, 0, 0) {
	case plural.One:
		return "one"
	case plural.Two:
		return "two"
	case plural.Few:
		return "few"
	case plural.Many:
		return "many"
	case plural.Zero:
		return "zero"
	}
	return "other"
}

func (v *Voice) say(x any) string {
	if n, ok := asInt(x); ok {
		return v.Number(n)
	}
	switch s := x.(type) {
	case string:
		return s
	case fmt.Stringer:
		return s.String()
	case bool:
		return strconv.FormatBool(s)
	}
	return fmt.Sprint(x)
}

type voiceKey struct{}

// With gives templates a voice by their context.
func With(ctx context.Context, v *Voice) context.Context {
	return context.WithValue(ctx, voiceKey{}, v)
}

// Of is the voice of a context; English in UTC when it has none.
func Of(ctx context.Context) *Voice {
	if v, ok := ctx.Value(voiceKey{}).(*Voice); ok {
		return v
	}
	return plain
}

var plain = NewVoice(Default, time.UTC, time.Unix(0, 0))

// T is the text of a key in the voice of a context.
func T(ctx context.Context, key string, args ...any) string { return Of(ctx).T(key, args...) }
