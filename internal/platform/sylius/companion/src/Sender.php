<?php

declare(strict_types=1);

namespace Cartograph\Sylius;

use Symfony\Contracts\HttpClient\HttpClientInterface;

/**
 * Signs and posts.
 */
final class Sender
{
    public const VERSION = '1.0.0';

    public function __construct(
        private readonly HttpClientInterface $client,
        private readonly string $url,
        #[\SensitiveParameter] private readonly string $secret,
    ) {
    }

    public static function sign(string $body, #[\SensitiveParameter] string $secret): string
    {
        return 'sha256=' . hash_hmac('sha256', $body, $secret);
    }

    /**
     * @param array<string, mixed> $message
     *
     * @throws \RuntimeException where trying again later may help
     */
    public function send(array $message): void
    {
        $body = json_encode($message, \JSON_THROW_ON_ERROR | \JSON_PRESERVE_ZERO_FRACTION | \JSON_INVALID_UTF8_SUBSTITUTE);
        $status = $this->client->request('POST', $this->url, [
            'headers' => [
                'Content-Type' => 'application/json',
                'User-Agent' => 'Cartograph for Sylius/' . self::VERSION,
                'X-Cartograph-Signature' => self::sign($body, $this->secret),
            ],
            'body' => $body,
            'timeout' => 10,
            'max_redirects' => 0,
        ])->getStatusCode();
        // A refused body would be refused again.
        if (($status < 200 || $status >= 300) && !\in_array($status, [400, 413, 422], true)) {
            throw new \RuntimeException(sprintf('Cartograph answered %d.', $status));
        }
    }
}
