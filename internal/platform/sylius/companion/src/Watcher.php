<?php

declare(strict_types=1);

namespace Cartograph\Sylius;

use Psr\Log\LoggerInterface;
use Sylius\Component\Core\Model\CustomerInterface;
use Sylius\Component\Core\Model\OrderInterface;
use Symfony\Component\Messenger\MessageBusInterface;

/**
 * Hears of every stored change of a cart, an order and the newsletter, whoever
 * made it: the shop's pages, its API, its state machines or its administration.
 *
 * It listens to Doctrine, and not to state machines: those are Winzou's in one
 * shop and Symfony's in another, and none of them sees a cart being filled.
 */
final class Watcher
{
    /** @var array<string, Tell> */
    private array $waiting = [];

    public function __construct(
        private readonly MessageBusInterface $bus,
        private readonly LoggerInterface $logger,
        private readonly bool $nobody = false,
    ) {
    }

    public function postPersist(object $event): void
    {
        $this->changed($event->getObject(), null);
    }

    public function postUpdate(object $event): void
    {
        $entity = $event->getObject();
        $this->changed($entity, $entity instanceof CustomerInterface ? $event->getObjectManager()->getUnitOfWork()->getEntityChangeSet($entity) : []);
    }

    public function preRemove(object $event): void
    {
        $entity = $event->getObject();
        if ($entity instanceof OrderInterface && OrderInterface::STATE_CART === $entity->getState()) {
            $this->wait(new Tell('order.removed', null, self::now(), ['order' => [
                'id' => $entity->getId(), 'tokenValue' => $entity->getTokenValue(), 'state' => $entity->getState(),
            ]]), 'order' . $entity->getId());
        }
        if ($entity instanceof CustomerInterface && null !== $entity->getEmail()) {
            $this->wait(new Tell('customer.removed', null, self::now(), ['customer' => ['id' => $entity->getId(), 'email' => $entity->getEmail()]]), 'customer' . $entity->getId());
        }
    }

    /** Only what was stored is told. A shop's page never fails for it. */
    public function postFlush(): void
    {
        $waiting = $this->waiting;
        $this->waiting = [];
        foreach ($waiting as $tell) {
            try {
                $this->bus->dispatch($tell);
            } catch (\Throwable $trouble) {
                $this->logger->error('Cartograph could not be told of a change.', ['topic' => $tell->topic, 'trouble' => $trouble::class]);
            }
        }
    }

    public function reset(): void
    {
        $this->waiting = [];
    }

    /** @param array<string, array{mixed, mixed}>|null $changes null for what is new */
    private function changed(object $entity, ?array $changes): void
    {
        if ($entity instanceof OrderInterface && ($this->nobody || null !== $entity->getCustomer())) {
            $this->wait(new Tell('order', $entity->getId(), self::now()), 'order' . $entity->getId());
        }
        if ($entity instanceof CustomerInterface && (null === $changes ? $entity->isSubscribedToNewsletter() : isset($changes['subscribedToNewsletter']))) {
            $this->wait(new Tell('customer', $entity->getId(), self::now()), 'customer' . $entity->getId());
        }
    }

    /** Of several changes of one thing in one go, the last is told. */
    private function wait(Tell $tell, string $about): void
    {
        $this->waiting[$about] = $tell;
    }

    /** The time with milliseconds: two changes within one second have an order. */
    private static function now(): string
    {
        return (new \DateTimeImmutable('now', new \DateTimeZone('UTC')))->format('Y-m-d\TH:i:s.v\Z');
    }
}
