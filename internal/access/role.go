package access

import (
	"slices"
	"strings"

	"orderly/internal/fault"
)

// Role is what somebody does all day; it stands for the permissions that this
// takes. A person may have several.
type Role string

const (
	Sales      Role = "sales"
	Operations Role = "operations"
	Warehouse  Role = "warehouse"
	Buyer      Role = "buyer"
	Support    Role = "support"
	Finance    Role = "finance"
	Admin      Role = "admin"
	ReadOnly   Role = "readonly"
	Partner    Role = "partner" // of a supplier or a 3PL: sees its own requests and nothing else
)

// Roles lists every role, in the order in which they are offered.
var Roles = []Role{Sales, Operations, Warehouse, Buyer, Support, Finance, ReadOnly, Partner, Admin}

// roles is the one table from roles to permissions. Whoever reads a list sees
// what the other teams do with the same order; only admins hand out access.
var roles = map[Role][]Permission{
	Sales: {
		OrdersRead, OrdersWrite, OrdersSell, OrdersApprove, CustomersRead, CustomersWrite,
		FulfillmentRead, StockRead, CatalogRead, EntriesRead,
	},
	Operations: {
		OrdersRead, OrdersWrite, OrdersSell, OrdersApprove, FulfillmentRead, FulfillmentWrite, RequestsWork, StockRead, StockWrite,
		CatalogRead, CatalogWrite, PurchasesRead, PurchasesWrite, CustomersRead, CustomersWrite, EntriesRead, RulesWrite,
	},
	Warehouse: {
		OrdersRead, FulfillmentRead, FulfillmentWrite, RequestsWork, StockRead, StockWrite, CatalogRead, EntriesRead,
	},
	Buyer: {
		OrdersRead, FulfillmentRead, RequestsWork, StockRead, StockWrite, CatalogRead, CatalogWrite, PurchasesRead, PurchasesWrite, EntriesRead,
	},
	Support: {
		OrdersRead, OrdersWrite, OrdersApprove, CustomersRead, CustomersWrite,
		FulfillmentRead, StockRead, CatalogRead, EntriesRead,
	},
	Finance: {
		OrdersRead, OrdersWrite, OrdersApprove, CustomersRead, FulfillmentRead, StockRead, CatalogRead, PurchasesRead, PurchasesWrite, EntriesRead,
	},
	ReadOnly: {
		OrdersRead, FulfillmentRead, StockRead, CatalogRead, PurchasesRead, CustomersRead, EntriesRead,
	},
	Partner: {RequestsWork},
	Admin:   All,
}

// Permissions are what the role may do, in the order of All.
func (r Role) Permissions() []Permission { return PermissionsOf([]Role{r}) }

// PermissionsOf are what somebody with all these roles may do, in the order of
// All and each once.
func PermissionsOf(held []Role) []Permission {
	var out []Permission
	for _, p := range All {
		if slices.ContainsFunc(held, func(r Role) bool { return slices.Contains(roles[r], p) }) {
			out = append(out, p)
		}
	}
	return out
}

// ParseRoles reads names of roles, each once and in the order of Roles.
// Unknown names are listed all at once.
func ParseRoles(words []string) ([]Role, error) {
	var l fault.List
	asked := map[Role]bool{}
	for _, w := range words {
		r := Role(strings.TrimSpace(w))
		if !slices.Contains(Roles, r) {
			l.Add("/roles", "unknown_role", "%.40q is not a role; use some of %v", w, Roles)
		}
		asked[r] = true
	}
	if len(words) == 0 {
		l.Add("/roles", "no_role", "choose at least one role")
	}
	var out []Role
	for _, r := range Roles {
		if asked[r] {
			out = append(out, r)
		}
	}
	return out, l.Err()
}

// words says to a person what a permission is about.
var words = map[Permission]string{
	OrdersRead: "see orders", OrdersWrite: "change orders", OrdersSell: "sell over the counter", OrdersApprove: "approve orders",
	FulfillmentRead: "see the warehouse's work", FulfillmentWrite: "do the warehouse's work",
	RequestsWork: "answer what suppliers and 3PLs are asked",
	StockRead:    "see stock", StockWrite: "change stock",
	CatalogRead: "see items and locations", CatalogWrite: "change items and locations",
	PurchasesRead: "see suppliers and purchases", PurchasesWrite: "buy from suppliers",
	CustomersRead: "see customers", CustomersWrite: "change customers",
	EntriesRead: "read the journal", KeysWrite: "make and end API keys",
	UsersWrite: "invite people and change their roles", SettingsWrite: "change the shop's settings",
	RulesWrite:   "make rules of automation",
	PersonsErase: "export and erase people",
}

// Words says what the permission lets somebody do, such as "change orders".
func (p Permission) Words() string {
	if w, ok := words[p]; ok {
		return w
	}
	return string(p)
}
