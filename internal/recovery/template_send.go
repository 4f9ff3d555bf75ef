package recovery

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// SendTemplateTest sends a template, rendered with a sample or cart, to one
// address. Reports about it are dropped.
func (e *Engine) SendTemplateTest(ctx context.Context, shopID string, t message.Template, with, to string) (journey.TestReport, error) {
	sh, err := e.Store.Shop(ctx, shopID)
	if err != nil {
		return journey.TestReport{}, err
	}
	if to, err = testAddress(t.Channel, to); err != nil {
		return journey.TestReport{}, err
	}
	proof, err := e.ProveTemplate(ctx, shopID, t, with)
	if err != nil {
		return journey.TestReport{}, err
	}
	if len(proof.Problems) > 0 {
		p := proof.Problems[0]
		return journey.TestReport{}, fault.New(fault.Unprocessable, "nothing was sent: %s", p.Message).In(p.Field).Try(p.Remedy)
	}
	account, v, err := e.sendTrial(ctx, trial{
		shop: sh, channel: proof.Template.Channel, to: to, rendered: proof.Rendered,
		asked: e.noting(shopID, access.TemplateTested, journey.NameOf(proof.Template).String()),
	})
	if err != nil {
		return journey.TestReport{}, err
	}
	return reportOf(account, v), nil
}

// reportOf gives a verdict as the page shows it.
func reportOf(a delivery.Account, v delivery.Verdict) journey.TestReport {
	return journey.TestReport{Outcome: string(v.Outcome), Sandbox: a.Sandbox, Code: v.Code, Reason: v.Reason}
}
