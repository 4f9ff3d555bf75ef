<?php

/**
 * As much of Sylius, Symfony and Doctrine as the bundle touches, in memory. It
 * stands in for them and proves nothing about them.
 */

namespace Psr\Log {
    interface LoggerInterface { public function error($text, array $context = []); }
}

namespace Symfony\Component\Messenger {
    interface MessageBusInterface { public function dispatch(object $message): object; }
}

namespace Symfony\Contracts\HttpClient {
    interface HttpClientInterface { public function request(string $method, string $url, array $options = []); }
}

namespace Symfony\Component\Routing\Generator {
    interface UrlGeneratorInterface
    {
        public const ABSOLUTE_URL = 0;
        public function generate(string $name, array $parameters = [], int $type = 1): string;
    }
}

namespace Symfony\Component\HttpFoundation {
    class Request
    {
        public object $query;
        public function __construct(array $query = []) { $this->query = new class($query) { public function __construct(private array $all) {} public function get($name) { return $this->all[$name] ?? null; } }; }
        public function getLocale(): string { return 'en_US'; }
    }
    class RedirectResponse { public function __construct(public string $url, public int $status = 302, public array $headers = []) {} }
}

namespace Symfony\Component\Security\Core\Authentication\Token\Storage {
    interface TokenStorageInterface { public function getToken(); }
}

namespace Doctrine\ORM {
    interface EntityManagerInterface { public function flush(); }
}

namespace Sylius\Component\Order\Processor {
    interface OrderProcessorInterface { public function process($order): void; }
}

namespace Sylius\Component\Core\Storage {
    interface CartStorageInterface { public function setForChannel($channel, $order): void; }
}

namespace Sylius\Component\Core\Model {
    interface OrderInterface { public const STATE_CART = 'cart'; }
    interface OrderItemInterface {}
    interface CustomerInterface {}
    interface AddressInterface {}
    interface PaymentInterface {}
    interface ProductInterface {}

    /** Answers getX() and isX() by its fields, and null otherwise. */
    trait Told
    {
        public function __construct(public array $all = []) {}
        public function __call($name, $values)
        {
            return $this->all[lcfirst(preg_replace('/^(get|is)/', '', $name))] ?? null;
        }
    }
    class Order implements OrderInterface
    {
        use Told;
        public function setPromotionCoupon($coupon) { $this->all['promotionCoupon'] = $coupon; }
    }
    class Item implements OrderItemInterface { use Told; }
    class Customer implements CustomerInterface { use Told; }
    class Address implements AddressInterface { use Told; }
    class Payment implements PaymentInterface { use Told; }
    class Product implements ProductInterface { use Told; }
    class Thing { use Told; }
    class All { public function __construct(private array $all) {} public function toArray() { return $this->all; } public function first() { return $this->all[0] ?? false; } }
}
