<?php

declare(strict_types=1);

namespace Cartograph\Connect\Model;

use Magento\Framework\HTTP\Client\CurlFactory;

/**
 * Signs and posts events, in the form in which Adobe Commerce writes its own.
 */
class Sender
{
    public const VERSION = '1.0.0';

    public function __construct(
        private readonly Settings $settings,
        private readonly CurlFactory $clients,
    ) {
    }

    public static function sign(string $body, #[\SensitiveParameter] string $secret): string
    {
        return 'sha256=' . hash_hmac('sha256', $body, $secret);
    }

    /**
     * Posts an event and gives the HTTP status, 0 where there was no answer.
     *
     * @param array<string, mixed> $value
     */
    public function post(string $name, array $value, int $changedAt, string $key, int|string|null $storeId): int
    {
        $body = (string) json_encode([
            'specversion' => '1.0',
            'id' => $key,
            'type' => 'cartograph.observer.' . $name,
            'time' => gmdate('Y-m-d\TH:i:s', intdiv($changedAt, 1000)) . sprintf('.%03dZ', $changedAt % 1000),
            'data' => ['key' => $key, 'value' => $value],
        ], \JSON_INVALID_UTF8_SUBSTITUTE);
        $client = $this->clients->create();
        $client->setTimeout(10);
        $client->setOption(\CURLOPT_FOLLOWLOCATION, false);
        $client->setHeaders([
            'Content-Type' => 'application/json',
            'User-Agent' => 'Cartograph for Magento/' . self::VERSION,
            'X-Cartograph-Signature' => self::sign($body, $this->settings->secret($storeId)),
        ]);
        try {
            $client->post($this->settings->url($storeId), $body);
        } catch (\Exception) {
            return 0;
        }

        return (int) $client->getStatus();
    }
}
