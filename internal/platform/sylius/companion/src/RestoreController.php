<?php

declare(strict_types=1);

namespace Cartograph\Sylius;

use Doctrine\ORM\EntityManagerInterface;
use Sylius\Component\Core\Model\CustomerInterface;
use Sylius\Component\Core\Model\OrderInterface;
use Sylius\Component\Core\Storage\CartStorageInterface;
use Sylius\Component\Order\Processor\OrderProcessorInterface;
use Symfony\Component\HttpFoundation\RedirectResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\Routing\Generator\UrlGeneratorInterface;
use Symfony\Component\Security\Core\Authentication\Token\Storage\TokenStorageInterface;

/**
 * The way back to a cart, on any device: /cartograph/restore/{id}/{key}[?coupon=…]
 *
 * The cart becomes the visitor's, as it is, with the addresses that were typed
 * into it: the link is as secret as Sylius' own token of the cart. A cart of
 * somebody with an account is opened to nobody else: they are asked to sign in,
 * after which Sylius finds their cart by itself.
 */
final class RestoreController
{
    public function __construct(
        private readonly Links $links,
        private readonly object $orders,
        private readonly object $coupons,
        private readonly CartStorageInterface $storage,
        private readonly OrderProcessorInterface $processor,
        private readonly EntityManagerInterface $manager,
        private readonly UrlGeneratorInterface $router,
        private readonly TokenStorageInterface $tokens,
    ) {
    }

    public function __invoke(Request $request, string $id, string $key): RedirectResponse
    {
        $order = hash_equals($this->links->key($id), $key) ? $this->orders->find($id) : null;
        $coupon = $request->query->get('coupon');

        return $this->to($order instanceof OrderInterface ? $this->open($order, \is_string($coupon) ? $coupon : '', $request) : $this->page('sylius_shop_homepage', $request->getLocale()));
    }

    /** Gives the page to go on at. */
    private function open(OrderInterface $order, string $coupon, Request $request): string
    {
        $locale = $order->getLocaleCode() ?? $request->getLocale();
        if (OrderInterface::STATE_CART !== $order->getState()) {
            // It was completed meanwhile: its page says so, and takes a payment that is still due.
            return $this->links->restore($order) ?? $this->page('sylius_shop_homepage', $locale);
        }
        if ($this->belongsToAnother($order)) {
            return $this->page('sylius_shop_login', $locale);
        }
        $this->storage->setForChannel($order->getChannel(), $order);
        $this->apply($order, $coupon);

        return $this->page('sylius_shop_cart_summary', $locale);
    }

    private function belongsToAnother(OrderInterface $order): bool
    {
        $owner = $order->getCustomer();
        if (!$owner instanceof CustomerInterface || null === $owner->getUser()) {
            return false;
        }
        $visitor = $this->tokens->getToken()?->getUser();

        return null === $visitor || $visitor->getUserIdentifier() !== $owner->getUser()->getUserIdentifier();
    }

    /** Sylius leaves a coupon out by itself whose rules the cart does not meet. */
    private function apply(OrderInterface $order, string $code): void
    {
        $coupon = '' === $code || null !== $order->getPromotionCoupon() ? null : $this->coupons->findOneBy(['code' => $code]);
        if (null !== $coupon) {
            $order->setPromotionCoupon($coupon);
            $this->processor->process($order);
            $this->manager->flush();
        }
    }

    private function page(string $route, string $locale): string
    {
        return $this->router->generate($route, ['_locale' => $locale]);
    }

    private function to(string $url): RedirectResponse
    {
        return new RedirectResponse($url, 302, ['Cache-Control' => 'no-store', 'Referrer-Policy' => 'no-referrer', 'X-Robots-Tag' => 'noindex, nofollow']);
    }
}
