package store

import (
	"context"
	"strings"
)

// stats tells SQLite what its tables will hold, so that it plans from the
// first row on as it must at a million orders. Without it the planner takes
// "m = ?" to be selective and reads a merchant's whole table for a list of
// ids; with gathered statistics a plan would change with the data. A row names
// the table, the index (a table's own name for its key), how many rows there
// are, and how many share each prefix of the key (sqlite.org/fileformat2.html,
// "The sqlite_stat1 table").
const stats = `
api_key          api_key             10 10 1
api_key          api_key_hash        10 10 1 1
item             item                20000 20000 1
item             item_sku            20000 20000 1 1
item_barcode     item_barcode        20000 20000 1
item_barcode     item_barcode_item   20000 20000 1 1
item_component   item_component      2000 2000 4 1
item_token       item_token          160000 160000 80000 20 1
item_token       item_token_item     160000 160000 8 1
location         location            20 20 1
location         location_code       20 20 1 1
customer         customer            300000 300000 1
customer         customer_external   300000 300000 2 1
customer         customer_email      300000 300000 1 1
item_picture     item_picture        20000 20000 1
customer_token   customer_token      1800000 1800000 6 1
customer_token   customer_token_customer 1800000 1800000 6 1
level            level               60000 60000 3 1
level            level_low           500 500 1 1
level            level_location      60000 60000 20000 1
movement         movement            5000000 5000000 250 90 1
orders           orders              1000000 1000000 1
orders           orders_number       1000000 1000000 1 1
orders           orders_external     1000000 1000000 300000 1 1
orders           orders_stage        1000000 1000000 150000 1
orders           orders_customer     1000000 1000000 4 1
order_party      order_party         1000000 1000000 1
order_line       order_line          3000000 3000000 3 1
order_line       order_line_waiting  5000 5000 20 20 1 1 1
order_line       order_line_preordered 50000 50000 100 1 1
order_line       order_line_awaited  5000 5000 50 1 1
preorder         preorder            2000 2000 1
preorder         preorder_open       100 100 1 1
preorder         preorder_day        2000 2000 1000 2 1
preorder         preorder_item       2000 2000 2 1
preorder         preorder_ends       50 50 1 1
trading_partner  trading_partner     200 200 1
trading_partner  trading_partner_code 200 200 1 1
trading_partner  trading_partner_address 200 200 100 2 1 1 1 1
edi_file         edi_file            200000 200000 1
edi_file         edi_file_hash       200000 200000 100000 1
edi_file         edi_file_control    200000 200000 1000 500 1 1
edi_file         edi_file_partner    200000 200000 1000 1
edi_file         edi_file_open       500 500 250 100 1
edi_file         edi_file_answers    80000 80000 1
edi_file         edi_file_due        100 100 1 1
edi_text         edi_text            220000 220000 1 1
edi_document     edi_document        250000 250000 1 1
edi_document     edi_document_open   100 100 1 1
edi_document     edi_document_subject 150000 150000 2 1 1
edi_document     edi_document_key    80000 80000 400 1
edi_document     edi_document_group  120000 120000 600 1 1
supplier         supplier            500 500 1
supplier         supplier_code       500 500 1 1
supplier         supplier_location   100 100 1 1
supplier_offer   supplier_offer      30000 30000 60 1
supplier_offer   supplier_offer_item 30000 30000 2 1
supplier_offer   supplier_offer_preferred 15000 15000 1 1
purchase         purchase            50000 50000 1
purchase         purchase_no         50000 50000 1 1
purchase         purchase_external   50000 50000 1 1
purchase         purchase_status     50000 50000 2000 1
purchase         purchase_supplier   50000 50000 100 1
purchase         purchase_expected   500 500 2 1
purchase_number  purchase_number     1 1
purchase_line    purchase_line       300000 300000 6 1
purchase_line    purchase_line_awaited 3000 3000 2 2 1
purchase_line    purchase_line_still 3000 3000 20 2
purchase_line    purchase_line_done  290000 290000 600 2
purchase_line    purchase_line_item  300000 300000 600 10 1
purchase_line    purchase_line_chained 5000 5000 2 1
purchase_charge  purchase_charge     20000 20000 1 1
purchase_receipt purchase_receipt    60000 60000 1
purchase_receipt purchase_receipt_of 60000 60000 2 1
purchase_receipt purchase_receipt_once 1000 1000 1
purchase_receipt_line purchase_receipt_line 300000 300000 6 1
purchase_receipt_line purchase_receipt_line_movement 300000 300000 1
purchase_invoice purchase_invoice    50000 50000 1
purchase_invoice purchase_invoice_no 50000 50000 100 1
purchase_invoice purchase_invoice_of 50000 50000 1 1
purchase_invoice purchase_invoice_state 50000 50000 10000 1
purchase_invoice_line purchase_invoice_line 300000 300000 6 1
supplier_offer   supplier_offer_number 25000 25000 50 1
partner_hook     partner_hook        100 100 1
stock_feed       stock_feed          100 100 1
partner_trial    partner_trial       500 500 1
partner_trial    partner_trial_no    500 500 1
partner_trial    partner_trial_at    500 500 5 1
purchase_return  purchase_return     5000 5000 1
purchase_return  purchase_return_no  5000 5000 1
purchase_return  purchase_return_credit 2000 2000 20 1
purchase_return  purchase_return_of  5000 5000 1 1
purchase_return  purchase_return_step 5000 5000 500 1
purchase_return_line purchase_return_line 15000 15000 3 1
purchase_return_line purchase_return_line_movement 15000 15000 1
purchase_return_line purchase_return_line_again 1000 1000 1
put_away         put_away            20000 20000 1
put_away         put_away_movement   20000 20000 1 1
put_away         put_away_open       500 250 1 1
stock_difference stock_difference    20000 20000 1
stock_difference stock_difference_open 500 250 1 1
stock_difference stock_difference_state 20000 20000 10000 2500 1
replenish_policy replenish_policy    20000 20000 1
replenish_policy replenish_policy_of 20000 20000 2 1
replenish_line   replenish_line      100000 100000 1
replenish_line   replenish_line_open 500 500 1 1
replenish_line   replenish_line_state 100000 100000 25000 1
demand_week      demand_week         2000000 2000000 60 20 1
rate_card        rate_card           200 200 1
rate_card        rate_card_n         200 200 20 1
rate_card        rate_card_from      200 200 20 1
rate_line        rate_line           2000 2000 10 1
partner_invoice  partner_invoice     2000 2000 1
partner_invoice  partner_invoice_number 2000 2000 200 1
partner_invoice  partner_invoice_state 2000 2000 500 1
partner_invoice_line partner_invoice_line 200000 200000 100 1
partner_invoice_fact partner_invoice_fact 1000000 1000000 100000 1 1 1
partner_invoice_fact partner_invoice_fact_once 900000 900000 90000 1
partner_invoice_fact partner_invoice_fact_line 1000000 1000000 500 5
order_fee        order_fee           1000000 1000000 1 1
order_hold       order_hold          50000 50000 1 1
order_hold       order_hold_until    200 200 1 1
order_flow       order_flow          1000000 1000000 1
order_flow       order_flow_due      5000 5000 1 1
order_flow       order_flow_late     5000 5000 1 1
order_flow       order_flow_source   5000 5000 1 1
order_flow       order_flow_spared   50000 50000 1
yielded          yielded             50000 50000 1
yielded          yielded_from        50000 50000 2 1
yielded          yielded_to          50000 50000 2 1
order_check      order_check         50 50 1
order_trait      order_trait         200000 200000 3 1
order_trait      order_trait_of      200000 200000 2 1
customer_block   customer_block      500 500 1
approval_policy  approval_policy     50 50 1
approval_ask     approval_ask        50000 50000 1 1
approval_ask     approval_ask_open   200 200 1
approval_step    approval_step       50000 50000 1 1 1
flow             flow                200 200 10 1
flow_channel     flow_channel        20 20 1
order_note       order_note          50000 50000 1 1
fulfillment      fulfillment         1200000 1200000 1
fulfillment      fulfillment_work    1200000 1200000 400000 50000 50000 1
fulfillment      fulfillment_source  1200000 1200000 1 1
fulfillment      fulfillment_released 1100000 1100000 110000 1
fulfillment_line fulfillment_line    3000000 3000000 3 1
parcel           parcel              1000000 1000000 1
parcel           parcel_order        1000000 1000000 1 1
parcel           parcel_tracking     20000 20000 7000 1 1
parcel           parcel_left         1000000 1000000 100000 1
parcel_line      parcel_line         3000000 3000000 3 1
parcel_scan      parcel_scan         5000000 5000000 5 1 1
message          message             3000000 3000000 1
message          message_order       3000000 3000000 3 1 1
message_template message_template    20 20 3 2 1
mail_sender      mail_sender         1 1
support_case     support_case        100000 100000 1
support_case     support_case_number 100000 100000 1
support_case     support_case_token  100000 100000 1
support_case     support_case_state  100000 100000 500 1
support_case     support_case_order  100000 100000 2 1
support_case     support_case_customer 100000 100000 2 1
support_case     support_case_email  100000 100000 2 1
support_case     support_case_assignee 100000 100000 5000 1
support_case     support_case_due    500 500 1 1
support_case     support_case_missed 100 100 1
case_message     case_message        500000 500000 1
case_message     case_message_case   500000 500000 5 1
case_message     case_message_rfc    300000 300000 1
case_file        case_file           50000 50000 1
case_file        case_file_message   50000 50000 2 1
talk             talk                50000 50000 1
talk             talk_subject        50000 50000 25000 1
talk             talk_token          50000 50000 1
talk             talk_awaits         500 500 250 1
talk             talk_order          20000 20000 2 1
talk_message     talk_message        200000 200000 1
talk_message     talk_message_talk   200000 200000 4 1
talk_message     talk_message_rfc    100000 100000 1
talk_message     talk_message_event  50000 50000 1 1
case_macro       case_macro          50 50 1
case_macro       case_macro_name     50 50 1
case_goodwill    case_goodwill       20000 20000 1
case_goodwill    case_goodwill_case  20000 20000 1 1
support_setting  support_setting     1 1
mailbox          mailbox             1 1
order_return     order_return        50000 50000 1
order_return     order_return_order  50000 50000 1 1
order_return     order_return_number 50000 50000 1
order_return     order_return_state  50000 50000 6000 1
order_return     order_return_received 40000 40000 10000 1 1
return_line      return_line         100000 100000 2 1
return_line      return_line_item    100000 100000 5 1
return_policy    return_policy       10 10 1
return_file      return_file         60000 60000 1
return_file      return_file_return  60000 60000 2 1
unreceipted      unreceipted         10000 10000 1
unreceipted      unreceipted_number  10000 10000 1
unreceipted_line unreceipted_line    20000 20000 2 1
parcel_proof     parcel_proof        200000 200000 1
money_entry      money_entry         2000000 2000000 2 1
payment          payment             200000 200000 1
payment          payment_order       200000 200000 1 1
payment          payment_reference   200000 200000 200000 1
payment_intent   payment_intent      400000 400000 1
payment_intent   payment_intent_payment 400000 400000 2 1
payment_intent   payment_intent_open 100 100 1
payment_event    payment_event       800000 800000 800000 1
payment_event    payment_event_payment 800000 800000 4 1
payment_event    payment_event_waiting 50 50 50 1
payment          payment_held        500 500 1
payment_event    payment_event_lately 800000 800000 800000 1
payment_provider payment_provider    5 5 1
payment_policy   payment_policy      20 20 1
credit           credit              100000 100000 1
credit           credit_code         80000 80000 1 1
credit           credit_customer     20000 20000 1 1 1
credit           credit_kind         100000 100000 50000 1
credit_movement  credit_movement     300000 300000 3 1
credit_movement  credit_movement_payment 150000 150000 1 1
credit_movement  credit_movement_sold 50000 50000 1 1
credit_limit     credit_limit        5 5 1
bank_statement   bank_statement      2000 2000 1
bank_line        bank_line           400000 400000 1
bank_line        bank_line_key       400000 400000 1
bank_line        bank_line_statement 400000 400000 200 1
bank_line        bank_line_open      200 200 1
bank_part        bank_part           300000 300000 1 1
bank_part        bank_part_payment   300000 300000 1
text_gateway     text_gateway        1 1
payment          payment_promised    20000 20000 2 20 1
payment          payment_collected   5000 5000 1
customer_terms   customer_terms      5000 5000 1 1
remittance       remittance          10000 10000 1
remittance       remittance_reference 10000 10000 2000 1
remittance_part  remittance_part     300000 300000 30 1
remittance_part  remittance_part_payment 300000 300000 1
channel_payment  channel_payment     1000000 1000000 1 1
parcel           parcel_tracked      1000000 1000000 1
entry            entry               8000000 8000000 1
entry            entry_subject       8000000 8000000 8 1 1
idempotency      idempotency         100000 100000 50000 20000 1
idempotency      idempotency_expiry  100000 100000 10 10 10 1
counter          counter             100 100 1
cursor           cursor              10 10 1
import_run       import_run          100 100 1
import_file      import_file         200 200 1
import_file      import_file_hash    200 200 1 1
import_file      import_file_expires 200 200 1 1
import_part      import_part         2000 2000 20 1
import_reject    import_reject       5000 5000 100 1
import_reject    import_reject_ref   5000 5000 100 3 1
import_reject    import_reject_open  2000 2000 100 1
import_mapping   import_mapping      20 20 5 1
job              job                 1000 1000 1
job              job_dedupe          1000 1000 100 1
job              job_due             1000 1000 1
job              job_dead            10 10 1
work_assignment  work_assignment     10000 10000 2500 1
work_assignment  work_assignment_assignee 10000 10000 500 200 1
trouble          trouble             50000 50000 1
trouble          trouble_open        200 200 40 1
trouble          trouble_order       50000 50000 2 1
tracking_link    tracking_link       1000000 1000000 1
tracking_link    tracking_link_hash  1000000 1000000 1
search_token     search_token        9000000 9000000 20000 10 1
search_period    search_period       2000 2000 1
search_order     search_order        1000000 1000000 1
figure_book      figure_book         10 10 1
figure_day       figure_day          10000 10000 20 4 2 1
figure_time      figure_time         10000 10000 20 4 1
figure_backlog   figure_backlog      2000 2000 300 5 2 1
figure_order     figure_order        900000 900000 1
figure_event     figure_event        7000000 7000000 800000 3000 1 1
figure_refused   figure_refused      2000 2000 8 3 1
users            users               200 200 1
users            users_email         200 200 1 1
users            users_login         100 100 1
membership       membership          500 500 3 1
user_secret      user_secret         200 200 1
user_recovery    user_recovery       1000 1000 10 1
user_passkey     user_passkey        200 200 1
user_passkey     user_passkey_credential 200 200 1 1
user_passkey     user_passkey_user   200 200 2 1
user_link        user_link           500 500 1
user_link        user_link_user      500 500 3 1 1
session          session             5000 5000 1
session          session_hash        5000 5000 1 1
session          session_of_user         5000 5000 25 1
signin_attempt   signin_attempt      5000 5000 1
passkey_question passkey_question    50 50 1
channel          channel             20 20 1
channel          channel_code        20 20 1 1
location_pickup  location_pickup     50 50 3 1 1
merchant_profile merchant_profile    1 1
saved_view       saved_view          200 200 1
saved_view       saved_view_name     200 200 10 10 1
tls_secret       tls_secret          20 20 1
invoice          invoice             1000000 1000000 1
invoice          invoice_sequence    1000000 1000000 500000 500000 200000 1
invoice          invoice_code        1000000 1000000 1
invoice          invoice_order       1000000 1000000 1 1
invoice          invoice_issued      1000000 1000000 1000 1
invoice_number   invoice_number      20 20 10 5 1
invoice_setting  invoice_setting     1 1
invoice_policy   invoice_policy      20 20 1
tax_table        tax_table           20 20 1
delivery_method  delivery_method     20 20 1
delivery_method  delivery_method_code 20 20 1 1
location_calendar location_calendar  50 50 1
sourcing_profile sourcing_profile    50 50 1
sourcing_profile sourcing_profile_n  50 50 1
sourcing_decision sourcing_decision  300000 300000 2 1
sourcing_decision sourcing_decision_shadow 200000 200000 100000 1
promise          promise             1000000 1000000 1 1
channel_buffer   channel_buffer      20000 20000 5000 2 1
channel_buffer   channel_buffer_item 20000 20000 3
channel_place    channel_place       100 100 20 1
checkout_claim   checkout_claim      500000 500000 1
checkout_claim   checkout_claim_open 500 500 1 1
checkout_claim_line checkout_claim_line 1500000 1500000 3 1
checkout_claim_line checkout_claim_line_held 1500 1500 3 2 1
pickup           pickup              200000 200000 1
pickup           pickup_next         500 500 1 1
pickup           pickup_lies         500 500 50 1 1
pickup           pickup_ended        200000 200000 10000 1 1
pickup           pickup_order        200000 200000 1 1
partner          partner             50 50 1
request          request             200000 200000 1
request          request_next        500 500 1 1
request          request_open        500 500 50 15 1 1
request          request_ended       200000 200000 10000 1 1
request          request_order       200000 200000 1 1
promise          promise_due         900000 900000 30 1
rule             rule                50 50 1
rule_version     rule_version        500 500 10 1
rule_run         rule_run            2000000 2000000 40000 1
rule_run         rule_run_order      2000000 2000000 2 1
rule_run         rule_run_at         2000000 2000000 40000 1
exchange_rate    exchange_rate       4000 4000 400 1
bulk_run         bulk_run            500 500 1
bulk_chunk       bulk_chunk          5000 5000 10 1
endpoint         endpoint            20 20 1
endpoint_progress endpoint_progress  20 20 1
delivery         delivery            20000 20000 1
delivery         delivery_once       20000 20000 1000 1000 1
delivery         delivery_state      20000 20000 1000 500 1
delivery_attempt delivery_attempt    4000 4000 200 1
erasure          erasure             2000 2000 1
erasure          erasure_customer    2000 2000 1 1
erasure          erasure_person      2000 2000 1 1
erased_order     erased_order        10000 10000 1
erased_order     erased_order_documents 8000 8000 1
privacy_setting  privacy_setting     1 1
customer_ask     customer_ask        200000 200000 1
customer_ask     customer_ask_order  200000 200000 2 1
customer_ask_token customer_ask_token 400000 400000 1
customer_ask_token customer_ask_token_ask 400000 400000 2
`

// writeStats replaces what SQLite knows about the tables and makes this
// connection read it; others read it when they open.
func writeStats(ctx context.Context, c *conn) error {
	if c.engine != SQLite {
		return nil
	}
	texts := []string{"ANALYZE", "DELETE FROM sqlite_stat1"}
	for _, line := range strings.Split(strings.TrimSpace(stats), "\n") {
		f := strings.Fields(line)
		texts = append(texts, "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('"+f[0]+"', '"+f[1]+"', '"+strings.Join(f[2:], " ")+"')")
	}
	for _, text := range append(texts, "ANALYZE sqlite_schema") {
		if _, err := c.c.ExecContext(ctx, text); err != nil {
			return classify(err)
		}
	}
	return nil
}
