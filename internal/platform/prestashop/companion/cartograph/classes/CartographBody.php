<?php
/**
 * Carts, orders and customers as Cartograph is told of them, by PrestaShop's own
 * names and with tax.
 */
if (!defined('_PS_VERSION_')) {
    exit;
}

class CartographBody
{
    /** A date of the database, which is in the shop's own time, with its offset. */
    public static function time($date)
    {
        $at = $date && 0 !== strpos($date, '0000') ? strtotime($date) : false;

        return $at ? date(DATE_ATOM, $at) : null;
    }

    private static function amount($value)
    {
        return number_format((float) $value, 6, '.', '');
    }

    public static function restoreKey($idCart)
    {
        return substr(hash_hmac('sha256', 'restore:' . (int) $idCart, (string) Configuration::get('CARTOGRAPH_KEY')), 0, 32);
    }

    public static function restoreUrl($idCart)
    {
        return Context::getContext()->link->getModuleLink('cartograph', 'restore', [
            'cartograph_cart' => (int) $idCart,
            'cartograph_key' => self::restoreKey($idCart),
        ], true);
    }

    public static function cart(Cart $cart, array $row)
    {
        // Prices depend on who buys, in which currency.
        $context = Context::getContext();
        $context->cart = $cart;
        $context->currency = new Currency((int) $cart->id_currency);
        $products = [];
        foreach ($cart->getProducts(true) as $p) {
            $products[] = self::line($p, $context->link);
        }

        return [
            'id_cart' => (int) $cart->id,
            'id_shop' => (int) $cart->id_shop,
            'revision' => (int) $row['revision'],
            'from_cart' => (int) $row['from_cart'],
            'date_add' => self::time($cart->date_add),
            'date_upd' => self::time($cart->date_upd),
            'step' => (int) $cart->id_address_delivery > 0 ? 'checkout' : 'cart',
            'currency' => $context->currency->iso_code,
            'total_tax_incl' => self::amount($products ? $cart->getOrderTotal(true, Cart::BOTH) : 0),
            'products' => $products,
            'cart_rules' => array_values(array_filter(array_column($cart->getCartRules(), 'code'))),
            'restore_url' => self::restoreUrl($cart->id),
            'customer' => self::customer((int) $cart->id_customer, (int) $cart->id_lang, (int) ($cart->id_address_invoice ?: $cart->id_address_delivery)),
        ];
    }

    private static function line(array $p, $link)
    {
        return [
            'id_product' => (int) $p['id_product'],
            'id_product_attribute' => (int) $p['id_product_attribute'],
            'reference' => (string) $p['reference'],
            'name' => (string) $p['name'],
            'attributes_small' => isset($p['attributes_small']) ? (string) $p['attributes_small'] : '',
            'cart_quantity' => (int) $p['cart_quantity'],
            'price_wt' => self::amount($p['price_wt']),
            'total_wt' => self::amount($p['total_wt']),
            'link' => (string) $link->getProductLink((int) $p['id_product'], null, null, null, null, null, (int) $p['id_product_attribute']),
            'image' => empty($p['id_image']) ? '' : 'https://' . preg_replace('~^(https?:)?//~', '', $link->getImageLink($p['link_rewrite'], $p['id_image'], ImageType::getFormattedName('home'))),
            'stock_quantity' => isset($p['quantity_available']) && empty($p['out_of_stock']) ? (int) $p['quantity_available'] : null,
        ];
    }

    /** A shopper, or null where nobody is known. */
    public static function customer($idCustomer, $idLang, $idAddress)
    {
        $customer = new Customer($idCustomer);
        if (!Validate::isLoadedObject($customer)) {
            return null;
        }
        $address = $idAddress ? new Address($idAddress) : null;
        $language = new Language($idLang ?: (int) $customer->id_lang);
        $known = CartographQueue::find('customer', $idCustomer);

        return [
            'id_customer' => (int) $customer->id,
            'is_guest' => (bool) $customer->is_guest,
            'email' => (string) $customer->email,
            'phone' => $address ? (string) ($address->phone_mobile ?: $address->phone) : '',
            'firstname' => (string) $customer->firstname,
            'lastname' => (string) $customer->lastname,
            'country' => $address ? (string) Country::getIsoById((int) $address->id_country) : '',
            'state' => $address && $address->id_state ? (string) (new State((int) $address->id_state))->iso_code : '',
            'language' => (string) ($language->locale ?: $language->iso_code),
            'newsletter' => self::newsletter($customer, $known),
        ];
    }

    /** The answer about the newsletter. A no is told only of those who had said yes. */
    private static function newsletter(Customer $customer, $known)
    {
        if ($customer->newsletter) {
            return ['answer' => true, 'at' => self::time($customer->newsletter_date_add) ?: self::time($customer->date_add)];
        }

        return $known && 'yes' === $known['source'] ? ['answer' => false, 'at' => self::time($customer->date_upd)] : null;
    }

    public static function order(Order $order, array $row)
    {
        $products = [];
        foreach ($order->getProducts() as $p) {
            $products[] = [
                'product_id' => (int) $p['product_id'],
                'product_attribute_id' => (int) $p['product_attribute_id'],
                'product_reference' => (string) $p['product_reference'],
                'product_name' => (string) $p['product_name'],
                'product_quantity' => (int) $p['product_quantity'],
                'unit_price_tax_incl' => self::amount($p['unit_price_tax_incl']),
                'total_price_tax_incl' => self::amount($p['total_price_tax_incl']),
            ];
        }

        $cart = CartographQueue::find('cart', (int) $order->id_cart);

        return [
            'id_order' => (int) $order->id,
            'reference' => (string) $order->reference,
            'id_cart' => (int) $order->id_cart,
            'from_cart' => $cart ? (int) $cart['from_cart'] : 0,
            'id_shop' => (int) $order->id_shop,
            'source' => $row['source'] ?: 'front',
            'state' => self::state($order),
            'module' => (string) $order->module,
            'currency' => (new Currency((int) $order->id_currency))->iso_code,
            'total_paid_tax_incl' => self::amount($order->total_paid_tax_incl),
            'refunded_tax_incl' => self::amount(self::refunded($order)),
            'date_add' => self::time($order->date_add),
            'date_upd' => self::time($order->date_upd),
            'products' => $products,
            'restore_url' => self::restoreUrl($order->id_cart),
            'customer' => self::customer((int) $order->id_customer, (int) $order->id_lang, (int) $order->id_address_invoice),
        ];
    }

    /** What the order's state means in this shop, whose states may be numbered otherwise than usual. */
    private static function state(Order $order)
    {
        $id = (int) $order->current_state;
        $is = static function (array $names) use ($id) {
            foreach ($names as $name) {
                if ($id > 0 && $id === (int) Configuration::get($name)) {
                    return true;
                }
            }

            return false;
        };
        $state = new OrderState($id);
        $kind = '';
        if ($is(['PS_OS_ERROR'])) {
            $kind = 'error';
        } elseif ($is(['PS_OS_CANCELED'])) {
            $kind = 'cancelled';
        } elseif ($is(['PS_OS_REFUND'])) {
            $kind = 'refunded';
        } elseif ($state->paid) {
            $kind = 'paid';
        } elseif ($is(['PS_OS_CHEQUE', 'PS_OS_BANKWIRE', 'PS_OS_COD_VALIDATION', 'PS_OS_OUTOFSTOCK_UNPAID', 'PS_OS_PREPARATION'])) {
            $kind = 'waiting';
        }

        return ['id' => $id, 'kind' => $kind, 'has_been_paid' => (bool) $order->hasBeenPaid()];
    }

    private static function refunded(Order $order)
    {
        $sum = 0.0;
        foreach ($order->getOrderSlipsCollection() as $slip) {
            $sum += (float) $slip->total_products_tax_incl + (float) $slip->total_shipping_tax_incl;
        }

        return $sum;
    }
}
