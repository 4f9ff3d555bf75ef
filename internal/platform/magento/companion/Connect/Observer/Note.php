<?php

declare(strict_types=1);

namespace Cartograph\Connect\Observer;

use Cartograph\Connect\Model\Queue;
use Cartograph\Connect\Model\Settings;
use Magento\Framework\Event\Observer;
use Magento\Framework\Event\ObserverInterface;
use Psr\Log\LoggerInterface;

/**
 * Notes what changed; the cron job tells it. A shop's page never fails for it.
 */
class Note implements ObserverInterface
{
    public function __construct(
        private readonly Queue $queue,
        private readonly Settings $settings,
        private readonly LoggerInterface $logger,
    ) {
    }

    public function execute(Observer $observer): void
    {
        try {
            $this->note($observer->getEvent());
        } catch (\Throwable $trouble) {
            $this->logger->error('Cartograph: a change could not be noted: ' . $trouble::class);
        }
    }

    private function note(object $event): void
    {
        [$kind, $thing] = match ($event->getName()) {
            'sales_quote_save_commit_after' => ['quote', $event->getQuote()],
            'sales_order_save_commit_after' => ['order', $event->getOrder()],
            'sales_model_service_quote_submit_failure' => ['failed', $event->getQuote()],
            'newsletter_subscriber_save_commit_after' => ['subscriber', $event->getSubscriber()],
            default => ['erased', $event->getCustomer()],
        };
        if (null === $thing || (int) $thing->getId() <= 0 || !$this->settings->ready($thing->getStoreId())) {
            return;
        }
        if ('quote' === $kind && !$this->settings->nobody($thing->getStoreId()) && !$thing->getCustomerId() && !$thing->getCustomerEmail() && !$thing->getBillingAddress()?->getTelephone()) {
            return;
        }
        $this->queue->mark($kind, (int) $thing->getId());
    }
}
