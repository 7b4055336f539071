package sourcing_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"orderly/internal/sourcing"
)

// 1,000 orders against an integer program that somebody else solves: cbc
// (coinor-cbc) or glpsol (glpk-utils). It takes minutes, so it runs where
// ORDERLY_ORACLE=1; another number draws other orders.
func TestSolveAgainstAnOracle(t *testing.T) {
	if os.Getenv("ORDERLY_ORACLE") == "" {
		t.Skip("SKIP: ORDERLY_ORACLE is not set")
	}
	seed, _ := strconv.ParseUint(os.Getenv("ORDERLY_ORACLE"), 10, 64)
	r := rand.New(rand.NewPCG(11, seed))
	const rounds = 1_000
	best, proven, worst, within := 0, 0, 0.0, 0
	for n := range rounds {
		p := roll(r, shape{lines: 2 + r.IntN(7), places: 3 + r.IntN(10), items: 6, units: 4})
		s := p.solve()
		if fault := p.fault(s); fault != "" {
			t.Fatalf("case %d: %s", n, fault)
		}
		want := oracle(t, p.program())
		if s.Points < want || s.Bound > want || s.Exact && s.Points != want {
			t.Fatalf("case %d: %d points with a bound of %d, exact %t; the oracle says %d\n%+v\n%+v", n, s.Points, s.Bound, s.Exact, want, p, s)
		}
		over := float64(s.Points-want) / float64(max(1, want))
		worst = math.Max(worst, over)
		if over <= 0.01 {
			within++
		} else {
			t.Logf("case %d: %d points, the oracle says %d", n, s.Points, want)
		}
		if s.Points == want {
			best++
		}
		if s.Exact {
			proven++
		}
	}
	t.Logf("of %d orders %d are best, %d proven so, %d within 1 %%; the worst is %.2f %% above", rounds, best, proven, within, 100*worst)
	if within < rounds {
		t.Errorf("%d orders are more than 1 %% above the best", rounds-within)
	}
}

// each is the points of a unit of an item from a candidate.
func (p *puzzle) each(c sourcing.Candidate, item int64) int64 {
	points := c.Unit
	for _, g := range c.Goods {
		if g.Item == item {
			points += g.Each
		}
	}
	return points
}

// oracle solves a program in the CPLEX LP format.
func oracle(t *testing.T, program string) int64 {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "p.lp"), filepath.Join(dir, "p.txt")
	if err := os.WriteFile(in, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	command, mark := exec.Command("cbc", in, "ratioGap", "0", "allowableGap", "0", "solve"), "Objective value:"
	if _, err := exec.LookPath("cbc"); err != nil {
		command, mark = exec.Command("glpsol", "--lp", in, "--write", out, "--output", "/dev/stdout"), "points ="
	}
	text, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	_, rest, found := strings.Cut(string(text), mark)
	words := strings.Fields(rest)
	if !found || len(words) == 0 || !strings.Contains(strings.ToLower(string(text)), "optimal") {
		t.Fatalf("the oracle found no best:\n%s\n%s", text, program)
	}
	n, err := strconv.ParseFloat(words[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return int64(math.Round(n))
}

// program writes the puzzle as an integer program: u place used, b band of its
// parcel, x units of a line from a place, z units missing, w block from a
// place, s places after the first, a all or nothing.
func (p *puzzle) program() string {
	var goal, rules, integers, binaries strings.Builder
	rule := func(format string, args ...any) { fmt.Fprintf(&rules, " "+format+"\n", args...) }
	used := ""
	for j, c := range p.Candidates {
		fmt.Fprintf(&goal, " + %d u%d", c.Fixed, j)
		fmt.Fprintf(&binaries, " u%d", j)
		used += fmt.Sprintf(" + u%d", j)
		choice, weight := "", ""
		for k, b := range c.Bands {
			fmt.Fprintf(&goal, " + %d b%d_%d", b.Points, j, k)
			fmt.Fprintf(&binaries, " b%d_%d", j, k)
			choice += fmt.Sprintf(" + b%d_%d", j, k)
			weight += fmt.Sprintf(" - %d b%d_%d", b.UpTo, j, k)
		}
		if choice != "" {
			rule("%s - u%d = 0", choice, j)
			for l, d := range p.Demands {
				weight = fmt.Sprintf(" + %d x%d_%d", d.Grams, l, j) + weight
			}
			rule("%s <= 0", weight)
		}
		for item := range int64(10) {
			sum, has := "", p.stock[cell{item, c.Place}]
			for l, d := range p.Demands {
				if d.Item == item {
					sum += fmt.Sprintf(" + x%d_%d", l, j)
				}
			}
			if sum != "" {
				rule("%s <= %d", sum, max(0, has))
			}
		}
	}
	fmt.Fprintf(&goal, " + %d s", p.Split)
	rule("s %s >= -1", strings.ReplaceAll(used, "+", "-"))
	if p.MaxPlaces > 0 {
		rule("%s <= %d", used, p.MaxPlaces)
	}
	p.lines(rule, &goal, &integers, &binaries)
	program := "Minimize\n points: " + goal.String() + "\nSubject To\n" + rules.String() + "Bounds\n s >= 0\nGeneral\n" + integers.String() + "\nBinary\n" + binaries.String() + "\nEnd\n"
	// cbc reads lines in pieces of about a thousand characters
	return strings.NewReplacer(" + ", "\n + ", " x", "\n x", " b", "\n b", " w", "\n w", " u", "\n u").Replace(program)
}

// lines writes what holds of each demand.
func (p *puzzle) lines(rule func(string, ...any), goal, integers, binaries *strings.Builder) {
	blocks := map[string]bool{}
	for l, d := range p.Demands {
		block := ""
		switch {
		case p.WholeGroups && d.Group != 0:
			block = fmt.Sprintf("g%d", d.Group)
		case p.WholeLines:
			block = fmt.Sprintf("l%d", d.Line)
		}
		sum := ""
		for j, c := range p.Candidates {
			x := fmt.Sprintf("x%d_%d", l, j)
			sum += " + " + x
			fmt.Fprintf(goal, " + %d %s", p.each(c, d.Item), x)
			fmt.Fprintf(integers, " %s", x)
			rule("%s - %d u%d <= 0", x, d.Quantity, j)
			if block != "" {
				rule("%s - %d w%s_%d = 0", x, d.Quantity, block, j)
			}
		}
		fmt.Fprintf(goal, " + %d z%d", p.Missing, l)
		rule("%s + z%d = %d", sum, l, d.Quantity)
		if p.Complete {
			rule("z%d + %d a = %d", l, d.Quantity, d.Quantity)
		}
		if block == "" || blocks[block] {
			continue
		}
		blocks[block] = true
		all := ""
		for j := range p.Candidates {
			all += fmt.Sprintf(" + w%s_%d", block, j)
			fmt.Fprintf(binaries, " w%s_%d", block, j)
		}
		rule("%s <= 1", all)
	}
	if p.Complete {
		fmt.Fprint(binaries, " a")
	}
}
