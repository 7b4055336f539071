package world

// country is where customers live and how its addresses are written. In
// streets and firms, % stands for a stem or a name.
type country struct {
	code, locale string
	share        int // percent of customers
	first, last  []string
	towns        []town
	streets      []string
	stems        []string
	numberLast   bool
	flat         string
	firms        []string
	firmNames    []string
}

// town has the shapes of its postcodes, see fill, and the start of its drama
// numbers, three digits short; none means that only mobiles are drawn.
type town struct {
	name, region string
	postcodes    []string
	dial         string
}

const noArea = "+44 1632 960" // drama numbers that belong to no place

var countries = []country{
	{
		code: "GB", locale: "en-GB", share: 82,
		first: []string{
			"Amelia", "Olivia", "Isla", "Freya", "Poppy", "Martha", "Harriet", "Imogen", "Beatrice", "Nora",
			"Priya", "Aisha", "Zainab", "Mei", "Chidinma", "Grace", "Rhiannon", "Catriona", "Eilidh", "Siân",
			"Oliver", "Arthur", "George", "Alfie", "Theo", "Edwin", "Hamish", "Callum", "Rhys", "Gareth",
			"Imran", "Arjun", "Kwame", "Tomasz", "Dev", "Marcus", "Leon", "Samuel", "Jacob", "Wilfred",
		},
		last: []string{
			"Ashworth", "Barlow", "Bennett", "Carr", "Chapman", "Clarke", "Cooper", "Dawson", "Ellis", "Fletcher",
			"Gill", "Hartley", "Holt", "Hughes", "Iqbal", "Jenkins", "Kaur", "Khan", "Lloyd", "MacDonald",
			"Marsh", "Mistry", "Morgan", "Murray", "Nowak", "Okafor", "Osei", "Palmer", "Patel", "Pearce",
			"Price", "Reid", "Rowe", "Shah", "Sinclair", "Stokes", "Thorne", "Turner", "Whitfield", "Wong",
		},
		towns: []town{
			{"London", "", []string{"E8 #@@", "N16 #@@", "SE15 #@@", "SW2 #@@", "W3 #@@"}, "+44 20 7946 0"},
			{"Leeds", "West Yorkshire", []string{"LS6 #@@", "LS8 #@@", "LS17 #@@"}, "+44 113 496 0"},
			{"Sheffield", "South Yorkshire", []string{"S7 #@@", "S10 #@@", "S11 #@@"}, "+44 114 496 0"},
			{"Nottingham", "Nottinghamshire", []string{"NG2 #@@", "NG5 #@@"}, "+44 115 496 0"},
			{"Leicester", "Leicestershire", []string{"LE2 #@@", "LE3 #@@"}, "+44 116 496 0"},
			{"Bristol", "", []string{"BS3 #@@", "BS6 #@@", "BS7 #@@"}, "+44 117 496 0"},
			{"Reading", "Berkshire", []string{"RG1 #@@", "RG4 #@@"}, "+44 118 496 0"},
			{"Birmingham", "West Midlands", []string{"B13 #@@", "B14 #@@", "B17 #@@"}, "+44 121 496 0"},
			{"Edinburgh", "Midlothian", []string{"EH3 #@@", "EH6 #@@", "EH9 #@@"}, "+44 131 496 0"},
			{"Glasgow", "Lanarkshire", []string{"G11 #@@", "G12 #@@", "G41 #@@"}, "+44 141 496 0"},
			{"Liverpool", "Merseyside", []string{"L15 #@@", "L17 #@@"}, "+44 151 496 0"},
			{"Manchester", "Greater Manchester", []string{"M20 #@@", "M21 #@@"}, "+44 161 496 0"},
			{"Newcastle upon Tyne", "Tyne and Wear", []string{"NE2 #@@", "NE6 #@@"}, "+44 191 498 0"},
			{"Belfast", "County Antrim", []string{"BT7 #@@", "BT9 #@@"}, "+44 28 9649 6"},
			{"Cardiff", "", []string{"CF5 #@@", "CF11 #@@", "CF24 #@@"}, "+44 29 2018 0"},
			{"Norwich", "Norfolk", []string{"NR2 #@@", "NR3 #@@"}, noArea},
			{"York", "North Yorkshire", []string{"YO23 #@@", "YO31 #@@"}, noArea},
			{"Exeter", "Devon", []string{"EX2 #@@", "EX4 #@@"}, noArea},
			{"Stroud", "Gloucestershire", []string{"GL5 #@@", "GL6 #@@"}, noArea},
			{"Inverness", "Inverness-shire", []string{"IV2 #@@", "IV3 #@@"}, noArea},
		},
		streets: []string{"% Road", "% Lane", "% Street", "% Close", "% Gardens", "% Terrace", "% Avenue", "% Rise"},
		stems: []string{
			"Fernhollow", "Kettlewick", "Marlbrook", "Ashencombe", "Thornwhistle", "Wrensfold", "Larkswell", "Oatmere",
			"Bramblecote", "Hollinwick", "Copperbeam", "Quillstone", "Pennyfold", "Dovemarsh", "Tallowford", "Gorsemere",
			"Inkwell", "Starlingham", "Mossgill", "Teasel Bank",
		},
		flat:      "Flat",
		firms:     []string{"The % Tea Room", "% Coffee House", "The % Guest House", "% Deli", "The % Bakery"},
		firmNames: []string{"Copperpot", "Inkwell", "Marlbrook", "Wrensfold", "Oatmere", "Quillstone", "Gorsemere", "Larkswell", "Tallowford", "Dovemarsh"},
	},
	{
		code: "IE", locale: "en-IE", share: 6,
		first: []string{"Aoife", "Niamh", "Ciara", "Saoirse", "Róisín", "Sinéad", "Orla", "Maeve", "Cian", "Oisín", "Conor", "Fionn", "Darragh", "Eoin", "Pádraig", "Declan"},
		last:  []string{"Byrne", "Walsh", "O'Brien", "Kelly", "Doyle", "Nolan", "Keane", "Brennan", "Fitzgerald", "Kavanagh", "Hennessy", "O'Connor", "Quinn", "Tierney"},
		towns: []town{
			{"Dublin", "County Dublin", []string{"D04 $$$$", "D06 $$$$", "D08 $$$$"}, ""},
			{"Cork", "County Cork", []string{"T12 $$$$", "T23 $$$$"}, ""},
			{"Galway", "County Galway", []string{"H91 $$$$"}, ""},
			{"Limerick", "County Limerick", []string{"V94 $$$$"}, ""},
			{"Kilkenny", "County Kilkenny", []string{"R95 $$$$"}, ""},
			{"Sligo", "County Sligo", []string{"F91 $$$$"}, ""},
		},
		streets:   []string{"% Road", "% Quay", "% Park", "% Terrace", "% Street"},
		stems:     []string{"Ballinfern", "Carrigkettle", "Derrymarl", "Gortinkwell", "Knockmoss", "Lissowren", "Rathcopper", "Tullyoat"},
		flat:      "Apartment",
		firms:     []string{"The % Tea Rooms", "% Coffee Roastery", "% House B&B"},
		firmNames: []string{"Carrigkettle", "Rathcopper", "Lissowren", "Tullyoat"},
	},
	{
		code: "FR", locale: "fr-FR", share: 5,
		first: []string{"Camille", "Élise", "Manon", "Chloé", "Inès", "Margaux", "Noémie", "Solène", "Hugo", "Léo", "Théo", "Baptiste", "Jérôme", "François", "Mathis", "Yanis"},
		last:  []string{"Lefèvre", "Moreau", "Girard", "Rousseau", "Fontaine", "Chevalier", "Garnier", "Faure", "Benoît", "Lemaire", "Bouvier", "Marchand", "Perrin", "Haddad"},
		towns: []town{
			{"Paris", "", []string{"75010", "75011", "75014", "75018", "75020"}, ""},
			{"Lyon", "", []string{"69003", "69004", "69007"}, ""},
			{"Nantes", "", []string{"44000", "44100", "44300"}, ""},
			{"Lille", "", []string{"59000", "59800"}, ""},
			{"Bordeaux", "", []string{"33000", "33200"}, ""},
			{"Rennes", "", []string{"35000", "35200"}, ""},
		},
		streets:   []string{"rue %", "avenue %", "chemin %", "allée %", "impasse %"},
		stems:     []string{"des Fougères Bleues", "du Moulin Perdu", "de la Bouilloire", "des Trois Théières", "du Tilleul Creux", "de l'Encrier", "du Vieux Samovar", "des Merles Gris"},
		flat:      "Appartement",
		firms:     []string{"Café %", "Salon de thé %", "Maison d'hôtes %"},
		firmNames: []string{"du Tilleul Creux", "des Trois Théières", "du Vieux Samovar", "des Merles Gris"},
	},
	{
		code: "DE", locale: "de-DE", share: 4,
		first: []string{"Anna", "Lena", "Jana", "Greta", "Mathilde", "Käthe", "Leyla", "Frieda", "Jonas", "Lukas", "Felix", "Jürgen", "Moritz", "Emil", "Sören", "Cem"},
		last:  []string{"Müller", "Schäfer", "Krüger", "Vogel", "Brandt", "Lorenz", "Groß", "Winkler", "Böhm", "Yilmaz", "Seidel", "Hansen", "Pohl", "Kühn"},
		towns: []town{
			{"Köln", "", []string{"50667", "50674", "50823"}, ""},
			{"Hamburg", "", []string{"20357", "22765", "20259"}, ""},
			{"München", "", []string{"80331", "80799", "81541"}, ""},
			{"Leipzig", "", []string{"04109", "04229"}, ""},
			{"Freiburg im Breisgau", "", []string{"79098", "79102"}, ""},
			{"Bremen", "", []string{"28195", "28203"}, ""},
		},
		streets:    []string{"%straße", "%weg", "%allee", "%gasse"},
		stems:      []string{"Farnkessel", "Teekannen", "Kupferkrug", "Moosquellen", "Lindenkrug", "Amselhof", "Tintenfass", "Haferfeld"},
		numberLast: true,
		flat:       "Wohnung",
		firms:      []string{"Café %", "Teehaus %", "Pension %"},
		firmNames:  []string{"Kupferkrug", "Amselhof", "Tintenfass", "Moosquelle"},
	},
	{
		code: "NL", locale: "nl-NL", share: 3,
		first: []string{"Sanne", "Lotte", "Fleur", "Anouk", "Femke", "Zoë", "Daan", "Sem", "Bram", "Thijs", "Jeroen", "Youssef", "Maarten", "Joris"},
		last:  []string{"de Vries", "Jansen", "van den Berg", "Bakker", "Visser", "Smit", "Mulder", "de Groot", "Bos", "Hendriks", "van Leeuwen", "Dekker"},
		towns: []town{
			{"Amsterdam", "", []string{"1053 @@", "1072 @@", "1094 @@"}, ""},
			{"Utrecht", "", []string{"3511 @@", "3572 @@"}, ""},
			{"Rotterdam", "", []string{"3011 @@", "3039 @@"}, ""},
			{"Groningen", "", []string{"9711 @@", "9724 @@"}, ""},
			{"Haarlem", "", []string{"2011 @@", "2023 @@"}, ""},
		},
		streets:    []string{"%straat", "%laan", "%kade", "%plein"},
		stems:      []string{"Varenketel", "Theekist", "Koperpot", "Mosbron", "Lindekruik", "Inktpot", "Haverveld", "Merelhof"},
		numberLast: true,
		flat:       "Etage",
		firms:      []string{"Koffiehuis %", "Theehuis %", "Pension %"},
		firmNames:  []string{"Koperpot", "Inktpot", "Merelhof", "Lindekruik"},
	},
}
