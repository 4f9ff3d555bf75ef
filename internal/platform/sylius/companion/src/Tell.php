<?php

declare(strict_types=1);

namespace Cartograph\Sylius;

/**
 * What is to be told: ids only, so that the latest state is read when it is sent.
 * Of what was removed, the little that is told of it.
 */
final class Tell
{
    /** @param array<string, mixed>|null $gone */
    public function __construct(
        public readonly string $topic,
        public readonly int|string|null $id,
        public readonly string $at,
        public readonly ?array $gone = null,
    ) {
    }
}
