<?php declare(strict_types=1);

// Runs what the plugin posts on objects as Shopware's json_encode writes them,
// without a shop, and prints each body with its signature. The adapter's tests
// hold what was recorded against what this prints, and read it.

require __DIR__ . '/../src/Wire/Body.php';
require __DIR__ . '/../src/Wire/Signature.php';

use Cartograph\Companion\Wire\Body;
use Cartograph\Companion\Wire\Signature;

$mug = [
    'id' => 'a3a1c2d3e4f50617283940a1b2c3d4e5', 'referencedId' => 'a3a1c2d3e4f50617283940a1b2c3d4e5', 'type' => 'product',
    'label' => 'Becher "Blau" 🍵', 'quantity' => 2, 'price' => ['unitPrice' => 12.5, 'totalPrice' => 25.0, 'calculatedTaxes' => []],
    'payload' => ['productNumber' => 'MUG-BLUE', 'options' => [['group' => 'Farbe', 'option' => 'Blau']], 'purchasePrices' => 'secret'],
    'cover' => ['url' => 'https://shop.example/media/mug.jpg', 'metaData' => []], 'extensions' => [],
];
$spring = ['id' => 'SPRING', 'referencedId' => 'SPRING', 'type' => 'promotion', 'label' => 'Frühling', 'quantity' => 1,
    'price' => ['unitPrice' => -2.5, 'totalPrice' => -2.5], 'payload' => ['code' => 'SPRING']];
$cart = ['token' => 'session-token', 'lineItems' => [$mug, $spring], 'price' => ['totalPrice' => 22.5], 'deliveries' => [['location' => 'a street']]];
$customer = ['id' => '0c1d2e3f405162738495a6b7c8d9e0f1', 'email' => 'Kim@Example.com', 'firstName' => 'Kim', 'lastName' => 'Lee', 'guest' => true,
    'password' => 'a hash', 'remoteAddress' => '203.0.113.7',
    'defaultBillingAddress' => ['firstName' => 'Kim', 'lastName' => 'Lee', 'street' => 'a street', 'phoneNumber' => '030 901820', 'country' => ['iso' => 'DE']]];
$context = ['currency' => 'EUR', 'locale' => 'de-DE', 'customer' => $customer];
$order = ['id' => 'f1e0d9c8b7a6958473625140f3e2d1c0', 'versionId' => '0fa91ce3e96a4bc2be4bd9ce752c3425', 'orderNumber' => '10001',
    'orderDateTime' => '2026-05-02T10:00:00.000+00:00', 'createdAt' => '2026-05-02T10:00:00.123+00:00', 'updatedAt' => null, 'createdById' => null,
    'amountTotal' => 22.5, 'currency' => ['isoCode' => 'EUR', 'symbol' => '€'],
    'orderCustomer' => ['id' => 'x', 'customerId' => $customer['id'], 'email' => $customer['email'], 'firstName' => 'Kim', 'lastName' => 'Lee', 'remoteAddress' => '203.0.113.7'],
    'billingAddress' => $customer['defaultBillingAddress'], 'language' => ['locale' => ['code' => 'de-DE']],
    'lineItems' => [['unitPrice' => 12.5, 'totalPrice' => 25.0, 'productId' => $mug['referencedId']] + $mug, ['unitPrice' => -2.5, 'totalPrice' => -2.5] + $spring],
    'stateMachineState' => ['technicalName' => 'open'], 'transactions' => [['stateMachineState' => ['technicalName' => 'open'], 'amount' => []]],
    'customFields' => ['cartograph_cart' => Body::token($cart['token']), 'note' => 'private']];
$recipient = ['id' => 'r', 'email' => 'Kim@Example.com', 'firstName' => 'Kim', 'status' => 'optIn', 'confirmedAt' => '2026-05-02T10:05:00.000+00:00', 'hash' => 'secret', 'street' => 'a street'];

$url = 'https://shop.example';
$sent = 1777716300;
$posts = [
    ['cartograph.cart.saved', Body::cart($cart, $context, $url . '/', '2026-05-02T09:55:00.000+00:00')],
    ['cartograph.checkout.started', Body::cart($cart, ['customer' => null] + $context, $url, '2026-05-02T09:50:00.000+00:00')],
    ['cartograph.cart.deleted', Body::cart(['token' => 'session-token', 'lineItems' => []], $context, $url, '2026-05-02T10:00:01.000+00:00')],
    ['checkout.order.placed', Body::order($order)],
    ['newsletter.confirm', Body::recipient($recipient)],
    ['checkout.customer.deleted', Body::forgotten($customer)],
];
foreach ($posts as $i => [$event, $payload]) {
    $body = Body::write($event, $payload, $url, md5((string) $i), $sent);
    echo Signature::of($body, 'a secret'), ' ', $body, "\n";
}
