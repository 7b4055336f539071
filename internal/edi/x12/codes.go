package x12

import "orderly/internal/edi"

// codes are what a 997 says: AK502 of a set, AK304 of a segment, AK403 of an
// element.
var codes = map[edi.Kind]string{
	edi.NotSupported: "1", edi.NoTrailer: "2", edi.ControlDiffers: "3", edi.CountDiffers: "4", edi.WrongGroup: "6", edi.ControlBad: "7",
	edi.UnknownSegment: "1", edi.NoSegment: "3", edi.ManyLoops: "4", edi.ManySegments: "5", edi.NotInMessage: "6", edi.Misplaced: "7",
	edi.NoElement: "1", edi.NoPartner: "2", edi.ManyElements: "3", edi.TooShort: "4", edi.TooLong: "5", edi.BadCharacter: "6",
	edi.BadCode: "7", edi.BadDate: "8", edi.BadTime: "9", edi.Excluded: "10",
}

// ofSet are the kinds that AK5 tells of, and not AK3.
func ofSet(k edi.Kind) bool {
	switch k {
	case edi.NotSupported, edi.NoTrailer, edi.ControlDiffers, edi.CountDiffers, edi.WrongGroup, edi.ControlBad:
		return true
	}
	return false
}

// ofSegment are the kinds that AK3 tells of by itself.
func ofSegment(k edi.Kind) bool {
	switch k {
	case edi.UnknownSegment, edi.NoSegment, edi.ManyLoops, edi.ManySegments, edi.NotInMessage, edi.Misplaced:
		return true
	}
	return false
}

// segmentKinds and elementKinds read AK304 and AK403 back.
var (
	segmentKinds = map[string]edi.Kind{"1": edi.UnknownSegment, "2": edi.Misplaced, "3": edi.NoSegment, "4": edi.ManyLoops, "5": edi.ManySegments, "6": edi.NotInMessage, "7": edi.Misplaced}
	elementKinds = map[string]edi.Kind{"1": edi.NoElement, "2": edi.NoPartner, "3": edi.ManyElements, "4": edi.TooShort, "5": edi.TooLong, "6": edi.BadCharacter,
		"7": edi.BadCode, "8": edi.BadDate, "9": edi.BadTime, "10": edi.Excluded}
)

// functions are the groups that sets belong into.
var functions = map[string]string{
	"850": "PO", "855": "PR", "856": "SH", "810": "IN", "860": "PC", "940": "OW", "945": "SW", "943": "AR", "944": "RE", "846": "IB", "997": "FA", "999": "FA",
}

// types are the documents that sets are.
var types = map[string]edi.DocumentType{
	"850": edi.TypeOrder, "855": edi.TypeOrderResponse, "856": edi.TypeShipNotice, "810": edi.TypeInvoice, "860": edi.TypeOrderChange,
	"940": edi.TypeShippingOrder, "945": edi.TypeShippingAdvice, "943": edi.TypeTransferNotice, "944": edi.TypeTransferReceipt,
	"846": edi.TypeStockReport, "997": edi.TypeAcknowledgment, "999": edi.TypeAcknowledgment,
}

// TypeOf is the document that a set is; empty when it is not read here.
func TypeOf(set string) edi.DocumentType { return types[set] }

// Set is the number of the set that a document is written as; empty for none.
func Set(t edi.DocumentType) string {
	for set, of := range types {
		if of == t && set != "999" {
			return set
		}
	}
	return ""
}
