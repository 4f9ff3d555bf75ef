<?php

/**
 * Runs the bundle's parts through a shopper's day, checks what they did, and
 * prints what was posted, one delivery a line: {"url","headers","body"}.
 */

declare(strict_types=1);

use Cartograph\Sylius\Body;
use Cartograph\Sylius\Links;
use Cartograph\Sylius\RestoreController;
use Cartograph\Sylius\Sender;
use Cartograph\Sylius\Tell;
use Cartograph\Sylius\TellHandler;
use Cartograph\Sylius\Watcher;
use Sylius\Component\Core\Model as M;
use Symfony\Component\HttpFoundation\Request;

error_reporting(E_ALL);
set_error_handler(static function ($level, $text, $file, $line) { throw new ErrorException($text, 0, $level, $file, $line); });

require __DIR__ . '/sylius.php';
foreach (['Tell', 'Sender', 'Links', 'Body', 'Watcher', 'TellHandler', 'RestoreController'] as $class) {
    require __DIR__ . '/../src/' . $class . '.php';
}

function check(bool $so, string $what): void
{
    if (!$so) {
        fwrite(STDERR, "not so: $what\n");
        exit(1);
    }
}

/** Messenger's transport: what was dispatched waits here until a worker runs. */
final class Bus implements Symfony\Component\Messenger\MessageBusInterface
{
    public array $waits = [];
    public bool $broken = false;
    public function dispatch(object $message): object
    {
        if ($this->broken) {
            throw new RuntimeException('no transport');
        }
        // As a transport does, it keeps what can be written down.
        return $this->waits[] = unserialize(serialize($message));
    }
}
final class Web implements Symfony\Contracts\HttpClient\HttpClientInterface
{
    public array $posted = [];
    public int $answer = 200;
    public function request(string $method, string $url, array $options = [])
    {
        $this->posted[] = ['url' => $url, 'headers' => $options['headers'], 'body' => $options['body']];
        return new class($this->answer) { public function __construct(private int $status) {} public function getStatusCode() { return $this->status; } };
    }
    public function last(): array { return json_decode(end($this->posted)['body'], true); }
}
final class Router implements Symfony\Component\Routing\Generator\UrlGeneratorInterface
{
    public function generate(string $name, array $parameters = [], int $type = 1): string
    {
        return '/' . ($name === 'cartograph_sylius_restore' ? "cartograph/restore/{$parameters['id']}/{$parameters['key']}" : $name . '/' . implode('/', $parameters));
    }
}
final class Log implements Psr\Log\LoggerInterface
{
    public array $lines = [];
    public function error($text, array $context = []) { $this->lines[] = $text; }
}
final class Repository
{
    public array $all = [];
    public function find($id) { return $this->all[$id] ?? null; }
    public function findOneBy(array $by) { return $this->all[$by['code']] ?? null; }
}
final class Visit implements Sylius\Component\Core\Storage\CartStorageInterface, Sylius\Component\Order\Processor\OrderProcessorInterface,
    Doctrine\ORM\EntityManagerInterface, Symfony\Component\Security\Core\Authentication\Token\Storage\TokenStorageInterface
{
    public ?M\Order $cart = null;
    public ?object $user = null;
    public int $flushed = 0;
    public function setForChannel($channel, $order): void { $this->cart = $order; }
    public function process($order): void { $order->all['total'] -= 500; }
    public function flush() { ++$this->flushed; }
    public function getToken() { return $this->user === null ? null : new M\Thing(['user' => $this->user]); }
}
/** Doctrine's event of an entity. */
function stored(object $entity, array $changes = []): object
{
    return new class($entity, $changes) {
        public function __construct(private object $entity, private array $changes) {}
        public function getObject() { return $this->entity; }
        public function getObjectManager() { return $this; }
        public function getUnitOfWork() { return $this; }
        public function getEntityChangeSet($entity) { return $this->changes; }
    };
}

[$bus, $web, $log, $orders, $customers, $coupons, $visit] = [new Bus(), new Web(), new Log(), new Repository(), new Repository(), new Repository(), new Visit()];
$links = new Links(new Router(), 'kernel secret');
$body = new Body($links);
$watcher = new Watcher($bus, $log);
$handler = new TellHandler($orders, $customers, $body, new Sender($web, 'https://cartograph.example/webhooks/sylius/s1', 'a & b <c>'));
$work = static function () use ($bus, $handler): int {
    [$waits, $bus->waits] = [$bus->waits, []];
    foreach ($waits as $tell) {
        $handler($tell);
    }
    return count($waits);
};

// A cart of nobody known is not told.
$product = new M\Product(['code' => 'MUG', 'name' => 'Mug', 'mainTaxon' => new M\Thing(['name' => 'Mugs']), 'translation' => new M\Thing(['slug' => 'mug']),
    'images' => new M\All([new M\Thing(['path' => 'ab/cd/mug.jpg'])])]);
$item = new M\Item(['product' => $product, 'variant' => new M\Thing(['code' => 'MUG_BLUE', 'name' => 'Blue', 'tracked' => true, 'onHand' => 9, 'onHold' => 2]),
    'quantity' => 3, 'unitPrice' => 2000, 'subtotal' => 6000]);
$order = new M\Order(['id' => 7, 'state' => 'cart', 'checkoutState' => 'cart', 'paymentState' => 'cart', 'currencyCode' => 'EUR', 'localeCode' => 'fr_FR', 'total' => 6500,
    'channel' => new M\Thing(['code' => 'WEB', 'hostname' => 'shop.example.com']), 'createdAt' => new DateTimeImmutable('2026-05-02 11:00:00+02:00'),
    'updatedAt' => new DateTimeImmutable('2026-05-02 11:30:00+02:00'), 'items' => new M\All([$item]), 'payments' => new M\All([])]);
$orders->all[7] = $order;
$watcher->postPersist(stored($order));
$watcher->postFlush();
check($bus->waits === [], 'a cart of nobody known is not told');
(new Watcher($bus, $log, true))->postPersist(stored($order));
check($bus->waits === [], 'nothing is told before it is stored');

// Somebody known; two changes in one go are one.
$order->all['customer'] = $customer = new M\Customer(['id' => 31, 'email' => 'ann@example.com', 'firstName' => 'Ann', 'lastName' => "O'Neil", 'subscribedToNewsletter' => true,
    'createdAt' => new DateTimeImmutable('2026-05-01 10:00:00+02:00')]);
$customers->all[31] = $customer;
$order->all['checkoutState'] = 'addressed';
$order->all['billingAddress'] = new M\Address(['firstName' => 'Ann', 'phoneNumber' => '06 12 34 56 78', 'countryCode' => 'FR']);
$watcher->postUpdate(stored($order));
$watcher->postUpdate(stored($order));
$watcher->postFlush();
check($web->posted === [] && $work() === 1, 'two changes in one go are told once, by the worker');
$told = $web->last()['order'];
check($told['items'][0]['unitPrice'] === 2000 && $told['items'][0]['stock'] === 7 && $told['items'][0]['image'] === 'https://shop.example.com/media/image/ab/cd/mug.jpg', 'the line is told');
check($told['restoreUrl'] === 'https://shop.example.com/cartograph/restore/7/' . $links->key(7), 'the way back is told');

// Messenger fails, then Cartograph does.
$bus->broken = true;
$watcher->postUpdate(stored($order));
$watcher->postFlush();
check(count($log->lines) === 1, 'a shop\'s page does not fail for it');
$bus->broken = false;
$web->answer = 503;
try {
    $handler(new Tell('order', 7, '2026-05-02T09:30:00.000Z'));
    check(false, 'Messenger hears of it');
} catch (RuntimeException) {
    array_pop($web->posted);
}
$web->answer = 422;
$handler(new Tell('order', 7, '2026-05-02T09:30:00.000Z'));
array_pop($web->posted);
$web->answer = 200;

// The way back, on another device.
$restore = new RestoreController($links, $orders, $coupons, $visit, $visit, $visit, new Router(), $visit);
$coupons->all['SPRING'] = new M\Thing(['code' => 'SPRING']);
check($restore(new Request(), '7', str_repeat('0', 32))->url === '/sylius_shop_homepage/en_US' && $visit->cart === null, 'a wrong key opens nothing');
$customer->all['user'] = new M\Thing(['userIdentifier' => 'ann']);
check($restore(new Request(), '7', $links->key(7))->url === '/sylius_shop_login/fr_FR' && $visit->cart === null, 'a cart of an account is opened to nobody else');
$visit->user = new M\Thing(['userIdentifier' => 'ann']);
$answer = $restore(new Request(['coupon' => 'SPRING']), '7', $links->key(7));
check($answer->url === '/sylius_shop_cart_summary/fr_FR' && $visit->cart === $order && $answer->headers['Referrer-Policy'] === 'no-referrer', 'its owner goes on');
check($order->getPromotionCoupon()->getCode() === 'SPRING' && $order->getTotal() === 6000 && $visit->flushed === 1, 'with the coupon');
$restore(new Request(['coupon' => 'SPRING']), '7', $links->key(7));
check($visit->flushed === 1, 'opening it twice changes nothing');

// Completed, its payment fails, then it is paid; then cancelled.
$order->all = ['state' => 'new', 'checkoutState' => 'completed', 'paymentState' => 'awaiting_payment', 'number' => '000000001', 'tokenValue' => 'tok',
    'checkoutCompletedAt' => new DateTimeImmutable('2026-05-02 11:40:00+02:00')] + $order->all;
$online = new M\Thing(['gatewayConfig' => new M\Thing(['factoryName' => 'stripe_checkout'])]);
foreach ([['new', 'awaiting_payment', 'failed'], ['new', 'paid', 'completed'], ['cancelled', 'refunded', 'refunded']] as [$state, $paid, $payment]) {
    $order->all = ['state' => $state, 'paymentState' => $paid, 'payments' => new M\All([new M\Payment(['state' => $payment, 'amount' => 6000, 'method' => $online])])] + $order->all;
    $watcher->postUpdate(stored($order));
    $watcher->postFlush();
    $work();
}
check($web->last()['order']['restoreUrl'] === 'https://shop.example.com/sylius_shop_order_show/tok/fr_FR', 'an order is paid on its own page');
check($restore(new Request(), '7', $links->key(7))->url === 'https://shop.example.com/sylius_shop_order_show/tok/fr_FR', 'what was bought is not a cart again');

// The newsletter, a cart that is removed, a customer who is.
$watcher->postUpdate(stored($customer, ['firstName' => ['Ann', 'Anna']]));
$customer->all['subscribedToNewsletter'] = false;
$watcher->postUpdate(stored($customer, ['subscribedToNewsletter' => [true, false]]));
$watcher->postFlush();
check($work() === 1 && $web->last()['customer']['subscribedToNewsletter'] === false, 'the no is told');
$watcher->preRemove(stored(new M\Order(['id' => 8, 'state' => 'cart'])));
$watcher->postFlush();
$watcher->preRemove(stored($customer));
$watcher->postFlush();
check($work() === 2, 'both removals are told');

foreach ($web->posted as $one) {
    echo json_encode($one, JSON_UNESCAPED_SLASHES), "\n";
}
