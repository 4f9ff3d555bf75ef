import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { body, cartKey, isCartKey, post, signature } from '../src/message';

const options = { url: 'u', secret: 'k', cartUrl: 'https://shop.example/recover?cart={code}&key={key}' };

test('an active order is told with its way back, a placed one without', () => {
    const told = JSON.parse(body(options, { event: 'OrderLineEvent', at: '2026-05-02T09:00:00.000Z', language: 'fr' }, { order: { code: 'A/B', active: true } }));
    assert.deepEqual(told, {
        event: 'OrderLineEvent', occurredAt: '2026-05-02T09:00:00.000Z', companion: 'vendure/1.0.0', languageCode: 'fr',
        order: { code: 'A/B', active: true }, restoreUrl: `https://shop.example/recover?cart=A%2FB&key=${cartKey('k', 'A/B')}`,
    });
    const placed = JSON.parse(body(options, { event: 'OrderPlacedEvent', at: 'x' }, { order: { code: 'A', active: false } }));
    assert.equal(placed.restoreUrl, undefined);
});

test('a cart key opens its own cart only', () => {
    assert.ok(isCartKey('k', 'CODE', cartKey('k', 'CODE')));
    for (const [secret, code, key] of [['k', 'CODF', cartKey('k', 'CODE')], ['j', 'CODE', cartKey('k', 'CODE')], ['k', 'CODE', ''], ['k', 'CODE', 'é'.repeat(20)]]) {
        assert.ok(!isCartKey(secret, code, key));
    }
});

test('the signature is over the bytes, also beyond ASCII', () => {
    const text = JSON.stringify({ title: "マグカップ ☕ – 'größe'" });
    assert.equal(signature('k', text), 'sha256=' + createHmac('sha256', 'k').update(Buffer.from(text, 'utf8')).digest('hex'));
});

test('what may help another time is thrown, what is refused for good is told once', async () => {
    for (const [status, thrown] of [[500, true], [503, true], [429, true], [408, true], [302, true], [400, false], [401, false], [422, false], [200, undefined]] as const) {
        const server = createServer((_, reply) => reply.writeHead(status, status === 302 ? { Location: '/elsewhere' } : {}).end('{}'));
        await new Promise<void>(ok => server.listen(0, '127.0.0.1', ok));
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
        const told: string[] = [];
        const posting = post(url, 'k', '{}', why => told.push(why));
        if (thrown) {
            await assert.rejects(posting);
        } else {
            await posting;
        }
        assert.deepEqual(told, thrown === false ? [`Cartograph answered ${status}`] : []);
        server.closeAllConnections();
        server.close();
    }
});
