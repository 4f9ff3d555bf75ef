<?php

declare(strict_types=1);

namespace Cartograph\Sylius;

use Sylius\Component\Core\Model\AddressInterface;
use Sylius\Component\Core\Model\CustomerInterface;
use Sylius\Component\Core\Model\OrderInterface;
use Sylius\Component\Core\Model\OrderItemInterface;
use Sylius\Component\Core\Model\PaymentInterface;

/**
 * Orders and customers as Cartograph is told of them: by the names of Sylius'
 * own API, with what it only links to filled in, and only what is needed.
 * Amounts are Sylius' hundredths.
 */
final class Body
{
    public function __construct(private readonly Links $links)
    {
    }

    /** @return array<string, mixed> */
    public function order(OrderInterface $order): array
    {
        $customer = $order->getCustomer();

        return [
            'id' => $order->getId(),
            'tokenValue' => $order->getTokenValue(),
            'number' => $order->getNumber(),
            'state' => $order->getState(),
            'checkoutState' => $order->getCheckoutState(),
            'paymentState' => $order->getPaymentState(),
            'currencyCode' => $order->getCurrencyCode(),
            'localeCode' => $order->getLocaleCode(),
            'channel' => $order->getChannel()?->getCode(),
            'total' => $order->getTotal(),
            'createdAt' => self::time($order->getCreatedAt()),
            'updatedAt' => self::time($order->getUpdatedAt()),
            'checkoutCompletedAt' => self::time($order->getCheckoutCompletedAt()),
            'items' => array_values(array_map(fn (OrderItemInterface $item): array => $this->item($order, $item), $order->getItems()->toArray())),
            'promotionCoupon' => $order->getPromotionCoupon()?->getCode(),
            'payments' => array_values(array_map(static fn (PaymentInterface $payment): array => [
                'state' => $payment->getState(),
                'amount' => $payment->getAmount(),
                'offline' => 'offline' === $payment->getMethod()?->getGatewayConfig()?->getFactoryName(),
            ], $order->getPayments()->toArray())),
            'customer' => $customer instanceof CustomerInterface ? $this->customer($customer) : null,
            'billingAddress' => self::address($order->getBillingAddress()),
            'shippingAddress' => self::address($order->getShippingAddress()),
            'restoreUrl' => $this->links->restore($order),
        ];
    }

    /** @return array<string, mixed> */
    private function item(OrderInterface $order, OrderItemInterface $item): array
    {
        $variant = $item->getVariant();
        $product = $item->getProduct();

        return [
            'product' => $product?->getCode(),
            'variant' => $variant?->getCode(),
            'productName' => $item->getProductName() ?? $product?->getName(),
            'variantName' => $item->getVariantName() ?? $variant?->getName(),
            'taxon' => $product?->getMainTaxon()?->getName(),
            'quantity' => $item->getQuantity(),
            'unitPrice' => $item->getUnitPrice(),
            'subtotal' => $item->getSubtotal(),
            'url' => null === $product ? null : $this->links->product($order, $product),
            'image' => null === $product ? null : $this->links->image($order, $product),
            'stock' => null !== $variant && $variant->isTracked() ? max(0, $variant->getOnHand() - $variant->getOnHold()) : null,
        ];
    }

    /**
     * @param string|null $changedAt when the newsletter was just answered
     *
     * @return array<string, mixed>
     */
    public function customer(CustomerInterface $customer, ?string $changedAt = null): array
    {
        // Sylius keeps no time of the answer: an old yes is dated as early as it can be.
        $changedAt ??= $customer->isSubscribedToNewsletter() ? self::time($customer->getCreatedAt()) : null;

        return [
            'id' => $customer->getId(),
            'email' => $customer->getEmail(),
            'firstName' => $customer->getFirstName(),
            'lastName' => $customer->getLastName(),
            'phoneNumber' => $customer->getPhoneNumber(),
            'subscribedToNewsletter' => $customer->isSubscribedToNewsletter(),
            'subscriptionChangedAt' => $changedAt,
        ];
    }

    /** @return array<string, mixed>|null */
    private static function address(?AddressInterface $address): ?array
    {
        return null === $address ? null : [
            'firstName' => $address->getFirstName(),
            'lastName' => $address->getLastName(),
            'phoneNumber' => $address->getPhoneNumber(),
            'countryCode' => $address->getCountryCode(),
            'provinceCode' => $address->getProvinceCode(),
        ];
    }

    private static function time(?\DateTimeInterface $at): ?string
    {
        return $at?->format(\DATE_ATOM);
    }
}
