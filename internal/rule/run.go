package rule

// Outcome is what became of a rule at an entry.
type Outcome string

// The outcomes. Where the condition did not hold there is no run.
const (
	Done      Outcome = "done"      // all that it was to do, or what of it was not so already
	Unchanged Outcome = "unchanged" // all of it was so already
	Partly    Outcome = "partly"    // something was refused
	Refused   Outcome = "refused"   // all of it was
	Shadowed  Outcome = "shadow"    // it would have acted
	Stopped   Outcome = "stopped"   // a chain that went too far
	Failed    Outcome = "failed"    // its condition could not be worked out
)

// Outcomes are all of them.
var Outcomes = []Outcome{Done, Unchanged, Partly, Refused, Shadowed, Stopped, Failed}

// Acted reports whether something was done: what counts for how often a rule
// acts on an order.
func (o Outcome) Acted() bool { return o == Done || o == Partly }

// Result is what became of one act.
type Result struct {
	Action
	Outcome Outcome `json:"outcome" enum:"done,unchanged,refused,shadow,stopped"`
	Why     string  `json:"why,omitempty" doc:"Of what was refused."`
}

// Run is one rule at one entry. There is at most one of each pair, whatever the
// rule's version was.
type Run struct {
	Rule    ID
	Version int64
	Entry   int64
	Type    string // of the entry
	Order   int64
	Outcome Outcome
	Why     string // it was stopped or failed
	Results []Result
	First   int64 // of the entries that it told; zero for none
	Last    int64
	Depth   int // rules in its chain, itself one of them
	At      int64
}

// Sum says what became of a run by what became of its acts.
func Sum(list []Result) Outcome {
	n := map[Outcome]int{}
	for i := range list {
		n[list[i].Outcome]++
	}
	switch {
	case len(list) > 0 && n[Refused] == len(list):
		return Refused
	case n[Refused] > 0:
		return Partly
	case n[Done] > 0:
		return Done
	}
	return Unchanged
}
