<?php

declare(strict_types=1);

namespace Cartograph\Connect\Cron;

use Cartograph\Connect\Model\Body;
use Cartograph\Connect\Model\Queue;
use Cartograph\Connect\Model\Sender;
use Magento\Framework\Exception\NoSuchEntityException;
use Magento\Newsletter\Model\SubscriberFactory;
use Magento\Quote\Api\CartRepositoryInterface;
use Magento\Sales\Api\OrderRepositoryInterface;
use Psr\Log\LoggerInterface;

/**
 * Tells what waits, every minute.
 */
class Tell
{
    public function __construct(
        private readonly Queue $queue,
        private readonly Body $body,
        private readonly Sender $sender,
        private readonly CartRepositoryInterface $quotes,
        private readonly OrderRepositoryInterface $orders,
        private readonly SubscriberFactory $subscribers,
        private readonly LoggerInterface $logger,
    ) {
    }

    public function execute(int $limit = 200): int
    {
        $rows = $this->queue->take($limit);
        foreach ($rows as $row) {
            try {
                $this->tell($row);
            } catch (NoSuchEntityException) {
                $this->queue->done($row, '');
            } catch (\Throwable $trouble) {
                $this->queue->again($row);
                $this->logger->error('Cartograph: a ' . $row['kind'] . ' could not be told: ' . $trouble::class);
            }
        }

        return count($rows);
    }

    /** @param array<string, mixed> $row */
    private function tell(array $row): void
    {
        [$name, $value, $storeId] = $this->event($row['kind'], (int) $row['entity_id']);
        $hash = sha1((string) json_encode($value));
        if ($hash === $row['hash']) {
            // Magento saves far more often than anything changes.
            $this->queue->done($row, $hash);

            return;
        }
        $key = 'cartograph-' . sha1($row['kind'] . ' ' . $row['entity_id'] . ' ' . $row['changed_at'] . ' ' . $hash);
        $status = $this->sender->post($name, $value, (int) $row['changed_at'], $key, $storeId);
        if (($status >= 200 && $status < 300) || in_array($status, [400, 413, 422], true)) {
            $this->queue->done($row, $hash);
        } else {
            $this->queue->again($row);
        }
        if ($status < 200 || $status >= 300) {
            $this->logger->warning('Cartograph did not take a ' . $row['kind'] . '; its answer was ' . $status . '.');
        }
    }

    /** @return array{string, array<string, mixed>, int|string|null} */
    private function event(string $kind, int $id): array
    {
        switch ($kind) {
            case 'quote':
            case 'failed':
                $quote = $this->quotes->get($id);
                $value = $this->body->quote($quote);

                return 'quote' === $kind ? ['sales_quote_save_commit_after', $value, $quote->getStoreId()]
                    : ['sales_model_service_quote_submit_failure', ['quote' => $value], $quote->getStoreId()];
            case 'order':
                $order = $this->orders->get($id);

                return ['sales_order_save_commit_after', $this->body->order($order), $order->getStoreId()];
            case 'subscriber':
                $subscriber = $this->subscribers->create()->load($id);

                return ['newsletter_subscriber_save_commit_after', ['subscriber_email' => $subscriber->getEmail(), 'subscriber_status' => (int) $subscriber->getStatus(),
                    'customer_id' => (int) $subscriber->getCustomerId(), 'change_status_at' => $subscriber->getChangeStatusAt()], $subscriber->getStoreId()];
            default:
                return ['customer_delete_commit_after', ['entity_id' => $id], null];
        }
    }
}
