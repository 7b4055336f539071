package onlineretail

import (
	"orderly/internal/money"
)

// Article is what the file tells of one SKU. Charges have none.
type Article struct {
	SKU   string
	Name  string      // the description it sells under most often; "" when no sale has one
	Kind  Kind        // goods or service
	Price money.Price // on the file's last sale of it above price 0; 0 when there is none
	Codes []string    // as written, in order of appearance
}

// articleFacts is a SKU while lines are judged.
type articleFacts struct {
	means meaning
	name  int32
	price money.Price
	names []nameCount // of lines sold at a price
	codes []int32
}

type nameCount struct{ text, lines int32 }

// sellsAs is whether the SKU sells at a price under a description.
func (a *articleFacts) sellsAs(text int32) bool {
	for _, n := range a.names {
		if n.text == text {
			return true
		}
	}
	return false
}

func (a *articleFacts) count(text int32) {
	for i := range a.names {
		if a.names[i].text == text {
			a.names[i].lines++
			return
		}
	}
	a.names = append(a.names, nameCount{text, 1})
}

// nameArticles folds codes to SKUs and finds the names they sell under.
func (b *Book) nameArticles() {
	for id, code := range b.codes.texts {
		sku := b.skus.id(skuOf(code))
		if int(sku) == len(b.articles) {
			b.articles = append(b.articles, articleFacts{name: none})
		}
		b.codeSKU = append(b.codeSKU, sku)
		b.articles[sku].codes = append(b.articles[sku].codes, int32(id))
	}
	for i := range b.lines {
		l := &b.lines[i]
		if l.quantity > 0 && l.price > 0 && b.invoiceOf(l).letter == 0 {
			a := &b.articles[b.codeSKU[l.code]]
			a.price = l.price
			if b.texts.texts[l.text] != "" {
				a.count(l.text)
			}
		}
	}
	for sku := range b.articles {
		a := &b.articles[sku]
		most := int32(0)
		for _, n := range a.names {
			if n.lines > most {
				a.name, most = n.text, n.lines
			}
		}
		a.means = meaningOf(b.skus.texts[sku], b.name(a))
	}
}

// nameFree names what was only ever given away.
func (b *Book) nameFree() {
	for i := range b.lines {
		l := &b.lines[i]
		if a := &b.articles[b.codeSKU[l.code]]; l.rule == SaleFree && a.name == none && b.texts.texts[l.text] != "" {
			a.name = l.text
		}
	}
}

func (b *Book) name(a *articleFacts) string {
	if a.name == none {
		return ""
	}
	return b.texts.texts[a.name]
}

// Articles lists every SKU that is goods or a service, in order of appearance.
func (b *Book) Articles() []Article {
	var out []Article
	for sku := range b.articles {
		a := &b.articles[sku]
		if a.means.role != asLine {
			continue
		}
		one := Article{SKU: b.skus.texts[sku], Name: b.name(a), Kind: a.means.kind, Price: a.price}
		for _, code := range a.codes {
			one.Codes = append(one.Codes, b.codes.texts[code])
		}
		out = append(out, one)
	}
	return out
}
