// What is posted to Cartograph, and how it is signed. Nothing here needs Medusa,
// so that it can be tested alone.
import { createHmac } from "node:crypto"

/** The companion's version, told in every message. */
export const VERSION = "1.0.0"

/** Settings are read from the environment, as other secrets of a Medusa project. */
export type Settings = {
  /** The webhook address that Cartograph printed for the shop. */
  url: string
  /** The webhook secret that Cartograph printed with it. */
  secret: string
  /** Where a cart is taken up again on the storefront, with {id} for the cart's id; "" for none. */
  cartUrl: string
}

/** Reads the settings; undefined where the companion is not switched on. */
export function settings(env: NodeJS.ProcessEnv = process.env): Settings | undefined {
  const url = env.CARTOGRAPH_WEBHOOK_URL?.trim() ?? ""
  const secret = env.CARTOGRAPH_WEBHOOK_SECRET?.trim() ?? ""
  if (!url || !secret) {
    return undefined
  }
  return { url, secret, cartUrl: env.CARTOGRAPH_CART_URL?.trim() ?? "" }
}

/** What of a cart is told: what Cartograph reads, and no more. */
export const cartFields = [
  "id", "email", "currency_code", "customer_id", "created_at", "updated_at", "completed_at", "total",
  "items.id", "items.title", "items.subtitle", "items.thumbnail", "items.quantity", "items.unit_price", "items.total",
  "items.product_id", "items.product_title", "items.product_type", "items.product_handle",
  "items.variant_id", "items.variant_sku", "items.variant_title",
  "promotions.code", "promotions.is_automatic",
  "customer.has_account", "customer.first_name", "customer.last_name", "customer.phone",
  "shipping_address.first_name", "shipping_address.last_name", "shipping_address.phone",
  "shipping_address.country_code", "shipping_address.province",
  "billing_address.first_name", "billing_address.last_name", "billing_address.phone",
  "billing_address.country_code", "billing_address.province",
]

/** What of an order is told. Its cart is known by a link between the modules. */
export const orderFields = [
  ...cartFields.filter((f) => f !== "completed_at"),
  "display_id", "status", "is_draft_order", "canceled_at", "cart_link.cart_id", "item_total", "shipping_total",
  "payment_collections.status", "payment_collections.refunded_amount", "payment_collections.captured_amount",
]

/** One thing that happened: event is Medusa's name of it, id whose it is. */
export type Happened = { event: string; id: string; at: string }

/** The body of one message. */
export function body(s: Settings, h: Happened, kind: "cart" | "order" | "customer", thing: unknown): string {
  const message: Record<string, unknown> = { event: h.event, occurred_at: h.at, companion: `medusa/${VERSION}`, [kind]: thing }
  if (kind === "cart" && s.cartUrl) {
    message.restore_url = s.cartUrl.replaceAll("{id}", encodeURIComponent(h.id))
  }
  return JSON.stringify(message)
}

/** The signature over the bytes that are posted. */
export function signature(secret: string, text: string): string {
  return "sha256=" + createHmac("sha256", secret).update(text, "utf8").digest("hex")
}

/**
 * Posts a message. It throws where posting again may help; a message that
 * Cartograph refuses for good (a 4xx) is told by `refused` and not tried again.
 */
export async function post(s: Settings, text: string, refused: (why: string) => void): Promise<void> {
  const reply = await fetch(s.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "User-Agent": `Cartograph-Medusa/${VERSION}`, "X-Cartograph-Signature": signature(s.secret, text) },
    body: text,
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
  })
  await reply.arrayBuffer()
  if (reply.ok) {
    return
  }
  const why = `Cartograph answered ${reply.status}`
  if (reply.status >= 400 && reply.status < 500 && reply.status !== 408 && reply.status !== 429) {
    refused(why)
    return
  }
  throw new Error(why)
}
