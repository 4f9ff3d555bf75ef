<?php
/**
 * Runs the module through a shopper's day, checks what it did, and prints what
 * it posted, one delivery a line: {"url","headers","body"}.
 */

error_reporting(E_ALL);
set_error_handler(static function ($level, $text, $file, $line) { throw new ErrorException($text, 0, $level, $file, $line); });

require __DIR__ . '/prestashop.php';
require __DIR__ . '/../cartograph/cartograph.php';
require __DIR__ . '/../cartograph/controllers/front/restore.php';

function check(bool $so, string $what): void
{
    if (!$so) {
        fwrite(STDERR, "not so: $what\n");
        exit(1);
    }
}
CartographSender::$network = static function ($url, $headers, $body) {
    $named = [];
    foreach ($headers as $header) {
        [$name, $value] = explode(': ', $header, 2);
        $named[$name] = $value;
    }
    Shop::$posted[] = ['url' => $url, 'headers' => $named, 'body' => $body];
    return Shop::$answer;
};
function last(): array { return json_decode(end(Shop::$posted)['body'], true); }

$module = new Cartograph();
check($module->install() && in_array('actionCartSave', Shop::$hooks, true), 'it is installed');
$cart = new Cart();
$cart->id = 12;
$cart->rows = ['2-10' => 2, '3-0' => 1];
$cart->keep();
$module->hookActionCartSave(['cart' => $cart]);
check(CartographSender::work(9) === 0, 'unconnected, it tells nothing');
Configuration::updateValue('CARTOGRAPH_URL', 'https://cartograph.example/webhooks/prestashop/s1');
Configuration::updateValue('CARTOGRAPH_SECRET', 'a & b <c>');
foreach (['PS_OS_ERROR' => 8, 'PS_OS_CANCELED' => 6, 'PS_OS_REFUND' => 7, 'PS_OS_BANKWIRE' => 10] as $name => $state) {
    Configuration::updateValue($name, $state);
}
Shop::$stored['OrderState'] = [2 => ['id' => 2, 'paid' => 1], 8 => ['id' => 8, 'paid' => 0], 6 => ['id' => 6, 'paid' => 0], 10 => ['id' => 10, 'paid' => 0]];

$module->hookActionCartSave(['cart' => $cart]);
check(CartographSender::work(9) === 0, 'a cart of nobody is not told, unless the merchant wants it');

// Somebody known, with an address and the newsletter.
Shop::$stored['Customer'][7] = ['id' => 7, 'is_guest' => 1, 'email' => 'ann@example.com', 'firstname' => 'Ann', 'lastname' => "O'Neil", 'id_lang' => 1,
    'newsletter' => 1, 'newsletter_date_add' => '2026-05-01 10:00:00', 'date_add' => '2026-05-01 10:00:00', 'date_upd' => '2026-05-02 11:00:00'];
Shop::$stored['Address'][4] = ['id' => 4, 'phone' => '', 'phone_mobile' => '06 12 34 56 78', 'id_country' => 8, 'id_state' => 0];
$cart->id_customer = 7;
$cart->id_address_delivery = 4;
$cart->date_upd = '2026-05-02 11:30:00';
$cart->keep();
$module->hookActionCartSave(['cart' => $cart]);
$module->hookActionCartSave(['cart' => $cart]);
check(Shop::$posted === [], 'nothing is posted within the request');
check(CartographSender::work(9) === 1 && count(Shop::$posted) === 1, 'two changes are one post');
check(last()['cart']['date_upd'] === '2026-05-02T11:30:00+02:00' && last()['cart']['step'] === 'checkout', 'times have their offset');
check(CartographSender::work(9) === 1 && last()['topic'] === 'customer.consent', 'whoever said yes is remembered');
$module->hookActionCartSave(['cart' => $cart]);
check(CartographSender::work(9) === 1 && count(Shop::$posted) === 2, 'what did not change is not told again');

// Cartograph is down for a while.
Shop::$answer = 503;
$cart->rows['3-0'] = 2;
$cart->keep();
$module->hookActionCartSave(['cart' => $cart]);
CartographSender::work(9);
check(abs(Db::getInstance()->waits('cart', 12) - 60) < 3, 'it is told a minute later');
Db::getInstance()->later();
CartographSender::work(9);
check(abs(Db::getInstance()->waits('cart', 12) - 300) < 3, 'then five');
Shop::$posted = array_slice(Shop::$posted, 0, 2);
Shop::$answer = 200;
Db::getInstance()->later();
CartographSender::work(9);
check(last()['cart']['products'][1]['cart_quantity'] === 2 && Db::getInstance()->waits('cart', 12) === 0, 'and at last');

// The payment fails: the order exists, and the cart can still be brought back.
$order = ['id' => 5, 'reference' => 'XKBKNABJK', 'id_cart' => 12, 'id_shop' => 1, 'id_customer' => 7, 'id_lang' => 1, 'id_currency' => 1, 'id_address_invoice' => 4,
    'module' => 'ps_checkout', 'current_state' => 8, 'total_paid_tax_incl' => 50.800000000000004, 'date_add' => '2026-05-02 11:40:00', 'date_upd' => '2026-05-02 11:40:00',
    'lines' => [['product_id' => '2', 'product_attribute_id' => '10', 'product_reference' => 'REF2', 'product_name' => 'Affiche', 'product_quantity' => '4',
        'unit_price_tax_incl' => 12.7, 'total_price_tax_incl' => 50.8]]];
Shop::$stored['Order'][5] = $order;
Shop::$ordered[12] = 5;
$module->hookActionValidateOrder(['order' => new Order(5)]);
CartographSender::work(9);
check(last()['order']['state']['kind'] === 'error' && last()['topic'] === 'order.validated', 'the failed payment is told');

// On another device, by the link, with a coupon.
$controller = new CartographRestoreModuleFrontController();
Context::getContext()->cart = new Cart();
parse_str(parse_url(CartographBody::restoreUrl(12), PHP_URL_QUERY), $link);
check($controller->open(12, str_repeat('0', 32), '') === 'https://shop.example.com/index' && Context::getContext()->cart->rows === [], 'a wrong key opens nothing');
Cart::$gone = [3];
check($controller->open(12, $link['cartograph_key'], 'SPRING') === 'https://shop.example.com/cart?action=show', 'it leads to the cart');
$new = Context::getContext()->cart;
check($new->rows === ['2-10' => 2] && count($new->rules) === 1 && count($controller->warning) === 2, 'what is left is there, with the coupon; what is gone is told');
check($controller->open(12, $link['cartograph_key'], '') && $new->rows === ['2-10' => 2], 'opening it twice changes nothing');
$new->id_customer = 7;
$new->keep();
CartographSender::work(9);
check(last()['cart']['id_cart'] === 20 && last()['cart']['from_cart'] === 12, 'the new cart names the old one');
Configuration::updateValue('CARTOGRAPH_SIGN_IN', '1');
unset(Shop::$ordered[12]);
check($controller->open(12, $link['cartograph_key'], '') === 'https://shop.example.com/order?step=3&recover_cart=12&token_cart=' . md5('cookie-keyrecover_cart_12'), "PrestaShop's own link, where the merchant wants it");
Shop::$ordered[12] = 5;

// The new cart is bought, paid, cancelled in part and taken back; another order is made by staff.
Shop::$stored['Order'][6] = ['id' => 6, 'id_cart' => 20, 'current_state' => 2, 'paid_before' => 1, 'reference' => 'OHSATSERP'] + $order;
Shop::$ordered[20] = 6;
$module->hookActionValidateOrder(['order' => new Order(6)]);
CartographSender::work(9);
check(last()['order']['from_cart'] === 12 && last()['order']['state'] === ['id' => 2, 'kind' => 'paid', 'has_been_paid' => true], 'the purchase is told');
$slip = (object) ['total_products_tax_incl' => '12.700000', 'total_shipping_tax_incl' => '0'];
Shop::$stored['Order'][6]['slips'] = [$slip];
$module->hookActionOrderSlipAdd(['order' => new Order(6)]);
CartographSender::work(9);
check(last()['order']['refunded_tax_incl'] === '12.700000', 'a refund is told');
Shop::$stored['Order'][6]['current_state'] = 6;
$module->hookActionOrderStatusPostUpdate(['id_order' => 6]);
CartographSender::work(9);
check(last()['order']['state']['kind'] === 'cancelled' && last()['topic'] === 'order.status', 'a cancellation is told');
check($controller->open(20, CartographBody::restoreKey(20), '') !== 'https://shop.example.com/index', 'a cancelled order does not keep its cart');
Shop::$stored['Order'][7] = ['id' => 7, 'id_cart' => 21, 'current_state' => 10] + $order;
Context::getContext()->employee = new Customer(7);
$module->hookActionValidateOrder(['order' => new Order(7)]);
unset(Context::getContext()->employee);
CartographSender::work(9);
check(last()['order']['source'] === 'admin' && last()['order']['state']['kind'] === 'waiting', 'staff made it');

// The newsletter is taken back; the customer is erased; the module is removed.
Shop::$stored['Customer'][7] = ['newsletter' => 0, 'date_upd' => '2026-05-03 09:00:00'] + Shop::$stored['Customer'][7];
$module->hookActionObjectCustomerUpdateAfter(['object' => new Customer(7)]);
CartographSender::work(9);
check(last()['customer']['newsletter'] === ['answer' => false, 'at' => '2026-05-03T09:00:00+02:00'], 'the no is told');
check($module->hookActionDeleteGDPRCustomer(['email' => 'ann@example.com', 'id' => 7]) === 'true' && last()['topic'] === 'privacy.erase', 'the erasure is told');
$module->hookActionExportGDPRData(['email' => 'ann@example.com', 'id' => 7]);
check($module->uninstall() && Configuration::get('CARTOGRAPH_SECRET') === false, 'nothing is left');

foreach (Shop::$posted as $one) {
    echo json_encode($one, JSON_UNESCAPED_SLASHES), "\n";
}
