package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/danielgtaylor/huma/v2"
)

// Offers fills stocks of codes that are good once. Its errors are faults.
type Offers interface {
	// CodeStocks gives a shop's stocks, also those that sequences name and that hold no code.
	CodeStocks(ctx context.Context, shopID string) ([]journey.CodeStock, error)
	// ListCodes puts the codes of a list into a stock, which is made when it is new, and tells what is no code.
	ListCodes(ctx context.Context, shopID, stock string, list []string) (journey.CodesAdded, error)
}

// OfferStock is one stock of codes that are good once.
type OfferStock struct {
	Key   string `json:"key" doc:"What steps name it by, in their offer's codes"`
	Free  int    `json:"free" doc:"Codes that nobody was given yet; counted to 10000"`
	Taken int    `json:"taken" doc:"Codes that were given to a cart, for good; counted to 10000"`
	// TakenLately judges whether the stock will last.
	TakenLately int      `json:"taken_lately" doc:"Of these, those of the last three days; counted to 10000"`
	UsedUp      bool     `json:"used_up" doc:"No code is free: steps that name the stock are skipped"`
	Low         bool     `json:"low" doc:"Fewer are free than were taken in the last three days, and a sequence offers them"`
	UsedBy      []string `json:"used_by" nullable:"false" doc:"The live sequences with a step that names it; may be empty"`
}

func viewStock(s journey.CodeStock) OfferStock {
	return OfferStock{Key: s.Key, Free: s.Free, Taken: s.Taken, TakenLately: s.TakenLately,
		UsedUp: s.Free == 0, Low: s.Low(), UsedBy: append([]string{}, s.UsedBy...)}
}

type codesIn struct {
	Stock string `path:"stock" maxLength:"64" doc:"The stock's key, as steps name it; a new one is made" example:"spring-10"`
	Body  struct {
		Codes []string `json:"codes" nullable:"false" minItems:"1" maxItems:"100000" doc:"Letters, digits and - _ . +, at most 64 each" example:"[\"SPRING-7KQ2\",\"SPRING-9XT4\"]"`
	}
}

// CodesTaken is what became of the codes of one request.
type CodesTaken struct {
	Added   int `json:"added" doc:"New in the stock"`
	Known   int `json:"known" doc:"In it already, free or taken; nothing changed"`
	Twice   int `json:"twice" doc:"More than once in this request"`
	Refused int `json:"refused" doc:"No codes; results says why of the first 100"`
	// Results name what was refused, by its place.
	Results []event.Receipt `json:"results" nullable:"false" doc:"What was refused: its place in the request, what is wrong with it and what to do"`
}

// maxRefusals bounds how many refusals are told one by one.
const maxRefusals = 100

func (a *API) offers() {
	operation(a, get("listOffers", "/offers", "Playbook", "Stocks of codes that are good once, with what is left of them"),
		func(ctx context.Context, s shop.Shop, _ *struct{}) (*answer[List[OfferStock]], error) {
			stocks, err := a.Offers.CodeStocks(ctx, s.ID)
			return &answer[List[OfferStock]]{Body: List[OfferStock]{Items: each(stocks, viewStock)}}, err
		})
	operation(a, huma.Operation{
		OperationID: "addOfferCodes", Method: http.MethodPost, Path: "/api/v1/offers/{stock}/codes", Tags: []string{"Playbook"}, Metadata: needs(access.Write),
		Summary: "Add codes to a stock",
		Description: "Make the codes at your platform first: Cartograph hands them on. A stock that does not exist is made. " +
			"Sending codes again changes nothing, so a list can be sent whole each time; one that was taken is never free again. " +
			"What is no code is refused by itself and told; the others go in.",
		MaxBodyBytes: a.Gate.MaxBytes() + 1, Middlewares: huma.Middlewares{a.enter},
	}, a.addCodes)
}

func (a *API) addCodes(ctx context.Context, s shop.Shop, in *codesIn) (*answer[CodesTaken], error) {
	added, err := a.Offers.ListCodes(ctx, s.ID, in.Stock, in.Body.Codes)
	if err != nil {
		return nil, err
	}
	out := CodesTaken{Added: added.Added, Known: added.Known, Twice: added.Twice, Refused: len(added.Refused), Results: []event.Receipt{}}
	for _, r := range added.Refused[:min(len(added.Refused), maxRefusals)] {
		out.Results = append(out.Results, event.Receipt{Index: r.Index, Status: event.Rejected, Code: string(fault.Unprocessable),
			Field: "codes[" + strconv.Itoa(r.Index) + "]", Message: r.Message, Remedy: r.Remedy})
	}
	if out.Refused > 0 && out.Refused == len(in.Body.Codes) {
		p := problem.Of(fault.New(fault.Unprocessable, "no code was taken in").In("codes").Try("mend what the results name"))
		p.Results = out.Results
		return nil, p
	}
	return &answer[CodesTaken]{Body: out}, nil
}
