<?php

/**
 * Runs the module through a shopper's day, checks what it did, and prints what
 * it posted, one delivery a line: {"url","headers","body"}.
 */

declare(strict_types=1);

use Cartograph\Connect\Controller\Restore\Index;
use Cartograph\Connect\Cron\Tell;
use Cartograph\Connect\Model\Body;
use Cartograph\Connect\Model\Queue;
use Cartograph\Connect\Model\Sender;
use Cartograph\Connect\Model\Settings;
use Cartograph\Connect\Observer\Note;
use Magento\Framework\Event\Observer;

error_reporting(E_ALL);
set_error_handler(static function ($level, $text, $file, $line) { throw new ErrorException($text, 0, $level, $file, $line); });

require __DIR__ . '/magento.php';
foreach (['Model/Settings', 'Model/Queue', 'Model/Body', 'Model/Sender', 'Observer/Note', 'Cron/Tell', 'Controller/Restore/Index'] as $class) {
    require __DIR__ . '/../Connect/' . $class . '.php';
}

function check(bool $so, string $what): void
{
    if (!$so) {
        fwrite(STDERR, "not so: $what\n");
        exit(1);
    }
}

/** A Magento model: answers getX() by its data and null otherwise. */
class Thing
{
    public function __construct(public array $data = []) {}
    public function __call($name, $values)
    {
        $key = strtolower(ltrim(preg_replace('/[A-Z]/', '_$0', substr($name, 3)), '_'));
        if (str_starts_with($name, 'set')) {
            $this->data[$key] = $values[0];
            return $this;
        }
        return $this->data[$key] ?? null;
    }
    public function getData($key) { return $this->data[$key] ?? null; }
}
final class Quote extends Thing
{
    public function getAllItems() { return $this->data['items'] ?? []; }
    public function merge($old) { $this->data['items'] = array_merge($this->getAllItems(), $old->getAllItems()); }
    public function collectTotals()
    {
        $this->data['grand_total'] = array_sum(array_map(fn ($i) => $i->getRowTotalInclTax(), $this->getAllItems()));
        if (($this->data['coupon_code'] ?? '') === 'WRONG') {
            $this->data['coupon_code'] = null;
        }
        return $this;
    }
}
final class World implements Magento\Framework\App\Config\ScopeConfigInterface, Magento\Framework\Encryption\EncryptorInterface, Magento\Store\Model\StoreManagerInterface,
    Magento\Quote\Api\CartRepositoryInterface, Magento\Sales\Api\OrderRepositoryInterface, Magento\Framework\Message\ManagerInterface, Magento\Framework\App\RequestInterface, Psr\Log\LoggerInterface
{
    public array $config = ['general/locale/code' => 'fr_FR'];
    public array $quotes = [];
    public array $orders = [];
    public array $said = [];
    public array $asked = [];
    public array $logged = [];
    public function getValue($path, $scope = '', $id = null) { return $this->config[$path] ?? null; }
    public function decrypt($text) { return base64_decode($text); }
    public function getStore($id) { return new class { public function getBaseUrl($type) { return 'https://shop.example.com/' . ($type === 'media' ? 'media/' : ''); } }; }
    public function get($id) { return $this->quotes[$id] ?? throw new Magento\Framework\Exception\NoSuchEntityException(); }
    public function save($quote) {}
    public function addNoticeMessage($text) { $this->said[] = $text; }
    public function addSuccessMessage($text) { $this->said[] = $text; }
    public function getParam($name) { return $this->asked[$name] ?? null; }
    public function error($text) { $this->logged[] = $text; }
    public function warning($text) { $this->logged[] = $text; }
}
/** The order repository is the same world, asked for orders. */
final class Orders implements Magento\Sales\Api\OrderRepositoryInterface
{
    public function __construct(private World $world) {}
    public function get($id) { return $this->world->orders[$id] ?? throw new Magento\Framework\Exception\NoSuchEntityException(); }
}

$world = new World();
$db = new Magento\Framework\App\ResourceConnection();
$net = new Magento\Framework\HTTP\Client\CurlFactory();
$subscribers = new Magento\Newsletter\Model\SubscriberFactory();
$settings = new Settings($world, $world, new Magento\Framework\App\DeploymentConfig());
$queue = new Queue($db);
$body = new Body($settings, $queue, $world);
$note = new Note($queue, $settings, $world);
$cron = new Tell($queue, $body, new Sender($settings, $net), $world, new Orders($world), $subscribers, $world);
$event = static fn (string $name, string $what, object $thing) => $note->execute(new Observer(new Thing(['name' => $name, $what => $thing])));
$last = static fn (): array => json_decode(end($net->posted)['body'], true);

$product = new Thing(['thumbnail' => '/m/u/mug.jpg', 'product_url' => 'https://shop.example.com/mug.html']);
$mug = new Thing(['id' => 1, 'product_id' => 3953, 'sku' => 'MUG-BLUE', 'name' => 'Mug', 'qty' => 2, 'qty_ordered' => 2, 'price' => '10.0000', 'price_incl_tax' => '12.0000', 'row_total' => '20.0000',
    'row_total_incl_tax' => '24.0000', 'product' => $product, 'product_options' => ['attributes_info' => [['label' => 'Colour', 'value' => 'Blue'], ['label' => 'Size', 'value' => 'M']]]]);
$child = new Thing(['id' => 2, 'parent_item_id' => 1, 'product_id' => 3954, 'sku' => 'MUG-BLUE', 'name' => 'Mug-Blue', 'qty' => 1, 'price' => '0.0000', 'product' => $product, 'product_options' => ['x' => 1]]);
$quote = $world->quotes[730] = new Quote(['id' => 730, 'is_active' => '1', 'store_id' => 1, 'created_at' => '2026-05-02 09:00:00', 'quote_currency_code' => 'EUR', 'grand_total' => '24.0000',
    'items' => [$mug, $child], 'customer_is_guest' => '1']);

$event('sales_quote_save_commit_after', 'quote', $quote);
check($db->rows === [], 'unconnected, it notes nothing');
$world->config += ['cartograph/connect/url' => 'https://cartograph.example/webhooks/magento/s1', 'cartograph/connect/secret' => base64_encode('a & b <c>')];
$event('sales_quote_save_commit_after', 'quote', $quote);
check($db->rows === [], 'a cart of nobody is not told, unless the merchant wants it');

// Somebody known. Magento saves often; what did not change is told once.
$quote->data['billing_address'] = new Thing(['telephone' => '06 12 34 56 78', 'country_id' => 'FR', 'firstname' => 'Ann', 'email' => 'Ann@Example.com']);
$quote->data['customer_email'] = 'ann@example.com';
$event('sales_quote_save_commit_after', 'quote', $quote);
$event('sales_quote_save_commit_after', 'quote', $quote);
check($net->posted === [] && $cron->execute() === 1 && count($net->posted) === 1, 'two changes are one post, by the cron job');
$event('sales_quote_save_commit_after', 'quote', $quote);
check($cron->execute() === 1 && count($net->posted) === 1, 'what did not change is not told again');

// Cartograph is away for a while.
$quote->data['coupon_code'] = 'SPRING';
$event('sales_quote_save_commit_after', 'quote', $quote);
$net->answer = 503;
$cron->execute();
check(abs($db->rows['quote730']['next_at'] - time() - 60) < 3, 'it is told a minute later');
$net->down = true;
$db->later();
$cron->execute();
check(abs($db->rows['quote730']['next_at'] - time() - 300) < 3, 'then five');
[$net->down, $net->answer] = [false, 200];
array_pop($net->posted);
$db->later();
$cron->execute();
check($last()['data']['value']['coupon_code'] === 'SPRING' && $db->rows['quote730']['next_at'] === 0, 'and at last');

// The payment is refused.
$event('sales_model_service_quote_submit_failure', 'quote', $quote);
$cron->execute();
check($last()['type'] === 'cartograph.observer.sales_model_service_quote_submit_failure', 'the refused payment is told');

// On another device, by the link, with a coupon.
$session = new Magento\Checkout\Model\Session();
$session->quote = $world->quotes[731] = new Quote(['id' => 731, 'is_active' => '1', 'store_id' => 1, 'created_at' => '2026-05-02 10:00:00', 'quote_currency_code' => 'EUR', 'customer_email' => 'ann@example.com']);
$restore = static function (string $key, string $coupon = '', int $id = 730) use ($world, $session, $settings, $queue): object {
    $world->asked = ['cart' => (string) $id, 'key' => $key, 'coupon' => $coupon];
    return (new Index($world, new Magento\Framework\Controller\Result\RedirectFactory(), $session, $world, $world, $settings, $queue))->execute();
};
check($restore(str_repeat('0', 32))->path === '/' && $session->quote->getAllItems() === [], 'a wrong key opens nothing');
$answer = $restore($settings->restoreKey(730), 'SUN');
check($answer->path === 'checkout/cart' && $answer->headers['Referrer-Policy'] === 'no-referrer' && $session->id === 731, 'it leads to the cart');
check(count($session->quote->getAllItems()) === 2 && $session->quote->getCouponCode() === 'SUN', 'what was left is there, with the coupon');
$restore($settings->restoreKey(730), 'SUN');
check(count($session->quote->getAllItems()) === 2, 'opening it twice changes nothing');
$cron->execute();
check($last()['data']['value']['from_quote'] === 730, 'the new cart names the old one');
$session->quote->data['coupon_code'] = null;
$restore($settings->restoreKey(730), 'WRONG');
check(end($world->said) === 'The coupon cannot be used with this cart.', 'a coupon that does not fit is told');

// It is bought, refunded in part, and another order is made by staff.
$order = $world->orders[617] = new Quote(['id' => 617, 'increment_id' => '000000617', 'quote_id' => 731, 'state' => 'processing', 'store_id' => 1, 'created_at' => '2026-05-02 10:20:00',
    'order_currency_code' => 'EUR', 'grand_total' => '24.0000', 'total_paid' => '24.0000', 'customer_email' => 'ann@example.com', 'remote_ip' => '203.0.113.7', 'items' => [$mug]]);
$session->quote->data = ['is_active' => '0', 'reserved_order_id' => '000000617'] + $session->quote->data;
$event('sales_order_save_commit_after', 'order', $order);
$event('sales_quote_save_commit_after', 'quote', $session->quote);
check($cron->execute() === 2, 'the order and its closed cart are told');
check(!str_contains(implode('', array_column($net->posted, 'body')), '203.0.113.7'), 'the shopper\'s address in the network is not told');
check($restore($settings->restoreKey(731), '', 731)->path === '/' && str_contains(end($world->said), 'ordered'), 'what was bought is not brought back');
$order->data['total_refunded'] = '12.0000';
$event('sales_order_save_commit_after', 'order', $order);
$cron->execute();
$staff = $world->orders[618] = new Quote(['id' => 618, 'increment_id' => '000000618', 'quote_id' => 740, 'remote_ip' => null] + $order->data);
$event('sales_order_save_commit_after', 'order', $staff);
$cron->execute();
check($last()['data']['value']['remote_ip'] === null, 'staff made it');

// The newsletter, a customer who is deleted, a cart that is gone.
$subscribers->one = new Thing(['id' => 9, 'email' => 'ann@example.com', 'status' => 3, 'store_id' => 1, 'change_status_at' => '2026-05-02 11:00:00']);
$event('newsletter_subscriber_save_commit_after', 'subscriber', $subscribers->one);
$cron->execute();
$event('customer_delete_commit_after', 'customer', new Thing(['id' => 31, 'store_id' => 1]));
$cron->execute();
$count = count($net->posted);
$event('sales_quote_save_commit_after', 'quote', new Quote(['id' => 999, 'store_id' => 1, 'customer_email' => 'x@example.com']));
check($cron->execute() === 1 && count($net->posted) === $count, 'what is gone is not told');

foreach ($net->posted as $one) {
    echo json_encode($one, JSON_UNESCAPED_SLASHES), "\n";
}
