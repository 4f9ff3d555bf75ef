<?php declare(strict_types=1);

namespace Cartograph\Companion\Controller;

use Shopware\Core\Checkout\Cart\LineItem\LineItem;
use Shopware\Core\Checkout\Cart\SalesChannel\CartService;
use Shopware\Core\Checkout\Promotion\Cart\PromotionItemBuilder;
use Shopware\Core\System\SalesChannel\SalesChannelContext;
use Shopware\Storefront\Controller\StorefrontController;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Response;
use Symfony\Component\Routing\Attribute\Route;

/**
 * The way back: puts the wares that the address names into the cart of whoever
 * opens it, so that it works on any device. What is in the cart already stays.
 */
#[Route(defaults: ['_routeScope' => ['storefront']])]
class CartController extends StorefrontController
{
    private const MAX_LINES = 100;

    public function __construct(
        private readonly CartService $carts,
        private readonly PromotionItemBuilder $promotions,
    ) {
    }

    #[Route(path: '/cartograph/cart', name: 'frontend.cartograph.cart', methods: ['GET'])]
    public function open(Request $request, SalesChannelContext $context): Response
    {
        $cart = $this->carts->getCart($context->getToken(), $context);
        $lines = [];
        foreach (\array_slice(explode(',', (string) $request->query->get('items')), 0, self::MAX_LINES) as $item) {
            if (!preg_match('/^([0-9a-f]{32}):([1-9][0-9]{0,3})$/', $item, $m) || $cart->has($m[1])) {
                continue;
            }
            $line = new LineItem($m[1], LineItem::PRODUCT_LINE_ITEM_TYPE, $m[1], (int) $m[2]);
            $lines[] = $line->setStackable(true)->setRemovable(true);
        }
        $code = trim((string) $request->query->get('code'));
        if ($code !== '' && \strlen($code) <= 100) {
            $lines[] = $this->promotions->buildPlaceholderItem($code);
        }
        if ($lines !== []) {
            $this->carts->add($cart, $lines, $context);
        }

        return $this->redirectToRoute('frontend.checkout.cart.page');
    }
}
