// What is posted to Cartograph, and how it is signed. Of Vendure only types are
// used here, so that it can be tested alone.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Order } from '@vendure/core';

/** The companion's version, told in every message. */
export const VERSION = '1.0.0';

/** How a shop uses the companion. */
export interface CartographOptions {
    /** The webhook address that Cartograph printed for the shop. Without it nothing is posted. */
    url?: string;
    /** The webhook secret that Cartograph printed with it. */
    secret?: string;
    /**
     * Where the storefront takes up a cart, with {code} and {key} for what the
     * mutation takeUpCart wants to have. Left out, carts have no way back.
     */
    cartUrl?: string;
    /** Where a product is on the storefront, with {slug}. */
    productUrl?: string;
    /** What stands before an asset's path to make it an address. */
    assetUrlPrefix?: string;
}

/** What stays with a job in the queue: never more than names of things. */
export type Happened = {
    event: string;
    at: string;
    order?: string | number;
    /** Of what was deleted, what there is left to tell. */
    code?: string;
    customer?: string | number;
    email?: string;
    language?: string;
    /** The state of a payment that came to nothing. */
    payment?: string;
};

/** How many decimals Vendure's whole numbers of money have: the money strategy's, for all currencies. */
export type Precision = { moneyPrecision: number };

/** Writes an id as the APIs do. */
export type Encode = (id: string | number) => string;

/** The order in the words of Vendure's Admin API, with what Cartograph reads and no more. */
export function orderFacts(order: Order, o: CartographOptions, encode: Encode, fromDraft: boolean) {
    return {
        id: encode(order.id), code: order.code, state: order.state, active: order.active, type: order.type, fromDraft,
        createdAt: order.createdAt, updatedAt: order.updatedAt, orderPlacedAt: order.orderPlacedAt ?? null,
        currencyCode: order.currencyCode, totalWithTax: order.totalWithTax, couponCodes: order.couponCodes,
        customer: order.customer ? {
            id: encode(order.customer.id), emailAddress: order.customer.emailAddress, phoneNumber: order.customer.phoneNumber,
            firstName: order.customer.firstName, lastName: order.customer.lastName,
        } : null,
        shippingAddress: addressFacts(order.shippingAddress),
        billingAddress: addressFacts(order.billingAddress),
        lines: order.lines.map(line => ({
            quantity: line.quantity, orderPlacedQuantity: line.orderPlacedQuantity,
            unitPriceWithTax: line.unitPriceWithTax, proratedLinePriceWithTax: line.proratedLinePriceWithTax,
            featuredAsset: line.featuredAsset ? { preview: address(o.assetUrlPrefix, line.featuredAsset.preview) } : null,
            productVariant: {
                id: encode(line.productVariant.id), sku: line.productVariant.sku, name: line.productVariant.name,
                product: {
                    id: encode(line.productVariant.productId), name: line.productVariant.product?.name ?? '',
                    url: o.productUrl?.replace(/\{slug\}/g, encodeURIComponent(line.productVariant.product?.slug ?? '')) ?? '',
                },
            },
        })),
        payments: (order.payments ?? []).map(p => ({
            state: p.state, amount: p.amount, refunds: (p.refunds ?? []).map(r => ({ state: r.state, total: r.total })),
        })),
    };
}

function addressFacts(a: Order['shippingAddress'] | undefined) {
    if (!a || Object.keys(a).length === 0) {
        return null;
    }
    return { fullName: a.fullName ?? '', phoneNumber: a.phoneNumber ?? '', countryCode: a.countryCode ?? '', province: a.province ?? '' };
}

function address(prefix: string | undefined, path: string): string {
    if (/^https?:\/\//.test(path)) {
        return path;
    }
    return prefix ? prefix.replace(/\/+$/, '') + '/' + path.replace(/\\/g, '/').replace(/^\/+/, '') : '';
}

/** The body of one message. */
export function body(o: CartographOptions, h: Happened, facts: object): string {
    const message: Record<string, unknown> = { event: h.event, occurredAt: h.at, companion: `vendure/${VERSION}`, ...facts };
    const order = (facts as { order?: { code: string; active: boolean } }).order;
    if (h.language) {
        message.languageCode = h.language;
    }
    if (h.payment) {
        message.payment = { state: h.payment };
    }
    if (order?.active && o.cartUrl && o.secret) {
        message.restoreUrl = o.cartUrl
            .replace(/\{code\}/g, encodeURIComponent(order.code))
            .replace(/\{key\}/g, cartKey(o.secret, order.code));
    }
    return JSON.stringify(message);
}

/** The key that proves that a link to a cart is ours. */
export function cartKey(secret: string, code: string): string {
    return createHmac('sha256', secret).update('cart:' + code).digest('hex').slice(0, 40);
}

/** Tells whether a key is the cart's, in constant time. */
export function isCartKey(secret: string, code: string, key: string): boolean {
    const want = Buffer.from(cartKey(secret, code));
    const got = Buffer.from(key);
    return want.length === got.length && timingSafeEqual(want, got);
}

/** The signature over the bytes that are posted. */
export function signature(secret: string, text: string): string {
    return 'sha256=' + createHmac('sha256', secret).update(text, 'utf8').digest('hex');
}

/**
 * Posts a message. It throws where posting again may help; a message that
 * Cartograph refuses for good (a 4xx) is told by `refused` and not tried again.
 */
export async function post(url: string, secret: string, text: string, refused: (why: string) => void): Promise<void> {
    const reply = await fetch(url, {
        method: 'POST',
        headers: {
            'Content-Type': 'application/json',
            'User-Agent': `Cartograph-Vendure/${VERSION}`,
            'X-Cartograph-Signature': signature(secret, text),
        },
        body: text,
        redirect: 'error',
        signal: AbortSignal.timeout(10_000),
    });
    await reply.arrayBuffer();
    if (reply.ok) {
        return;
    }
    const why = `Cartograph answered ${reply.status}`;
    if (reply.status >= 400 && reply.status < 500 && reply.status !== 408 && reply.status !== 429) {
        refused(why);
        return;
    }
    throw new Error(why);
}
