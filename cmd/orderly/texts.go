package main

import (
	"os"
	"path/filepath"
	"strings"

	"orderly/internal/fault"
	said "orderly/internal/web/text"
)

// maxTexts bounds a file of texts; the English one has some 100 kB.
const maxTexts = 4 << 20

type textsCommand struct{}

func (textsCommand) Help() string {
	return `Everything that the pages say, in English, as one JSON object of keys and texts. Translate the texts, keep the keys and what stands in braces, name the file after its language and give the server its directory: a shop whose locale is of that language then speaks it. What a file leaves out is said in English.

Example:

	orderly texts >texts/de.json
	orderly serve --texts texts`
}

func (textsCommand) Run(con *console) error {
	_, err := con.Out.Write(said.Source())
	return err
}

// loadTexts reads the languages of a directory: each file is one.
func loadTexts(dir string) error {
	if dir == "" {
		return nil
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fault.New(fault.Invalid, "no_texts", "%s holds no file such as de.json; begin with: orderly texts >%s", dir, filepath.Join(dir, "de.json"))
	}
	for _, name := range files {
		if info, err := os.Stat(name); err == nil && info.Size() > maxTexts {
			return fault.New(fault.Invalid, "bad_texts", "%s has more than %d bytes", name, maxTexts)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return fault.Wrap(err, fault.Invalid, "bad_texts", "cannot read the texts: %v", err)
		}
		if err := said.Add(strings.TrimSuffix(filepath.Base(name), ".json"), data); err != nil {
			return err
		}
	}
	return nil
}
