<?php

declare(strict_types=1);

namespace Cartograph\Sylius;

use Sylius\Component\Core\Model\OrderInterface;
use Sylius\Component\Core\Model\ProductInterface;
use Symfony\Component\Routing\Generator\UrlGeneratorInterface;

/**
 * Addresses of the shop. A worker knows no request: the host is the channel's.
 */
final class Links
{
    public function __construct(
        private readonly UrlGeneratorInterface $router,
        #[\SensitiveParameter] private readonly string $secret,
    ) {
    }

    public function key(int|string $id): string
    {
        return substr(hash_hmac('sha256', 'cartograph restore:' . $id, $this->secret), 0, 32);
    }

    /** The way back: a cart's restore address, or the page on which an order is paid. */
    public function restore(OrderInterface $order): ?string
    {
        if (OrderInterface::STATE_CART === $order->getState()) {
            return $this->absolute($order, 'cartograph_sylius_restore', ['id' => $order->getId(), 'key' => $this->key($order->getId())]);
        }

        return null === $order->getTokenValue() ? null
            : $this->absolute($order, 'sylius_shop_order_show', ['tokenValue' => $order->getTokenValue(), '_locale' => $order->getLocaleCode()]);
    }

    public function product(OrderInterface $order, ProductInterface $product): ?string
    {
        $slug = $product->getTranslation($order->getLocaleCode())->getSlug();

        return null === $slug ? null : $this->absolute($order, 'sylius_shop_product_show', ['slug' => $slug, '_locale' => $order->getLocaleCode()]);
    }

    public function image(OrderInterface $order, ProductInterface $product): ?string
    {
        $image = $product->getImages()->first();
        $host = $order->getChannel()?->getHostname();

        return false === $image || null === $host || null === $image->getPath() ? null : sprintf('https://%s/media/image/%s', $host, ltrim($image->getPath(), '/'));
    }

    /** @param array<string, mixed> $values */
    private function absolute(OrderInterface $order, string $route, array $values): string
    {
        $host = $order->getChannel()?->getHostname();
        if (null === $host || '' === $host) {
            return $this->router->generate($route, $values, UrlGeneratorInterface::ABSOLUTE_URL);
        }

        return 'https://' . $host . $this->router->generate($route, $values);
    }
}
