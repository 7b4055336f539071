package demo

import (
	"context"
	"fmt"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/store/users"
)

// Password is what every member of the made-up staff signs in with.
const Password = "made up for the demo"

// Staff is who works there: one for each role of the shop's own.
type Staff struct {
	Link  string // token that signs in as the owner, as often as one likes
	Users []users.User
}

// firstNames are of the people, by role.
var firstNames = map[access.Role]string{
	access.Admin: "Olivia Okafor", access.Sales: "Sam Patel", access.Operations: "Oskar Lind", access.Warehouse: "Wanda Kowalska",
	access.Buyer: "Bram de Vries", access.Support: "Suki Tanaka", access.Finance: "Fiona Gallagher", access.ReadOnly: "Rafael Costa",
}

// Staff gives the shop its look, its people and a link for who wants to look around.
func (m *Demo) Staff(ctx context.Context) (Staff, error) {
	_, host, _ := strings.Cut(m.world.Merchant.Email, "@")
	var members []admin.Member
	for _, r := range append([]access.Role{access.Admin}, access.Roles[:len(access.Roles)-1]...) {
		if r == access.Partner { // nobody else's people work here
			continue
		}
		name := string(r)
		if r == access.Admin {
			name = "owner"
		}
		members = append(members, admin.Member{Email: name + "@" + host, Name: firstNames[r], Roles: []access.Role{r}})
	}
	list, err := admin.AddStaff(ctx, m.desk, m.as(owner), Password, members)
	if err != nil {
		return Staff{}, fmt.Errorf("make the staff: %w", err)
	}
	if _, err := must(ctx, m, admin.SaveShop, []admin.ShopCommand{{
		Name: m.world.Merchant.Name, Zone: m.world.Merchant.Zone, Currency: m.world.Merchant.Currency, Locale: "en-GB", Color: "#2f6b4f",
	}}); err != nil {
		return Staff{}, err
	}
	link, err := admin.DemoLink(ctx, m.desk, m.as(owner), list[0].ID)
	return Staff{Link: link, Users: list}, err
}
