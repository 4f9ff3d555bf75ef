<?php
/**
 * Runs the plugin through a shopper's day, checks what it did, and prints what
 * it posted, one delivery a line: {"url","headers","body"}.
 */

error_reporting(E_ALL);
set_error_handler(static function ($level, $text, $file, $line) { throw new ErrorException($text, 0, $level, $file, $line); });

require __DIR__ . '/wordpress.php';
require __DIR__ . '/../cartograph-for-woocommerce/cartograph-for-woocommerce.php';

/** Ends with an error unless it is so. */
function check(bool $so, string $what): void
{
    if (!$so) {
        fwrite(STDERR, "not so: $what\n");
        exit(1);
    }
}
/** A new request of the same shopper. */
function request(callable $does): void
{
    $does();
    do_action('shutdown');
}
function bodies(): array { return array_map(fn ($p) => json_decode($p['body'], true), Shop::$posted); }
function session(): array { return WC()->session->get('cartograph_cart') ?? []; }

Shop::$options['woocommerce_cartograph_settings'] = ['url' => 'https://cartograph.example/webhooks/woocommerce/s1',
    'secret' => 'a & b <c>', 'wording' => 'Remind me by email of what I leave in my cart.'];
Shop::$products = [22 => new WC_Product('Poster &ndash; Large', 'POSTER', 12.0), 30 => new WC_Product('Tee', 'TEE', 20.0),
    31 => new WC_Product('Tee', 'TEE-BLUE', 20.0, 'variation'), 40 => new WC_Product('Gone', 'GONE', 5.0)];
WC()->cart = new WC_Cart();
WC()->session = new WC_Session();
WC()->customer = new WC_Customer();
do_action('plugins_loaded');
check(apply('wp_consent_api_registered_cartograph-for-woocommerce/cartograph-for-woocommerce.php', false) === true, 'the plugin says that it honours consent');

// Nobody agreed: nothing is kept, nothing posted.
Shop::$consent = false;
request(fn () => WC()->cart->add_to_cart(22, 1));
check(Shop::$scheduled === [] && $GLOBALS['wpdb']->rows === [], 'without consent nothing is kept');

// The visitor agrees; two changes of one moment are one post.
Shop::$consent = true;
request(fn () => WC()->cart->add_to_cart(22, 2));
$id = session()['id'];
check(preg_match('/^[0-9a-f]{32}$/', $id) === 1, 'the cart has an id');
request(fn () => WC()->cart->add_to_cart(31, 1, 31, ['attribute_pa_color' => 'blue']));
check(count(Shop::$scheduled) === 1, 'two changes wait as one');
check(Shop::$posted === [], 'nothing is posted within the request');
run_scheduled();
check(count(Shop::$posted) === 1 && bodies()[0]['cart']['revision'] === 2, 'the latest state is posted');
request(fn () => do_action('woocommerce_after_calculate_totals'));
check(Shop::$scheduled === [], 'a page that changes nothing posts nothing');

// The classic checkout: an address is typed, the box is ticked.
request(function () {
    $_POST = ['nonce' => 'nonce:cartograph-contact', 'email' => 'Ann@Example.com', 'phone' => '06 12 34 56 78', 'first_name' => "Ann", 'last_name' => 'O\\\'Neil', 'country' => 'FR', 'reminders' => '1'];
    do_action('wc_ajax_cartograph_contact');
});
$_POST = ['nonce' => 'forged', 'email' => 'other@example.com'];
try {
    do_action('wc_ajax_cartograph_contact');
    check(false, 'a forged form is refused');
} catch (RuntimeException $refused) {
    check(session()['typed']['email'] === 'Ann@Example.com', 'a forged form changes nothing');
}

// Cartograph is down: later, and later still; a change in between does not wait for hours.
Shop::$answer = 503;
check(run_scheduled() === [10], 'it is told soon');
check(run_scheduled() === [60], 'and again after a minute');
check(run_scheduled() === [300], 'and after five');
Shop::$answer = 0;
run_scheduled();
check(as_next_scheduled_action('cartograph_post_cart', [$id]) > time() + 3600, 'the waits grow');
request(fn () => WC()->cart->set_quantity(WC()->cart->generate_cart_id(22, 0, []), 3));
Shop::$posted = array_slice(Shop::$posted, 0, 1);
Shop::$answer = 200;
Shop::$during = fn () => request(fn () => WC()->cart->set_quantity(WC()->cart->generate_cart_id(22, 0, []), 1));
check(run_scheduled() === [10], 'what is new is told now');
check(run_scheduled() === [10], 'what changed while it was told is told too');
check(run_scheduled() === [], 'and then nothing waits');
check(bodies()[1]['cart']['consent']['email']['answer'] === true && bodies()[2]['cart']['items'][0]['quantity'] === 1, 'both are told in order');

// The way back, on another device: a wrong key, then the right one, with a coupon.
$first = WC()->session;
WC()->session = new WC_Session();
WC()->cart = new WC_Cart();
WC()->customer = new WC_Customer();
parse_str(parse_url(Cartograph_Restore::url($id), PHP_URL_QUERY), $link);
check(Cartograph_Restore::open($id, str_repeat('0', 32), '') === 'https://shop.example.com/shop/' && WC()->cart->is_empty(), 'a wrong key opens nothing');
request(fn () => WC()->cart->add_to_cart(40, 1));
$other = session()['id'];
run_scheduled();
Shop::$products[31]->here = false;
request(fn () => check(Cartograph_Restore::open($link['cartograph-cart'], $link['cartograph-key'], 'SPRING') === wc_get_checkout_url(), 'it leads to the checkout'));
check(session()['id'] === $id && $other !== $id, 'the cart is the one that was left');
check(count(WC()->cart->lines) === 2 && WC()->cart->coupons === ['spring'], 'the poster is back beside the other thing, with the coupon');
check(str_contains(end(Shop::$notices), '1 product of your cart is not available'), 'what is gone is told');
run_scheduled();
check(bodies()[4]['cart']['id'] === $other && bodies()[4]['cart']['items'] === [], 'the other cart went into this one');
request(fn () => Cartograph_Restore::open($id, $link['cartograph-key'], 'SPRING'));
check(Shop::$scheduled === [], 'opening it twice changes nothing');

// The order, in both checkouts.
$order = Shop::$orders[727] = new WC_Order(727);
do_action('woocommerce_store_api_checkout_update_order_meta', $order);
do_action('woocommerce_store_api_checkout_update_order_meta', $order);
check($order->meta === ['_cartograph_cart_id' => $id] && $order->saved === 1, 'the draft names its cart, once');
$_POST = ['cartograph_reminders' => '1'];
$classic = new WC_Order(728);
do_action('woocommerce_checkout_create_order', $classic);
check($classic->meta === ['_cartograph_cart_id' => $id, '_cartograph_reminders' => 'yes'], 'the classic order names its cart');
request(function () use ($order) {
    do_action('woocommerce_store_api_checkout_order_processed', $order);
    $order->status = 'processing';
    WC()->cart->empty_cart();
});
check(Shop::$scheduled === [] && session()['id'] === '', 'a bought cart is not an emptied one, and the next is another');
check(Cartograph_Restore::open($id, $link['cartograph-key'], '') === 'https://shop.example.com/shop/', 'what was bought is not brought back');

// Another cart, emptied by hand; then the consent is taken back.
request(fn () => WC()->cart->add_to_cart(22, 1));
run_scheduled();
request(fn () => WC()->cart->remove_all());
run_scheduled();
check(end(Shop::$posted) && bodies()[count(Shop::$posted) - 1]['cart']['items'] === [], 'an emptied cart is told');
Shop::$consent = false;
$last = session()['id'];
request(fn () => WC()->cart->add_to_cart(22, 1));
check(Cartograph_Carts::find($last) === null && Shop::$scheduled === [], 'consent taken back: nothing more');

// The block's box: an untouched one says nothing.
Shop::$consent = true;
WC()->session = new WC_Session();
do_action('woocommerce_set_additional_field_value', 'cartograph/reminders', false, 'other', $order);
check((session()['consent'] ?? null) === null, 'an unticked box is no answer');
do_action('woocommerce_set_additional_field_value', 'cartograph/reminders', true, 'other', $order);
do_action('woocommerce_set_additional_field_value', 'cartograph/reminders', false, 'other', $order);
check(session()['consent']['answer'] === false, 'one that was ticked and unticked is a no');

// WordPress' privacy tools, and the end.
check(Cartograph_Privacy::erase('ann@example.com')['items_removed'] === true, 'what is kept of a person is erased');
check(Cartograph_Carts::of('ann@example.com', 9) === [], 'nothing of them is left');
Shop::$answer = 503;
check(Cartograph_Privacy::erase('ann@example.com')['items_retained'] === true, 'a request that could not be told is said to be open');
array_pop(Shop::$posted);
Shop::$answer = 200;
Cartograph_Privacy::export('ann@example.com');
Shop::$inclusive = true;
WC()->session = new WC_Session();
request(fn () => WC()->cart->set_quantity(array_key_first(WC()->cart->lines), 2));
run_scheduled();
check(end(Shop::$posted) && bodies()[count(Shop::$posted) - 1]['cart']['items'][0]['price'] === '14.40', 'prices with tax where the shop enters them so');
define('WP_UNINSTALL_PLUGIN', 'cartograph');
require __DIR__ . '/../cartograph-for-woocommerce/uninstall.php';
check(!isset(Shop::$options['cartograph_restore_key']) && $GLOBALS['wpdb']->rows === [], 'nothing is left');

foreach (Shop::$posted as $one) {
    echo json_encode(['url' => $one['url'], 'headers' => $one['headers'], 'body' => $one['body']], JSON_UNESCAPED_SLASHES), "\n";
}
