<?php declare(strict_types=1);

namespace Cartograph\Companion\Wire;

/** The signature that Cartograph checks, over the bytes that are posted. */
final class Signature
{
    public const HEADER = 'X-Cartograph-Signature';

    public static function of(string $body, string $secret): string
    {
        return 'sha256=' . hash_hmac('sha256', $body, $secret);
    }
}
