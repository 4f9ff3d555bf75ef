package web

import (
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/web/api"
	"github.com/cartograph-dev/cartograph/internal/web/assets"
	"github.com/cartograph-dev/cartograph/internal/web/dashboard"
	"github.com/labstack/echo/v4"
)

// routes is the whole map of addresses, grouped by who may call them. Each
// declares the authority it needs; authority.go enforces it.
func (s *server) routes(e *echo.Echo) error {
	t := s.table(e)

	// Machines that sign what they send. The signature is the authority.
	t.post(Signature, "/webhooks/:platform/:shop_id", s.hook.Webhook)
	t.add(Signature, http.MethodGet, "/webhooks/:platform/:shop_id", s.hook.Greet, nil)
	t.post(Signature, "/callbacks/sendgrid/:shop_id", s.hook.Callback("sendgrid"))
	t.post(Signature, "/callbacks/twilio/:shop_id/status", s.hook.Callback("twilio"))
	t.post(Signature, "/callbacks/twilio/:shop_id/inbound", s.hook.Callback("twilio"))
	t.add(Signature, http.MethodGet, "/callbacks/messenger", s.hook.Callback("messenger"), nil)
	t.post(Signature, "/callbacks/messenger", s.hook.Callback("messenger"))

	// Plugins and merchants' programs with a shop's API key: /api/v1/…
	var err error
	s.api, err = api.Mount(e, api.Options{
		Engine: s.Engine, Reader: s.Reader, Templates: s.Templates, Settings: s.Desk, Desk: s.Playbook, Offers: s.Offers, Who: s.Who, Gate: s.gate, Log: s.Log, Version: s.Version, PublicURL: s.PublicURL, Now: s.Now,
		Rate: s.APIRate,
	})
	if err != nil {
		return err
	}
	s.nameOperations(e)

	// Shoppers with a link. The token is the authority: no cookie, no session,
	// and a POST from anywhere counts, since mailbox providers send them.
	t.read(Token, "/r/:token", s.front.ShowCart)
	t.read(Token, "/r/:token/all", s.front.Unseen)
	t.post(Token, "/r/:token", s.front.Restore)
	t.post(Token, "/r/:token/seen", s.front.Seen)
	t.read(Token, "/u/:token", s.front.ShowUnsubscribe)
	t.post(Token, "/u/:token", s.front.Unsubscribe)
	t.read(Token, "/c/:token", s.front.ShowConfirm)
	t.post(Token, "/c/:token", s.front.Confirm)
	t.read(Token, "/why/:token", s.front.Why)

	// The pages of shops. Nobody signs what they post: see package pixel.
	t.read(Anybody, "/pixel.js", s.pixel.Script)
	t.add(Page, http.MethodGet, "/p/:shop_id", s.pixel.Ask, nil)
	t.post(Page, "/p/:shop_id", s.pixel.Take)

	// Merchants with a session. Forms of other sites are refused.
	t.read(Viewer, "/", s.board.Member(s.board.Overview))
	t.read(Viewer, "/overview/:table", s.board.Member(s.board.Export))
	t.read(Viewer, "/carts", s.board.Member(s.board.Carts))
	t.read(Viewer, "/carts/:id", s.board.Member(s.board.Cart))
	t.read(Viewer, "/carts/:id/why", s.board.Member(s.board.Why))
	t.post(Editor, "/carts/:id/stop", s.board.Member(s.board.StopCart))
	t.post(Viewer, "/search", s.board.Member(s.board.Search))
	t.read(Viewer, "/shoppers", s.board.Member(s.board.Shoppers))
	t.read(Viewer, "/shoppers/:id", s.board.Member(s.board.Shopper))
	t.read(Editor, "/shoppers/:id/erase", s.board.Member(s.board.AskErase))
	t.post(Editor, "/shoppers/:id/erase", s.board.Member(s.board.Erase))
	t.read(Viewer, "/shoppers/:id/identity", s.board.Member(s.board.Identity))
	t.post(Editor, "/shoppers/:id/identity/look", s.board.Member(s.board.LookIdentity))
	t.post(Editor, "/shoppers/:id/identity/say", s.board.Member(s.board.SayIdentity))
	t.post(Editor, "/shoppers/:id/identity/back", s.board.Member(s.board.TakeBackIdentity))
	t.post(Editor, "/shoppers/:id/export", s.board.Member(s.board.ExportShopper))
	t.post(Editor, "/shoppers/:id/stop", s.board.Member(s.board.StopShopper))
	t.post(Editor, "/shoppers/:id/allow", s.board.Member(s.board.AllowShopper))
	t.read(Viewer, "/inbox", s.board.Member(s.board.Inbox))
	t.read(Viewer, "/inbox/:id", s.board.Member(s.board.Conversation))
	t.post(Editor, "/inbox/:id/done", s.board.Member(s.board.Done))
	t.post(Editor, "/inbox/:id/open", s.board.Member(s.board.Reopen))
	t.post(Editor, "/messages/:id/cancel", s.board.Member(s.board.CancelMessage))
	t.post(Editor, "/messages/:id/test", s.board.Member(s.board.ResendMessage))
	t.read(Viewer, "/messages", s.board.Member(s.board.Messages))
	t.read(Viewer, "/messages/:id", s.board.Member(s.board.Message))
	t.read(Viewer, "/messages/:id/preview", s.board.Member(s.board.Preview))
	t.read(Viewer, "/decisions", s.board.Member(s.board.Decisions))
	t.read(Viewer, "/orders", s.board.Member(s.board.Orders))
	t.read(Viewer, "/recoveries", s.board.Member(s.board.Recoveries))
	t.read(Viewer, "/personas", s.board.Member(s.board.Personas))
	t.read(Viewer, "/templates", s.board.Member(s.board.TemplateList))
	t.post(Editor, "/templates", s.board.Member(s.board.MakeTemplate))
	t.read(Viewer, "/templates/names.json", s.board.Member(s.board.TemplateNames))
	t.read(Viewer, "/templates/words", s.board.Member(s.board.TemplateWords))
	t.read(Viewer, "/templates/carts.json", s.board.Member(s.board.TemplateCarts))
	t.read(Viewer, "/templates/export", s.board.Member(s.board.ExportTemplates))
	t.read(Viewer, "/templates/import", s.board.Member(s.board.ImportForm))
	t.post(Editor, "/templates/import", s.board.Member(s.board.PlanImport))
	t.post(Editor, "/templates/import/apply", s.board.Member(s.board.Import))
	const template = "/templates/:key/:channel/:locale"
	t.read(Viewer, template, s.board.Member(s.board.Template))
	t.read(Viewer, template+"/versions", s.board.Member(s.board.TemplateVersions))
	t.read(Viewer, template+"/versions/:version", s.board.Member(s.board.TemplateVersion))
	t.post(Editor, template+"/versions/:version/restore", s.board.Member(s.board.RestoreTemplate))
	t.read(Viewer, template+"/preview", s.board.Member(s.board.TemplatePreview))
	t.post(Editor, template+"/preview", s.board.Member(s.board.TryTemplate))
	t.post(Editor, template+"/draft", s.board.Member(s.board.SaveTemplate))
	t.post(Editor, template+"/discard", s.board.Member(s.board.DiscardTemplate))
	t.post(Editor, template+"/convert", s.board.Member(s.board.ConvertTemplate))
	t.post(Editor, template+"/check", s.board.Member(s.board.CheckTemplate))
	t.post(Editor, template+"/publish", s.board.Member(s.board.PublishTemplate))
	t.read(Editor, template+"/retire", s.board.Member(s.board.AskRetireTemplate))
	t.post(Editor, template+"/retire", s.board.Member(s.board.RetireTemplate))
	t.post(Editor, template+"/return", s.board.Member(s.board.ReturnTemplate))
	t.post(Editor, template+"/test", s.board.Member(s.board.TestTemplate))
	t.read(Editor, "/personas/new", s.board.Member(s.board.NewPersona))
	t.post(Editor, "/personas/new", s.board.Member(s.board.SavePersona))
	t.read(Viewer, "/personas/:key", s.board.Member(s.board.Persona))
	t.post(Editor, "/personas/:key", s.board.Member(s.board.SavePersona))
	t.post(Editor, "/personas/:key/move", s.board.Member(s.board.MovePersona))
	t.read(Editor, "/personas/:key/delete", s.board.Member(s.board.AskDeletePersona))
	t.post(Editor, "/personas/:key/delete", s.board.Member(s.board.DeletePersona))
	t.read(Viewer, "/playbook/personas", s.board.Member(s.board.PersonaHistory))
	t.post(Editor, "/playbook/personas", s.board.Member(s.board.RestorePersonas))
	t.post(Editor, "/playbook/rule", s.board.Member(s.board.CheckRule))
	t.read(Viewer, "/codes", s.board.Member(s.board.Codes))
	t.post(Editor, "/codes", s.board.Member(s.board.AddCodes))
	t.post(Editor, "/codes/:key/remove", s.board.Member(s.board.RemoveCodes))
	t.read(Viewer, "/sequences", s.board.Member(s.board.Sequences))
	t.read(Editor, "/sequences/new", s.board.Member(s.board.NewSequence))
	t.post(Editor, "/sequences/new", s.board.Member(s.board.CreateSequence))
	t.read(Viewer, "/sequences/:key", s.board.Member(s.board.Sequence))
	t.read(Viewer, "/sequences/:key/draft", s.board.Member(s.board.Draft))
	t.post(Editor, "/sequences/:key/draft", s.board.Member(s.board.SaveDraft))
	t.post(Editor, "/sequences/:key/discard", s.board.Member(s.board.DiscardDraft))
	t.post(Editor, "/sequences/:key/publish", s.board.Member(s.board.PublishDraft))
	t.post(Editor, "/sequences/:key/restore", s.board.Member(s.board.RestoreSequence))
	t.post(Editor, "/sequences/:key/pause", s.board.Member(s.board.PauseSequence))
	t.post(Editor, "/sequences/:key/resume", s.board.Member(s.board.ResumeSequence))
	t.post(Editor, "/sequences/:key/retire", s.board.Member(s.board.RetireSequence))
	t.read(Viewer, "/quarantine", s.board.Member(s.board.Quarantine))
	t.read(Editor, "/quarantine/replay", s.board.Member(s.board.AskReplay))
	t.read(Viewer, "/quarantine/:id", s.board.Member(s.board.QuarantinedEvent))
	t.post(Editor, "/quarantine/replay", s.board.Member(s.board.ReplayMany))
	t.post(Editor, "/quarantine/:id/replay", s.board.Member(s.board.Replay))
	t.read(Viewer, "/sender", s.board.Member(s.board.Sender))
	t.post(Editor, "/sender/lift", s.board.Member(s.board.Lift))
	s.desk(t)
	t.read(Owner, "/audit", s.board.Member(s.board.Audit))
	t.read(Viewer, "/account", s.board.Member(s.board.Own))
	t.post(Viewer, "/account/password", s.board.Member(s.board.ChangePassword))
	t.post(Viewer, "/sign-out/everywhere", s.board.Member(s.board.SignOutEverywhere))

	// People on their way in or out.
	t.read(Visitor, "/sign-in", s.board.SignInForm)
	t.post(Visitor, "/sign-in", s.board.SignInWithPassword)
	t.read(Visitor, "/sign-in/:token", s.board.ShowSignIn)
	t.post(Visitor, "/sign-in/:token", s.board.SignIn)
	t.post(Visitor, "/sign-out", s.board.SignOut)
	s.door(t)

	// Anybody. /metrics says nothing about any shop.
	t.read(Anybody, "/healthz", s.healthz)
	t.read(Anybody, "/readyz", s.readyz)
	t.read(Anybody, "/metrics", echo.WrapHandler(s.Metrics))
	t.read(Anybody, "/openapi.json", s.api.Document)
	t.read(Anybody, "/docs", s.api.Docs, dashboard.Headers)
	t.read(Anybody, "/assets/:name", assets.Serve)
	t.read(Anybody, "/favicon.ico", assets.Icon)
	return nil
}
