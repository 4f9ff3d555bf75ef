<?php

declare(strict_types=1);

namespace Cartograph\Connect\Controller\Restore;

use Cartograph\Connect\Model\Queue;
use Cartograph\Connect\Model\Settings;
use Magento\Checkout\Model\Session;
use Magento\Framework\App\Action\HttpGetActionInterface;
use Magento\Framework\App\RequestInterface;
use Magento\Framework\Controller\Result\RedirectFactory;
use Magento\Framework\Controller\ResultInterface;
use Magento\Framework\Exception\NoSuchEntityException;
use Magento\Framework\Message\ManagerInterface;
use Magento\Quote\Api\CartRepositoryInterface;

/**
 * The way back to a cart, on any device:
 * /cartograph/restore/index/cart/…/key/…[?coupon=…]
 *
 * It puts what was in the cart into the visitor's own, beside what is there.
 * Nobody is signed in by it, and no address is carried over.
 */
class Index implements HttpGetActionInterface
{
    public function __construct(
        private readonly RequestInterface $request,
        private readonly RedirectFactory $redirects,
        private readonly Session $session,
        private readonly CartRepositoryInterface $quotes,
        private readonly ManagerInterface $messages,
        private readonly Settings $settings,
        private readonly Queue $queue,
    ) {
    }

    public function execute(): ResultInterface
    {
        $redirect = $this->redirects->create();
        $redirect->setHeader('Cache-Control', 'no-store', true);
        $redirect->setHeader('Referrer-Policy', 'no-referrer', true);
        $redirect->setHeader('X-Robots-Tag', 'noindex, nofollow', true);

        return $redirect->setPath($this->open((int) $this->request->getParam('cart'), (string) $this->request->getParam('key'), (string) $this->request->getParam('coupon')));
    }

    /** Brings a cart back and gives the page to go on at. */
    private function open(int $id, string $key, string $coupon): string
    {
        try {
            $old = hash_equals($this->settings->restoreKey($id), $key) ? $this->quotes->get($id) : null;
        } catch (NoSuchEntityException) {
            $old = null;
        }
        if (null === $old) {
            $this->messages->addNoticeMessage(__('This cart is no longer kept. What you like is still in the shop.'));

            return '/';
        }
        if (!$old->getIsActive()) {
            $this->messages->addSuccessMessage(__('You have ordered this cart already. Thank you!'));

            return '/';
        }
        $this->fill($old, $coupon);

        return 'checkout/cart';
    }

    private function fill(object $old, string $coupon): void
    {
        $quote = $this->session->getQuote();
        $another = (int) $quote->getId() !== (int) $old->getId();
        if ($another && $this->without($quote, $old)) {
            $quote->merge($old);
        }
        if ('' !== $coupon && !$quote->getCouponCode()) {
            $quote->setCouponCode($coupon);
        }
        $quote->setTotalsCollectedFlag(false)->collectTotals();
        $this->quotes->save($quote);
        $this->session->setQuoteId($quote->getId());
        if ($another) {
            $this->queue->mark('quote', (int) $quote->getId(), (int) $old->getId());
        }
        if ('' !== $coupon && 0 !== strcasecmp((string) $quote->getCouponCode(), $coupon)) {
            $this->messages->addNoticeMessage(__('The coupon cannot be used with this cart.'));
        }
    }

    /** Whether the visitor's cart was not made of the old one before: opening it twice adds nothing. */
    private function without(object $quote, object $old): bool
    {
        return (int) ($this->queue->find('quote', (int) $quote->getId())['from_quote'] ?? 0) !== (int) $old->getId();
    }
}
