<?php
/**
 * As much of WordPress and WooCommerce as the plugin touches, in memory: enough
 * to run it without either. It stands in for them and proves nothing about them.
 */

define('ABSPATH', __DIR__ . '/none/');
define('DAY_IN_SECONDS', 86400);
define('HOUR_IN_SECONDS', 3600);
define('ARRAY_A', 'ARRAY_A');

/** The state of the pretended shop. */
final class Shop
{
    public static array $hooks = [];
    public static array $options = [];
    public static array $scheduled = [];
    public static array $posted = [];
    public static array $notices = [];
    public static array $logged = [];
    public static array $orders = [];
    public static array $products = [];
    public static int $answer = 200;
    public static bool $consent = true;
    public static bool $inclusive = false;
    public static $during = null;
}

function add_action($name, $call, $priority = 10, $args = 1) { Shop::$hooks[$name][$priority][] = [$call, $args]; }
function add_filter($name, $call, $priority = 10, $args = 1) { add_action($name, $call, $priority, $args); }
function do_action($name, ...$values)
{
    $all = Shop::$hooks[$name] ?? [];
    ksort($all);
    foreach ($all as $calls) {
        foreach ($calls as [$call, $args]) {
            $call(...array_slice($values, 0, $args));
        }
    }
}
function apply($name, $value)
{
    foreach (Shop::$hooks[$name] ?? [] as $calls) {
        foreach ($calls as [$call]) {
            $value = $call($value);
        }
    }
    return $value;
}
function register_activation_hook($file, $call) { add_action('activate', $call); }
function plugin_basename($file) { return basename(dirname($file)) . '/' . basename($file); }
function plugins_url($path, $file) { return 'https://shop.example.com/wp-content/plugins/' . $path; }
function __($text, $domain = '') { return $text; }
function _n($one, $many, $n, $domain = '') { return $n === 1 ? $one : $many; }
function __return_true() { return true; }
function get_option($name, $otherwise = false) { return Shop::$options[$name] ?? $otherwise; }
function update_option($name, $value, $autoload = null) { Shop::$options[$name] = $value; }
function delete_option($name) { unset(Shop::$options[$name]); }
function wp_json_encode($value) { return json_encode($value); }
function wp_has_consent($category) { return $category === 'marketing' && Shop::$consent; }
function wp_unslash($value) { return stripslashes($value); }
function sanitize_text_field($text) { return trim(strip_tags($text)); }
function is_email($text) { return filter_var($text, FILTER_VALIDATE_EMAIL); }
function wp_strip_all_tags($text) { return trim(strip_tags($text)); }
function is_user_logged_in() { return false; }
function determine_locale() { return 'fr_FR'; }
function wp_is_mobile() { return true; }
function home_url($path = '') { return 'https://shop.example.com' . $path; }
function add_query_arg($args, $url) { return $url . '?' . http_build_query($args); }
function check_ajax_referer($action, $name) { if (($_POST[$name] ?? '') !== 'nonce:' . $action) { throw new RuntimeException('refused'); } }
function wp_send_json_success() {}
function get_the_terms($id, $taxonomy) { return [(object) ['name' => 'Art &amp; Prints']]; }
function wp_get_attachment_image_url($id, $size) { return $id ? "https://shop.example.com/wp-content/uploads/$id.jpg" : false; }
function get_user_by($by, $value) { return false; }
function is_wp_error($value) { return $value === null; }
function wp_remote_post($url, $request)
{
    Shop::$posted[] = ['url' => $url] + $request;
    if (Shop::$during) {
        $during = Shop::$during;
        Shop::$during = null;
        $during();
    }
    return Shop::$answer === 0 ? null : ['code' => Shop::$answer];
}
function wp_remote_retrieve_response_code($answer) { return $answer['code']; }
function as_has_scheduled_action($hook, $args = null, $group = '') { return as_next_scheduled_action($hook, $args, $group) !== false; }
function as_next_scheduled_action($hook, $args = null, $group = '')
{
    foreach (Shop::$scheduled as $one) {
        if ($one['hook'] === $hook && $one['args'] === $args) {
            return $one['running'] ?? $one['at'];
        }
    }
    return false;
}
function as_schedule_single_action($at, $hook, $args, $group, $unique)
{
    if (!$unique || as_next_scheduled_action($hook, $args, $group) === false) {
        Shop::$scheduled[] = ['at' => $at, 'hook' => $hook, 'args' => $args];
    }
}
function as_schedule_recurring_action($at, $every, $hook, $args, $group, $unique) { as_schedule_single_action($at, $hook, $args, $group, $unique); }
function as_unschedule_all_actions($hook, $args = [], $group = '')
{
    Shop::$scheduled = array_values(array_filter(Shop::$scheduled, fn ($one) => isset($one['running']) || $hook !== '' && ($one['hook'] !== $hook || $one['args'] !== $args)));
}
/** Runs what waits, as Action Scheduler would, and gives the seconds each waited for. */
function run_scheduled(): array
{
    $waits = [];
    foreach (array_keys(Shop::$scheduled) as $i) {
        $one = Shop::$scheduled[$i];
        $waits[] = $one['at'] - time();
        Shop::$scheduled[$i]['running'] = true;
        do_action($one['hook'], ...$one['args']);
        unset(Shop::$scheduled[$i]);
    }
    Shop::$scheduled = array_values(Shop::$scheduled);
    return $waits;
}

class WooCommerce
{
    public $cart;
    public $session;
    public $customer;
}
function WC() { static $wc; return $wc ??= new WooCommerce(); }
function wc_format_decimal($value, $places) { return number_format((float) $value, $places, '.', ''); }
function wc_get_price_decimals() { return 2; }
function wc_prices_include_tax() { return Shop::$inclusive; }
function get_woocommerce_currency() { return 'EUR'; }
function wc_get_formatted_variation($product, $flat, $names) { return 'Blue, M'; }
function wc_add_notice($text, $kind = 'success') { Shop::$notices[] = $text; }
function wc_get_page_permalink($page) { return "https://shop.example.com/$page/"; }
function wc_get_checkout_url() { return 'https://shop.example.com/checkout/'; }
function wc_coupons_enabled() { return true; }
function wc_format_coupon_code($code) { return strtolower($code); }
function wc_string_to_bool($text) { return in_array(strtolower($text), ['yes', '1', 'true'], true); }
function wc_get_product($id) { return Shop::$products[$id] ?? false; }
function wc_get_order($id) { return Shop::$orders[$id] ?? false; }
function wc_get_logger() { return new class { public function warning($text, $context) { Shop::$logged[] = $text; } public function error($text, $context) { Shop::$logged[] = $text; } }; }

class WC_Product
{
    public function __construct(private string $title, private string $sku, public float $price, private string $type = 'simple', public bool $here = true) {}
    public function get_sku() { return $this->sku; }
    public function get_title() { return $this->title; }
    public function is_type($type) { return $this->type === $type; }
    public function get_permalink() { return 'https://shop.example.com/product/' . strtolower($this->sku) . '/'; }
    public function get_image_id() { return 31; }
    public function managing_stock() { return true; }
    public function backorders_allowed() { return false; }
    public function get_stock_quantity() { return 4; }
    public function is_purchasable() { return $this->here; }
    public function is_in_stock() { return $this->here; }
    public function get_max_purchase_quantity() { return 4; }
}
class WC_Customer
{
    public array $billing = [];
    public function get_id() { return 0; }
    public function __call($name, $args) { return $this->billing[substr($name, strlen('get_billing_'))] ?? ''; }
}
class WC_Session
{
    public array $data = [];
    public function get($key) { return $this->data[$key] ?? null; }
    public function set($key, $value) { $this->data[$key] = $value; }
    public function set_customer_session_cookie($set) {}
}
class WC_Cart
{
    public array $lines = [];
    public array $coupons = [];
    public function get_cart() { return $this->lines; }
    public function is_empty() { return $this->lines === []; }
    public function get_applied_coupons() { return $this->coupons; }
    public function has_discount($code) { return in_array($code, $this->coupons, true); }
    public function apply_coupon($code) { $this->coupons[] = $code; do_action('woocommerce_after_calculate_totals'); return true; }
    public function get_total($context) { return array_sum(array_map(fn ($l) => $l['line_subtotal'] + $l['line_subtotal_tax'], $this->lines)); }
    public function generate_cart_id($product, $variation, $attributes) { return md5("$product $variation " . json_encode($attributes)); }
    public function find_product_in_cart($key) { return isset($this->lines[$key]) ? $key : ''; }
    public function set_quantity($key, $quantity)
    {
        $l = &$this->lines[$key];
        $l['quantity'] = $quantity;
        $l['line_subtotal'] = $l['data']->price * $quantity;
        $l['line_subtotal_tax'] = round($l['line_subtotal'] * 0.2, 2);
        do_action('woocommerce_after_calculate_totals');
        return true;
    }
    public function add_to_cart($product, $quantity, $variation = 0, $attributes = [])
    {
        $key = $this->generate_cart_id($product, $variation, $attributes);
        $this->lines[$key] = ['product_id' => $product, 'variation_id' => $variation, 'variation' => $attributes,
            'quantity' => 0, 'data' => wc_get_product($variation ?: $product)];
        $this->set_quantity($key, $quantity);
        return $key;
    }
    public function empty_cart() { $this->lines = $this->coupons = []; do_action('woocommerce_cart_emptied'); }
    public function remove_all() { $this->lines = []; do_action('woocommerce_cart_item_removed'); }
}
class WC_Order
{
    public array $meta = [];
    public int $saved = 0;
    public function __construct(public int $id, public string $status = 'pending') {}
    public function get_id() { return $this->id; }
    public function get_meta($key) { return $this->meta[$key] ?? ''; }
    public function update_meta_data($key, $value) { $this->meta[$key] = $value; }
    public function save_meta_data() { $this->saved++; }
    public function has_status($some) { return in_array($this->status, $some, true); }
}

/** Answers the few statements of Cartograph_Carts. */
final class Database
{
    public string $prefix = 'wp_';
    public array $rows = [];
    public function get_charset_collate() { return ''; }
    public function prepare($sql, ...$values) { return [$sql, $values]; }
    public function get_row($query, $output) { return $this->rows[$query[1][0]] ?? null; }
    public function get_results($query, $output)
    {
        return array_slice(array_values(array_filter($this->rows, fn ($r) => $r['email'] === $query[1][0])), 0, $query[1][1]);
    }
    public function replace($table, $row) { $this->rows[$row['cart_id']] = $row; }
    public function update($table, $fields, $where)
    {
        if (isset($this->rows[$where['cart_id']])) {
            $this->rows[$where['cart_id']] = $fields + $this->rows[$where['cart_id']];
        }
    }
    public function delete($table, $where) { unset($this->rows[$where['cart_id']]); }
    public function query($query) { $this->rows = is_string($query) ? [] : array_filter($this->rows, fn ($r) => $r['changed_at'] >= $query[1][0]); }
}
$GLOBALS['wpdb'] = new Database();
