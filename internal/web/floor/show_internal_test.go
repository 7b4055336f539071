package floor

import (
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/fulfillment"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
	"orderly/internal/web/text"
)

// Kills: a kilo of coffee that is told as a thousand units of work; a line that
// is done and still counts.
func TestUnits(t *testing.T) {
	v := &shell.Visit{Voice: text.NewVoice("en", time.UTC, time.Unix(0, 0))}
	line := func(open int64, scale int) walk.Line {
		return walk.Line{Line: fulfillment.Line{Open: open}, Item: &catalog.Item{Scale: scale}}
	}
	w := &walk.Work{Lines: []walk.Line{line(1000, 3), line(3, 0), line(0, 0)}}
	if got := units(v, w); got != "2 lines · 4 units" {
		t.Errorf("got %q", got)
	}
}
