<?php

declare(strict_types=1);

namespace Cartograph\Sylius;

use Sylius\Component\Core\Model\CustomerInterface;
use Sylius\Component\Core\Model\OrderInterface;

/**
 * Runs in Messenger's worker. What it throws has Messenger try again.
 */
final class TellHandler
{
    public function __construct(
        private readonly object $orders,
        private readonly object $customers,
        private readonly Body $body,
        private readonly Sender $sender,
    ) {
    }

    public function __invoke(Tell $tell): void
    {
        $message = $tell->gone ?? $this->latest($tell);
        if (null !== $message) {
            $this->sender->send(['topic' => $tell->topic, 'bundle' => Sender::VERSION, 'at' => $tell->at] + $message);
        }
    }

    /** @return array<string, mixed>|null */
    private function latest(Tell $tell): ?array
    {
        if ('customer' === $tell->topic) {
            $customer = $this->customers->find($tell->id);

            return $customer instanceof CustomerInterface ? ['customer' => $this->body->customer($customer, $tell->at)] : null;
        }
        $order = $this->orders->find($tell->id);

        return $order instanceof OrderInterface ? ['order' => $this->body->order($order)] : null;
    }
}
