package audit

import (
	"context"
	"database/sql"
	"errors"

	"orderly/internal/store"
)

// Reference is a column that names a row of another table of the same merchant.
type Reference struct {
	Child  Walk   // walked by the key that names the child
	Prefix string // of the child's id
	What   string // what the child is: "line of order"
	column string
	parent string
	key    string
	where  string // which rows must have a parent; "" for all
	To     string // prefix of the parent's id
	ToWhat string // what the parent is: "item"
	Sieved bool   // orphans come to light when orders are added up: no need to look in a quick run
	Costly bool   // a lookup for each of millions of rows: not in a quick run
}

// References lists every column that names another row. A column added to the
// schema that does so gets a row here.
var References = []Reference{
	{Child: Walk{"order_party", "order_id", "order_id", 1}, Prefix: "ord", What: "the people row of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"order_line", "order_id", "order_id, n", 1}, Prefix: "ord", What: "a line of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"order_line", "order_id", "order_id, n", 1}, Prefix: "ord", What: "a line of order", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item", Costly: true},
	{Child: Walk{"order_fee", "order_id", "order_id, n", 1}, Prefix: "ord", What: "a fee of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"order_hold", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a hold of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"order_note", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a note of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"order_flow", "order_id", "order_id", 1}, Prefix: "ord", What: "the flow of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"order_flow", "order_id", "order_id", 1}, Prefix: "ord", What: "the flow of order", column: "flow", parent: "flow", key: "id", To: "flw", ToWhat: "flow"},
	{Child: Walk{"yielded", "id", "id", 1}, Prefix: "yld", What: "what was given up as", column: "from_order", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"yielded", "id", "id", 1}, Prefix: "yld", What: "what was given up as", column: "to_order", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"flow_channel", "flow", "flow, channel", 1}, Prefix: "flw", What: "a channel of flow", column: "flow", parent: "flow", key: "id", To: "flw", ToWhat: "flow"},
	{Child: Walk{"order_trait", "order_id", "order_id, trait", 3}, Prefix: "ord", What: "a trait of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"approval_ask", "order_id", "order_id, n", 1}, Prefix: "ord", What: "an approval of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"approval_step", "order_id", "order_id, n, step", 1}, Prefix: "ord", What: "a step of an approval of order", column: "order_id", parent: "approval_ask", key: "order_id", To: "ord", ToWhat: "asked approval of order"},
	{Child: Walk{"customer_block", "customer", "customer", 1}, Prefix: "cus", What: "the block of customer", column: "customer", parent: "customer", key: "id", To: "cus", ToWhat: "customer"},
	{Child: Walk{"search_order", "order_id", "order_id", 1}, Prefix: "ord", What: "the search words of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"figure_order", "order_id", "order_id", 1}, Prefix: "ord", What: "what figures remember of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"money_entry", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a booking of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"money_entry", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a booking of order", column: "entry", parent: "entry", key: "seq", To: "seq", ToWhat: "journal entry", Costly: true},
	{Child: Walk{"payment", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a payment of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"credit_movement", "credit", "credit, id", 4}, Prefix: "crd", What: "a movement of credit", column: "credit", parent: "credit", key: "id", To: "crd", ToWhat: "gift card or store credit"},
	{Child: Walk{"credit_movement", "credit", "credit, id", 4}, Prefix: "crd", What: "a movement of credit", column: "payment", parent: "payment", key: "id", where: "c.payment <> 0", To: "pay", ToWhat: "payment"},
	{Child: Walk{"credit_movement", "credit", "credit, id", 4}, Prefix: "crd", What: "a movement of credit", column: "order_id", parent: "orders", key: "id", where: "c.order_id <> 0", To: "ord", ToWhat: "order"},
	{Child: Walk{"bank_line", "id", "id", 1}, Prefix: "bln", What: "line", column: "statement", parent: "bank_statement", key: "id", To: "bst", ToWhat: "bank statement"},
	{Child: Walk{"bank_part", "line", "line, payment", 1}, Prefix: "bln", What: "a part of line", column: "line", parent: "bank_line", key: "id", To: "bln", ToWhat: "line of a bank statement"},
	{Child: Walk{"bank_part", "line", "line, payment", 1}, Prefix: "bln", What: "a part of line", column: "payment", parent: "payment", key: "id", To: "pay", ToWhat: "payment"},
	{Child: Walk{"bank_part", "line", "line, payment", 1}, Prefix: "bln", What: "a part of line", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"credit", "id", "id", 1}, Prefix: "crd", What: "store credit", column: "customer", parent: "customer", key: "id", where: "c.customer <> 0", To: "cus", ToWhat: "customer"},
	{Child: Walk{"payment", "id", "id", 1}, Prefix: "pay", What: "the payer of payment", column: "customer", parent: "customer", key: "id", where: "c.customer <> 0", To: "cus", ToWhat: "customer"},
	{Child: Walk{"customer_terms", "customer", "customer, currency", 1}, Prefix: "cus", What: "the terms of customer", column: "customer", parent: "customer", key: "id", To: "cus", ToWhat: "customer"},
	{Child: Walk{"remittance_part", "remittance", "remittance, payment", 1}, Prefix: "rem", What: "a part of remittance", column: "remittance", parent: "remittance", key: "id", To: "rem", ToWhat: "remittance"},
	{Child: Walk{"remittance_part", "remittance", "remittance, payment", 1}, Prefix: "rem", What: "a part of remittance", column: "payment", parent: "payment", key: "id", To: "pay", ToWhat: "payment"},
	{Child: Walk{"remittance_part", "remittance", "remittance, payment", 1}, Prefix: "rem", What: "a part of remittance", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"channel_payment", "order_id", "order_id, n", 1}, Prefix: "ord", What: "how the channel was paid for order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"payment_intent", "id", "id", 1}, Prefix: "pin", What: "intent", column: "payment", parent: "payment", key: "id", To: "pay", ToWhat: "payment"},
	{Child: Walk{"payment_intent", "id", "id", 1}, Prefix: "pin", What: "intent", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"payment_event", "payment", "payment, event_id", 1}, Prefix: "pay", What: "an event of payment", column: "payment", parent: "payment", key: "id", where: "c.payment <> 0", To: "pay", ToWhat: "payment"},
	{Child: Walk{"orders", "id", "id", 1}, Prefix: "ord", What: "order", column: "customer", parent: "customer", key: "id", where: "c.customer <> 0", To: "cus", ToWhat: "customer"},
	{Child: Walk{"orders", "id", "id", 1}, Prefix: "ord", What: "order", column: "id", parent: "order_party", key: "order_id", To: "ord", ToWhat: "the people row of order", Sieved: true},
	{Child: Walk{"sourcing_decision", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a decision on order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"sourcing_decision", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a decision on order", column: "profile", parent: "sourcing_profile", key: "id", where: "c.profile <> 0", To: "srp", ToWhat: "sourcing profile"},
	{Child: Walk{"rule_version", "rule", "rule, version", 1}, Prefix: "rul", What: "a version of rule", column: "rule", parent: "rule", key: "id", To: "rul", ToWhat: "rule"},
	{Child: Walk{"rule_run", "order_id", "order_id, entry", 2}, Prefix: "ord", What: "a rule's run on order", column: "rule", parent: "rule", key: "id", To: "rul", ToWhat: "rule"},
	{Child: Walk{"rule_run", "order_id", "order_id, entry", 2}, Prefix: "ord", What: "a rule's run on order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"fulfillment", "source_id", "source_id, id", 1}, Prefix: "ord", What: "a fulfillment of order", column: "source_id", parent: "orders", key: "id", where: "c.purpose = 'order'", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"fulfillment", "id", "id", 1}, Prefix: "ful", What: "fulfillment", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"fulfillment_line", "fulfillment", "fulfillment, n", 1}, Prefix: "ful", What: "a line of fulfillment", column: "fulfillment", parent: "fulfillment", key: "id", To: "ful", ToWhat: "fulfillment"},
	{Child: Walk{"fulfillment_line", "fulfillment", "fulfillment, n", 1}, Prefix: "ful", What: "a line of fulfillment", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item", Costly: true},
	{Child: Walk{"parcel", "id", "id", 1}, Prefix: "par", What: "parcel", column: "fulfillment", parent: "fulfillment", key: "id", To: "ful", ToWhat: "fulfillment"},
	{Child: Walk{"parcel", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a parcel of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"parcel", "id", "id", 1}, Prefix: "par", What: "parcel", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"parcel_line", "parcel", "parcel, line", 1}, Prefix: "par", What: "a line of parcel", column: "parcel", parent: "parcel", key: "id", To: "par", ToWhat: "parcel"},
	{Child: Walk{"parcel_scan", "parcel", "parcel, at, code", 1}, Prefix: "par", What: "a scan of parcel", column: "parcel", parent: "parcel", key: "id", To: "par", ToWhat: "parcel"},
	{Child: Walk{"order_return", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a return of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order", Sieved: true},
	{Child: Walk{"order_return", "id", "id", 1}, Prefix: "ret", What: "return", column: "replacement", parent: "orders", key: "id", where: "c.replacement <> 0", To: "ord", ToWhat: "order"},
	{Child: Walk{"order_return", "id", "id", 1}, Prefix: "ret", What: "return", column: "location", parent: "location", key: "id", where: "c.location <> 0", To: "loc", ToWhat: "location"},
	{Child: Walk{"return_file", "id", "id", 1}, Prefix: "rfl", What: "file", column: "return_id", parent: "order_return", key: "id", To: "ret", ToWhat: "return"},
	{Child: Walk{"unreceipted", "id", "id", 1}, Prefix: "urt", What: "goods without a receipt", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"unreceipted", "id", "id", 1}, Prefix: "urt", What: "goods without a receipt", column: "customer", parent: "customer", key: "id", To: "cus", ToWhat: "customer"},
	{Child: Walk{"unreceipted", "id", "id", 1}, Prefix: "urt", What: "goods without a receipt", column: "credit", parent: "credit", key: "id", To: "crd", ToWhat: "store credit"},
	{Child: Walk{"unreceipted_line", "unreceipted", "unreceipted, n", 1}, Prefix: "urt", What: "a line of goods without a receipt", column: "unreceipted", parent: "unreceipted", key: "id", To: "urt", ToWhat: "goods without a receipt"},
	{Child: Walk{"unreceipted_line", "unreceipted", "unreceipted, n", 1}, Prefix: "urt", What: "a line of goods without a receipt", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"parcel_proof", "parcel", "parcel", 1}, Prefix: "par", What: "the proof of parcel", column: "parcel", parent: "parcel", key: "id", To: "par", ToWhat: "parcel"},
	{Child: Walk{"return_line", "return_id", "return_id, n", 1}, Prefix: "ret", What: "a line of return", column: "return_id", parent: "order_return", key: "id", To: "ret", ToWhat: "return"},
	{Child: Walk{"return_line", "return_id", "return_id, n", 1}, Prefix: "ret", What: "a line of return", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"trouble", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a trouble of order", column: "order_id", parent: "orders", key: "id", where: "c.order_id <> 0", To: "ord", ToWhat: "order"},
	{Child: Walk{"trouble", "id", "id", 1}, Prefix: "trb", What: "trouble", column: "location", parent: "location", key: "id", where: "c.location <> 0", To: "loc", ToWhat: "location"},
	{Child: Walk{"trouble", "id", "id", 1}, Prefix: "trb", What: "trouble", column: "item", parent: "item", key: "id", where: "c.item <> 0", To: "itm", ToWhat: "item"},
	{Child: Walk{"work_assignment", "subject", "subject, kind", 1}, Prefix: "ord", What: "work in somebody's hands on order", column: "subject", parent: "orders", key: "id", where: "c.kind = 'ord'", To: "ord", ToWhat: "order"},
	{Child: Walk{"work_assignment", "subject", "subject, kind", 1}, Prefix: "ful", What: "work in somebody's hands on fulfillment", column: "subject", parent: "fulfillment", key: "id", where: "c.kind = 'ful'", To: "ful", ToWhat: "fulfillment"},
	{Child: Walk{"work_assignment", "subject", "subject, kind", 1}, Prefix: "trb", What: "work in somebody's hands on trouble", column: "subject", parent: "trouble", key: "id", where: "c.kind = 'trb'", To: "trb", ToWhat: "trouble"},
	{Child: Walk{"tracking_link", "order_id", "order_id", 1}, Prefix: "ord", What: "the tracking link of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"invoice", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a document of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"invoice", "id", "id", 1}, Prefix: "inv", What: "credit note", column: "of_id", parent: "invoice", key: "id", where: "c.of_id <> 0", To: "inv", ToWhat: "invoice"},
	{Child: Walk{"invoice", "id", "id", 1}, Prefix: "inv", What: "document", column: "entry", parent: "entry", key: "seq", To: "seq", ToWhat: "journal entry", Costly: true},
	{Child: Walk{"message", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a message about order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"support_case", "id", "id", 1}, Prefix: "cas", What: "case", column: "order_id", parent: "orders", key: "id", where: "c.order_id <> 0", To: "ord", ToWhat: "order"},
	{Child: Walk{"support_case", "id", "id", 1}, Prefix: "cas", What: "case", column: "customer", parent: "customer", key: "id", where: "c.customer <> 0", To: "cus", ToWhat: "customer"},
	{Child: Walk{"support_case", "id", "id", 1}, Prefix: "cas", What: "case", column: "assignee", parent: "users", key: "id", where: "c.assignee <> 0", To: "usr", ToWhat: "user"},
	{Child: Walk{"case_message", "id", "id", 1}, Prefix: "csm", What: "case message", column: "case_id", parent: "support_case", key: "id", To: "cas", ToWhat: "case"},
	{Child: Walk{"case_file", "message", "message, id", 1}, Prefix: "csm", What: "a file of case message", column: "message", parent: "case_message", key: "id", where: "c.message NOT IN (SELECT t.id FROM talk_message AS t WHERE t.m = $1 AND t.id > $2 AND t.id <= $3)", To: "csm", ToWhat: "case message"},
	{Child: Walk{"talk_message", "id", "id", 1}, Prefix: "tkm", What: "message", column: "talk", parent: "talk", key: "id", To: "tlk", ToWhat: "conversation"},
	{Child: Walk{"talk", "id", "id", 1}, Prefix: "tlk", What: "conversation", column: "subject", parent: "purchase", key: "id", where: "c.about = 'pur'", To: "pur", ToWhat: "purchase order"},
	{Child: Walk{"talk", "id", "id", 1}, Prefix: "tlk", What: "conversation", column: "subject", parent: "request", key: "fulfillment", where: "c.about = 'ful'", To: "ful", ToWhat: "request for fulfillment"},
	{Child: Walk{"talk", "id", "id", 1}, Prefix: "tlk", What: "conversation", column: "supplier", parent: "supplier", key: "id", where: "c.supplier <> 0", To: "sup", ToWhat: "supplier"},
	{Child: Walk{"talk", "id", "id", 1}, Prefix: "tlk", What: "conversation", column: "order_id", parent: "orders", key: "id", where: "c.order_id <> 0", To: "ord", ToWhat: "order"},
	{Child: Walk{"case_goodwill", "case_id", "case_id, id", 1}, Prefix: "cas", What: "goodwill of case", column: "case_id", parent: "support_case", key: "id", To: "cas", ToWhat: "case"},
	{Child: Walk{"case_goodwill", "case_id", "case_id, id", 1}, Prefix: "cas", What: "goodwill of case", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"erased_order", "order_id", "order_id", 1}, Prefix: "ord", What: "the erasure of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"erased_order", "order_id", "order_id", 1}, Prefix: "ord", What: "the erasure of order", column: "erasure", parent: "erasure", key: "id", To: "ers", ToWhat: "erasure"},
	{Child: Walk{"customer_ask", "order_id", "order_id, id", 1}, Prefix: "ord", What: "a question about order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"customer_ask_token", "ask", "ask", 1}, Prefix: "ask", What: "a token of question", column: "ask", parent: "customer_ask", key: "id", To: "ask", ToWhat: "question"},
	{Child: Walk{"erasure", "id", "id", 1}, Prefix: "ers", What: "erasure", column: "customer", parent: "customer", key: "id", where: "c.customer <> 0", To: "cus", ToWhat: "customer"},
	{Child: Walk{"location_calendar", "location", "location", 1}, Prefix: "loc", What: "the calendar of location", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"promise", "order_id", "order_id, n", 1}, Prefix: "ord", What: "a promise of order", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"promise", "order_id", "order_id, n", 1}, Prefix: "ord", What: "a promise of order", column: "entry_seq", parent: "entry", key: "seq", To: "seq", ToWhat: "journal entry", Costly: true},
	{Child: Walk{"channel_buffer", "item", "channel, item, location", 1}, Prefix: "itm", What: "a buffer of item", column: "item", parent: "item", key: "id", where: "c.item <> 0", To: "itm", ToWhat: "item"},
	{Child: Walk{"channel_buffer", "item", "channel, item, location", 1}, Prefix: "itm", What: "a buffer of item", column: "location", parent: "location", key: "id", where: "c.location <> 0", To: "loc", ToWhat: "location"},
	{Child: Walk{"channel_place", "location", "channel, location", 1}, Prefix: "loc", What: "a channel of location", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"preorder", "id", "id", 1}, Prefix: "pre", What: "offer", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"order_line", "order_id", "order_id, n", 1}, Prefix: "ord", What: "a line of order", column: "preorder", parent: "preorder", key: "id", where: "c.preorder <> 0", To: "pre", ToWhat: "offer", Costly: true},
	{Child: Walk{"trading_partner", "id", "id", 1}, Prefix: "trp", What: "trading partner", column: "supplier", parent: "supplier", key: "id", where: "c.supplier <> 0", To: "sup", ToWhat: "supplier"},
	{Child: Walk{"trading_partner", "id", "id", 1}, Prefix: "trp", What: "trading partner", column: "location", parent: "location", key: "id", where: "c.location <> 0", To: "loc", ToWhat: "location"},
	{Child: Walk{"edi_file", "id", "id", 1}, Prefix: "edf", What: "file", column: "partner", parent: "trading_partner", key: "id", where: "c.partner <> 0", To: "trp", ToWhat: "trading partner"},
	{Child: Walk{"edi_file", "id", "id", 1}, Prefix: "edf", What: "file", column: "answers", parent: "edi_file", key: "id", where: "c.answers <> 0", To: "edf", ToWhat: "file"},
	{Child: Walk{"edi_text", "file", "file, n", 1}, Prefix: "edf", What: "the text of file", column: "file", parent: "edi_file", key: "id", To: "edf", ToWhat: "file"},
	{Child: Walk{"edi_document", "file", "file, n", 1}, Prefix: "edf", What: "a document of file", column: "file", parent: "edi_file", key: "id", To: "edf", ToWhat: "file"},
	{Child: Walk{"supplier", "id", "id", 1}, Prefix: "sup", What: "supplier", column: "location", parent: "location", key: "id", where: "c.location <> 0", To: "loc", ToWhat: "location"},
	{Child: Walk{"supplier_offer", "supplier", "supplier, item", 1}, Prefix: "sup", What: "an offer of supplier", column: "supplier", parent: "supplier", key: "id", To: "sup", ToWhat: "supplier"},
	{Child: Walk{"supplier_offer", "supplier", "supplier, item", 1}, Prefix: "sup", What: "an offer of supplier", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"purchase", "id", "id", 1}, Prefix: "pur", What: "purchase order", column: "supplier", parent: "supplier", key: "id", To: "sup", ToWhat: "supplier"},
	{Child: Walk{"purchase", "id", "id", 1}, Prefix: "pur", What: "purchase order", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"purchase_line", "purchase", "purchase, n", 1}, Prefix: "pur", What: "a line of purchase order", column: "purchase", parent: "purchase", key: "id", To: "pur", ToWhat: "purchase order"},
	{Child: Walk{"purchase_line", "purchase", "purchase, n", 1}, Prefix: "pur", What: "a line of purchase order", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"purchase_line", "purchase", "purchase, n", 1}, Prefix: "pur", What: "a line of purchase order", column: "order_id", parent: "orders", key: "id", where: "c.order_id <> 0", To: "ord", ToWhat: "order"},
	{Child: Walk{"purchase_charge", "purchase", "purchase, n", 1}, Prefix: "pur", What: "a charge of purchase order", column: "purchase", parent: "purchase", key: "id", To: "pur", ToWhat: "purchase order"},
	{Child: Walk{"purchase_charge", "purchase", "purchase, n", 1}, Prefix: "pur", What: "a charge of purchase order", column: "receipt", parent: "purchase_receipt", key: "id", where: "c.receipt <> 0", To: "rcp", ToWhat: "receipt"},
	{Child: Walk{"purchase_receipt", "id", "id", 1}, Prefix: "rcp", What: "receipt", column: "purchase", parent: "purchase", key: "id", To: "pur", ToWhat: "purchase order"},
	{Child: Walk{"purchase_receipt", "id", "id", 1}, Prefix: "rcp", What: "reversal", column: "of_id", parent: "purchase_receipt", key: "id", where: "c.of_id <> 0", To: "rcp", ToWhat: "receipt"},
	{Child: Walk{"purchase_receipt", "id", "id", 1}, Prefix: "rcp", What: "receipt", column: "entry", parent: "entry", key: "seq", To: "seq", ToWhat: "journal entry"},
	{Child: Walk{"purchase_receipt_line", "receipt", "receipt, n", 1}, Prefix: "rcp", What: "a line of receipt", column: "receipt", parent: "purchase_receipt", key: "id", To: "rcp", ToWhat: "receipt"},
	{Child: Walk{"purchase_invoice", "id", "id", 1}, Prefix: "sin", What: "a supplier's invoice", column: "purchase", parent: "purchase", key: "id", To: "pur", ToWhat: "purchase order"},
	{Child: Walk{"purchase_return", "id", "id", 1}, Prefix: "prt", What: "return", column: "purchase", parent: "purchase", key: "id", To: "pur", ToWhat: "purchase order"},
	{Child: Walk{"purchase_return", "id", "id", 1}, Prefix: "prt", What: "return", column: "supplier", parent: "supplier", key: "id", To: "sup", ToWhat: "supplier"},
	{Child: Walk{"purchase_return", "id", "id", 1}, Prefix: "prt", What: "return", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"purchase_return_line", "purchase_return", "purchase_return, n", 3}, Prefix: "prt", What: "a line of return", column: "purchase_return", parent: "purchase_return", key: "id", To: "prt", ToWhat: "return to a supplier"},
	{Child: Walk{"purchase_return_line", "purchase_return", "purchase_return, n", 3}, Prefix: "prt", What: "a line of return", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"purchase_invoice_line", "invoice", "invoice, line", 1}, Prefix: "sin", What: "a line of a supplier's invoice", column: "invoice", parent: "purchase_invoice", key: "id", To: "sin", ToWhat: "a supplier's invoice"},
	{Child: Walk{"partner_hook", "location", "location", 1}, Prefix: "loc", What: "the hook of", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"endpoint", "id", "id", 1}, Prefix: "whe", What: "endpoint", column: "location", parent: "location", key: "id", where: "c.location <> 0", To: "loc", ToWhat: "location"},
	{Child: Walk{"stock_feed", "location", "location", 1}, Prefix: "loc", What: "the stock feed of", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"put_away", "id", "id", 1}, Prefix: "put", What: "put-away", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"put_away", "id", "id", 1}, Prefix: "put", What: "put-away", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"stock_difference", "id", "id", 1}, Prefix: "dif", What: "difference", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"stock_difference", "id", "id", 1}, Prefix: "dif", What: "difference", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"rate_card", "id", "id", 1}, Prefix: "rtc", What: "rate card", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"rate_line", "card", "card, n", 1}, Prefix: "rtc", What: "a rate of card", column: "card", parent: "rate_card", key: "id", To: "rtc", ToWhat: "rate card"},
	{Child: Walk{"partner_invoice", "id", "id", 1}, Prefix: "pti", What: "a partner's invoice", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"partner_invoice_line", "invoice", "invoice, n", 1}, Prefix: "pti", What: "a line of a partner's invoice", column: "invoice", parent: "partner_invoice", key: "id", To: "pti", ToWhat: "a partner's invoice"},
	{Child: Walk{"partner_invoice_fact", "invoice", "invoice, line, fact", 1}, Prefix: "pti", What: "what is asked for by a partner's invoice", column: "invoice", parent: "partner_invoice", key: "id", To: "pti", ToWhat: "a partner's invoice"},
	{Child: Walk{"replenish_policy", "id", "id", 1}, Prefix: "rpp", What: "policy", column: "item", parent: "item", key: "id", where: "c.item <> 0", To: "itm", ToWhat: "item"},
	{Child: Walk{"replenish_policy", "id", "id", 1}, Prefix: "rpp", What: "policy", column: "location", parent: "location", key: "id", where: "c.location <> 0", To: "loc", ToWhat: "location"},
	{Child: Walk{"replenish_policy", "id", "id", 1}, Prefix: "rpp", What: "policy", column: "from_location", parent: "location", key: "id", where: "c.from_location <> 0", To: "loc", ToWhat: "location"},
	{Child: Walk{"replenish_line", "id", "id", 1}, Prefix: "rpl", What: "proposal", column: "policy", parent: "replenish_policy", key: "id", To: "rpp", ToWhat: "policy"},
	{Child: Walk{"replenish_line", "id", "id", 1}, Prefix: "rpl", What: "proposal", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"replenish_line", "id", "id", 1}, Prefix: "rpl", What: "proposal", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"replenish_line", "id", "id", 1}, Prefix: "rpl", What: "proposal", column: "supplier", parent: "supplier", key: "id", where: "c.supplier <> 0", To: "sup", ToWhat: "supplier"},
	{Child: Walk{"checkout_claim_line", "claim", "claim, n", 1}, Prefix: "clm", What: "a line of claim", column: "claim", parent: "checkout_claim", key: "id", To: "clm", ToWhat: "claim"},
	{Child: Walk{"checkout_claim", "id", "id", 1}, Prefix: "clm", What: "claim", column: "order_id", parent: "orders", key: "id", where: "c.order_id <> 0", To: "ord", ToWhat: "order"},
	{Child: Walk{"pickup", "fulfillment", "fulfillment", 1}, Prefix: "ful", What: "the pickup of fulfillment", column: "fulfillment", parent: "fulfillment", key: "id", To: "ful", ToWhat: "fulfillment"},
	{Child: Walk{"pickup", "fulfillment", "fulfillment", 1}, Prefix: "ful", What: "the pickup of fulfillment", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"partner", "location", "location", 1}, Prefix: "loc", What: "the partner at location", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"partner_trial", "id", "id", 1}, Prefix: "trl", What: "trial order", column: "location", parent: "location", key: "id", To: "loc", ToWhat: "location"},
	{Child: Walk{"request", "fulfillment", "fulfillment", 1}, Prefix: "ful", What: "the request for fulfillment", column: "fulfillment", parent: "fulfillment", key: "id", To: "ful", ToWhat: "fulfillment"},
	{Child: Walk{"request", "fulfillment", "fulfillment", 1}, Prefix: "ful", What: "the request for fulfillment", column: "order_id", parent: "orders", key: "id", To: "ord", ToWhat: "order"},
	{Child: Walk{"membership", "user_id", "user_id, merchant", 1}, Prefix: "usr", What: "a membership of user", column: "user_id", parent: "users", key: "id", To: "usr", ToWhat: "user"},
	{Child: Walk{"item_barcode", "item", "item, code", 1}, Prefix: "itm", What: "a barcode of item", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"item_component", "bundle", "bundle, item", 1}, Prefix: "itm", What: "a component of bundle", column: "bundle", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"item_component", "bundle", "bundle, item", 1}, Prefix: "itm", What: "a component of bundle", column: "item", parent: "item", key: "id", To: "itm", ToWhat: "item"},
	{Child: Walk{"endpoint", "id", "id", 1}, Prefix: "whe", What: "webhook endpoint", column: "id", parent: "endpoint_progress", key: "endpoint", To: "whe", ToWhat: "the progress of webhook endpoint"},
	{Child: Walk{"endpoint_progress", "endpoint", "endpoint", 1}, Prefix: "whe", What: "the progress of webhook endpoint", column: "endpoint", parent: "endpoint", key: "id", To: "whe", ToWhat: "webhook endpoint"},
	{Child: Walk{"delivery", "id", "id", 1}, Prefix: "dlv", What: "delivery", column: "endpoint", parent: "endpoint", key: "id", To: "whe", ToWhat: "webhook endpoint"},
	{Child: Walk{"delivery", "id", "id", 1}, Prefix: "dlv", What: "delivery", column: "seq", parent: "entry", key: "seq", where: "c.what = 'entry'", To: "seq", ToWhat: "journal entry"},
	{Child: Walk{"delivery_attempt", "endpoint", "endpoint, slot", 1}, Prefix: "whe", What: "an attempt at webhook endpoint", column: "endpoint", parent: "endpoint", key: "id", To: "whe", ToWhat: "webhook endpoint"},
}

// Missing is a row whose reference leads nowhere.
type Missing struct{ Child, Parent int64 }

// Dangling lists the rows of a page of the child's keys whose parent is not
// there under the same merchant.
func (x Reference) Dangling(r *store.Reader, in Range) ([]Missing, error) {
	text := "SELECT DISTINCT c." + x.Child.key + " AS child, c." + x.column + " AS parent FROM " + x.Child.table + " AS c WHERE c.m = $1 AND c." + x.Child.key + " > $2 AND c." + x.Child.key + " <= $3"
	if x.where != "" {
		text += " AND " + x.where
	}
	text = "SELECT child, parent FROM (" + text + ") AS c WHERE NOT EXISTS (SELECT 1 FROM " + x.parent + " AS p WHERE p.m = $4 AND p." + x.key + " = c.parent) ORDER BY child, parent"
	var out []Missing
	err := r.Each(text, []any{r.M, in.After, in.UpTo, r.M}, func(scan func(...any) error) error {
		var x Missing
		err := scan(&x.Child, &x.Parent)
		out = append(out, x)
		return err
	})
	return out, err
}

// Tables are all tables that are keyed by merchant.
var Tables = []string{
	"merchant_seq", "api_key", "item", "item_barcode", "item_component", "location", "customer", "level", "movement", "orders", "order_party", "order_line",
	"order_fee", "order_hold", "order_note", "order_flow", "yielded", "flow", "flow_channel", "order_check", "order_trait", "customer_block", "approval_policy", "approval_ask", "approval_step", "fulfillment", "fulfillment_line", "parcel", "parcel_line", "parcel_scan", "order_return", "return_line", "return_policy",
	"figure_book", "figure_day", "figure_time", "figure_backlog", "figure_order", "figure_event", "figure_refused",
	"work_assignment", "trouble", "tracking_link",
	"money_entry", "payment", "payment_intent", "payment_event", "payment_provider", "payment_policy", "credit", "credit_movement", "credit_limit", "bank_statement", "bank_line", "bank_part", "customer_terms", "remittance", "remittance_part", "channel_payment", "entry", "idempotency", "counter", "cursor", "import_run", "job", "item_token", "customer_token", "item_picture", "import_file", "import_part", "import_reject", "import_mapping", "search_token", "search_period", "search_order",
	"users", "user_secret", "user_recovery", "user_passkey", "user_link", "session", "signin_attempt", "passkey_question", "membership", "channel", "location_pickup", "merchant_profile",
	"invoice", "invoice_number", "invoice_setting", "invoice_policy", "tax_table", "exchange_rate", "delivery_method", "location_calendar", "channel_buffer", "channel_place", "checkout_claim", "checkout_claim_line", "pickup", "partner", "partner_trial", "request", "preorder", "supplier", "supplier_offer", "trading_partner", "edi_file", "edi_text", "edi_document", "purchase", "purchase_number", "purchase_line", "purchase_charge", "purchase_receipt", "purchase_receipt_line", "purchase_invoice", "purchase_invoice_line", "purchase_return", "purchase_return_line", "sourcing_profile", "sourcing_decision", "promise", "rule", "rule_version", "rule_run",
	"put_away", "stock_difference", "stock_feed", "partner_hook", "replenish_policy", "replenish_line", "demand_week",
	"rate_card", "rate_line", "partner_invoice", "partner_invoice_line", "partner_invoice_fact",
	"saved_view", "bulk_run", "bulk_chunk", "tls_secret",
	"endpoint", "endpoint_progress", "delivery", "delivery_attempt",
	"message", "message_template", "mail_sender", "text_gateway",
	"return_file", "unreceipted", "unreceipted_line", "parcel_proof",
	"talk", "talk_message", "support_case", "case_message", "case_file", "case_macro", "case_goodwill", "support_setting", "mailbox",
	"erasure", "erased_order", "privacy_setting", "customer_ask", "customer_ask_token",
}

// Owners lists the merchants whose rows a table has, found by skipping along
// its key.
func Owners(ctx context.Context, db *store.DB, table string) ([]int64, error) {
	var out []int64
	err := db.Lookup(ctx, func(r *store.Reader) error {
		out = out[:0]
		for m := Start; ; {
			err := r.Row("SELECT m FROM "+table+" WHERE m > $1 ORDER BY m LIMIT 1", m).Scan(&m)
			if errors.Is(err, sql.ErrNoRows) {
				return nil
			}
			if err != nil {
				return err
			}
			out = append(out, m)
		}
	})
	return out, err
}
