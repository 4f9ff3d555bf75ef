<?php declare(strict_types=1);

namespace Cartograph\Companion\Wire;

/**
 * What is posted, made from Shopware's own objects as arrays. It picks what
 * Cartograph reads and nothing else: no street, no payment, no remote address.
 * It knows no class of Shopware, so that it can be run without a shop.
 */
final class Body
{
    private const LINE = ['id', 'referencedId', 'productId', 'type', 'label', 'quantity', 'unitPrice', 'totalPrice'];
    private const ORDER = ['id', 'versionId', 'orderNumber', 'orderDateTime', 'createdAt', 'updatedAt', 'createdById', 'amountTotal', 'subscriptionId'];
    private const PERSON = ['id', 'customerId', 'email', 'firstName', 'lastName', 'guest', 'phoneNumber'];
    private const RECIPIENT = ['id', 'email', 'firstName', 'lastName', 'status', 'confirmedAt', 'createdAt', 'updatedAt'];

    /** A token opens the shopper's session, so only its hash leaves the shop. */
    public static function token(string $token): string
    {
        return hash('sha256', $token);
    }

    /** The request's body. $sentAt is unix seconds; $eventId stays the same in retries. */
    public static function write(string $event, array $payload, string $url, string $eventId, int $sentAt): string
    {
        return json_encode([
            'data' => ['event' => $event, 'payload' => $payload === [] ? (object) [] : $payload],
            'source' => ['url' => $url, 'eventId' => $eventId],
            'timestamp' => $sentAt,
        ], \JSON_THROW_ON_ERROR | \JSON_PRESERVE_ZERO_FRACTION | \JSON_INVALID_UTF8_SUBSTITUTE);
    }

    /** @param array{currency: string, locale: ?string, customer: ?array} $context */
    public static function cart(array $cart, array $context, string $shopUrl, string $at): array
    {
        $lines = array_map(self::line(...), array_values($cart['lineItems'] ?? []));
        $customer = $context['customer'] ?? null;

        return [
            'cart' => [
                'token' => self::token((string) $cart['token']),
                'lineItems' => $lines,
                'price' => ['totalPrice' => $cart['price']['totalPrice'] ?? 0],
            ],
            'context' => [
                'currency' => $context['currency'],
                'locale' => $context['locale'] ?? null,
                'customer' => $customer === null ? null : self::customer($customer),
            ],
            'recoveryUrl' => self::recoveryUrl($lines, $shopUrl),
            'at' => $at,
        ];
    }

    public static function order(array $order): array
    {
        $picked = self::pick($order, self::ORDER);
        $picked['currency'] = self::pick($order['currency'] ?? [], ['isoCode']);
        $picked['orderCustomer'] = self::pick($order['orderCustomer'] ?? [], self::PERSON);
        $picked['billingAddress'] = self::address($order['billingAddress'] ?? []);
        $picked['language'] = ['locale' => ['code' => $order['language']['locale']['code'] ?? null]];
        $picked['lineItems'] = isset($order['lineItems']) ? array_map(self::line(...), array_values($order['lineItems'])) : null;
        $picked['stateMachineState'] = self::pick($order['stateMachineState'] ?? [], ['technicalName']);
        $picked['transactions'] = array_map(
            static fn (array $t): array => ['stateMachineState' => self::pick($t['stateMachineState'] ?? [], ['technicalName'])],
            array_values($order['transactions'] ?? []),
        );
        $picked['customFields'] = self::pick($order['customFields'] ?? [], ['cartograph_cart']);

        return ['order' => $picked];
    }

    public static function recipient(array $recipient): array
    {
        return ['newsletterRecipient' => self::pick($recipient, self::RECIPIENT)];
    }

    public static function forgotten(array $customer): array
    {
        return ['customer' => self::pick($customer, ['id', 'email'])];
    }

    private static function customer(array $customer): array
    {
        $picked = self::pick($customer, self::PERSON);
        $picked['defaultBillingAddress'] = self::address($customer['defaultBillingAddress'] ?? []);

        return $picked;
    }

    private static function address(array $address): array
    {
        $picked = self::pick($address, ['firstName', 'lastName', 'phoneNumber']);
        $picked['country'] = ['iso' => $address['country']['iso'] ?? null];
        $picked['countryState'] = ['shortCode' => $address['countryState']['shortCode'] ?? null];

        return $picked;
    }

    private static function line(array $line): array
    {
        $picked = self::pick($line, self::LINE);
        if (isset($line['price'])) {
            $picked['price'] = self::pick($line['price'], ['unitPrice', 'totalPrice']);
        }
        $picked['payload'] = self::pick($line['payload'] ?? [], ['productNumber', 'code', 'options']);
        $picked['cover'] = ['url' => $line['cover']['url'] ?? null];

        return $picked;
    }

    /** The page that puts the same wares into whichever cart opens it. */
    private static function recoveryUrl(array $lines, string $shopUrl): ?string
    {
        $items = [];
        foreach ($lines as $line) {
            if (($line['type'] ?? '') === 'product' && preg_match('/^[0-9a-f]{32}$/', (string) ($line['referencedId'] ?? ''))) {
                $items[] = $line['referencedId'] . ':' . (int) $line['quantity'];
            }
        }
        $url = rtrim($shopUrl, '/') . '/cartograph/cart?items=' . implode(',', $items);

        return $items === [] || \strlen($url) > 2000 ? null : $url;
    }

    private static function pick(array $from, array $names): array
    {
        return array_intersect_key($from, array_flip($names));
    }
}
