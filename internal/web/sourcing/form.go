package sourcing

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/sourcing"
	"orderly/internal/store"
	"orderly/internal/store/profiles"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// draft is a version as it is typed: fields by their names in the form, those of
// the i-th strategy end in "-i".
type draft struct {
	Values url.Values
	Count  int // strategies
	Faults shell.Faults
}

func (d *draft) at(name string, i int) string { return d.Values.Get(name + "-" + strconv.Itoa(i)) }

func (d *draft) fault(i int, pointer string) string {
	for at, text := range d.Faults {
		if rest, ok := strings.CutPrefix(at, "strategies/"+strconv.Itoa(i)+"/"); ok && (rest == pointer || strings.HasPrefix(rest, pointer+"/")) {
			return text
		}
	}
	return ""
}

// criteria are the weights, as the form names them.
var criteria = []string{"shipping_cost", "distance", "days", "late", "split", "priority", "load", "margin", "availability"}

func weights(w *sourcing.Weights) map[string]*int64 {
	return map[string]*int64{
		"shipping_cost": &w.Cost, "distance": &w.Distance, "days": &w.Days, "late": &w.Late, "split": &w.Split, "priority": &w.Priority,
		"load": &w.Load, "margin": &w.Margin, "availability": &w.Missing,
	}
}

// newVersion begins with what another says, or with a sensible first strategy.
func newVersion(v *shell.Visit) error {
	name, p := "", sourcing.Profile{Strategies: []sourcing.Strategy{{
		Name: v.T("sourcing.first_name"), Weights: sourcing.Weights{Cost: 100, Distance: 1, Late: 500, Split: 300, Priority: 50}, After: sourcing.Backordered,
	}}}
	if from := v.Query("from"); from != "" {
		id, err := sourcing.ParseProfileID(from)
		if err != nil {
			return fault.New(fault.NotFound, "no_such_profile", "there is no such version")
		}
		err = v.Read(func(r *store.Reader) error {
			old, err := profiles.Get(r, id)
			if err == nil {
				name, p = old.Name, old.Profile
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return v.Page(v.T("sourcing.new"), formPage(v, typed(name, &p)))
}

// typed is a profile as somebody would type it.
func typed(name string, p *sourcing.Profile) *draft {
	d := &draft{Values: url.Values{"name": {name}}, Count: len(p.Strategies)}
	if p.Every > 0 {
		d.Values.Set("every", strconv.Itoa(p.Every))
	}
	for i := range p.Strategies {
		s := &p.Strategies[i]
		set := func(name, value string) { d.Values.Set(name+"-"+strconv.Itoa(i), value) }
		set("name", s.Name)
		set("channels", strings.Join(s.When.Channels, ", "))
		set("countries", strings.Join(s.When.Countries, ", "))
		set("methods", strings.Join(s.When.Methods, ", "))
		set("tags", strings.Join(s.When.Tags, ", "))
		set("min_lines", some(int64(s.When.MinLines)))
		set("kinds", strings.Join(s.From.Kinds, ", "))
		set("only", strings.Join(s.From.Only, ", "))
		set("except", strings.Join(s.From.Except, ", "))
		set("max_km", some(s.From.MaxKM))
		set("within_capacity", tick(s.From.WithinCapacity))
		set("whole_lines", tick(s.WholeLines))
		set("whole_sets", tick(s.WholeSets))
		set("batch", tick(s.Batch))
		set("after", string(s.After))
		set("kept_min_total", some(s.When.MinTotal))
		set("kept_max_total", some(s.When.MaxTotal))
		if s.When.Priority != nil {
			set("min_priority", number(*s.When.Priority))
		}
		if s.MaxSplits != nil {
			set("max_splits", strconv.Itoa(*s.MaxSplits))
		}
		for name, n := range weights(&s.Weights) {
			set(name, some(*n))
		}
	}
	return d
}

func some(n int64) string {
	if n == 0 {
		return ""
	}
	return number(n)
}

func tick(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// saveVersion keeps a draft, or shows the form with a strategy more, less, or
// elsewhere.
func saveVersion(v *shell.Visit) error {
	v.Form("name") // parses
	d := &draft{Values: v.R.PostForm}
	d.Count, _ = strconv.Atoi(v.Form("count"))
	d.Count = min(max(d.Count, 1), sourcing.MaxStrategies)
	switch act, at, _ := strings.Cut(v.Form("do"), "-"); act {
	case "add":
		d.add()
	case "remove":
		i, _ := strconv.Atoi(at)
		d.remove(i)
	case "up":
		i, _ := strconv.Atoi(at)
		d.swap(i-1, i)
	default:
		return d.save(v)
	}
	return v.Page(v.T("sourcing.new"), formPage(v, d))
}

func (d *draft) add() {
	if d.Count < sourcing.MaxStrategies {
		d.Values.Set("after-"+strconv.Itoa(d.Count), string(sourcing.Backordered))
		d.Count++
	}
}

func (d *draft) remove(i int) {
	if i < 0 || i >= d.Count || d.Count == 1 {
		return
	}
	for ; i < d.Count-1; i++ {
		d.swap(i, i+1)
	}
	d.Count--
}

// swap exchanges all fields of two strategies.
func (d *draft) swap(i, j int) {
	if min(i, j) < 0 || max(i, j) >= d.Count {
		return
	}
	a, b := "-"+strconv.Itoa(i), "-"+strconv.Itoa(j)
	moved := url.Values{}
	for name, list := range d.Values {
		switch {
		case strings.HasSuffix(name, a):
			moved[strings.TrimSuffix(name, a)+b] = list
		case strings.HasSuffix(name, b):
			moved[strings.TrimSuffix(name, b)+a] = list
		default:
			moved[name] = list
		}
	}
	d.Values = moved
}

func (d *draft) save(v *shell.Visit) error {
	var l fault.List
	p := d.profile(&l)
	err := l.Err()
	if err == nil {
		r, err := shell.Do(v, admin.SaveSourcing, admin.SourcingCommand{Name: strings.TrimSpace(d.Values.Get("name")), Profile: p})
		if err == nil {
			v.Toast(v.T("sourcing.saved"))
			return v.Go("/sourcing/versions/" + sourcing.ProfileID(r.ID).String())
		}
		return d.refuse(v, err)
	}
	return d.refuse(v, err)
}

func (d *draft) refuse(v *shell.Visit, err error) error {
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	d.Faults = faults
	return v.Again(v.T("sourcing.new"), formPage(v, d))
}

// profile reads the form; what is no number is told with where it stands.
func (d *draft) profile(l *fault.List) sourcing.Profile {
	p := sourcing.Profile{Every: int(whole(l, "/batch_minutes", d.Values.Get("every")))}
	for i := range d.Count {
		at := "/strategies/" + strconv.Itoa(i)
		s := sourcing.Strategy{
			Name: strings.TrimSpace(d.at("name", i)), WholeLines: d.at("whole_lines", i) != "", WholeSets: d.at("whole_sets", i) != "",
			Batch: d.at("batch", i) != "", After: sourcing.After(d.at("after", i)),
		}
		s.When = sourcing.When{
			Channels: words(d.at("channels", i)), Countries: words(strings.ToUpper(d.at("countries", i))), Methods: words(d.at("methods", i)), Tags: words(d.at("tags", i)),
			MinLines: int(whole(l, at+"/when/min_lines", d.at("min_lines", i))),
			MinTotal: whole(l, at+"/when/min_total", d.at("kept_min_total", i)), MaxTotal: whole(l, at+"/when/max_total", d.at("kept_max_total", i)),
		}
		if text := d.at("min_priority", i); text != "" {
			n := whole(l, at+"/when/min_priority", text)
			s.When.Priority = &n
		}
		s.From = sourcing.From{
			Kinds: words(d.at("kinds", i)), Only: words(d.at("only", i)), Except: words(d.at("except", i)),
			MaxKM: whole(l, at+"/from/max_km", d.at("max_km", i)), WithinCapacity: d.at("within_capacity", i) != "",
		}
		if text := d.at("max_splits", i); text != "" {
			n := int(whole(l, at+"/max_splits", text))
			s.MaxSplits = &n
		}
		for name, n := range weights(&s.Weights) {
			*n = whole(l, at+"/weights/"+name, d.at(name, i))
		}
		p.Strategies = append(p.Strategies, s)
	}
	return p
}

func whole(l *fault.List, at, text string) int64 {
	text = strings.TrimSpace(text)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		l.Add(at, "not_a_number", "%.20q is not a whole number", text)
	}
	return n
}

// words reads a list that was typed with commas.
func words(text string) []string {
	var out []string
	for _, w := range strings.Split(text, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

func afters(v *shell.Visit) []ui.Option {
	var out []ui.Option
	for _, a := range sourcing.Afters {
		out = append(out, ui.Option{Value: string(a), Label: v.T("sourcing.after_" + string(a))})
	}
	return out
}

// said tells in words what a strategy does.
func said(v *shell.Visit, s *sourcing.Strategy) []string {
	var out []string
	add := func(key, value string) {
		if value != "" {
			out = append(out, v.T("sourcing.said_"+key, "what", value))
		}
	}
	add("channels", strings.Join(s.When.Channels, ", "))
	add("countries", strings.Join(s.When.Countries, ", "))
	add("methods", strings.Join(s.When.Methods, ", "))
	add("tags", strings.Join(s.When.Tags, ", "))
	add("min_lines", some(int64(s.When.MinLines)))
	add("min_total", some(s.When.MinTotal))
	add("max_total", some(s.When.MaxTotal))
	if s.When.Priority != nil {
		add("min_priority", number(*s.When.Priority))
	}
	add("kinds", strings.Join(s.From.Kinds, ", "))
	add("only", strings.Join(s.From.Only, ", "))
	add("except", strings.Join(s.From.Except, ", "))
	add("max_km", some(s.From.MaxKM))
	if s.MaxSplits != nil {
		add("max_places", strconv.Itoa(*s.MaxSplits+1))
	}
	if s.From.WithinCapacity {
		out = append(out, v.T("sourcing.said_within_capacity"))
	}
	if s.WholeLines {
		out = append(out, v.T("sourcing.said_whole_lines"))
	}
	if s.WholeSets {
		out = append(out, v.T("sourcing.said_whole_sets"))
	}
	if s.Batch {
		out = append(out, v.T("sourcing.said_batch"))
	}
	var costs []string
	all := weights(&s.Weights)
	for _, name := range criteria {
		if n := *all[name]; n != 0 {
			costs = append(costs, number(n)+" "+v.T("sourcing.per_"+name))
		}
	}
	add("weights", cmp.Or(strings.Join(costs, ", "), v.T("sourcing.per_nothing")))
	return append(out, v.T("sourcing.said_after", "what", v.T("sourcing.after_"+string(s.After))))
}
