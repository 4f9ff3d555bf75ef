<?php
/**
 * The way back to a cart, on any device:
 * /module/cartograph/restore?cartograph_cart=…&cartograph_key=…[&cartograph_coupon=…]
 *
 * It puts what was in the cart into the visitor's own. Nobody is signed in by it
 * and nobody's address is shown, unless the merchant chose PrestaShop's own
 * recovery links, which sign the shopper in.
 */
if (!defined('_PS_VERSION_')) {
    exit;
}

class CartographRestoreModuleFrontController extends ModuleFrontController
{
    public function initContent()
    {
        header('Cache-Control: no-store');
        header('Referrer-Policy: no-referrer');
        header('X-Robots-Tag: noindex, nofollow');
        Tools::redirect($this->open((int) Tools::getValue('cartograph_cart'), (string) Tools::getValue('cartograph_key'), (string) Tools::getValue('cartograph_coupon')));
    }

    /** Brings a cart back and gives the page to go on at. */
    public function open($id, $key, $coupon)
    {
        $link = $this->context->link;
        $old = hash_equals(CartographBody::restoreKey($id), $key) ? new Cart($id) : null;
        if (!$old || !Validate::isLoadedObject($old)) {
            $this->warning[] = $this->module->l('This cart is no longer kept. What you like is still in the shop.', 'restore');

            return $this->leave($link->getPageLink('index'));
        }
        if ($this->bought($old)) {
            $this->success[] = $this->module->l('You have ordered this cart already. Thank you!', 'restore');

            return $this->leave($link->getPageLink('index'));
        }
        if (Configuration::get('CARTOGRAPH_SIGN_IN') && (int) $old->id_customer > 0 && !$old->orderExists()) {
            $this->apply($old, $coupon);

            return $link->getPageLink('order', true, (int) $old->id_lang, [
                'step' => 3, 'recover_cart' => (int) $old->id, 'token_cart' => md5(_COOKIE_KEY_ . 'recover_cart_' . (int) $old->id),
            ]);
        }
        $cart = $this->context->cart;
        if ((int) $cart->id !== (int) $old->id) {
            $this->fill($cart, $old);
        }
        $this->apply($cart, $coupon);

        return $this->leave($link->getPageLink('cart', true, null, ['action' => 'show']));
    }

    /** Keeps what is to be said until the next page. */
    private function leave($url)
    {
        if (method_exists($this, 'redirectWithNotifications')) {
            $this->redirectWithNotifications($url);
        }

        return $url;
    }

    /** Whether the cart was bought, and not merely tried to be. */
    private function bought(Cart $cart)
    {
        $order = $cart->orderExists() ? new Order((int) Order::getIdByCartId((int) $cart->id)) : null;

        return $order && Validate::isLoadedObject($order)
            && !in_array((int) $order->current_state, [(int) Configuration::get('PS_OS_ERROR'), (int) Configuration::get('PS_OS_CANCELED')], true);
    }

    /** Puts the old cart's lines into the visitor's, beside what is there already. */
    private function fill(Cart $cart, Cart $old)
    {
        if (!$cart->id) {
            $cart->add();
            $this->context->cookie->id_cart = (int) $cart->id;
        }
        $there = [];
        foreach ($cart->getProducts() as $p) {
            $there[$p['id_product'] . '-' . $p['id_product_attribute']] = (int) $p['cart_quantity'];
        }
        $missing = 0;
        foreach ($old->getProducts() as $p) {
            $name = $p['id_product'] . '-' . $p['id_product_attribute'];
            $more = (int) $p['cart_quantity'] - (isset($there[$name]) ? $there[$name] : 0);
            if ($more > 0 && true !== $cart->updateQty($more, (int) $p['id_product'], (int) $p['id_product_attribute'])) {
                ++$missing;
            }
        }
        if ($missing > 0) {
            $this->warning[] = sprintf($this->module->l('%d of the products of your cart are not available any more.', 'restore'), $missing);
        }
        CartographQueue::mark('cart', (int) $cart->id, ['from_cart' => (int) $old->id]);
    }

    private function apply(Cart $cart, $coupon)
    {
        $id = '' !== $coupon && CartRule::isFeatureActive() ? (int) CartRule::getIdByCode($coupon) : 0;
        if (!$id) {
            return;
        }
        $before = $this->context->cart;
        $this->context->cart = $cart;
        $refused = (new CartRule($id, (int) $this->context->language->id))->checkValidity($this->context, false, true);
        if ($refused) {
            $this->warning[] = is_string($refused) ? $refused : $this->module->l('The coupon cannot be used with this cart.', 'restore');
        } else {
            $cart->addCartRule($id);
        }
        $this->context->cart = $before;
    }
}
