import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { createServer, IncomingHttpHeaders, Server } from "node:http"
import { AddressInfo } from "node:net"
import { test } from "node:test"
import { body, cartFields, orderFields, post, settings, signature } from "../src/cartograph/message"

const env = { CARTOGRAPH_WEBHOOK_URL: " https://c.example/webhooks/medusa/s ", CARTOGRAPH_WEBHOOK_SECRET: "secret" }

test("without an address or a secret the companion is switched off", () => {
  assert.equal(settings({}), undefined)
  assert.equal(settings({ CARTOGRAPH_WEBHOOK_URL: "https://c.example" }), undefined)
  assert.deepEqual(settings(env), { url: "https://c.example/webhooks/medusa/s", secret: "secret", cartUrl: "" })
})

test("a cart is told with its way back", () => {
  const s = { url: "u", secret: "s", cartUrl: "https://shop.example/cart/recover/{id}" }
  const told = JSON.parse(body(s, { event: "cart.updated", id: "cart_1/2", at: "2026-05-02T09:00:00.000Z" }, "cart", { id: "cart_1/2" }))
  assert.deepEqual(told, {
    event: "cart.updated", occurred_at: "2026-05-02T09:00:00.000Z", companion: "medusa/1.0.0",
    cart: { id: "cart_1/2" }, restore_url: "https://shop.example/cart/recover/cart_1%2F2",
  })
  const order = JSON.parse(body(s, { event: "order.placed", id: "o", at: "x" }, "order", { id: "o" }))
  assert.equal(order.restore_url, undefined)
})

test("no address line, no payment data and no metadata is asked for", () => {
  for (const field of [...cartFields, ...orderFields]) {
    assert.doesNotMatch(field, /address_1|address_2|city|postal|company|metadata|\*|card|data$/)
  }
  assert.ok(orderFields.includes("cart_link.cart_id"))
  assert.ok(!orderFields.includes("completed_at"))
})

test("the signature is over the bytes, also beyond ASCII", () => {
  const text = JSON.stringify({ title: "マグカップ ☕ – 'größe'" })
  assert.equal(signature("k", text), "sha256=" + createHmac("sha256", "k").update(Buffer.from(text, "utf8")).digest("hex"))
})

/** Answers once with the status, and keeps what was posted. */
async function server(status: number, run: (url: string, got: { headers?: IncomingHttpHeaders; text?: string }) => Promise<void>) {
  const got: { headers?: IncomingHttpHeaders; text?: string } = {}
  const s: Server = createServer(async (q, r) => {
    const chunks: Buffer[] = []
    for await (const c of q) chunks.push(c as Buffer)
    got.headers = q.headers
    got.text = Buffer.concat(chunks).toString("utf8")
    r.writeHead(status, status === 302 ? { Location: "/elsewhere" } : {}).end("{}")
  })
  await new Promise<void>((ok) => s.listen(0, "127.0.0.1", ok))
  try {
    await run(`http://127.0.0.1:${(s.address() as AddressInfo).port}/hook`, got)
  } finally {
    s.closeAllConnections()
    await new Promise((ok) => s.close(ok))
  }
}

test("what is posted is what is signed", async () => {
  await server(200, async (url, got) => {
    await post({ url, secret: "k", cartUrl: "" }, `{"é":1}`, () => assert.fail("refused"))
    assert.equal(got.text, `{"é":1}`)
    assert.equal(got.headers?.["x-cartograph-signature"], signature("k", `{"é":1}`))
    assert.equal(got.headers?.["content-type"], "application/json")
  })
})

test("what may help another time is thrown, what is refused for good is told once", async () => {
  for (const status of [500, 503, 429, 408, 302]) {
    await server(status, async (url) => {
      await assert.rejects(post({ url, secret: "k", cartUrl: "" }, "{}", () => assert.fail(`${status} counts as refused`)))
    })
  }
  for (const status of [400, 401, 404, 413, 422]) {
    await server(status, async (url) => {
      const told: string[] = []
      await post({ url, secret: "k", cartUrl: "" }, "{}", (why) => told.push(why))
      assert.deepEqual(told, [`Cartograph answered ${status}`])
    })
  }
  await assert.rejects(post({ url: "http://127.0.0.1:1/", secret: "k", cartUrl: "" }, "{}", () => assert.fail("refused")))
})
