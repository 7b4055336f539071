package text_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Kills: a text that another of the same name hides; the last one would win
// without a word.
func TestNoTextTwice(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("en", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, files)
	}
	name := regexp.MustCompile(`(?m)^\s*"([^"]+)":`)
	seen := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range name.FindAllStringSubmatch(string(data), -1) {
			if other := seen[m[1]]; other != "" {
				t.Errorf("%s stands in %s and in %s", m[1], other, file)
			}
			seen[m[1]] = file
		}
	}
}
