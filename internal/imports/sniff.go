package imports

import (
	"bytes"
	"strings"
)

const (
	delimiters   = ",;\t|"
	sampleLines  = 25
	excelHint    = "sep=" // a first line by which Excel tells the delimiter
	defaultDelim = ','
)

// delimiterOf finds what cuts the fields of a sample: the candidate that
// appears equally often in the most lines, and among those the most often.
func delimiterOf(sample []byte, eol byte) byte {
	best, bestLines, bestCount := byte(defaultDelim), 0, 0
	for i := range len(delimiters) {
		lines, count := agreement(sample, delimiters[i], eol)
		if count > 0 && (lines > bestLines || lines == bestLines && count > bestCount) {
			best, bestLines, bestCount = delimiters[i], lines, count
		}
	}
	return best
}

// agreement counts the delimiter in the header and the lines that have as many.
func agreement(sample []byte, delimiter, eol byte) (lines, count int) {
	for n := 0; n < sampleLines && len(sample) > 0; n++ {
		text, rest, _ := bytes.Cut(sample, []byte{eol})
		sample = rest
		found := outsideQuotes(text, delimiter)
		if n == 0 {
			count = found
		}
		if found == count {
			lines++
		}
	}
	return lines, count
}

func outsideQuotes(text []byte, delimiter byte) int {
	n, quoted := 0, false
	for _, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == delimiter && !quoted:
			n++
		}
	}
	return n
}

// hinted reads a first line such as "sep=;".
func hinted(first string) (byte, bool) {
	rest, ok := strings.CutPrefix(strings.ToLower(first), excelHint)
	if !ok || len(rest) != 1 || strings.IndexByte(delimiters, rest[0]) < 0 {
		return 0, false
	}
	return rest[0], true
}
