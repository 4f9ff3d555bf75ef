<?php declare(strict_types=1);

namespace Cartograph\Companion\Subscriber;

use Cartograph\Companion\Message\Post;
use Cartograph\Companion\Wire\Body;
use Psr\Log\LoggerInterface;
use Shopware\Core\Checkout\Cart\Cart;
use Shopware\Core\Checkout\Cart\Event\CartDeletedEvent;
use Shopware\Core\Checkout\Cart\Event\CartSavedEvent;
use Shopware\Core\Checkout\Cart\Event\CheckoutOrderPlacedEvent;
use Shopware\Core\Checkout\Cart\Order\CartConvertedEvent;
use Shopware\Core\Checkout\Customer\Event\CustomerDeletedEvent;
use Shopware\Core\Checkout\Order\Event\OrderStateMachineStateChangeEvent;
use Shopware\Core\Content\Newsletter\Event\NewsletterConfirmEvent;
use Shopware\Core\Content\Newsletter\Event\NewsletterRegisterEvent;
use Shopware\Core\Content\Newsletter\Event\NewsletterUnsubscribeEvent;
use Shopware\Core\Framework\Uuid\Uuid;
use Shopware\Core\System\SalesChannel\SalesChannelContext;
use Shopware\Core\System\SystemConfig\SystemConfigService;
use Shopware\Storefront\Page\Checkout\Confirm\CheckoutConfirmPageLoadedEvent;
use Symfony\Component\EventDispatcher\EventSubscriberInterface;
use Symfony\Component\HttpFoundation\RequestStack;
use Symfony\Component\Messenger\MessageBusInterface;

/** Puts what happens in the shop into its queue. Nothing here may fail the shop's page. */
final class ShopSubscriber implements EventSubscriberInterface
{
    private const STATES = [
        'state_enter.order.state.cancelled', 'state_enter.order.state.completed',
        'state_enter.order_transaction.state.paid', 'state_enter.order_transaction.state.failed',
        'state_enter.order_transaction.state.cancelled', 'state_enter.order_transaction.state.refunded',
        'state_enter.order_transaction.state.refunded_partially',
    ];

    public function __construct(
        private readonly MessageBusInterface $bus,
        private readonly RequestStack $requests,
        private readonly SystemConfigService $config,
        private readonly LoggerInterface $logger,
    ) {
    }

    public static function getSubscribedEvents(): array
    {
        return array_fill_keys(self::STATES, 'stateEntered') + [
            CartSavedEvent::class => 'cartSaved',
            CartDeletedEvent::class => 'cartDeleted',
            CartConvertedEvent::class => 'cartConverted',
            CheckoutConfirmPageLoadedEvent::class => 'checkoutStarted',
            CheckoutOrderPlacedEvent::class => 'orderPlaced',
            NewsletterRegisterEvent::class => 'newsletter',
            NewsletterConfirmEvent::class => 'newsletter',
            NewsletterUnsubscribeEvent::class => 'newsletter',
            CustomerDeletedEvent::class => 'customerDeleted',
        ];
    }

    public function cartSaved(CartSavedEvent $event): void
    {
        $this->cart('cartograph.cart.saved', $event->getCart(), $event->getSalesChannelContext());
    }

    public function checkoutStarted(CheckoutConfirmPageLoadedEvent $event): void
    {
        $this->cart('cartograph.checkout.started', $event->getPage()->getCart(), $event->getSalesChannelContext());
    }

    public function cartDeleted(CartDeletedEvent $event): void
    {
        $context = $event->getSalesChannelContext();
        $this->cart('cartograph.cart.deleted', new Cart($context->getToken()), $context);
    }

    /** The order remembers its cart, by the same hash under which the cart was told. */
    public function cartConverted(CartConvertedEvent $event): void
    {
        $order = $event->getConvertedCart();
        $order['customFields'] = ['cartograph_cart' => Body::token($event->getCart()->getToken())] + ($order['customFields'] ?? []);
        $event->setConvertedCart($order);
    }

    public function orderPlaced(CheckoutOrderPlacedEvent $event): void
    {
        $this->post('checkout.order.placed', fn (): array => Body::order($this->plain($event->getOrder())), $event->getSalesChannelId());
    }

    public function stateEntered(OrderStateMachineStateChangeEvent $event): void
    {
        $this->post($event->getName(), fn (): array => Body::order($this->plain($event->getOrder())), $event->getSalesChannelId());
    }

    public function newsletter(NewsletterRegisterEvent|NewsletterConfirmEvent|NewsletterUnsubscribeEvent $event): void
    {
        $this->post($event->getName(), fn (): array => Body::recipient($this->plain($event->getNewsletterRecipient())), $event->getSalesChannelId());
    }

    public function customerDeleted(CustomerDeletedEvent $event): void
    {
        $this->post('checkout.customer.deleted', fn (): array => Body::forgotten($this->plain($event->getCustomer())), $event->getSalesChannelId());
    }

    private function cart(string $name, Cart $cart, SalesChannelContext $context): void
    {
        $payload = function () use ($cart, $context): array {
            $customer = $context->getCustomer();

            return Body::cart($this->plain($cart), [
                'currency' => $context->getCurrency()->getIsoCode(),
                'locale' => $this->requests->getMainRequest()?->getLocale(),
                'customer' => $customer === null ? null : $this->plain($customer),
            ], $this->shopUrl($context), (new \DateTimeImmutable())->format(\DATE_RFC3339_EXTENDED));
        };
        $this->post($name, $payload, $context->getSalesChannelId(), $this->shopUrl($context));
    }

    /** @param callable(): array $payload */
    private function post(string $name, callable $payload, ?string $salesChannelId, string $shopUrl = ''): void
    {
        try {
            if ($this->config->getString('CartographCompanion.config.webhookUrl', $salesChannelId) === '') {
                return;
            }
            $told = $payload();
            if ($name === 'cartograph.cart.saved' && $this->toldBefore($told)) {
                return;
            }
            $this->bus->dispatch(new Post($name, $told, $shopUrl, Uuid::randomHex(), $salesChannelId));
        } catch (\Throwable $e) {
            $this->logger->warning('Cartograph was not told of ' . $name, ['exception' => $e]);
        }
    }

    /** Shopware saves a cart each time it is calculated: the same contents are told once. */
    private function toldBefore(array $payload): bool
    {
        $request = $this->requests->getMainRequest();
        if ($request === null || !$request->hasSession()) {
            return false;
        }
        unset($payload['at']);
        $hash = hash('sha256', serialize($payload));
        if ($request->getSession()->get('cartograph_told') === $hash) {
            return true;
        }
        $request->getSession()->set('cartograph_told', $hash);

        return false;
    }

    private function shopUrl(SalesChannelContext $context): string
    {
        $url = $this->requests->getMainRequest()?->attributes->get('sw-storefront-url');

        return (string) ($url ?? $context->getSalesChannel()->getDomains()?->first()?->getUrl() ?? '');
    }

    private function plain(\JsonSerializable $thing): array
    {
        return json_decode(json_encode($thing, \JSON_THROW_ON_ERROR | \JSON_PRESERVE_ZERO_FRACTION), true, 512, \JSON_THROW_ON_ERROR);
    }
}
