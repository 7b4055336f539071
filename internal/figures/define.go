package figures

// Units of figures.
const (
	InOrders  = "orders"
	InUnits   = "units"
	InMoney   = "money"
	InPercent = "percent"
)

// Figure is one number of the overview.
type Figure struct {
	ID   string
	Unit string
	Good string // up, down or none: which direction is the better one

	// Definition is one sentence that says exactly what is counted.
	Definition string

	// The figure is the sum of Of; of a rate or an average, divided by that of
	// Over, which is none else.
	Of, Over Measure

	// Behind says which orders it counts.
	Behind Behind
}

// Behind says how the orders behind a figure are found: by an event in the
// period, or, where Event is 0, by the day on which they were placed. Of those
// only the ones with all Flags, and for which Field says so.
type Behind struct {
	Event int
	Flags int64
	Field string // see store/figures: canceled, canceled_whole, discount, tax, fees, live
}

const none = Measure(-1)

// All lists the figures in the order in which they are shown.
var All = []Figure{
	{"orders", InOrders, "up", "Orders placed in the period, those canceled since included.", Orders, none, Behind{}},
	{"units", InUnits, "up", "Units of all lines of the orders placed in the period, those that joined them since included, each in the smallest step of its item.", Units, none, Behind{}},
	{"gross", InMoney, "up", "Line totals of the orders placed in the period: price times quantity, before discounts, tax and fees.", Gross, none, Behind{}},
	{"discount", InMoney, "down", "Discounts on the lines of the orders placed in the period.", Discount, none, Behind{Field: "discount"}},
	{"tax", InMoney, "none", "Tax on the lines and fees of the orders placed in the period.", Tax, none, Behind{Field: "tax"}},
	{"fees", InMoney, "none", "Fees of the orders placed in the period, such as shipping, less deductions such as vouchers.", Fees, none, Behind{Field: "fees"}},
	{"revenue", InMoney, "up", "What the orders placed in the period cost in all: gross less discounts, plus tax and fees; what was changed since counts as it is now, what was canceled or refunded since is not taken off.", Total, none, Behind{}},
	{"canceled_value", InMoney, "down", "The part of that revenue that belongs to units canceled since.", CanceledValue, none, Behind{Field: "canceled"}},
	{"refunded", InMoney, "down", "Money given back in the period, whenever its order was placed.", Refunded, none, Behind{Event: EventRefunded}},
	{"average_order", InMoney, "up", "Revenue of the orders placed in the period, divided by their number.", Total, Orders, Behind{}},

	{"cancellation_rate", InPercent, "down", "Of the orders placed in the period, the share of which every unit has been canceled.", CanceledOrders, Orders, Behind{Field: "canceled_whole"}},
	{"unit_cancellation_rate", InPercent, "down", "Of the units ordered in the period, the share that has been canceled.", CanceledUnits, Units, Behind{Field: "canceled"}},
	{"canceled_by_person", InUnits, "down", "Units ordered in the period and canceled by a person in the back office.", CanceledByPerson, none, Behind{Field: "canceled"}},
	{"canceled_by_key", InUnits, "down", "Units ordered in the period and canceled over the API, by a shop or another program.", CanceledByKey, none, Behind{Field: "canceled"}},
	{"canceled_by_us", InUnits, "down", "Units ordered in the period and canceled by a rule, a job or a command, or before these books began.", CanceledByUs, none, Behind{Field: "canceled"}},

	{"unit_fill_rate", InPercent, "up", "Of the units ordered in the period, the share that was claimed from stock the moment the order was placed; recorded history is left out.", FirstUnits, AskedUnits, Behind{Flags: FlagNotFirst}},
	{"line_fill_rate", InPercent, "up", "Of the lines ordered in the period, the share of which every unit was claimed from stock the moment the order was placed; recorded history is left out.", FirstLines, AskedLines, Behind{Flags: FlagNotFirst}},
	{"order_fill_rate", InPercent, "up", "Of the orders placed in the period, the share of which every unit was claimed from stock the moment it was placed; recorded history is left out.", FirstOrders, AskedOrders, Behind{Flags: FlagNotFirst}},
	{"backorder_rate", InPercent, "down", "Of the orders placed in the period, the share of which any unit has ever waited for stock; recorded history is left out.", BackorderedOrders, AskedOrders, Behind{Flags: FlagWaited}},

	{"shipped", InOrders, "up", "Orders of which the last open unit left in the period; an order counts once, when nothing of it is left to send.", ShippedOrders, none, Behind{Event: EventShipped}},
	{"shipped_units", InUnits, "up", "Units that left in fulfillments finished in the period, at the location that sent them.", ShippedUnits, none, Behind{Event: EventLeft}},
	{"split_rate", InPercent, "down", "Of the orders wholly shipped in the period, the share whose units left in more than one fulfillment.", SplitOrders, ShippedOrders, Behind{Event: EventShipped, Flags: FlagSplit}},
	{"touchless_rate", InPercent, "up", "Of the orders wholly shipped in the period, the share on which, from its placing until it left, no person acted and no key or command but the one that placed it, picking, packing and shipping aside.", TouchlessOrders, ShippedOrders, Behind{Event: EventShipped, Flags: FlagTouchless}},
	{"delivered", InOrders, "up", "Orders of which the last unit under way arrived in the period.", DeliveredOrders, none, Behind{Event: EventDelivered}},
	{"on_time", InPercent, "up", "Of the orders that arrived in the period and had a promised time, the share of which the last unit arrived by it.", OnTimeOrders, PromisedOrders, Behind{Event: EventDelivered, Flags: FlagPromised | FlagOnTime}},
	{"in_full", InPercent, "up", "Of the orders that arrived in the period, the share of which every unit ordered arrived: none canceled, none lost.", InFullOrders, DeliveredOrders, Behind{Event: EventDelivered, Flags: FlagInFull}},
	{"on_time_in_full", InPercent, "up", "Of the orders that arrived in the period and had a promised time, the share of which every unit ordered arrived by it.", PerfectOrders, PromisedOrders, Behind{Event: EventDelivered, Flags: FlagOnTime | FlagInFull}},
	{"returned_units", InUnits, "down", "Units that came back in the period, whenever their order was placed.", ReturnedUnits, none, Behind{Event: EventReturned}},
	{"return_rate", InPercent, "down", "Units that came back in the period, divided by the units ordered in it.", ReturnedUnits, Units, Behind{Event: EventReturned}},
}

// Named finds a figure by its id.
func Named(id string) (Figure, bool) {
	for _, f := range All {
		if f.ID == id {
			return f, true
		}
	}
	return Figure{}, false
}

// Rate reports whether the figure is one number divided by another.
func (f *Figure) Rate() bool { return f.Over != none }

// Counts is what the figure counts, and of how many; of is 0 for plain sums.
func (f *Figure) Counts(s *Sums) (n, of int64) {
	if f.Rate() {
		return s[f.Of], s[f.Over]
	}
	return s[f.Of], 0
}

// Stage is one stage of an order's time and its definition.
type Stage struct {
	ID         string
	Definition string
	Event      int
}

// Stages lists them in their order.
var Stages = [StageCount]Stage{
	{StageNames[ToReleased], "From the placing of an order until a fulfillment of it was released to the floor; of fulfillments released in the period.", EventReleased},
	{StageNames[ToPicked], "From release until the last unit of the fulfillment was picked; of fulfillments wholly picked in the period.", EventPicked},
	{StageNames[ToPacked], "From the last pick until the last unit was packed; of fulfillments wholly packed in the period.", EventPacked},
	{StageNames[ToShipped], "From the last pack until the last parcel left; of fulfillments wholly shipped in the period.", EventLeft},
	{StageNames[ToDelivered], "From when the last parcel left until the last one arrived; of fulfillments that arrived in the period.", EventArrived},
	{StageNames[UntilShipped], "From the placing of an order until its last open unit left; of orders wholly shipped in the period.", EventShipped},
	{StageNames[UntilDelivered], "From the placing of an order until its last unit arrived; of orders that arrived in the period.", EventDelivered},
}

// StageNamed finds a stage by its id.
func StageNamed(id string) (Stage, bool) {
	for _, s := range Stages {
		if s.ID == id {
			return s, true
		}
	}
	return Stage{}, false
}
