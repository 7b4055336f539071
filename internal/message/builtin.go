package message

// Language is that of the texts that are built in.
const Language = "en"

const greeting = "Hello {name},\n\n"

const follow = "\n\n[Follow your order]({link})\n\n{shop}"

var builtIn = map[Kind][2]string{
	Placed: {"We have your order {order}", "thank you for your order {order}. This is what we have noted:\n\n{items}\n\nTotal: {total}\nExpected by {due}"},
	Delayed: {"Your order {order} is late", "your order {order} has not left us when it should have (it was expected by {due}). We are sorry, and we are working on it.\n\n" +
		"You need not do anything. If you would rather not wait, say so:\n\n[Choose what to do]({choose})"},
	Promised:       {"Another day for your order {order}", "your order {order} comes on another day than we said, or we can tell the day by now. You need not do anything.\n\n{items}\n\nExpected by {due}"},
	Shipped:        {"Your order {order} is on its way", "a parcel of your order {order} has left us.\n\n{items}\n\nCarrier: {carrier}\nTracking number: {tracking}\nExpected by {due}"},
	OutForDelivery: {"Your order {order} comes today", "a parcel of your order {order} is out for delivery.\n\nCarrier: {carrier}\nTracking number: {tracking}"},
	Ready: {"Your order {order} is ready: code {code}", "your order {order} is ready for you.\n\n{items}\n\nCome to: {place}\nYour code: {code}\nWe keep it until {until}.\n\n" +
		"Show the code at the counter. Whoever has it gets the goods."},
	PickupReminder: {"Your order {order} waits until {until}", "your order {order} still waits for you.\n\n{items}\n\nCome to: {place}\nYour code: {code}\nWe keep it until {until}."},
	PickupExtended: {"We keep your order {order} until {until}", "we keep your order {order} for you for longer: until {until}.\n\nCome to: {place}\nYour code: {code}"},
	Delivered:      {"Your order {order} was delivered", "a parcel of your order {order} was delivered. If something is not right, open your order and tell us."},
	Canceled:       {"About your order {order}: canceled", "something in your order {order} was canceled.\n\nWhat remains: {items}\n\nTotal now: {total}"},
	Refunded:       {"You get {amount} back for order {order}", "we have sent {amount} back to you for your order {order}. Depending on your bank it takes a few days to show."},
	AskAddress:     {"Where shall we send your order {order}?", "we cannot send your order {order} to the address that we have. Please look at it once more, and correct it.\n\n[Check the address]({choose})"},
	AskSubstitute:  {"Something else for your order {order}?", "something in your order {order} cannot be had. We can send {instead} in its place.\n\nTake it, or have it canceled and the money back:\n\n[Choose]({choose})"},
	AskPayment:     {"Something is due for your order {order}", "for your order {order} something is still to be paid.\n\nTotal: {total}\n\n[Pay the rest]({choose})"},
	AskConfirm:     {"Please confirm your order {order}", "before we send your order {order} we would like to know that it is meant so.\n\n{items}\n\n[Confirm or cancel]({choose})"},
	Returned:       {"We have your return for order {order}", "what you sent back of your order {order} has come.\nWe have sent {amount} back to you."},
}

// BuiltIn is how a kind is worded where the shop says nothing else.
func BuiltIn(k Kind) Template {
	t, ok := builtIn[k]
	if !ok {
		return Template{}
	}
	return Template{Kind: k, Language: Language, Subject: t[0], Body: greeting + t[1] + follow}
}
