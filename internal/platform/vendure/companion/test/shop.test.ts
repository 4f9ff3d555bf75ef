// A whole Vendure in memory, with the plugin: what a shopper and staff do, and
// what is posted. With RECORD set, the messages are written to that file.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DefaultLogger, dummyPaymentHandler, LanguageCode, LogLevel, manualFulfillmentHandler, mergeConfig } from '@vendure/core';
import { createTestEnvironment, registerInitializer, SqljsInitializer, testConfig } from '@vendure/testing';
import gql from 'graphql-tag';
import { CartographPlugin } from '../src/cartograph.plugin';
import { signature } from '../src/message';

const secret = 'vendure-fixture-secret';
const hook = 56011;
const dir = mkdtempSync(join(tmpdir(), 'cartograph-vendure-'));
registerInitializer('sqljs', new SqljsInitializer(join(dir, 'db')));

const config = mergeConfig(testConfig, {
    apiOptions: { port: 56012 },
    logger: new DefaultLogger({ level: process.env.VERBOSE ? LogLevel.Verbose : LogLevel.Warn }),
    dbConnectionOptions: { synchronize: true },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    shippingOptions: { fulfillmentHandlers: [manualFulfillmentHandler] },
    importExportOptions: { importAssetsDir: dir },
    plugins: [
        CartographPlugin.init({
            url: `http://127.0.0.1:${hook}/webhooks/vendure/x`, secret, assetUrlPrefix: 'https://shop.example/assets',
            cartUrl: 'https://shop.example/recover?cart={code}&key={key}', productUrl: 'https://shop.example/product/{slug}',
        }),
    ],
});
const { server, adminClient, shopClient } = createTestEnvironment(config as any);

type Message = { event: string; order?: any; customer?: any; restoreUrl?: string; moneyPrecision?: number; payment?: { state: string } };
const messages: Message[] = [];
let failures = 0;
const receiver = createServer(async (request, reply) => {
    const chunks: Buffer[] = [];
    for await (const c of request) chunks.push(c as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    assert.equal(request.headers['x-cartograph-signature'], signature(secret, text));
    if (failures > 0) {
        failures--;
        reply.writeHead(503).end();
        return;
    }
    if (process.env.RECORD) {
        appendFileSync(process.env.RECORD, JSON.stringify({ signature: request.headers['x-cartograph-signature'], body: text }) + '\n');
    }
    messages.push(JSON.parse(text));
    reply.writeHead(200).end('{}');
});

/** Waits until a message like that was posted. */
async function told(like: (m: Message) => boolean): Promise<Message> {
    for (let i = 0; i < 200; i++) {
        const found = messages.find(like);
        if (found) return found;
        await new Promise(ok => setTimeout(ok, 50));
    }
    assert.fail(`not told; there were ${messages.map(m => m.event).join(', ')}`);
}

before(async () => {
    await new Promise<void>(ok => receiver.listen(hook, '127.0.0.1', ok));
    const csv = join(dir, 'products.csv');
    writeFileSync(csv, [
        'name,slug,description,assets,facets,optionGroups,optionValues,sku,price,taxCategory,stockOnHand,trackInventory,variantAssets,variantFacets',
        'Stoneware Mug,mug,A mug,,,colour,Blue,MUG-BLUE,12.50,standard,100,false,,',
        ',,,,,,Red,MUG-RED,11.10,standard,100,false,,',
    ].join('\n'));
    await server.init({
        productsCsvPath: csv, customerCount: 1,
        initialData: {
            defaultLanguage: LanguageCode.en, defaultZone: 'Europe', countries: [{ name: 'France', code: 'FR', zone: 'Europe' }],
            taxRates: [{ name: 'Standard', percentage: 20 }], shippingMethods: [{ name: 'Standard', price: 490 }],
            paymentMethods: [{ name: 'card', handler: { code: dummyPaymentHandler.code, arguments: [{ name: 'automaticSettle', value: 'true' }] } }],
            collections: [],
        } as any,
    });
    await adminClient.asSuperAdmin();
});

after(async () => {
    await server.destroy();
    receiver.closeAllConnections();
    receiver.close();
});

const add = gql`mutation ($id: ID!, $quantity: Int!) { addItemToOrder(productVariantId: $id, quantity: $quantity) { ... on Order { id code totalWithTax lines { id } } ... on ErrorResult { message } } }`;
const adjust = gql`mutation ($id: ID!, $quantity: Int!) { adjustOrderLine(orderLineId: $id, quantity: $quantity) { ... on Order { code lines { id } } } }`;
const who = gql`mutation { setCustomerForOrder(input: { firstName: "Kim", lastName: "Roux", emailAddress: "Kim@Example.com", phoneNumber: "06 12 34 56 78" }) { ... on Order { id } ... on ErrorResult { message } } }`;
const where = gql`mutation { setOrderShippingAddress(input: { fullName: "Kim Roux", streetLine1: "1 rue X", city: "Paris", postalCode: "75001", countryCode: "FR", phoneNumber: "06 12 34 56 78" }) { ... on Order { id } } }`;
const ship = gql`mutation ($ids: [ID!]!) { setOrderShippingMethod(shippingMethodId: $ids) { ... on Order { id } ... on ErrorResult { message } } }`;
const to = gql`mutation ($state: String!) { transitionOrderToState(state: $state) { ... on Order { state } ... on ErrorResult { message } } }`;
const pay = gql`mutation ($metadata: JSON!) { addPaymentToOrder(input: { method: "card", metadata: $metadata }) { ... on Order { id state payments { id } } ... on ErrorResult { errorCode message } } }`;
const variants = gql`query { productVariants { items { id sku } } }`;

async function variant(sku: string): Promise<string> {
    const { productVariants } = await adminClient.query(variants);
    return productVariants.items.find((v: any) => v.sku === sku).id;
}

let code = '';
let orderId = '';
let mug = '';

test('a cart is told with its lines', async () => {
    mug = await variant('MUG-BLUE');
    await shopClient.asAnonymousUser();
    const first = await shopClient.query(add, { id: mug, quantity: 1 });
    code = first.addItemToOrder.code;
    orderId = first.addItemToOrder.id;
    await told(m => m.order?.code === code && m.order.lines[0]?.quantity === 1);
    await shopClient.query(add, { id: mug, quantity: 1 });
    const m = await told(n => n.order?.code === code && n.order.lines[0]?.quantity === 2);
    assert.equal(m.order.active, true);
    assert.equal(m.order.id, orderId);
    assert.equal(m.order.totalWithTax, 3000);
    assert.equal(m.moneyPrecision, 2);
    assert.equal(m.order.lines[0].unitPriceWithTax, 1500);
    assert.equal(m.order.lines[0].productVariant.id, mug);
    assert.equal(m.order.lines[0].productVariant.product.url, 'https://shop.example/product/mug');
    assert.match(m.restoreUrl ?? '', new RegExp(`^https://shop.example/recover\\?cart=${code}&key=[0-9a-f]{40}$`));
});

test('who it is and where it goes are told, though no event says so', async () => {
    await shopClient.query(who);
    const m = await told(n => n.event === 'setCustomerForOrder');
    assert.equal(m.order.customer.emailAddress, 'kim@example.com');
    await shopClient.query(where);
    const n = await told(o => o.event === 'setOrderShippingAddress');
    assert.deepEqual(n.order.shippingAddress, { fullName: 'Kim Roux', phoneNumber: '06 12 34 56 78', countryCode: 'FR', province: '' });
    assert.ok(!JSON.stringify(n).includes('rue X'));
    const { eligibleShippingMethods } = await shopClient.query(gql`query { eligibleShippingMethods { id } }`);
    await shopClient.query(ship, { ids: [eligibleShippingMethods[0].id] });
    const s = await told(o => o.event === 'setOrderShippingMethod');
    assert.ok(s.order.totalWithTax > 3000);
});

test('the link of a reminder takes the cart up on another device', async () => {
    const link = new URL((await told(m => m.event === 'setCustomerForOrder')).restoreUrl!);
    const args = { code: link.searchParams.get('cart'), key: link.searchParams.get('key') };
    const takeUp = gql`mutation ($code: String!, $key: String!) { takeUpCart(code: $code, key: $key) { code lines { quantity } } }`;
    const active = gql`query { activeOrder { code } }`;
    await shopClient.asAnonymousUser();
    const wrong = await shopClient.query(takeUp, { ...args, key: 'a'.repeat(40) });
    assert.equal(wrong.takeUpCart, null);
    assert.equal((await shopClient.query(active)).activeOrder, null);
    const right = await shopClient.query(takeUp, args);
    assert.equal(right.takeUpCart.lines[0].quantity, 2);
    assert.equal((await shopClient.query(active)).activeOrder.code, code);
});

test('a payment that fails is told, and the purchase after it', async () => {
    await shopClient.query(to, { state: 'ArrangingPayment' });
    await shopClient.query(pay, { metadata: { shouldDecline: true } });
    const failed = await told(m => m.payment !== undefined);
    assert.equal(failed.payment!.state, 'Declined');
    assert.equal(failed.order.active, true);
    await shopClient.query(pay, { metadata: {} });
    const placed = await told(m => m.event === 'OrderPlacedEvent');
    assert.equal(placed.order.active, false);
    assert.equal(placed.order.state, 'PaymentSettled');
    assert.equal(placed.order.fromDraft, false);
    assert.equal(placed.restoreUrl, undefined);
});

test('a refund and a cancellation are told', async () => {
    const { order } = await adminClient.query(gql`query ($id: ID!) { order(id: $id) { payments { id state } lines { id quantity } } }`, { id: orderId });
    const settled = order.payments.find((p: any) => p.state === 'Settled');
    const done = await adminClient.query(
        gql`mutation ($input: RefundOrderInput!) { refundOrder(input: $input) { ... on Refund { id state total } ... on ErrorResult { message } } }`,
        { input: { lines: [], shipping: 0, adjustment: 0, amount: 525, paymentId: settled.id, reason: 'a chip' } });
    assert.equal(done.refundOrder.total, 525, JSON.stringify(done));
    if (done.refundOrder.state !== 'Settled') {
        await adminClient.query(gql`mutation ($id: ID!) { settleRefund(input: { id: $id, transactionId: "t" }) { ... on Refund { state } ... on ErrorResult { message } } }`, { id: done.refundOrder.id });
    }
    const m = await told(n => n.event === 'RefundStateTransitionEvent');
    assert.deepEqual(m.order.payments.flatMap((p: any) => p.refunds), [{ state: 'Settled', total: 525 }]);
    await adminClient.query(gql`mutation ($id: ID!) { cancelOrder(input: { orderId: $id, reason: "x", cancelShipping: true }) { ... on Order { state } ... on ErrorResult { message } } }`, { id: orderId });
    await told(n => n.event === 'OrderStateTransitionEvent' && n.order.state === 'Cancelled');
});

test('an emptied cart is told as empty', async () => {
    await shopClient.asAnonymousUser();
    const { addItemToOrder } = await shopClient.query(add, { id: mug, quantity: 3 });
    await shopClient.query(adjust, { id: addItemToOrder.lines[0].id, quantity: 0 });
    await told(m => m.order?.code === addItemToOrder.code && m.order.lines.length === 0);
});

test('an order of staff is told as such', async () => {
    const draft = await adminClient.query(gql`mutation { createDraftOrder { id code } }`);
    const id = draft.createDraftOrder.id;
    await adminClient.query(gql`mutation ($id: ID!, $variant: ID!) { addItemToDraftOrder(orderId: $id, input: { productVariantId: $variant, quantity: 1 }) { ... on Order { id } } }`, { id, variant: mug });
    const m = await told(n => n.order?.code === draft.createDraftOrder.code && n.order.lines.length === 1);
    assert.equal(m.order.state, 'Draft');
    await adminClient.query(gql`mutation ($id: ID!) { setCustomerForDraftOrder(orderId: $id, input: { firstName: "S", lastName: "M", emailAddress: "staff-made@example.com" }) { ... on Order { id } } }`, { id });
    await adminClient.query(gql`mutation ($id: ID!) { setDraftOrderShippingAddress(orderId: $id, input: { streetLine1: "x", countryCode: "FR" }) { id } }`, { id });
    const methods = await adminClient.query(gql`query ($id: ID!) { eligibleShippingMethodsForDraftOrder(orderId: $id) { id } }`, { id });
    await adminClient.query(gql`mutation ($id: ID!, $m: ID!) { setDraftOrderShippingMethod(orderId: $id, shippingMethodId: $m) { ... on Order { id } } }`, { id, m: methods.eligibleShippingMethodsForDraftOrder[0].id });
    await adminClient.query(gql`mutation ($id: ID!) { transitionOrderToState(id: $id, state: "ArrangingPayment") { ... on Order { state } ... on ErrorResult { message } } }`, { id });
    const paid = await adminClient.query(gql`mutation ($id: ID!) { addManualPaymentToOrder(input: { orderId: $id, method: "card", transactionId: "t", metadata: {} }) { ... on Order { state } ... on ErrorResult { message } } }`, { id });
    assert.equal(paid.addManualPaymentToOrder.state, 'PaymentSettled', JSON.stringify(paid));
    const placed = await told(n => n.event === 'OrderPlacedEvent' && n.order.code === draft.createDraftOrder.code);
    assert.equal(placed.order.fromDraft, true);
    const asCart = messages.filter(n => n.order?.code === draft.createDraftOrder.code && n.order.active && !n.order.fromDraft);
    assert.deepEqual(asCart, [], 'an order of staff was told as a cart of a shopper');
});

test('what could not be delivered is tried again', async () => {
    failures = 2;
    await shopClient.asAnonymousUser();
    const { addItemToOrder } = await shopClient.query(add, { id: mug, quantity: 7 });
    await told(m => m.order?.code === addItemToOrder.code && m.order.lines[0]?.quantity === 7);
    assert.equal(failures, 0);
});

test('a deleted customer is told by id and email', async () => {
    const { createCustomer } = await adminClient.query(gql`mutation { createCustomer(input: { firstName: "G", lastName: "O", emailAddress: "gone@example.com" }) { ... on Customer { id } } }`);
    await adminClient.query(gql`mutation ($id: ID!) { deleteCustomer(id: $id) { result } }`, { id: createCustomer.id });
    const m = await told(n => n.event === 'CustomerEvent.deleted');
    assert.deepEqual(m.customer, { id: createCustomer.id, emailAddress: 'gone@example.com' });
});
