<?php

declare(strict_types=1);

namespace Cartograph\Connect\Model;

use Magento\Framework\UrlInterface;
use Magento\Store\Model\StoreManagerInterface;

/**
 * Carts and orders as Cartograph is told of them: by the names of Magento's own
 * tables, and only what is needed. Amounts are in the shopper's currency.
 */
class Body
{
    public function __construct(
        private readonly Settings $settings,
        private readonly Queue $queue,
        private readonly StoreManagerInterface $stores,
    ) {
    }

    public function restoreUrl(int $quoteId, int|string $storeId): string
    {
        return rtrim($this->stores->getStore($storeId)->getBaseUrl(UrlInterface::URL_TYPE_LINK), '/')
            . '/cartograph/restore/index/cart/' . $quoteId . '/key/' . $this->settings->restoreKey($quoteId);
    }

    /** @return array<string, mixed> */
    public function quote(object $quote, bool $withLines = true): array
    {
        $id = (int) $quote->getId();
        $items = [];
        foreach ($withLines ? $quote->getAllItems() : [] as $item) {
            $items[] = $this->item($item, $item->getQty(), $quote->getStoreId());
        }
        $billing = self::address($quote->getBillingAddress());

        return [
            'entity_id' => $id,
            'from_quote' => (int) ($this->queue->find('quote', $id)['from_quote'] ?? 0),
            'is_active' => (bool) $quote->getIsActive(),
            'reserved_order_id' => $quote->getReservedOrderId(),
            'store_id' => $quote->getStoreId(),
            'created_at' => $quote->getCreatedAt(),
            'quote_currency_code' => $quote->getQuoteCurrencyCode(),
            'grand_total' => $items ? $quote->getGrandTotal() : 0,
            'items' => $items,
            'coupon_code' => $quote->getCouponCode(),
            'customer_is_guest' => (bool) $quote->getCustomerIsGuest(),
            'customer_id' => $quote->getCustomerId(),
            'customer_email' => $quote->getCustomerEmail() ?: ($billing['email'] ?? null),
            'customer_firstname' => $quote->getCustomerFirstname(),
            'customer_lastname' => $quote->getCustomerLastname(),
            'billing_address' => $billing,
            'shipping_address' => self::address($quote->getShippingAddress()),
            'locale' => $this->settings->locale($quote->getStoreId()),
            'restore_url' => $this->restoreUrl($id, $quote->getStoreId()),
        ];
    }

    /** @return array<string, mixed> */
    public function order(object $order): array
    {
        $quoteId = (int) $order->getQuoteId();
        $items = [];
        foreach ($order->getAllItems() as $item) {
            $items[] = $this->item($item, $item->getQtyOrdered(), $order->getStoreId());
        }

        return [
            'entity_id' => (int) $order->getId(),
            'increment_id' => $order->getIncrementId(),
            'quote_id' => $quoteId,
            'from_quote' => (int) ($this->queue->find('quote', $quoteId)['from_quote'] ?? 0),
            'state' => $order->getState(),
            'status' => $order->getStatus(),
            'store_id' => $order->getStoreId(),
            'created_at' => $order->getCreatedAt(),
            'order_currency_code' => $order->getOrderCurrencyCode(),
            'grand_total' => $order->getGrandTotal(),
            'total_paid' => $order->getTotalPaid(),
            'total_refunded' => $order->getTotalRefunded(),
            'items' => $items,
            'coupon_code' => $order->getCouponCode(),
            'customer_id' => $order->getCustomerId(),
            'customer_email' => $order->getCustomerEmail(),
            'customer_firstname' => $order->getCustomerFirstname(),
            'customer_lastname' => $order->getCustomerLastname(),
            'billing_address' => self::address($order->getBillingAddress()),
            'locale' => $this->settings->locale($order->getStoreId()),
            // Orders of the administration have none; the address itself is not told.
            'remote_ip' => $order->getRemoteIp() ? 'told' : null,
        ];
    }

    /** @return array<string, mixed> */
    private function item(object $item, mixed $quantity, int|string $storeId): array
    {
        $product = $item->getProduct();
        $image = $product ? (string) $product->getData('thumbnail') : '';

        return [
            'item_id' => $item->getId(),
            'parent_item_id' => $item->getParentItemId(),
            'product_id' => $item->getProductId(),
            'sku' => $item->getSku(),
            'name' => $item->getName(),
            'variant' => $this->variant($item),
            'qty' => $quantity,
            'price' => $item->getPrice(),
            'price_incl_tax' => $item->getPriceInclTax(),
            'row_total' => $item->getRowTotal(),
            'row_total_incl_tax' => $item->getRowTotalInclTax(),
            'url' => $product ? (string) $product->getProductUrl() : '',
            'image' => '' === $image || 'no_selection' === $image ? '' : $this->stores->getStore($storeId)->getBaseUrl(UrlInterface::URL_TYPE_MEDIA) . 'catalog/product' . $image,
        ];
    }

    /** The options that were chosen, like "Blue, M". */
    private function variant(object $item): string
    {
        $options = $item->getProductOptions();
        $product = $item->getProduct();
        if (!$options && $product && $item->getQty() && $product->getTypeInstance()) {
            $options = $product->getTypeInstance()->getOrderOptions($product);
        }

        return implode(', ', array_filter(array_map(strval(...), array_column($options['attributes_info'] ?? [], 'value'))));
    }

    /** @return array<string, mixed>|null */
    private static function address(?object $address): ?array
    {
        return null === $address ? null : [
            'email' => $address->getEmail(),
            'telephone' => $address->getTelephone(),
            'firstname' => $address->getFirstname(),
            'lastname' => $address->getLastname(),
            'country_id' => $address->getCountryId(),
            'region_code' => $address->getRegionCode(),
        ];
    }
}
