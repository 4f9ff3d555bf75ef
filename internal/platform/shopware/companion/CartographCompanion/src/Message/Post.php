<?php declare(strict_types=1);

namespace Cartograph\Companion\Message;

use Shopware\Core\Framework\MessageQueue\AsyncMessageInterface;

/** One event on its way through Shopware's own queue. It holds no secret. */
final class Post implements AsyncMessageInterface
{
    public function __construct(
        public readonly string $event,
        public readonly array $payload,
        public readonly string $shopUrl,
        public readonly string $eventId,
        public readonly ?string $salesChannelId,
    ) {
    }
}
