package run

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"

	"orderly/internal/imports"
	"orderly/internal/store"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// seller is whom the file buys from. One that is to be made has no id.
type seller struct {
	supplier.Supplier
	twice bool // several suppliers have the name
	said  bool // whose currency is known
}

// sellers are the suppliers as they were when the run began, and those that the file
// names beside them. What the file's first order of a new one says, it is made with.
type sellers struct {
	byCode map[string]*seller
	byName map[string]*seller // in lower case
	met    map[*seller]bool   // who has orders of the file in the books
}

func (s *sellers) load(r *store.Reader) error {
	*s = sellers{byCode: map[string]*seller{}, byName: map[string]*seller{}, met: map[*seller]bool{}}
	for after := ""; ; {
		page, err := suppliers.Page(r, true, after, MaxRows)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, one := range page {
			s.put(&seller{Supplier: *one, said: true})
			after = one.Code
		}
	}
}

func (s *sellers) put(x *seller) {
	s.byCode[x.Code] = x
	name := strings.ToLower(x.Name)
	if other := s.byName[name]; other != nil && other.Code != x.Code {
		x = &seller{Supplier: x.Supplier, twice: true}
	}
	s.byName[name] = x
}

// of is the seller that a row names: by its code, else by a code or a name in the
// column of names. Nil is one that nobody named before.
func (s *sellers) of(v *imports.PurchaseRow) *seller {
	if v.SupplierCode != "" {
		return s.byCode[v.SupplierCode]
	}
	if x := s.byCode[v.Supplier]; x != nil {
		return x
	}
	return s.byName[strings.ToLower(v.Supplier)]
}

// name gives the file's sellers that nobody knows a code, and the currency that
// their first order names.
func (s *sellers) name(list []imports.PurchaseOrder, currency string) {
	for i := range list {
		v := &list[i].Rows[0].Value
		if list[i].Err != nil {
			continue
		}
		x := s.of(v)
		if x == nil {
			x = &seller{Supplier: supplier.Supplier{Code: cmp.Or(v.SupplierCode, s.freeCode(v.Supplier)), Name: cmp.Or(v.Supplier, v.SupplierCode), Currency: currency}}
			s.put(x)
		}
		if !x.said && v.Currency != "" {
			x.Currency, x.said = v.Currency, true
		}
	}
}

// freeCode makes a code of a name that no other supplier has.
func (s *sellers) freeCode(name string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(name) {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	base := cut(b.String(), supplier.MaxCode)
	if base == "" {
		base = "SUPPLIER"
	}
	for n, code := 2, base; ; n++ {
		if s.byCode[code] == nil {
			return code
		}
		end := "-" + strconv.Itoa(n)
		code = cut(base, supplier.MaxCode-len(end)) + end
	}
}

// cut is a code of at most so many characters.
func cut(code string, most int) string {
	if runes := []rune(code); len(runes) > most {
		code = string(runes[:most])
	}
	return strings.Trim(code, "-")
}
