<?php
/**
 * As much of PrestaShop as the module touches, in memory. It stands in for
 * PrestaShop and proves nothing about it.
 */

define('_PS_VERSION_', '8.2.0');
define('_DB_PREFIX_', 'ps_');
define('_MYSQL_ENGINE_', 'InnoDB');
define('_COOKIE_KEY_', 'cookie-key');
date_default_timezone_set('Europe/Paris');

/** The state of the pretended shop. */
final class Shop
{
    public static array $settings = [];
    public static array $stored = [];
    public static array $posted = [];
    public static array $logged = [];
    public static array $hooks = [];
    public static array $ordered = [];
    public static int $answer = 200;
}
class Configuration
{
    public static function get($name) { return Shop::$settings[$name] ?? false; }
    public static function updateValue($name, $value) { Shop::$settings[$name] = $value; return true; }
    public static function deleteByName($name) { unset(Shop::$settings[$name]); }
}
class Validate { public static function isLoadedObject($o) { return is_object($o) && !empty($o->id); } }
class PrestaShopLogger { public static function addLog($text, $level) { Shop::$logged[] = $text; } }
class Tools
{
    public static function getValue($name) { return $_GET[$name] ?? ''; }
}
function pSQL($text) { return addslashes($text); }
#[AllowDynamicProperties]
class Stored
{
    public $id;
    public function __construct($id = null)
    {
        foreach (Shop::$stored[static::class][$id] ?? [] as $name => $value) {
            $this->$name = $value;
        }
    }
}
class Currency extends Stored { public $iso_code = 'EUR'; }
class Customer extends Stored {}
class Address extends Stored {}
class State extends Stored {}
class Language extends Stored { public $id = 1; public $locale = 'fr-FR'; public $iso_code = 'fr'; }
class OrderState extends Stored {}
class Country { public static function getIsoById($id) { return 'FR'; } }
class ImageType { public static function getFormattedName($name) { return $name . '_default'; } }
class Order extends Stored
{
    public static function getIdByCartId($cart) { return Shop::$ordered[$cart] ?? 0; }
    public function getProducts() { return $this->lines; }
    public function hasBeenPaid() { return $this->paid_before ?? 0; }
    public function getOrderSlipsCollection() { return $this->slips ?? []; }
}
class Cart extends Stored
{
    const BOTH = 3;
    public $id_currency = 1;
    public $id_shop = 1;
    public $id_lang = 1;
    public $id_customer = 0;
    public $id_address_invoice = 0;
    public $id_address_delivery = 0;
    public $date_add = '2026-05-02 11:00:00';
    public $date_upd = '2026-05-02 11:00:00';
    public array $rows = [];
    public array $rules = [];
    public static array $gone = [];
    public function add() { $this->id = 20; }
    public function keep() { Shop::$stored['Cart'][$this->id] = get_object_vars($this); }
    public function orderExists() { return isset(Shop::$ordered[$this->id]); }
    public function getCartRules() { return $this->rules; }
    public function addCartRule($id) { $this->rules[] = ['code' => 'SPRING']; }
    public function getOrderTotal($tax, $what) { return array_sum(array_map(fn ($q) => $q * 12.7, $this->rows)); }
    public function updateQty($quantity, $product, $attribute)
    {
        if (in_array($product, self::$gone, true)) {
            return false;
        }
        $this->rows["$product-$attribute"] = ($this->rows["$product-$attribute"] ?? 0) + $quantity;
        return true;
    }
    public function getProducts($refresh = false)
    {
        $out = [];
        foreach ($this->rows as $name => $quantity) {
            [$product, $attribute] = explode('-', $name);
            $out[] = ['id_product' => $product, 'id_product_attribute' => $attribute, 'reference' => "REF$product", 'name' => "Affiche « $product »",
                'attributes_small' => $attribute > 0 ? '40x60cm' : '', 'cart_quantity' => (string) $quantity, 'price_wt' => 12.7, 'total_wt' => 12.700000000000001 * $quantity,
                'link_rewrite' => 'affiche', 'id_image' => '3-4', 'quantity_available' => '300', 'out_of_stock' => '0'];
        }
        return $out;
    }
}
class CartRule
{
    public function __construct(public $id = 0, $lang = 0) {}
    public static function isFeatureActive() { return true; }
    public static function getIdByCode($code) { return $code === 'SPRING' ? 5 : 0; }
    public function checkValidity($context, $twice, $told) { return $context->cart->rules ? 'Ce bon est déjà utilisé.' : null; }
}
class Link
{
    public function getModuleLink($module, $controller, $args = [], $ssl = null) { return "https://shop.example.com/module/$module/$controller?" . http_build_query($args); }
    public function getPageLink($page, $ssl = null, $lang = null, $args = []) { return "https://shop.example.com/$page" . ($args ? '?' . http_build_query($args) : ''); }
    public function getProductLink($id) { return "https://shop.example.com/$id-affiche.html"; }
    public function getImageLink($name, $id, $type) { return "shop.example.com/$id-$type/$name.jpg"; }
}
#[AllowDynamicProperties]
class Context
{
    public static function getContext() { static $it; return $it ??= new Context(); }
}
Context::getContext()->link = new Link();
Context::getContext()->language = new Language(1);
Context::getContext()->cookie = new stdClass();
#[AllowDynamicProperties]
class Module
{
    public function __construct() { $this->context = Context::getContext(); }
    public function install() { return true; }
    public function uninstall() { return true; }
    public function registerHook($names) { Shop::$hooks = $names; return true; }
    public function l($text, $where = '') { return $text; }
}
#[AllowDynamicProperties]
class ModuleFrontController
{
    public $warning = [];
    public $success = [];
    public function __construct() { $this->context = Context::getContext(); $this->module = new Module(); }
}

/** Answers the few statements of CartographQueue. */
class Db
{
    private array $rows = [];
    private int $affected = 0;
    public static function getInstance() { static $it; return $it ??= new Db(); }
    public function execute($sql)
    {
        if (preg_match('/^INSERT INTO `ps_cartograph` \((.*?)\) VALUES \((.*?)\) ON DUPLICATE KEY UPDATE (.*)$/s', $sql, $m)) {
            $row = array_combine(explode('`, `', trim($m[1], '`')), explode("', '", trim($m[2], "'")));
            $key = $row['kind'] . $row['id'];
            if (isset($this->rows[$key])) {
                $this->rows[$key] = $row + $this->rows[$key];
                $this->rows[$key]['revision']++;
                $this->rows[$key]['tries'] = 0;
            } else {
                $this->rows[$key] = $row + ['revision' => 1, 'posted' => 0, 'tries' => 0, 'hash' => '', 'source' => '', 'from_cart' => 0];
            }
        } elseif (str_starts_with($sql, 'DROP')) {
            $this->rows = [];
        }
        return true;
    }
    public function getRow($sql)
    {
        preg_match("/`kind` = '(\w+)' AND `id` = (\d+)/", $sql, $m);
        return $this->rows[$m[1] . $m[2]] ?? false;
    }
    public function executeS($sql) { return array_values(array_filter($this->rows, fn ($r) => $r['next_at'] > 0 && $r['next_at'] <= time())); }
    public function update($table, $fields, $where)
    {
        preg_match("/^`kind` = '(\w+)' AND `id` = (\d+) AND (?:1|`(\w+)` = (\d+))$/", $where, $m);
        $row = &$this->rows[$m[1] . $m[2]];
        $this->affected = isset($m[3]) && (int) $row[$m[3]] !== (int) $m[4] ? 0 : 1;
        if ($this->affected) {
            $row = $fields + $row;
        }
        return true;
    }
    public function Affected_Rows() { return $this->affected; }
    public function waits($kind, $id) { $r = $this->rows[$kind . $id] ?? null; return $r ? max(0, $r['next_at'] - time()) : null; }
    /** Lets an hour's wait be over. */
    public function later() { foreach ($this->rows as &$r) { $r['next_at'] = $r['next_at'] > 0 ? time() : 0; } }
}
